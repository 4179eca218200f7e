"""The Jacobian of a six-axis arm on a box of joint values: how long J x leaves x, row by row.

In the middle of the box everything is exact: the inverse, and how each joint changes the columns.
Those changes are, sorted along the chain, z_i x l_k for i <= k and z_k x l_i for i > k, with l the
upper half of a column and z its lower one, the axis. Over the box J moves by them in first order,
with their signs, and in second order by at most what levers and turns allow.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.jit import kernel
from cellsim.kinematics.fk import jacobian_into, poses_into


@kernel
def inverse(J: Array, A: Array) -> bool:
    """Write the inverse of the first six columns of J into A, (6, 6); tell whether there is one."""
    M = np.zeros((6, 12))
    for i in range(6):
        for j in range(6):
            M[i, j] = J[i, j]
        M[i, 6 + i] = 1.0
    for i in range(6):
        p = i
        for r in range(i + 1, 6):
            if abs(M[r, i]) > abs(M[p, i]):
                p = r
        if abs(M[p, i]) < 1e-12:
            return False
        if p != i:
            for c in range(12):
                M[i, c], M[p, c] = M[p, c], M[i, c]
        scale = 1.0 / M[i, i]
        for c in range(i, 12):
            M[i, c] *= scale
        for r in range(6):
            if r != i and M[r, i] != 0.0:
                f = M[r, i]
                for c in range(i, 12):
                    M[r, c] -= f * M[i, c]
    for i in range(6):
        for j in range(6):
            A[i, j] = M[i, 6 + j]
    return True


@kernel
def _changes(J: Array, A: Array, index: Ints, W: Array) -> None:
    """Write |A dJ| by each moving joint into W, shape (n, 6, 6); columns of J in index order."""
    lin, ang = np.empty(3), np.empty(3)
    for i in range(index.shape[0]):
        for k in range(index.shape[0]):
            c = index[k]
            if c >= 6:
                continue
            first, last = (index[i], c) if i <= k else (c, index[i])
            for r in range(3):
                s, t = (r + 1) % 3, (r + 2) % 3
                lin[r] = J[3 + s, first] * J[t, last] - J[3 + t, first] * J[s, last]
                ang[r] = J[3 + s, first] * J[3 + t, last] - J[3 + t, first] * J[3 + s, last]
            for j in range(6):
                total = 0.0
                for r in range(3):
                    total += A[j, r] * lin[r] + (A[j, 3 + r] * ang[r] if i < k else 0.0)
                W[i, j, c] = abs(total)


@kernel
def levers(kind: Ints, index: Ints, reach: Array, rho: Array, L: Array) -> None:
    """Write how far the TCP may be from each axis while q stays in its box, 1 where it slides.

    Args:
        kind, index: Of the moving joints in physical order, with their places in q.
        reach: The same in the middle of the box. rho: Half widths of the box, shape (dof,).
    """
    after = 0.0
    for k in range(kind.shape[0] - 1, -1, -1):
        L[k] = reach[k] + after if kind[k] == 1 else 1.0
        after += L[k] * rho[index[k]]


@kernel
def changed(
    kind: Ints, index: Ints, L: Array, a: Array, b: Array, W: Array, rho: Array, M: Array
) -> None:  # fmt: skip
    """Write how much |J^-1 (J(q) - J)| is at most for q within rho of the middle into M, (6, 6).

    a, b: row norms of J^-1, the inverse in the middle; W: |J^-1 dJ| by each moving joint there,
    shape (n, 6, 6). What the box changes beyond is of second order: half of sum L rho rho of the
    position, half of the square of the turns before an axis.
    """
    n = kind.shape[0]
    turned = 0.0
    for k in range(n):
        far = 0.0
        for i in range(n):
            for m in range(n):
                far += L[max(k, i, m)] * rho[index[i]] * rho[index[m]]
        if index[k] < 6:
            for j in range(6):
                change = (a[j] * far + b[j] * turned * turned) / 2.0
                for i in range(n):
                    change += W[i, j, index[k]] * rho[index[i]]
                M[j, index[k]] = change
        turned += rho[index[k]] if kind[k] == 1 else 0.0


@kernel
def grown(M: Array, most: Array, out: Array) -> bool:
    """Write the x with most + M x = x into out, shape (6,): the most that |x| can be.

    Returns:
        Whether there is one: x > 0, which proves 1 - M and all that is as near to 1 regular.
    """
    S = np.empty((6, 7))
    for j in range(6):
        for c in range(6):
            S[j, c] = -M[j, c]
        S[j, j] += 1.0
        S[j, 6] = most[j]
    for i in range(6):
        if not S[i, i] > 0.0:
            return False
        for r in range(i + 1, 6):
            f = S[r, i] / S[i, i]
            for c in range(i, 7):
                S[r, c] -= f * S[i, c]
    for i in range(5, -1, -1):
        out[i] = S[i, 6]
        for c in range(i + 1, 6):
            out[i] -= S[i, c] * out[c]
        out[i] /= S[i, i]
    held = True
    for i in range(6):
        held = held and 0.0 < out[i] < np.inf
    return held


@kernel
def solved(
    kind: Ints, index: Ints, L: Array, a: Array, b: Array, W: Array, rho: Array,
    lin: float, ang: float, out: Array,
) -> bool:  # fmt: skip
    """Write the most that |x| of the six arm axes can be where J x is at most lin and ang long.

    J is any Jacobian of the box rho; the others as in `changed`.

    Returns:
        Whether J is regular all over the box: |J^-1| |J x| + M x < x for some x > 0.
    """
    M, most = np.zeros((6, 6)), np.empty(6)
    changed(kind, index, L, a, b, W, rho, M)
    for j in range(6):
        most[j] = a[j] * lin + b[j] * ang + 1e-15
    return grown(M, most, out)


@kernel
def middle(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, index: Ints, tip: Array,
    q: Array, reach: Array, a: Array, b: Array, W: Array,
) -> bool:  # fmt: skip
    """Write what is known at q: see `levers` and `solved`.

    Returns whether J can be inverted.
    """
    poses, J, point = np.empty((parent.shape[0], 4, 4)), np.empty((6, q.shape[0])), np.empty(3)
    A = np.empty((6, 6))
    poses_into(parent, origin, axis, kind, qindex, q, poses)
    T = poses[parent.shape[0] - 1]
    for r in range(3):
        point[r] = T[r, 0] * tip[0] + T[r, 1] * tip[1] + T[r, 2] * tip[2] + T[r, 3]
    jacobian_into(poses, axis, kind, qindex, point, J)
    if not inverse(J, A):
        return False
    for k in range(index.shape[0]):
        c = index[k]
        reach[k] = math.sqrt(J[0, c] ** 2 + J[1, c] ** 2 + J[2, c] ** 2)
    for j in range(6):
        a[j] = math.sqrt(A[j, 0] ** 2 + A[j, 1] ** 2 + A[j, 2] ** 2)
        b[j] = math.sqrt(A[j, 3] ** 2 + A[j, 4] ** 2 + A[j, 5] ** 2)
    _changes(J, A, index, W)
    return True
