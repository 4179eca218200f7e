"""Rule joint-limit-exceeded."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack
from cellsim.domain.tubes import LOST
from cellsim.geometry import Array
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.context import Context
from cellsim.verify.extrema import ranges
from cellsim.verify.outcome import Outcome, figures_recalled, outcome
from cellsim.verify.spans import excesses

_ROUNDING = 1e-9
# Where a program came from that gives its angles in radians.
_IN_RADIANS = frozenset({"ur"})


def joint_limit_exceeded(context: Context) -> Outcome:
    """A joint goes beyond its soft limit.

    What: a joint value of the motion lies outside [lower, upper], at a knot or between two: the
        extremum of each polynomial piece, in closed form. Between two knots the true path may
        lie `dev_path` off the chord; where only that passes the limit, or a corner of a tube does,
        it is undecided.
    Why: the controller refuses the point, or stops on the line.
    Limit: the soft limits of the joint in `robot.yaml`; recalled ones: also not checked.
    Source: the maker's manual, named in the robot's `sources`.
    """
    axes = {group: axes_of(context.cell.groups[group]) for group in context.tracks}
    found = [f for group in context.tracks for f in _findings(context, group, axes[group])]
    found += [f for group in context.tracks for f in _in_tubes(context, group, axes[group])]
    return outcome(sum(map(len, axes.values())), found)


def beyond(q: Array, lower: Array, upper: Array) -> Array:
    """Return by how much each value is outside its limits (<= 0 inside), shape as q."""
    return np.maximum(q - upper, lower - q) - _ROUNDING


def _findings(context: Context, group: str, axes: list[Axis]) -> Iterator[Finding]:
    robots = [axis.robot for axis in axes]
    yield from figures_recalled(
        "joint-limit-exceeded", group, robots, "limits", context.file(group)
    )
    track = context.tracks[group]
    lower = np.array([axis.joint.lower for axis in axes])
    upper = np.array([axis.joint.upper for axis in axes])
    high, low = ranges(track, 0, lower - _ROUNDING, upper + _ROUNDING)
    certain = np.maximum(beyond(high, lower, upper), beyond(low, lower, upper))
    possible = np.maximum(track.q + spread(track) - upper, lower - track.q + spread(track))
    possible = possible - _ROUNDING
    sure = set()
    for severity, over in ((Severity.ERROR, certain), (Severity.UNDECIDED, possible)):
        for e in excesses(track, over):
            if severity is Severity.ERROR:
                sure.add((e.joint, e.motion))
            elif (e.joint, e.motion) in sure or track.motions[e.motion].kind == "stand":
                continue
            axis, q = axes[e.joint], float(track.q[e.worst, e.joint])
            below = axis.joint.lower - q > q - axis.joint.upper
            reach = over[e.worst, e.joint] + _ROUNDING
            limit = axis.joint.lower if below else axis.joint.upper
            value = limit - reach if below else limit + reach
            file, line = context.place(group, e.worst)
            yield Finding(
                "joint-limit-exceeded",
                severity,
                f"{group} {axis.joint.name}",
                axis.shown(float(value)),
                axis.shown(limit),
                axis.unit,
                file,
                line,
                float(track.t[e.first]),
                float(track.t[e.last]),
                {"t_worst": float(track.t[e.worst])} | _radians(context, group, axis, value),
                "radians-meant" if _radians(context, group, axis, value) else "joint-limit",
            )


def _radians(context: Context, group: str, axis: Axis, value: float) -> dict[str, object]:
    """Return a value [rad] that a text in radians gives, and that would fit as degrees."""
    program = context.timeline.job.programs.get(group)
    if program is None or program.source not in _IN_RADIANS or axis.unit != "deg":
        return {}
    fits = axis.joint.lower <= math.radians(value) <= axis.joint.upper
    return {"radians": round(float(value), 3)} if fits and abs(value) > math.tau else {}


def _in_tubes(context: Context, group: str, axes: list[Axis]) -> Iterator[Finding]:
    """Yield the tubes of corners in which a joint passes a limit that the simulated one keeps."""
    track = context.tracks[group]
    lower = np.array([axis.joint.lower for axis in axes])
    upper = np.array([axis.joint.upper for axis in axes])
    for tube in track.tubes:
        if not len(tube.dev) or float(tube.dev.max()) >= LOST:
            continue
        wide = tube.dev.max(axis=0)
        high, low = tube.q.max(axis=0) + wide, tube.q.min(axis=0) - wide
        driven = track.q[tube.first : tube.last + 1]
        for j in np.flatnonzero(np.maximum(high - upper, lower - low) > _ROUNDING):
            below = bool(lower[j] - low[j] > high[j] - upper[j])
            if beyond(driven[:, j], lower[j], upper[j]).max() > 0.0:
                continue
            axis, limit = axes[j], float(lower[j] if below else upper[j])
            file, line = context.place(group, tube.first)
            yield Finding(
                "joint-limit-exceeded", Severity.UNDECIDED, f"{group} {axis.joint.name}",
                axis.shown(float(low[j] if below else high[j])), axis.shown(limit), axis.unit,
                file, line, tube.t0, tube.t1, {"corner": "tube"}, "tube-corner",
            )  # fmt: skip


def spread(track: GroupTrack) -> Array:
    """Return how far the true path may lie off each knot's intervals, shape (n, dof)."""
    wide = np.zeros_like(track.q)
    if len(track.dev_path):
        wide[:-1] = track.dev_path
        wide[1:] = np.maximum(wide[1:], track.dev_path)
    return wide
