"""Joint values along a TCP path by Newton steps, in numba without BLAS."""

from __future__ import annotations

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array, Pose
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.newton import follow, newton
from cellsim.motion.onto import near_onto

TOLERANCE = 1e-9
JUMP = 0.35
NEAR = 0.05
_ROUNDS = 6


@kernel
def _land(
    parent: Ints,
    origin: Array,
    axis: Array,
    kind: Ints,
    qindex: Ints,
    goals: Array,
    arm: int,
    q: Array,
) -> float:
    """Move each row of q (n, dof) onto its goal (n, 4, 4); return the largest error left.

    Plain Newton from a seed that is near; the damped one where that does not land.
    """
    dof = q.shape[1]
    poses, J, row = np.empty((parent.shape[0], 4, 4)), np.empty((6, dof)), np.empty(dof)
    worst = 0.0
    for n in range(goals.shape[0]):
        for k in range(dof):
            row[k] = q[n, k]
        error = near_onto(parent, origin, axis, kind, qindex, goals[n], arm, _ROUNDS, row, poses, J)
        moved = 0.0
        for k in range(dof):
            moved = max(moved, abs(row[k] - q[n, k]))
        if error > 1e-10 or moved > NEAR:
            for k in range(dof):
                row[k] = q[n, k]
            error = newton(parent, origin, axis, kind, qindex, goals[n], arm, row, 40, 0.3)
        for k in range(dof):
            q[n, k] = row[k]
        worst = max(worst, error)
    return worst


def follow_poses(chain: Chain, world_T_flange: Array, ext: Array, q_start: Array) -> Array:
    """Return joint values along a pose sequence as far as it can be followed.

    Args:
        world_T_flange: Shape (n, 4, 4). ext: External axes at each, shape (n, dof - arm_dof).
        q_start: Configuration to continue from, shape (dof,), near the first pose.

    Returns:
        Shape (m, dof), m <= n rows, each on its pose within 1e-9 m and rad and within
        0.35 rad of the row before.
    """
    q = np.empty((len(world_T_flange) + 1, chain.dof))
    q[0] = q_start
    q[1:, chain.arm_dof :] = ext
    open_limits = np.full(chain.dof, np.inf)
    rows = follow(
        chain.parent,
        chain.origin,
        chain.axis,
        chain.kind,
        chain.qindex,
        np.ascontiguousarray(world_T_flange),
        chain.arm_dof,
        q,
        TOLERANCE,
        -open_limits,
        open_limits,
        JUMP,
    )
    return q[1 : rows + 1]


def polish(chain: Chain, world_T_flange: Array, q_seed: Array) -> Array:
    """Return q_seed (n, dof) moved onto the flange poses (n, 4, 4), external axes kept."""
    q = np.array(q_seed, dtype=np.float64)
    goals = np.ascontiguousarray(world_T_flange)
    _land(
        chain.parent,
        chain.origin,
        chain.axis,
        chain.kind,
        chain.qindex,
        goals,
        chain.arm_dof,
        q,
    )
    return q


def tcp_points(chain: Chain, q: Array, flange_T_tcp: Pose) -> Array:
    """Return TCP positions [m, world] for q (n, dof), shape (n, 3)."""
    T = link_poses(chain, q)[:, chain.flange]
    points: Array = T[:, :3, :3] @ flange_T_tcp.p + T[:, :3, 3]
    return points
