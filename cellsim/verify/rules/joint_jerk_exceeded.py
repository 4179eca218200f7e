"""Rule joint-jerk-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.context import Context
from cellsim.verify.extrema import mean_jerk
from cellsim.verify.outcome import Outcome, figure_missing, figures_recalled, outcome
from cellsim.verify.spans import excesses

_ROUNDING = 0.02


def joint_jerk_exceeded(context: Context) -> Outcome:
    """A joint changes its acceleration faster than its maker allows.

    What: the change of acceleration over one interpolation cycle of the controller, by its time:
        all of the jerk where it is constant, and what a controller sees of a jump. The corner laws
        of the time model let the acceleration jump at both ends of a corner, which a controller
        smooths in its own way: a corner beyond the limit is undecided.
    Why: a jerky joint shakes the tool and the part, and wears the gears.
    Limit: the jerk of the joint in `robot.yaml`, with 2 % for rounding; none given: not checked.
    Source: definition of jerk; the figure is the maker's, named in the robot's `sources`.
    """
    axes = {group: axes_of(context.cell.groups[group]) for group in context.tracks}
    found = [f for group in context.tracks for f in _findings(context, group, axes[group])]
    return outcome(sum(map(len, axes.values())), found)


def _findings(context: Context, group: str, axes: list[Axis]) -> Iterator[Finding]:
    track = context.tracks[group]
    unknown = [axis.joint.name for axis in axes if axis.joint.jerk is None]
    if unknown:
        subject = f"{group} {', '.join(unknown)}"
        yield figure_missing("joint-jerk-exceeded", subject, "jerk", context.file(group))
    robots = [axis.robot for axis in axes]
    yield from figures_recalled("joint-jerk-exceeded", group, robots, "jerk", context.file(group))
    bound = np.array([axis.joint.jerk or np.inf for axis in axes])
    if len(unknown) == len(axes) or len(track.t) < 2:
        return
    rules = context.timeline.job.rules.get(group)
    jerk = np.zeros_like(track.q)
    jerk[1:] = np.abs(mean_jerk(track, rules.interpolation_s if rules else 0.0))
    beside = _beside_corners(context, group)
    for e in excesses(track, jerk - bound * (1.0 + _ROUNDING)):
        axis = axes[e.joint]
        file, line = context.place(group, e.worst)
        yield Finding(
            "joint-jerk-exceeded",
            Severity.UNDECIDED if beside[e.worst] else Severity.ERROR,
            f"{group} {axis.joint.name}",
            axis.shown(float(jerk[e.worst, e.joint])),
            axis.shown(float(bound[e.joint])),
            axis.unit + "/s3",
            file,
            line,
            float(track.t[e.first]),
            float(track.t[e.last]),
            help="slow-down",
        )


def _beside_corners(
    context: Context, group: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which knots lie in a corner or next to one, shape (n,)."""
    track = context.tracks[group]
    beside = np.zeros(len(track.t), dtype=bool)
    for motion in track.motions:
        if motion.kind == "corner":
            beside[max(motion.first - 1, 0) : motion.last + 3] = True
    return beside
