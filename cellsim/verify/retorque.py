"""Torques known a second way: Newton-Euler in the world frame, every millisecond.

Nothing here is shared with what finds the peaks: that is pinocchio's spatial algebra in link
frames, at instants motion by motion. Here the motion is `GroupTrack.traj`, straight through.

Source: Siciliano et al. 2009, section 7.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.robot import Robot
from cellsim.geometry import Array
from cellsim.kinematics.mass import GRAVITY, Mass
from cellsim.verify.context import Context
from cellsim.verify.loads import Load
from cellsim.verify.recheck import STEP_S, Disagreement
from cellsim.verify.torque import LEAST, Torques, limits_of, torques

AGREE = 1e-6
# Looks at a time, and at one load: memory and time stay bounded for a motion of hours.
_AT_ONCE, _MOST = 10_000, 600_000


@dataclass(frozen=True, eq=False)
class _Joint:
    """A joint while it moves: a point on its axis, the axis, whether it turns; (3, n)."""

    p: Array
    z: Array
    turns: bool


def torques_again(
    robot: Robot, base_R: Array, rows: tuple[Array, Array, Array], masses: Sequence[Mass],
    moment: Array, pull: Array,
) -> Array:  # fmt: skip
    """Return the torque of each axis by amount, process included [N m | N], shape (n, robot.dof).

    Vectors are (3, n) and rotations (3, 3, n) inside: every step is a few long rows.

    Args:
        base_R: `world_R_base`, shape (3, 3). rows: q, qd, qdd of the arm, each (n, robot.dof).
        masses: On the flange. moment: Of the process on it [N m], flange frame, shape (3,).
        pull: Acceleration of the base, which does not turn [m/s2, world], shape (n, 3).
    """
    n = len(pull)
    R, p = np.repeat(base_R[:, :, None], n, axis=2), np.zeros((3, n))
    w, turn = np.zeros((3, n)), np.zeros((3, n))
    a = pull.T + np.array([[0.0], [0.0], [GRAVITY]])
    joints, forces = [], []
    for k, (joint, link) in enumerate(zip(robot.joints, robot.links[1:], strict=True)):
        q, qd, qdd = (np.ascontiguousarray(x[:, k]) for x in rows)
        arm = _led(R, joint.origin.p)
        a, p, R = a + _around(w, turn, arm), p + arm, joint.origin.R.T @ R
        axis = np.asarray(joint.axis) / np.linalg.norm(joint.axis)
        z = _led(R, axis)
        turns = joint.kind == "revolute"
        joints.append(_Joint(p, z, turns))
        if turns:
            turn, w = turn + z * qdd + _cross(w, z) * qd, w + z * qd
            R = _turned(R, axis, q)
        else:
            a = a + _around(w, turn, z * q) + z * qdd + 2.0 * _cross(w, z) * qd
            p = p + z * q
        body = Mass(link.mass or 0.0, np.asarray(link.com), np.asarray(link.inertia))
        forces.append(_needs(body, R, p, w, turn, a))
    flange_R, arm = robot.flange.R.T @ R, _led(R, robot.flange.p)
    at_flange = flange_R, p + arm, w, turn, a + _around(w, turn, arm)
    F, M = np.zeros((3, n)), np.zeros((3, n))
    for body in masses:
        f, m = _needs(body, *at_flange)
        F, M = F + f, M + m
    asked = _led(flange_R, moment)
    found = np.zeros((n, len(joints)))
    for k in reversed(range(len(joints))):
        own, (f, m) = joints[k], forces[k]
        F, M = F + f, M + m
        about = M - _cross(own.p, F) if own.turns else F
        found[:, k] = np.abs(np.sum(own.z * about, axis=0))
        found[:, k] += np.abs(np.sum(own.z * asked, axis=0)) * own.turns
    return found


def _needs(body: Mass, R: Array, p: Array, w: Array, turn: Array, a: Array) -> tuple[Array, Array]:
    """Return what moves a body: force, and moment about the base's origin, each (3, n)."""
    r = _led(R, np.asarray(body.com))
    force = body.mass * (a + _around(w, turn, r))
    spin, more = (_led(R, body.inertia @ np.sum(R * x[:, None], axis=0)) for x in (w, turn))
    return force, more + _cross(w, spin) + _cross(p + r, force)


def _led(R: Array, v: Array) -> Array:
    """Return R v, shape (3, n), for v of shape (3,) or (3, n)."""
    return np.asarray(R[:, 0] * v[0] + R[:, 1] * v[1] + R[:, 2] * v[2])


def _cross(a: Array, b: Array) -> Array:
    """Return a x b, shape (3, n)."""
    out = np.empty_like(a)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[i] = a[j] * b[k] - a[k] * b[j]
    return out


def _around(w: Array, turn: Array, r: Array) -> Array:
    """Return how a point at r from another accelerates against it, shape (3, n)."""
    return _cross(turn, r) + _cross(w, _cross(w, r))


def _turned(R: Array, axis: Array, angle: Array) -> Array:
    """Return R times rotations about an axis (3,) by angles (n,): Rodrigues, shape (3, 3, n)."""
    x, y, z = axis
    K = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    sideways = K.T @ R
    return np.asarray(R + np.sin(angle) * sideways + (1.0 - np.cos(angle)) * (K.T @ sideways))


def torques_disagree(context: Context, group: str) -> Iterator[Disagreement]:
    """Yield the axes of which the peak is not what this way tells, under each load.

    At the instant of the peak both must tell the same; at no millisecond may this way pass the
    peak by more than it changes until the next one.
    """
    owner, track = context.cell.groups[group], context.tracks[group]
    for part in torques(context, group):
        worst = _worst(context, group, part)
        at_peaks = _again(context, group, part.hung, np.array([peak.t for peak in part.peaks]))[0]
        for j, (joint, peak) in enumerate(zip(owner.robot.joints, part.peaks, strict=True)):
            value = float(at_peaks[j, j])
            limit, told = peak.limit, abs(value - peak.value)
            if told <= AGREE * (1.0 + peak.value) and worst[j] <= peak.share * (1.0 + AGREE):
                continue
            if told <= AGREE * (1.0 + peak.value):
                value = float(worst[j]) * max(limit, LEAST)
            unit = "N m" if joint.kind == "revolute" else "N"
            what = "torque by Newton-Euler against its peak"
            at = min(peak.knot, len(track.t) - 1)
            yield Disagreement(what, joint.name, value, peak.value, unit, at)


def _worst(context: Context, group: str, part: Torques) -> Array:
    """Return the share of its torque that each axis asks for at some millisecond at least, (dof,).

    Less what it changes by until the next one, as the peaks are looked at between, and rounding.
    """
    track, robot = context.tracks[group], context.cell.groups[group].robot
    t0, t1 = float(track.t[part.knots[0]]), float(track.t[part.knots[-1]])
    step = max(STEP_S, (t1 - t0) / _MOST)
    at = np.append(np.arange(t0, t1, step), t1)
    found = np.full(robot.dof, -np.inf)
    for k in range(0, len(at), _AT_ONCE):
        torque, speed = _again(context, group, part.hung, at[k : k + _AT_ONCE + 1])
        limit = np.stack([limits_of(j, v) for j, v in zip(robot.joints, speed.T, strict=True)])
        limit = np.maximum(limit.T, LEAST)
        share = torque / limit
        change = np.abs(np.diff(share, axis=0, prepend=share[:1], append=share[-1:]))
        sure = share - np.maximum(change[:-1], change[1:]) - LEAST / limit
        found = np.maximum(found, sure.max(axis=0))
    return found


def _again(context: Context, group: str, load: Load, t: Array) -> tuple[Array, Array]:
    """Return torques by amount and speeds of the arm's axes at times [s], each (n, robot.dof)."""
    from cellsim.kinematics.chain import PRISMATIC
    from cellsim.kinematics.fk import link_poses

    track, chain = context.tracks[group], context.chains[group]
    robot = context.cell.groups[group].robot
    rows = [track.traj(t, order) for order in range(3)]
    root = slice(chain.base + 1)
    under = chain.qindex[root][chain.kind[root] == PRISMATIC]
    q0 = track.q[0]
    base = link_poses(chain, np.stack([q0, *(q0 + np.eye(len(q0))[k] for k in under)]))
    base = base[:, chain.base]
    pull = np.zeros((len(t), 3))
    for k, moved in zip(under, base[1:], strict=True):
        pull += rows[2][:, k, None] * (moved[:3, 3] - base[0, :3, 3])
    moment = load.torque * context.tcp(group).R[:, 2]
    arm = rows[0][:, : robot.dof], rows[1][:, : robot.dof], rows[2][:, : robot.dof]
    found = torques_again(robot, base[0, :3, :3], arm, load.masses(), moment, pull)
    return found, arm[1]
