"""Where lines of the flange end, many at once, by long steps that cannot change the branch.

A line is taken by steps of at most 0.1 rad of a joint. Between two of them the sign of the
Jacobian's determinant is the same, no pivot of it is small, Newton contracts from the tangent at
once, no joint rushes, and the limits are farther away than the way between can bend; a line where
one of these fails is left to the small steps of `ik.solve_path`.

Source: path tracking with a contraction test, Allgower and Georg 1990, chapter 6 (recalled).
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import jacobian_into, poses_into
from cellsim.kinematics.ik import LIMIT_SLACK, TOLERANCE
from cellsim.kinematics.newton import newton, pose_error
from cellsim.kinematics.solve import solve

# Of a joint a step [rad | m]; how far the tangent may lead off, and so four times what the way may
# go beyond its ends; a second step of Newton against the first; smallest pivot of the Jacobian
# [m, rad]; smallest step of a whole line.
STEP, ROOM, CONTRACTION, PIVOT, LEAST = 0.1, 0.02, 0.2, 0.02, 1.0 / 256.0
HALF_TURN = math.pi - 1e-3
# A joint [rad | m] over as little of the way [m] or of the turn [rad] as the small steps take.
RUSH, SHORT_M, SHORT_RAD = 0.1, 0.005, 0.02


def arrive(chain: Chain, starts: Array, world_T_flange: Array, ext: Array) -> Array:
    """Return joints at the ends of lines, as far as they are certain.

    Args:
        starts: Where each line begins, shape (n, dof); NaN where the line before it ends.
        world_T_flange: Ends, shape (n, 4, 4).
        ext: External axes there, shape (n, dof - arm_dof); NaN leaves those of the start.

    Returns:
        Shape (n, dof), the joints that `ik.solve_path` ends with; NaN where a line needs small
        steps, or cannot be followed.
    """
    ends = np.full((len(world_T_flange), chain.dof), np.nan)
    if chain.arm_dof == 6:
        _arrive_all(
            chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex,
            np.ascontiguousarray(world_T_flange, dtype=np.float64), starts, ext, ends,
            chain.lower - LIMIT_SLACK, chain.upper + LIMIT_SLACK, TOLERANCE,
        )  # fmt: skip
    return ends


@kernel
def _toward(
    poses: Array, axis: Array, kind: Ints, qindex: Ints, J: Array, rate: Array, x: Array, A: Array
) -> float:
    """Make x, a twist of the flange, the rates of the arm; `rate` are those of the other axes.

    Returns:
        The smallest pivot with the sign of the determinant.
    """
    T = poses[poses.shape[0] - 1]
    point = np.empty(3)
    point[0], point[1], point[2] = T[0, 3], T[1, 3], T[2, 3]
    jacobian_into(poses, axis, kind, qindex, point, J)
    for i in range(6):
        for k in range(6):
            A[i, k] = J[i, k]
        for k in range(6, J.shape[1]):
            x[i] -= J[i, k] * rate[k]
    return solve(A, x, 0.0)


@kernel
def _goal_at(start: Array, p: Array, w: Array, u: float, out: Array) -> None:
    """Write the pose a part u along a line into out: turned by u w [rad], moved by u p [m]."""
    angle = math.sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2])
    R = np.eye(3)
    if angle > 0.0:
        x, y, z = w[0] / angle, w[1] / angle, w[2] / angle
        c, s = math.cos(u * angle), math.sin(u * angle)
        d = 1.0 - c
        R[0, 0], R[0, 1], R[0, 2] = c + x * x * d, x * y * d - z * s, x * z * d + y * s
        R[1, 0], R[1, 1], R[1, 2] = y * x * d + z * s, c + y * y * d, y * z * d - x * s
        R[2, 0], R[2, 1], R[2, 2] = z * x * d - y * s, z * y * d + x * s, c + z * z * d
    for i in range(3):
        for j in range(3):
            out[i, j] = R[i, 0] * start[0, j] + R[i, 1] * start[1, j] + R[i, 2] * start[2, j]
        out[i, 3] = start[i, 3] + u * p[i]
    out[3, 0], out[3, 1], out[3, 2], out[3, 3] = 0.0, 0.0, 0.0, 1.0


@kernel
def _onto(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, goal: Array, pivot: float,
    q: Array, poses: Array, J: Array, A: Array,
) -> int:  # fmt: skip
    """Move the arm axes of q by Newton to a goal; 1 where it contracts, 0 where not, else -1.

    -1 is a Jacobian that is singular, or whose determinant has not the sign of `pivot`.
    """
    e, x, still = np.empty(6), np.empty(6), np.zeros(q.shape[0])
    limit = ROOM
    for _ in range(6):
        poses_into(parent, origin, axis, kind, qindex, q, poses)
        pose_error(poses[poses.shape[0] - 1], goal, e)
        left = 0.0
        for i in range(6):
            x[i] = e[i]
            left = max(left, abs(e[i]))
        if left < 1e-9:
            return 1
        other = _toward(poses, axis, kind, qindex, J, still, x, A)
        if other * pivot <= 0.0 or abs(other) < PIVOT:
            return -1
        size = 0.0
        for k in range(6):
            size = max(size, abs(x[k]))
        if size > limit:
            return 0
        limit = CONTRACTION * size + 1e-7
        for k in range(6):
            q[k] += x[k]
    return 0


@kernel
def _line(start: Array, goal: Array, twist: Array) -> float:
    """Write what a line moves [m] and turns [rad] into twist; return the most of a joint on it.

    0 is a turn by half, whose axis is open.
    """
    pose_error(start, goal, twist)
    way = math.sqrt(twist[0] * twist[0] + twist[1] * twist[1] + twist[2] * twist[2])
    angle = math.sqrt(twist[3] * twist[3] + twist[4] * twist[4] + twist[5] * twist[5])
    if angle > HALF_TURN:
        return 0.0
    return RUSH * max(way / SHORT_M, max(angle / SHORT_RAD, 1.0))


@kernel
def _arrive(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, goal: Array,
    q: Array, to: Array, lower: Array, upper: Array, tolerance: float,
) -> bool:  # fmt: skip
    """Move the arm axes of `to` to the end of the line from q; False where that is not certain."""
    L, dof = parent.shape[0], q.shape[0]
    poses, J, A = np.empty((L, 4, 4)), np.empty((6, dof)), np.empty((6, 6))
    x, twist, start, at = np.empty(6), np.empty(6), np.empty((4, 4)), np.empty((4, 4))
    now, new, rate = q.copy(), q.copy(), to - q
    poses_into(parent, origin, axis, kind, qindex, q, poses)
    start[:] = poses[L - 1]
    rush = _line(start, goal, twist)
    u, most = 0.0, 1.0
    while u < 1.0:
        x[:] = twist
        pivot = _toward(poses, axis, kind, qindex, J, rate, x, A)
        fastest = 0.0
        for k in range(6):
            rate[k] = x[k]
            fastest = max(fastest, abs(x[k]))
        if abs(pivot) < PIVOT or fastest > rush:
            return False
        h = min(most, STEP / max(fastest, 1e-9))
        h = 1.0 - u if h > 0.9 * (1.0 - u) else h
        for k in range(dof):
            new[k] = now[k] + h * rate[k]
        _goal_at(start, twist[:3], twist[3:], u + h, at)
        held = _onto(parent, origin, axis, kind, qindex, at, pivot, new, poses, J, A)
        if held < 0 or (h < LEAST and h < 1.0 - u):
            return False
        if held == 0:
            most = 0.5 * h
            poses_into(parent, origin, axis, kind, qindex, now, poses)
            continue
        for k in range(6):
            if min(now[k], new[k]) - ROOM < lower[k] or max(now[k], new[k]) + ROOM > upper[k]:
                return False
        now[:] = new
        u = 1.0 if h >= 1.0 - u else u + h
        most = 1.0
    to[:6] = now[:6]
    return newton(parent, origin, axis, kind, qindex, goal, 6, to, 40, 0.3) <= tolerance


@kernel
def _arrive_all(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, goals: Array, starts: Array,
    ext: Array, ends: Array, lower: Array, upper: Array, tolerance: float,
) -> None:  # fmt: skip
    """Fill the rows of ends that are certain."""
    dof = starts.shape[1]
    for n in range(goals.shape[0]):
        q = starts[n].copy()
        if math.isnan(q[0]) and n > 0:
            q[:] = ends[n - 1]
        if math.isnan(q[0]):
            continue
        to = q.copy()
        for k in range(6, dof):
            if not math.isnan(ext[n, k - 6]):
                to[k] = ext[n, k - 6]
        if _arrive(parent, origin, axis, kind, qindex, goals[n], q, to, lower, upper, tolerance):
            ends[n] = to
