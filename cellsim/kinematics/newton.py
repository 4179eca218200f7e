"""Damped Newton steps to a flange pose, in numba; deterministic, no BLAS.

Source: Sugihara 2011 (Levenberg-Marquardt with a damping that follows the error).
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.jit import kernel
from cellsim.kinematics.fk import jacobian_into, poses_into


@kernel
def pose_error(T: Array, goal: Array, e: Array) -> None:
    """Write position [m] and rotation vector [rad], world, from T to goal into e, shape (6,)."""
    D = np.empty((3, 3))
    for i in range(3):
        e[i] = goal[i, 3] - T[i, 3]
        for j in range(3):
            D[i, j] = goal[i, 0] * T[j, 0] + goal[i, 1] * T[j, 1] + goal[i, 2] * T[j, 2]
    x, y, z = (D[2, 1] - D[1, 2]) / 2, (D[0, 2] - D[2, 0]) / 2, (D[1, 0] - D[0, 1]) / 2
    s = math.sqrt(x * x + y * y + z * z)
    c = (D[0, 0] + D[1, 1] + D[2, 2] - 1.0) / 2.0
    if s > 1e-9:
        f = math.atan2(s, c) / s
        e[3], e[4], e[5] = f * x, f * y, f * z
    elif c > 0.0:
        e[3], e[4], e[5] = x, y, z
    else:
        k = 0
        for i in range(1, 3):
            if D[i, i] > D[k, k]:
                k = i
        n = math.sqrt(max((D[k, k] + 1.0) / 2.0, 1e-12))
        for i in range(3):
            e[3 + i] = math.pi * (n if i == k else (D[k, i] + D[i, k]) / (4.0 * n))


@kernel
def _solve6(A: Array, b: Array) -> None:
    """Solve A x = b in place (b becomes x) for a symmetric positive A, shape (6, 6)."""
    for i in range(6):
        for j in range(i):
            s = A[i, j]
            for k in range(j):
                s -= A[i, k] * A[j, k]
            A[i, j] = s / A[j, j]
        s = A[i, i]
        for k in range(i):
            s -= A[i, k] * A[i, k]
        A[i, i] = math.sqrt(max(s, 1e-20))
    for i in range(6):
        for k in range(i):
            b[i] -= A[i, k] * b[k]
        b[i] /= A[i, i]
    for i in range(5, -1, -1):
        for k in range(i + 1, 6):
            b[i] -= A[k, i] * b[k]
        b[i] /= A[i, i]


@kernel
def _step(
    J: Array, e: Array, mu: float, arm_dof: int, most: float, A: Array, x: Array, q: Array
) -> None:
    """Add the damped least-squares step J^T (J J^T + mu)^-1 e to q, no joint more than `most`."""
    for i in range(6):
        x[i] = e[i]
        for j in range(i + 1):
            s = 0.0
            for k in range(arm_dof):
                s += J[i, k] * J[j, k]
            A[i, j] = s
            A[j, i] = s
        A[i, i] += mu
    _solve6(A, x)
    scale = 0.0
    for k in range(arm_dof):
        d = 0.0
        for i in range(6):
            d += J[i, k] * x[i]
        J[0, k] = d
        scale = max(scale, abs(d))
    factor = 1.0 if scale <= most else most / scale
    for k in range(arm_dof):
        q[k] += factor * J[0, k]


@kernel
def newton(
    parent: Ints,
    origin: Array,
    axis: Array,
    kind: Ints,
    qindex: Ints,
    goal: Array,
    arm_dof: int,
    q: Array,
    iterations: int,
    step: float,
) -> float:
    """Move the arm axes of q (in place) until the last link stands in goal, shape (4, 4).

    Args:
        arm_dof: The first arm_dof entries of q move, the rest (external axes) stay.
        step: Largest change of a joint per iteration [rad | m].

    Returns:
        Largest of position [m] and rotation [rad] error that is left.
    """
    L, dof = parent.shape[0], q.shape[0]
    poses, J, point = np.empty((L, 4, 4)), np.empty((6, dof)), np.empty(3)
    e, x, A = np.empty(6), np.empty(6), np.empty((6, 6))
    best, best_q, stalled = math.inf, q.copy(), 0
    for _ in range(iterations):
        poses_into(parent, origin, axis, kind, qindex, q, poses)
        T = poses[L - 1]
        pose_error(T, goal, e)
        p2 = e[0] * e[0] + e[1] * e[1] + e[2] * e[2]
        r2 = e[3] * e[3] + e[4] * e[4] + e[5] * e[5]
        error = math.sqrt(max(p2, r2))
        stalled = 0 if error < 0.5 * best else stalled + 1
        if error < best:
            best = error
            for k in range(dof):
                best_q[k] = q[k]
        if best < 1e-14 or (best < 1e-10 and stalled >= 2):
            break
        point[0], point[1], point[2] = T[0, 3], T[1, 3], T[2, 3]
        jacobian_into(poses, axis, kind, qindex, point, J)
        _step(J, e, 0.05 * (p2 + r2) + 1e-15, arm_dof, step, A, x, q)
    for k in range(dof):
        q[k] = best_q[k]
    return best


@kernel
def follow(
    parent: Ints,
    origin: Array,
    axis: Array,
    kind: Ints,
    qindex: Ints,
    goals: Array,
    arm_dof: int,
    q: Array,
    tolerance: float,
    lower: Array,
    upper: Array,
    jump: float,
) -> int:
    """Fill q row by row along goals, each row from the one before; return how many rows hold.

    Args:
        goals: Shape (n, 4, 4).
        q: Shape (n + 1, dof): row 0 is the seed, external axes are given in every row.
        jump: Largest change of a joint between rows [rad | m]; more ends the line.
    """
    for n in range(goals.shape[0]):
        row = q[n + 1]
        for k in range(arm_dof):
            row[k] = q[n, k] if n == 0 else q[n, k] + min(max(q[n, k] - q[n - 1, k], -0.1), 0.1)
        left = newton(parent, origin, axis, kind, qindex, goals[n], arm_dof, row, 40, 0.3)
        if left > tolerance:
            return n
        for k in range(arm_dof):
            if row[k] < lower[k] or row[k] > upper[k] or abs(row[k] - q[n, k]) > jump:
                return n
    return len(goals)
