"""Rule combined-limit-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.cell import MotionGroup
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import CombinedLimit, Joint, Robot
from cellsim.domain.tubes import LOST
from cellsim.geometry import Array
from cellsim.units import deg, mm
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.rules.joint_limit_exceeded import spread
from cellsim.verify.spans import excesses

_ROUNDING = 1e-9


def combined_limit_exceeded(context: Context) -> Outcome:
    """Axes together go beyond a limit that holds for their sum.

    What: the sum of factor times joint value leaves the limits that the robot gives for it, at a
        knot or for a sampled shift of a measured frame. Where only what the true path may leave
        its chords passes the limit, or a corner of a tube does, it is undecided.
    Why: hoses, cables and dress packs tear; gears that share a shaft run against each other.
    Limit: `combined_limits` in `robot.yaml` of the arm, its track or positioner; a robot that gives
        none has none to keep.
    Source: the maker of the robot or of the dress pack, named in the file.
    """
    looked = [
        (g, c)
        for g in context.tracks
        for robot in _robots(context.cell.groups[g])
        for c in robot.combined_limits
    ]
    return outcome(len(looked), (f for g, c in looked for f in _findings(context, g, c)))


def _findings(context: Context, group: str, limit: CombinedLimit) -> Iterator[Finding]:
    track, weights = context.tracks[group], _weights(context, group, limit)
    value, room = track.q @ weights, spread(track) @ np.abs(weights)
    high, low = value.copy(), value.copy()
    for q in track.shifted.values():
        high = np.maximum(high, (q @ weights).max(axis=0))
        low = np.minimum(low, (q @ weights).min(axis=0))
    told = set()
    for severity, wide in ((Severity.ERROR, 0.0 * room), (Severity.UNDECIDED, room)):
        over = np.maximum(high + wide - limit.upper, limit.lower - low + wide)[:, None] - _ROUNDING
        for e in excesses(track, over):
            if e.motion not in told:
                told.add(e.motion)
                below = limit.lower - low[e.worst] > high[e.worst] - limit.upper
                reach = float(over[e.worst, 0]) + _ROUNDING
                span = float(track.t[e.first]), float(track.t[e.last])
                yield _finding(context, group, limit, severity, below, reach, e.worst, span)
    yield from _in_tubes(context, group, limit, weights, value)


def _in_tubes(
    context: Context, group: str, limit: CombinedLimit, weights: Array, value: Array
) -> Iterator[Finding]:
    """Yield the tubes of corners whose sum passes a limit that the simulated one keeps."""
    for tube in context.tracks[group].tubes:
        if not len(tube.dev) or float(tube.dev.max()) >= LOST:
            continue
        wide = float(tube.dev.max(axis=0) @ np.abs(weights))
        above = float((tube.q @ weights).max()) + wide - limit.upper
        under = limit.lower - float((tube.q @ weights).min()) + wide
        driven = value[tube.first : tube.last + 1]
        kept = driven.max() <= limit.upper + _ROUNDING and driven.min() >= limit.lower - _ROUNDING
        if kept and max(above, under) > _ROUNDING:
            found = _finding(context, group, limit, Severity.UNDECIDED, under > above,
                             max(above, under), tube.first, (tube.t0, tube.t1), "tube")  # fmt: skip
            yield found


def _robots(group: MotionGroup) -> tuple[Robot, ...]:
    """Return the arm, then its tracks and positioners."""
    return group.robot, *(external.robot for external in group.externals)


def _axes(context: Context, group: str, limit: CombinedLimit) -> dict[str, tuple[int, Joint]]:
    """Return the axes of the device that a limit is of: name to place in q, and joint."""
    first = 0
    for robot in _robots(context.cell.groups[group]):
        if any(own is limit for own in robot.combined_limits):
            return {j.name: (first + k, j) for k, j in enumerate(robot.joints)}
        first += robot.dof
    raise KeyError(limit)


def _weights(context: Context, group: str, limit: CombinedLimit) -> Array:
    axes = _axes(context, group, limit)
    weights = np.zeros(context.tracks[group].q.shape[1])
    for name, factor in limit.factors:
        weights[axes[name][0]] = factor
    return weights


def _finding(
    context: Context,
    group: str,
    limit: CombinedLimit,
    severity: Severity,
    below: bool,
    reach: float,
    knot: int,
    span: tuple[float, float],
    corner: str = "",
) -> Finding:
    """Return the finding of a sum that passes its lower or upper limit by `reach` at a knot."""
    axes = _axes(context, group, limit)
    turning = axes[limit.factors[0][0]][1].kind == "revolute"
    unit, scale = ("deg", deg) if turning else ("mm", mm)
    end = limit.lower if below else limit.upper
    file, line = context.place(group, knot)
    return Finding(
        "combined-limit-exceeded", severity,
        f"{group} {' + '.join(name for name, _ in limit.factors)}",
        (end - reach if below else end + reach) / scale, end / scale, unit, file, line, *span,
        {"why": limit.why} | ({"corner": corner} if corner else {}),
        "tube-corner" if corner else "turn-back",
    )  # fmt: skip
