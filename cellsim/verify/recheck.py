"""The motion looked at every millisecond, by code that neither made it nor found its extrema.

It has its own interpolation (powers of time) and knows nothing of path, law or look-ahead. What it
sees must agree with the closed-form extrema, with the programmed lines and with the programmed
speeds; where it does not, one of the two is wrong, and that is an error of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import MotionGroup
from cellsim.domain.timeline import GroupTrack, Ints, Motion
from cellsim.geometry import Array
from cellsim.verify import looks
from cellsim.verify.context import Context
from cellsim.verify.extrema import CLOSE, SHORT_S, corner_ends, jerks, largest

STEP_S = 1e-3
# Looks at one motion: one above 600 s, the longest that may be driven, is looked at less often.
MOST = 600_000
SPEED_SHARE = 0.01
# Of the largest jerk of a joint: the two polynomials of a piece in which the jerk jumps a little
# differ by so much (0.2 % was seen).
JERK_SHARE = 0.005
STRAIGHT_M = 1e-4
_EPSILON = 1e-14
NAMES = ("position", "speed", "acceleration")


@dataclass(frozen=True)
class Disagreement:
    """What two ways to know one number say; `what` in words, numbers in SI, `at` a knot."""

    what: str
    joint: str
    value: float
    limit: float
    unit: str
    at: int


def samples(track: GroupTrack, first: int, last: int) -> tuple[Array, Array]:
    """Return times [s] and q, qd, qdd every millisecond of knots first..last, (m,), (3, m, dof).

    At most MOST steps: memory stays bounded for a motion of hours, which is an error of its own.
    """
    t = track.t[first : last + 1]
    at = np.append(np.arange(t[0], t[-1], step_of(track, first, last)), t[-1])
    return at, _values(track, first, last, at)


def _values(track: GroupTrack, first: int, last: int, at: Array) -> Array:
    """Return q, qd, qdd at times [s] between knots first and last, shape (3, m, dof)."""
    out = np.empty((3, len(at), track.q.shape[1]))
    looks.values_at(*_knots(track, first, last), at, out)
    return out


def _knots(track: GroupTrack, first: int, last: int) -> tuple[Array, Array, Array, Array]:
    """Return t, q, qd, qdd of knots first..last."""
    t, q, v, a = (x[first : last + 1] for x in (track.t, track.q, track.qd, track.qdd))
    return t, q, v, a


def step_of(track: GroupTrack, first: int, last: int) -> float:
    """Return the time between looks at knots first..last [s]."""
    return max(STEP_S, float(track.t[last] - track.t[first]) / MOST)


@dataclass(frozen=True, eq=False)
class Seen:
    """What looks at the knots and at every millisecond between them tell of a track.

    Attributes:
        most: Largest |q|, |qd|, |qdd| of each joint, shape (3, dof). where: knots by which they
            were seen, shape (3, dof).
        low, high: At least and at most |jerk| of each piece, shape (n-1, dof); 0 where it stands.
        widest: Longest time between looks [s].
    """

    most: Array
    where: Ints
    low: Array
    high: Array
    widest: float


def seen_of(track: GroupTrack) -> Seen:
    """Look at every motion of a track."""
    dof = track.q.shape[1]
    most, where = np.zeros((3, dof)), np.zeros((3, dof), dtype=np.int64)
    low = np.zeros((max(len(track.t) - 1, 0), dof))
    high, snap, widest = np.zeros_like(low), _snap(track), STEP_S
    for motion in track.motions:
        if motion.last <= motion.first or motion.kind == "stand":
            continue
        own, step = slice(motion.first, motion.last), step_of(track, motion.first, motion.last)
        knots = _knots(track, motion.first, motion.last)
        seen, low[own], high[own] = looks.look(*knots, snap[own], step)
        where = np.where(seen > most, motion.last, where)
        most, widest = np.maximum(most, seen), max(widest, step)
    return Seen(most, where, low, high, widest)


def _snap(track: GroupTrack) -> Array:
    """Return how fast the jerk of each piece may change, shape (n-1, dof)."""
    h = np.diff(track.t)[:, None]
    late = np.diff(track.qd, axis=0) - 0.5 * h * (track.qdd[:-1] + track.qdd[1:])
    return np.asarray(np.where(h < SHORT_S, 0.0, 12.0 * np.abs(late) / h**3))


def extrema_disagree(track: GroupTrack, group: MotionGroup, seen: Seen) -> Iterator[Disagreement]:
    """Yield joints whose closed-form extremum is not what samples see.

    A sample may not pass the extremum; the extremum may pass the samples by half a step (a
    millisecond, see `step_of`) of the next derivative at most, that of the acceleration piece by
    piece.
    """
    if len(track.t) < 2:
        return
    most = seen.most.copy()
    most[0] = np.maximum(most[0], np.abs(track.q).max(axis=0))
    short = float(np.diff(track.t).min())
    # Between two looks at a piece, which may be shorter than a step.
    gaps = np.minimum(np.diff(track.t)[:, None], seen.widest)
    bent = np.where(np.isfinite(seen.high), seen.high * gaps, 0.0).max(axis=0)
    changes = seen.widest * most[1], seen.widest * most[2], bent
    for order, name in enumerate(NAMES):
        exact = largest(track, order)
        rounding = 2.0 * CLOSE * (1.0 + exact) + _EPSILON * (1.0 + most[0]) / short**order
        room = 0.5 * changes[order] + rounding
        apart = (most[order] > exact + rounding) | (exact > most[order] + room)
        for j in np.flatnonzero(apart):
            joint, at = group.joints[j], int(seen.where[order, j])
            unit = ("rad", "m")[joint.kind == "prismatic"] + ("", "/s", "/s2")[order]
            what = f"{name} by samples against closed form"
            numbers = float(most[order, j]), float(exact[j])
            yield Disagreement(what, joint.name, *numbers, unit, at)


def jerks_disagree(track: GroupTrack, group: MotionGroup, seen: Seen) -> Iterator[Disagreement]:
    """Yield joints of which a piece has another jerk than its acceleration shows each millisecond.

    By differences of the acceleration of the quintic through positions, speeds and accelerations,
    at most a millisecond and never across a knot; the closed form knows no positions. Neither may
    pass the other by more than what positions and speeds disagree by, and the closed form by half
    a step of the next derivative. Pieces beside the end of a corner are left out: their quintic
    swings.
    """
    exact = jerks(track)
    if not len(exact):
        return
    room = 60.0 * np.abs(_missed(track)) / np.diff(track.t)[:, None] ** 3
    ends, moves = corner_ends(track), np.zeros((len(exact), 1), dtype=bool)
    for motion in track.motions:
        moves[motion.first : motion.last] = motion.kind != "stand"
    known = moves & ~(ends[:-1] | ends[1:])[:, None]
    apart = np.maximum(seen.low - exact, exact - seen.high)
    over = np.where(known, apart - room, 0.0)
    for j, joint in enumerate(group.joints):
        k = int(np.argmax(over[:, j]))
        if over[k, j] > CLOSE + JERK_SHARE * float(exact[:, j].max()):
            unit = ("rad", "m")[joint.kind == "prismatic"] + "/s3"
            what = "jerk by samples against closed form"
            numbers = float(seen.low[k, j]), float(exact[k, j])
            yield Disagreement(what, joint.name, *numbers, unit, k + 1)


def _missed(track: GroupTrack) -> Array:
    """Return the way between knots less that of their speeds and accelerations, (n-1, dof).

    By the trapezoid rule with end correction, exact for constant jerk.
    """
    h, v, a = np.diff(track.t)[:, None], track.qd, track.qdd
    way = h / 2.0 * (v[:-1] + v[1:]) + h * h / 12.0 * (a[:-1] - a[1:])
    return np.asarray(np.diff(track.q, axis=0) - way)


def speeds_disagree(track: GroupTrack, group: MotionGroup) -> Iterator[Disagreement]:
    """Yield joints whose speeds at the knots do not lead from one position to the next.

    The way by the trapezoid rule with end correction, exact for constant jerk, may miss the way
    between the knots by 1 % of the largest speed times the time.
    """
    h = np.diff(track.t)[:, None]
    if not len(h):
        return
    off = np.abs(_missed(track)) / h
    most = np.abs(track.qd).max(axis=0)
    for j, joint in enumerate(group.joints):
        limit = SPEED_SHARE * (joint.speed or float(most[j]))
        k = int(np.argmax(off[:, j]))
        if off[k, j] > limit + 1e-9:
            unit = "m/s" if joint.kind == "prismatic" else "rad/s"
            yield Disagreement(
                "way against speed", joint.name, float(off[k, j]), limit, unit, k + 1
            )


def tcp_path(context: Context, group: str, motion: Motion) -> tuple[Array, Array]:
    """Return times [s] and TCP points [m, world] of a motion every millisecond, (m,), (m, 3).

    The intervals beside other motions are left out: where two meet, the acceleration of a knot is
    that of one side only, and the polynomial of the other side swings.
    """
    from cellsim.kinematics.fk import link_poses

    chain = context.chains[group]
    inner = motion.last - motion.first > 4
    t, values = samples(context.tracks[group], motion.first + inner, motion.last - inner)
    world_T_flange = link_poses(chain, values[0])[:, chain.flange]
    tip = world_T_flange[:, :3, :3] @ context.tcp(group, motion.tool).p + world_T_flange[:, :3, 3]
    return t, np.asarray(tip)


def off_line(points: Array) -> float:
    """Return how far points leave the straight line from the first to the last [m]."""
    way = points[-1] - points[0]
    length = float(np.linalg.norm(way))
    if length < 1e-9:
        return float(np.linalg.norm(points - points[0], axis=1).max())
    from_start = points - points[0]
    along = np.clip(from_start @ way / length**2, 0.0, 1.0)
    return float(np.linalg.norm(from_start - along[:, None] * way, axis=1).max())


def top_speed(t: Array, points: Array) -> tuple[float, float]:
    """Return the largest speed [m/s] by differences of points, and when [s]."""
    if len(t) < 3:
        return 0.0, float(t[0])
    gaps = np.diff(t)
    full = np.flatnonzero(gaps > 0.5 * STEP_S)
    if not len(full):
        return 0.0, float(t[0])
    speed = np.linalg.norm(points[full + 1] - points[full], axis=1) / gaps[full]
    k = int(np.argmax(speed))
    return float(speed[k]), float(t[full[k]])
