"""Torque of the arm's axes over a timeline, with tool, held parts and the torque of a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from cellsim.domain.cell import MotionGroup
from cellsim.domain.robot import Joint
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array, Pose
from cellsim.verify.context import Context
from cellsim.verify.loads import Load
from cellsim.verify.recheck import samples

Knots = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
# Looks at a time: what dynamics holds of each would grow with the length of a motion.
MOST_LOOKS = 10_000
# No torque below this [N m | N] is one: a thousand operations on moments of up to 1e6 N m round by
# at most 1.1e-7 N m (n u / (1 - n u): Higham 2002, section 3.1). A limit below it counts as it.
LEAST = 1e-6


@dataclass(frozen=True)
class Peak:
    """Where an axis asks for most of what it has: torque and limit [N m | N], when [s].

    knot: At that instant, or the next one after it.
    """

    value: float
    limit: float
    t: float
    knot: int

    @property
    def share(self) -> float:
        """Torque over limit."""
        return self.value / max(self.limit, LEAST)


@dataclass(frozen=True, eq=False)
class Torques:
    """Torques of the arm's axes under one load.

    Attributes:
        knots: Of the track, shape (m,). torque: At them, by amount [N m | N], shape (m, arm dof).
        peaks: Of each axis, at the knots and every millisecond between them, arm dof of them.
        hung: What hangs on the flange.
    """

    knots: Knots
    torque: Array
    peaks: tuple[Peak, ...]
    hung: Load

    @property
    def load(self) -> str:
        """Name of what hangs on the flange."""
        return self.hung.name


@dataclass(frozen=True, eq=False)
class _Looks:
    """Instants of a track: t (n,), the knot at or after each (n,), q, qd, qdd (n, dof)."""

    t: Array
    knots: Knots
    q: Array
    qd: Array
    qdd: Array


_KNOWN: WeakKeyDictionary[Context, dict[str, tuple[Torques, ...]]] = WeakKeyDictionary()


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


def torques(context: Context, group: str) -> tuple[Torques, ...]:
    """Return the torques under each load of a group; without friction and motor inertia.

    The torque of a process has no known sign: it is added by amount. Two rules ask for them.

    Raises:
        BadInput: A link has no mass.
    """
    known = _KNOWN.setdefault(context, {})
    if group not in known:
        known[group] = tuple(_under_each_load(context, group))
    return known[group]


def _under_each_load(context: Context, group: str) -> Iterator[Torques]:
    track, owner = context.tracks[group], context.cell.groups[group]
    for load in context.loads[group]:
        knots = np.flatnonzero((track.t >= load.t0 - 1e-9) & (track.t <= load.t1 + 1e-9))
        if not len(knots):
            continue
        at = _Looks(track.t[knots], knots, track.q[knots], track.qd[knots], track.qdd[knots])
        torque = _needed(context, group, load, at)
        peaks = _peaks(owner, at, torque)
        for looks in _between(track, knots):
            more = _peaks(owner, looks, _needed(context, group, load, looks))
            pairs = zip(peaks, more, strict=True)
            peaks = [b if b.share > a.share else a for a, b in pairs]
        yield Torques(knots, torque, tuple(peaks), load)


def _needed(context: Context, group: str, load: Load, looks: _Looks) -> Array:
    """Return the torque of each axis by amount [N m | N], shape (n, arm dof)."""
    from cellsim.kinematics.dynamics import inverse_dynamics, moment_torques

    chain, robot = context.chains[group], context.cell.groups[group].robot
    base, pull = _base(context, group, looks.qdd)
    q, qd, qdd = (x[:, : robot.dof] for x in (looks.q, looks.qd, looks.qdd))
    rows = inverse_dynamics(robot, q, qd, qdd, load.masses(), base, pull)
    moment = load.torque * context.tcp(group).R[:, 2]
    return np.abs(rows) + moment_torques(chain, looks.q, moment)


def _between(track: GroupTrack, knots: Knots) -> Iterator[_Looks]:
    """Yield motions every millisecond, interpolated by other code than made them, in parts."""
    for motion in track.motions:
        first, last = max(motion.first, int(knots[0])), min(motion.last, int(knots[-1]))
        if motion.kind == "stand" or last <= first:
            continue
        t, (q, qd, qdd) = samples(track, first, last)
        at = np.searchsorted(track.t, t)
        for k in range(0, len(t), MOST_LOOKS):
            own = slice(k, k + MOST_LOOKS)
            yield _Looks(t[own], at[own], q[own], qd[own], qdd[own])


def _peaks(owner: MotionGroup, looks: _Looks, torque: Array) -> list[Peak]:
    """Return the instant of each axis at which it asks for most of what it has."""
    peaks = []
    for j, joint in enumerate(owner.robot.joints):
        limit = limits_of(joint, looks.qd[:, j])
        k = int(np.argmax(_shares(torque[:, j], limit)))
        values = float(torque[k, j]), float(limit[k]), float(looks.t[k])
        peaks.append(Peak(*values, int(looks.knots[k])))
    return peaks


def _shares(torque: Array, limit: Array) -> Array:
    """Return torque over limit [N m | N], shape of both; a limit of 0 counts as `LEAST`."""
    return np.asarray(torque / np.maximum(limit, LEAST))


def _base(context: Context, group: str, qdd: Array) -> tuple[Pose, Array]:
    """Return `world_T_base`, and the acceleration of the base [m/s2, world] at each qdd, (n, 3).

    Sliding axes under the arm do not turn it, so both follow from where their joints point.
    """
    from cellsim.kinematics.chain import PRISMATIC
    from cellsim.kinematics.fk import link_poses

    track, chain = context.tracks[group], context.chains[group]
    poses = link_poses(chain, track.q[:1])[0]
    pull = np.zeros((len(qdd), 3))
    for link in range(chain.base + 1):
        if chain.kind[link] == PRISMATIC:
            axis = poses[link, :3, :3] @ chain.axis[link]
            pull += qdd[:, chain.qindex[link], None] * axis
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
