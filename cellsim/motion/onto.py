"""Joint values moved onto poses that lie near, many at a time, in numba without BLAS."""

from __future__ import annotations

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import jacobian_into, poses_into
from cellsim.kinematics.newton import pose_error
from cellsim.motion.rates import joint_rate

TOLERANCE = 1e-9
# A joint that turns farther for a small shift of its tool has passed a singularity [rad].
FARTHEST = 0.35
_ROUNDS, _STEP = 20, 0.1

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@kernel
def near_onto(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, goal: Array, arm: int,
    rounds: int, q: Array, poses: Array, J: Array,
) -> float:  # fmt: skip
    """Move the arm axes of q onto a goal by plain Newton steps; return the largest error left.

    Args:
        rounds: How many steps at the most, each of at most 0.1 rad of a joint.
        poses, J: Room for link poses (n, 4, 4) and the Jacobian (6, dof).
    """
    point, e, step = np.empty(3), np.empty(6), np.empty(q.shape[0])
    error, before = np.inf, np.inf
    for _ in range(rounds):
        poses_into(parent, origin, axis, kind, qindex, q, poses)
        T = poses[poses.shape[0] - 1]
        pose_error(T, goal, e)
        before, error = error, 0.0
        for i in range(6):
            error = max(error, abs(e[i]))
        if error < 1e-13 or (error < 1e-10 and error > 0.1 * before):
            break
        for i in range(3):
            point[i] = T[i, 3]
        jacobian_into(poses, axis, kind, qindex, point, J)
        joint_rate(J, arm, e, step)
        for k in range(arm):
            q[k] += min(max(step[k], -_STEP), _STEP)
    return error


@kernel
def _move(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, goals: Array, arm: int,
    q: Array, errors: Array,
) -> None:  # fmt: skip
    """Move rows of q (n, dof) onto goals (n, 4, 4); write what is left (n,)."""
    poses, J = np.empty((parent.shape[0], 4, 4)), np.empty((6, q.shape[1]))
    for n in range(goals.shape[0]):
        errors[n] = near_onto(
            parent, origin, axis, kind, qindex, goals[n], arm, _ROUNDS, q[n], poses, J
        )


def moved_onto(chain: Chain, world_T_flange: Array, q_near: Array) -> tuple[Array, Flags]:
    """Return joint values on flange poses, and which of them were reached from near by.

    Args:
        world_T_flange: Shape (m, n, 4, 4).
        q_near: Where to start, shape (n, dof); external axes are kept.

    Returns:
        (shape (m, n, dof), each on its pose within 1e-9 m and rad where reached; shape (m, n)).
    """
    m, n = world_T_flange.shape[:2]
    rows = np.repeat(np.asarray(q_near, dtype=np.float64)[None], m, axis=0).reshape(m * n, -1)
    errors = np.empty(m * n)
    goals = np.ascontiguousarray(world_T_flange).reshape(m * n, 4, 4)
    _move(chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, goals,
          chain.arm_dof, rows, errors)  # fmt: skip
    q = rows.reshape(m, n, -1)
    near = np.abs(q - q_near).max(axis=2) <= FARTHEST
    return q, (errors.reshape(m, n) <= TOLERANCE) & near
