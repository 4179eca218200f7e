"""Rule joint-speed-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.context import Context
from cellsim.verify.extrema import peaks
from cellsim.verify.outcome import Outcome, figure_missing, figures_recalled, outcome
from cellsim.verify.spans import excesses

_ROUNDING = 1e-6
_BETWEEN = 1e-3


def joint_speed_exceeded(context: Context) -> Outcome:
    """A joint is faster than its maker allows.

    What: the speed of a joint passes its largest speed, at a knot or between two: the extremum of
        each polynomial piece, in closed form.
    Why: the controller slows down or stops with an error; the planned time does not hold.
    Limit: the largest speed of the joint in `robot.yaml`; none given, or recalled: not checked.
        Between knots 0.1 % more, which is what the polynomial through them may swing.
    Source: the maker's manual, named in the robot's `sources`.
    """
    axes = {group: axes_of(context.cell.groups[group]) for group in context.tracks}
    found = [f for group in context.tracks for f in _findings(context, group, axes[group])]
    return outcome(sum(map(len, axes.values())), found)


def _findings(context: Context, group: str, axes: list[Axis]) -> Iterator[Finding]:
    robots = [axis.robot for axis in axes]
    yield from figures_recalled("joint-speed-exceeded", group, robots, "speed", context.file(group))
    track = context.tracks[group]
    limits = [axis.joint.speed for axis in axes]
    for axis, limit in zip(axes, limits, strict=True):
        if limit is None:
            subject = f"{group} {axis.joint.name}"
            yield figure_missing("joint-speed-exceeded", subject, "speed", context.file(group))
    bound = np.array([np.inf if limit is None else limit for limit in limits])
    between = peaks(track, 1, bound * (1.0 + _BETWEEN))
    speed = np.where(between > bound * (1.0 + _BETWEEN), between, np.abs(track.qd))
    for e in excesses(track, speed - bound * (1.0 + _ROUNDING)):
        axis = axes[e.joint]
        file, line = context.place(group, e.worst)
        yield Finding(
            "joint-speed-exceeded",
            Severity.ERROR,
            f"{group} {axis.joint.name}",
            axis.shown(float(speed[e.worst, e.joint])),
            axis.shown(float(bound[e.joint])),
            axis.unit + "/s",
            file,
            line,
            float(track.t[e.first]),
            float(track.t[e.last]),
            help="slow-down",
        )
