"""The spectral norm of three columns: how far a point goes for a shift of length one."""

from __future__ import annotations

import math

from cellsim.collision.compiled import bare
from cellsim.geometry import Array


@bare
def norm_of(A: Array, first: int) -> float:
    """Return the spectral norm of the columns first..first + 2 of A, shape (3, m).

    Source: Smith 1961, eigenvalues of a symmetric 3 x 3 matrix in closed form.
    """
    a, b, c, d, e, f = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(3):
        x, y, z = A[i, first], A[i, first + 1], A[i, first + 2]
        a, b, c = a + x * x, b + y * y, c + z * z
        d, e, f = d + x * y, e + y * z, f + x * z
    mean = (a + b + c) / 3.0
    a, b, c = a - mean, b - mean, c - mean
    spread = (a * a + b * b + c * c + 2.0 * (d * d + e * e + f * f)) / 6.0
    if spread <= 0.0:
        return math.sqrt(mean)
    root = math.sqrt(spread)
    det = a * (b * c - e * e) - d * (d * c - e * f) + f * (d * e - b * f)
    turn = math.acos(min(max(det / (2.0 * root * spread), -1.0), 1.0)) / 3.0
    return math.sqrt(mean + 2.0 * root * math.cos(turn))
