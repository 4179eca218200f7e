"""Rule joint-acceleration-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.context import Context
from cellsim.verify.extrema import peaks
from cellsim.verify.outcome import Outcome, figure_missing, figures_recalled, outcome
from cellsim.verify.spans import excesses

_ROUNDING = 0.01
_BETWEEN = 0.02


def joint_acceleration_exceeded(context: Context) -> Outcome:
    """A joint accelerates more than its class allows.

    What: the acceleration of a joint passes the class that the timeline was made with, at a knot
        or between two: the extremum of each polynomial piece, in closed form.
    Why: the time model would promise what the robot cannot do.
    Limit: the slow, typical (geometric mean) or fast class of the joint; none given, or
        estimated: not checked. 1 % more for rounding, between knots 2 %: the polynomial
        through them may swing so far.
    Source: acceleration classes in `robot.yaml`, with their source there.
    """
    axes = {group: axes_of(context.cell.groups[group]) for group in context.tracks}
    found = [f for group in context.tracks for f in _findings(context, group, axes[group])]
    return outcome(sum(map(len, axes.values())), found)


def _findings(context: Context, group: str, axes: list[Axis]) -> Iterator[Finding]:
    robots = [axis.robot for axis in axes]
    yield from figures_recalled(
        "joint-acceleration-exceeded", group, robots, "acceleration", context.file(group)
    )
    track = context.tracks[group]
    limits = [axis.acceleration(context.timeline.accel) for axis in axes]
    for axis, limit in zip(axes, limits, strict=True):
        if limit is None:
            subject = f"{group} {axis.joint.name}"
            yield figure_missing(
                "joint-acceleration-exceeded", subject, "acceleration", context.file(group)
            )
    bound = np.array([np.inf if limit is None else limit for limit in limits])
    between = peaks(track, 2, bound * (1.0 + _BETWEEN))
    most = np.where(between > bound * (1.0 + _BETWEEN), between, np.abs(track.qdd))
    for e in excesses(track, most - bound * (1.0 + _ROUNDING)):
        axis = axes[e.joint]
        file, line = context.place(group, e.worst)
        yield Finding(
            "joint-acceleration-exceeded",
            Severity.ERROR,
            f"{group} {axis.joint.name}",
            axis.shown(float(most[e.worst, e.joint])),
            axis.shown(float(bound[e.joint])),
            axis.unit + "/s2",
            file,
            line,
            float(track.t[e.first]),
            float(track.t[e.last]),
            help="slow-down",
        )
