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
from cellsim.verify.extrema import CLOSE, largest

STEP_S = 1e-3
# Looks at one motion: one above 600 s, the longest that may be driven, is looked at less often.
MOST = 600_000
SPEED_SHARE = 0.01
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
    t, q, v, a = (x[first : last + 1] for x in (track.t, track.q, track.qd, track.qdd))
    at = np.append(np.arange(t[0], t[-1], step_of(track, first, last)), t[-1])
    k = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    h = (t[k + 1] - t[k])[:, None]
    x = (at - t[k])[:, None]
    gap = q[k + 1] - q[k] - v[k] * h - 0.5 * a[k] * h * h
    late = v[k + 1] - v[k] - a[k] * h
    more = a[k + 1] - a[k]
    c3 = 10.0 * gap / h**3 - 4.0 * late / h**2 + more / (2.0 * h)
    c4 = -15.0 * gap / h**4 + 7.0 * late / h**3 - more / h**2
    c5 = 6.0 * gap / h**5 - 3.0 * late / h**4 + more / (2.0 * h**3)
    place = q[k] + x * (v[k] + x * (a[k] / 2.0 + x * (c3 + x * (c4 + x * c5))))
    speed = v[k] + x * (a[k] + x * (3.0 * c3 + x * (4.0 * c4 + x * 5.0 * c5)))
    acceleration = a[k] + x * (6.0 * c3 + x * (12.0 * c4 + x * 20.0 * c5))
    return at, np.stack([place, speed, acceleration])


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


def speeds_disagree(track: GroupTrack, group: MotionGroup) -> Iterator[Disagreement]:
    """Yield joints whose speeds at the knots do not lead from one position to the next.

    The way by the trapezoid rule with end correction, exact for constant jerk, may miss the way
    between the knots by 1 % of the largest speed times the time.
    """
    h = np.diff(track.t)[:, None]
    if not len(h):
        return
    v, a = track.qd, track.qdd
    way = h / 2.0 * (v[:-1] + v[1:]) + h * h / 12.0 * (a[:-1] - a[1:])
    off = np.abs(np.diff(track.q, axis=0) - way) / h
    most = np.abs(v).max(axis=0)
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
