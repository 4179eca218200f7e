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
from cellsim.domain.timeline import GroupTrack, Motion
from cellsim.geometry import Array
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
_ROUNDING = 2e-14
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
    t, q, v, a = (x[first : last + 1] for x in (track.t, track.q, track.qd, track.qdd))
    k = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    h = np.diff(t)[:, None]
    gap = q[1:] - q[:-1] - v[:-1] * h - 0.5 * a[:-1] * h * h
    late = v[1:] - v[:-1] - a[:-1] * h
    more = a[1:] - a[:-1]
    b3 = 10.0 * gap / h**3 - 4.0 * late / h**2 + more / (2.0 * h)
    b4 = -15.0 * gap / h**4 + 7.0 * late / h**3 - more / h**2
    b5 = 6.0 * gap / h**5 - 3.0 * late / h**4 + more / (2.0 * h**3)
    x = (at - t[k])[:, None]
    c0, c1, c2, c3, c4, c5 = (c[k] for c in (q, v, a, b3, b4, b5))
    place = c0 + x * (c1 + x * (c2 / 2.0 + x * (c3 + x * (c4 + x * c5))))
    speed = c1 + x * (c2 + x * (3.0 * c3 + x * (4.0 * c4 + x * 5.0 * c5)))
    acceleration = c2 + x * (6.0 * c3 + x * (12.0 * c4 + x * 20.0 * c5))
    return np.stack([place, speed, acceleration])


def step_of(track: GroupTrack, first: int, last: int) -> float:
    """Return the time between looks at knots first..last [s]."""
    return max(STEP_S, float(track.t[last] - track.t[first]) / MOST)


def extrema_disagree(track: GroupTrack, group: MotionGroup) -> Iterator[Disagreement]:
    """Yield joints whose closed-form extremum is not what samples see.

    A sample may not pass the extremum; the extremum may pass the samples by half a step (a
    millisecond, see `samples`) of the next derivative at most.
    """
    if len(track.t) < 2:
        return
    seen = np.zeros((3, len(group.joints)))
    jerk = np.zeros(len(group.joints))
    where = np.zeros((3, len(group.joints)), dtype=int)
    widest = STEP_S
    for motion in track.motions:
        if motion.last <= motion.first or motion.kind == "stand":
            continue
        _, values = samples(track, motion.first, motion.last)
        most = np.abs(values).max(axis=1)
        where = np.where(most > seen, motion.last, where)
        seen = np.maximum(seen, most)
        step = step_of(track, motion.first, motion.last)
        widest = max(widest, step)
        jerk = np.maximum(jerk, np.abs(np.diff(values[2], axis=0)).max(axis=0) / step)
    seen[0] = np.maximum(seen[0], np.abs(track.q).max(axis=0))
    short = float(np.diff(track.t).min())
    rates = (seen[1], seen[2], 4.0 * jerk)
    for order, name in enumerate(NAMES):
        exact = largest(track, order)
        rounding = 2.0 * CLOSE * (1.0 + exact) + _EPSILON * (1.0 + seen[0]) / short**order
        room = 0.5 * widest * rates[order] + rounding
        apart = (seen[order] > exact + rounding) | (exact > seen[order] + room)
        for j in np.flatnonzero(apart):
            joint = group.joints[j]
            unit = ("rad", "m")[joint.kind == "prismatic"] + ("", "/s", "/s2")[order]
            what = f"{name} by samples against closed form"
            yield Disagreement(
                what, joint.name, float(seen[order, j]), float(exact[j]), unit, int(where[order, j])
            )  # fmt: skip


def jerks_disagree(track: GroupTrack, group: MotionGroup) -> Iterator[Disagreement]:
    """Yield joints of which a piece has another jerk than its acceleration shows each millisecond.

    By differences of the acceleration of the quintic through positions, speeds and accelerations,
    at most a millisecond and never across a knot; the closed form knows no positions. Neither may
    pass the other by more than what positions and speeds disagree by, and the closed form by half
    a step of the next derivative. Pieces beside the end of a corner are left out: their quintic
    swings.
    """
    exact = jerks(track)
    h = np.diff(track.t)[:, None]
    late = np.diff(track.qd, axis=0) - 0.5 * h * (track.qdd[:-1] + track.qdd[1:])
    room = 60.0 * np.abs(_missed(track)) / h**3
    snap = np.where(h < SHORT_S, 0.0, 12.0 * np.abs(late) / h**3)
    ends = corner_ends(track)
    known = ~(ends[:-1] | ends[1:])[:, None]
    seen, over = np.zeros_like(exact), np.zeros_like(exact)
    for motion in track.motions:
        if motion.last <= motion.first or motion.kind == "stand":
            continue
        own = slice(motion.first, motion.last)
        seen[own], high = _jerks_seen(track, motion.first, motion.last, snap)
        apart = np.maximum(seen[own] - exact[own], exact[own] - high)
        over[own] = np.where(known[own], apart - room[own], 0.0)
    for j, joint in enumerate(group.joints):
        k = int(np.argmax(over[:, j])) if len(over) else 0
        if len(over) and over[k, j] > CLOSE + JERK_SHARE * float(exact[:, j].max()):
            unit = ("rad", "m")[joint.kind == "prismatic"] + "/s3"
            what = "jerk by samples against closed form"
            numbers = float(seen[k, j]), float(exact[k, j])
            yield Disagreement(what, joint.name, *numbers, unit, k + 1)


def _jerks_seen(track: GroupTrack, first: int, last: int, snap: Array) -> tuple[Array, Array]:
    """Return what differences of acceleration tell of |jerk| of each piece: at least, at most.

    snap: Of each piece of the track, shape (n-1, dof). Returns shapes (last - first, dof).
    """
    knots = track.t[first : last + 1]
    at = np.arange(knots[0], knots[-1], step_of(track, first, last))
    after = np.clip(np.searchsorted(knots, at), 1, len(knots) - 1)
    apart = np.minimum(np.abs(knots[after] - at), np.abs(at - knots[after - 1]))
    at = np.union1d(knots, at[apart > 0.01 * STEP_S])
    values = _values(track, first, last, at)
    dt = np.diff(at)[:, None]
    piece = np.searchsorted(knots, at[:-1], side="right") - 1
    h = np.diff(knots)[piece][:, None]
    size = np.abs(values).max(axis=1)
    rounding = _ROUNDING * (size[0] / h**2 + size[1] / h + size[2]) / dt
    rounding[(dt >= h)[:, 0]] = _ROUNDING * size[2] / h[(dt >= h)[:, 0]]
    seen = np.abs(np.diff(values[2], axis=0)) / dt
    begins = np.searchsorted(piece, np.arange(len(knots) - 1))
    low = np.maximum.reduceat(seen - rounding, begins)
    high = np.maximum.reduceat(seen + 0.5 * dt * snap[first + piece] + rounding, begins)
    return low, high


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
