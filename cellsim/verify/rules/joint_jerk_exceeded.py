"""Rule joint-jerk-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.context import Context
from cellsim.verify.extrema import corner_ends, jerks, mean_jerk
from cellsim.verify.outcome import Outcome, figure_missing, figures_recalled, outcome
from cellsim.verify.spans import Excess, excesses

_ROUNDING = 0.02


def joint_jerk_exceeded(context: Context) -> Outcome:
    """A joint changes its acceleration faster than its maker allows.

    What: the largest jerk between two knots, in closed form: the time model puts a knot wherever
        its jerk jumps by more than 5 % of full acceleration by its build-up time. The corner laws
        of the time model let the acceleration jump at both ends of a corner, which a controller
        smooths in its own way: within a corner and in the intervals beside it what is beyond the
        limit is undecided, and the jump counts as its change over one interpolation cycle of
        the controller.
    Why: a jerky joint shakes the tool and the part, and wears the gears.
    Limit: the jerk of the joint in `robot.yaml`; none given: not checked. 2 % more for the jumps
        below 5 %: the closed form swings by a third of them. Of less than 0.1 ms between two
        knots the mean counts, beside a corner the change over the cycle alone.
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
    bound = np.array([np.inf if axis.joint.jerk is None else axis.joint.jerk for axis in axes])
    if len(unknown) == len(axes) or len(track.t) < 2:
        return
    rules = context.timeline.job.rules.get(group)
    certain, open_ = _jerks(track, rules.interpolation_s if rules else MotionRules.interpolation_s)
    for jerk, severity in ((certain, Severity.ERROR), (open_, Severity.UNDECIDED)):
        for e in excesses(track, jerk - bound * (1.0 + _ROUNDING)):
            value, limit = float(jerk[e.worst, e.joint]), float(bound[e.joint])
            yield _finding(context, group, axes[e.joint], e, value, limit, severity)


def _jerks(track: GroupTrack, cycle: float) -> tuple[Array, Array]:
    """Return |jerk| at each knot and in the piece before it, each (n, dof): certain, and not.

    cycle: Of interpolation [s].
    """
    t, ends = track.t, corner_ends(track)
    inside, touch = np.zeros(len(t), dtype=bool), np.zeros((2, len(t)), dtype=bool)
    inside[1:] = ends[:-1] | ends[1:]
    for motion in track.motions:
        if motion.kind == "corner":
            inside[motion.first + 1 : motion.last + 1] = True
            begin, end = t[max(motion.first - 1, 0)], t[min(motion.last + 1, len(t) - 1)]
            touch[0] |= (t + cycle > begin) & (t < end)
            touch[1] |= (t > begin) & (t - cycle < end)
    jerk = np.zeros_like(track.q)
    jerk[1:] = jerks(track)
    over_cycle = np.where(touch[..., None], mean_jerk(track, cycle), 0.0).max(axis=0)
    open_ = np.maximum(np.where(inside[:, None], jerk, 0.0), over_cycle)
    return np.where(inside[:, None], 0.0, jerk), open_


def _finding(
    context: Context, group: str, axis: Axis, e: Excess, value: float, limit: float,
    severity: Severity,
) -> Finding:  # fmt: skip
    track = context.tracks[group]
    file, line = context.place(group, e.worst)
    return Finding(
        "joint-jerk-exceeded", severity, f"{group} {axis.joint.name}", axis.shown(value),
        axis.shown(limit), axis.unit + "/s3", file, line, float(track.t[e.first]),
        float(track.t[e.last]), help="slow-down",
    )  # fmt: skip
