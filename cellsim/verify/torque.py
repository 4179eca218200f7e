"""Torque of the arm's axes over a timeline, with tool, held parts and the torque of a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import MotionGroup
from cellsim.domain.robot import Joint
from cellsim.geometry import Array, Pose
from cellsim.verify.context import Context


@dataclass(frozen=True, eq=False)
class Torques:
    """Torques of the arm's axes at knots of a track.

    Attributes:
        knots: Which, shape (m,). torque: By amount [N m | N], shape (m, arm dof).
        load: Name of what hangs on the flange.
    """

    knots: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    torque: Array
    load: str


def missing_figures(group: MotionGroup) -> list[str]:
    """Return the figures without which no torque of a group can be told, none where all are."""
    robot = group.robot
    missing = []
    bare = [k.name for k in robot.links[1:] if k.mass is None or k.inertia is None]
    if "torque" in robot.assumed:
        missing.append("joint torques (those at hand are recalled)")
    if "links.mass" in robot.assumed:
        missing.append("link masses (those at hand are estimates)")
    elif bare:
        missing.append(f"mass and inertia of {', '.join(bare)}")
    if any(e.carries == "arm" and e.robot.joints[0].kind != "prismatic" for e in group.externals):
        missing.append("dynamics of an arm on a turning axis")
    return missing


def torques(context: Context, group: str) -> Iterator[Torques]:
    """Yield the torques under each load of a group; without friction and motor inertia.

    The torque of a process has no known sign: it is added by amount.
    """
    from cellsim.kinematics.dynamics import inverse_dynamics, moment_torques

    track, owner = context.tracks[group], context.cell.groups[group]
    chain, arm = context.chains[group], owner.robot.dof
    base, pull = _base(context, group)
    for load in context.loads[group]:
        knots = np.flatnonzero((track.t >= load.t0 - 1e-9) & (track.t <= load.t1 + 1e-9))
        if not len(knots):
            continue
        q, qd, qdd = (x[knots] for x in (track.q, track.qd, track.qdd))
        rows = inverse_dynamics(
            owner.robot, q[:, :arm], qd[:, :arm], qdd[:, :arm], load.masses(), base, pull[knots]
        )
        moment = load.torque * context.tcp(group).R[:, 2]
        yield Torques(knots, np.abs(rows) + moment_torques(chain, q, moment), load.name)


def _base(context: Context, group: str) -> tuple[Pose, Array]:
    """Return `world_T_base`, and the acceleration of the base [m/s2, world] at each knot, (n, 3).

    Sliding axes under the arm do not turn it, so both follow from where their joints point.
    """
    from cellsim.kinematics.chain import PRISMATIC
    from cellsim.kinematics.fk import link_poses

    track, chain = context.tracks[group], context.chains[group]
    poses = link_poses(chain, track.q[:1])[0]
    pull = np.zeros((len(track.t), 3))
    for link in range(chain.base + 1):
        if chain.kind[link] == PRISMATIC:
            axis = poses[link, :3, :3] @ chain.axis[link]
            pull += track.qdd[:, chain.qindex[link], None] * axis
    return Pose(poses[chain.base, :3, :3], poses[chain.base, :3, 3]), pull


def limits_of(joint: Joint, speed: Array) -> Array:
    """Return the largest torque of a joint at each speed [rad/s | m/s], shape of speed.

    Between the points of the maker's curve by a straight line, beyond its last point by that one;
    infinite where no figure is given.
    """
    limit = np.full(speed.shape, np.inf if joint.torque is None else joint.torque)
    if joint.torque_at_speed:
        at, most = np.array(joint.torque_at_speed).T
        limit = np.minimum(limit, np.interp(np.abs(speed), at, most))
    return np.asarray(limit)
