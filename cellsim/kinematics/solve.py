"""Six equations in six unknowns by elimination, in numba without BLAS."""

from __future__ import annotations

import math

from cellsim.geometry import Array
from cellsim.geometry.jit import kernel


@kernel
def solve(A: Array, b: Array, floor: float) -> float:
    """Solve A x = b in place by elimination with row pivoting (A is used up, b becomes x).

    Args:
        A: Shape (6, 6). b: Shape (6,).
        floor: A pivot below it is taken as this much, with its sign; at 0 a pivot of zero ends it.

    Returns:
        The smallest pivot with the sign of the determinant; 0 where there is none.
    """
    sign, least = 1.0, math.inf
    for i in range(6):
        at = i
        for r in range(i + 1, 6):
            if abs(A[r, i]) > abs(A[at, i]):
                at = r
        if at != i:
            sign = -sign
            for c in range(6):
                A[i, c], A[at, c] = A[at, c], A[i, c]
            b[i], b[at] = b[at], b[i]
        if abs(A[i, i]) < floor:
            A[i, i] = floor if A[i, i] >= 0.0 else -floor
        if A[i, i] == 0.0:
            return 0.0
        sign = sign if A[i, i] > 0.0 else -sign
        least = min(least, abs(A[i, i]))
        for r in range(i + 1, 6):
            f = A[r, i] / A[i, i]
            for c in range(i, 6):
                A[r, c] -= f * A[i, c]
            b[r] -= f * b[i]
    for i in range(5, -1, -1):
        for c in range(i + 1, 6):
            b[i] -= A[i, c] * b[c]
        b[i] /= A[i, i]
    return sign * least
