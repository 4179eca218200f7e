"""Loads: what tool and part put on the wrist axes, and the torque of every axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.robot import Robot
from cellsim.errors import UnknownName
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import REVOLUTE, Chain
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.mass import GRAVITY, Mass


@dataclass(frozen=True, eq=False)
class WristLoad:
    """Load on one wrist axis at every q: torque [N m], shape (n,); inertia [kg m2], shape (n,)."""

    joint: str
    torque: Array
    inertia: Array


def wrist_load(
    chain: Chain,
    robot: Robot,
    q: Array,
    masses: Sequence[Mass],
    process_torque: Array | None = None,
) -> tuple[WristLoad, ...]:
    """Return the static torque and inertia that the load puts on each limited wrist axis.

    Only what hangs on the flange counts, as in the makers' wrist diagrams.

    Args:
        q: Joint values, shape (n, dof).
        process_torque: Moment of the process on the tool in the flange frame [N m], shape (3,);
            its part along the axis is added to the torque by amount.
    """
    poses = link_poses(chain, np.atleast_2d(np.asarray(q, dtype=np.float64)))
    world_R_flange = poses[:, chain.flange, :3, :3]
    flange_p = poses[:, chain.flange, :3, 3]
    names = [joint.name for joint in robot.joints]
    loads = []
    for limit in robot.wrist_limits:
        if limit.joint not in names:
            raise UnknownName("joint", limit.joint, names)
        link = chain.base + 1 + names.index(limit.joint)
        axis = poses[:, link, :3, :3] @ chain.axis[link]
        origin = poses[:, link, :3, 3]
        torque, inertia = np.zeros(len(poses)), np.zeros(len(poses))
        for body in masses:
            arm = flange_p + world_R_flange @ np.asarray(body.com) - origin
            more = _about(axis, arm, world_R_flange, body)
            torque, inertia = torque + more[0], inertia + more[1]
        torque = np.abs(torque)
        if process_torque is not None:
            moment = world_R_flange @ np.asarray(process_torque, dtype=np.float64)
            torque += np.abs(np.einsum("ni,ni->n", axis, moment))
        loads.append(WristLoad(limit.joint, torque, inertia))
    return tuple(loads)


def _about(axis: Array, arm: Array, world_R_flange: Array, body: Mass) -> tuple[Array, Array]:
    """Return (signed gravity torque, inertia) of a body about an axis, each of shape (n,).

    Args:
        axis, arm: Unit axis, and com from a point on it, in the world, shape (n, 3).
    """
    force = np.array([0.0, 0.0, -GRAVITY * body.mass])
    torque = np.einsum("ni,ni->n", axis, np.cross(arm, force))
    flange_axis = np.einsum("nji,nj->ni", world_R_flange, axis)
    inertia = np.einsum("ni,ij,nj->n", flange_axis, body.inertia, flange_axis)
    return torque, inertia + body.mass * np.sum(np.cross(axis, arm) ** 2, axis=1)


def inverse_dynamics(
    robot: Robot,
    q: Array,
    qd: Array,
    qdd: Array,
    masses: Sequence[Mass] = (),
    world_T_base: Pose | None = None,
    base_acceleration: Array | None = None,
) -> Array:
    """Return the torques of the arm's axes, without friction and without motor inertia.

    Args:
        q, qd, qdd: Arm joints, shape (n, robot.dof) [rad | m, per s, per s2].
        masses: What hangs on the flange.
        world_T_base: For the direction of gravity; the base does not turn.
        base_acceleration: Of the base [m/s2, world], shape (n, 3); None = it stands still.

    Returns:
        Shape (n, robot.dof) [N m | N]. Raises BadInput where a link has no mass figure.
    """
    from cellsim.kinematics.pinocchio_adapter import rnea

    base = world_T_base or Pose.identity()
    q, qd, qdd = np.atleast_2d(q), np.atleast_2d(qd), np.atleast_2d(qdd)
    return rnea(robot, q, qd, qdd, masses, base, base_acceleration)


def moment_torques(chain: Chain, q: Array, flange_moment: Array) -> Array:
    """Return what a moment on the flange asks of each turning axis, by amount.

    Args:
        q: Joint values, shape (n, dof). flange_moment: [N m], flange frame, shape (3,).

    Returns:
        Shape (n, arm_dof) [N m]; 0 for sliding axes.
    """
    rows = np.atleast_2d(np.asarray(q, dtype=np.float64))
    if not np.any(flange_moment):
        return np.zeros((len(rows), chain.arm_dof))
    poses = link_poses(chain, rows)
    moment = poses[:, chain.flange, :3, :3] @ np.asarray(flange_moment, dtype=np.float64)
    torques = np.zeros((len(poses), chain.arm_dof))
    for j in range(chain.arm_dof):
        link = chain.base + 1 + j
        if chain.kind[link] == REVOLUTE:
            axis = poses[:, link, :3, :3] @ chain.axis[link]
            torques[:, j] = np.abs(np.einsum("ni,ni->n", axis, moment))
    return torques
