"""Rule combined-limit-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import CombinedLimit
from cellsim.units import deg, mm
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.rules.joint_limit_exceeded import spread
from cellsim.verify.spans import excesses

_ROUNDING = 1e-9


def combined_limit_exceeded(context: Context) -> Outcome:
    """Axes together go beyond a limit that holds for their sum.

    What: the sum of factor times joint value leaves the limits that the robot gives for it.
    Why: hoses, cables and dress packs tear; gears that share a shaft run against each other.
    Limit: `combined_limits` in `robot.yaml`; a robot that gives none has none to keep.
    Source: the maker of the robot or of the dress pack, named in the file.
    """
    looked = [(g, c) for g in context.tracks for c in context.cell.groups[g].robot.combined_limits]
    return outcome(len(looked), (f for g, c in looked for f in _findings(context, g, c)))


def _findings(context: Context, group: str, limit: CombinedLimit) -> Iterator[Finding]:
    track, robot = context.tracks[group], context.cell.groups[group].robot
    names = [joint.name for joint in robot.joints]
    weights = np.zeros(track.q.shape[1])
    for name, factor in limit.factors:
        weights[names.index(name)] = factor
    value, room = track.q @ weights, spread(track) @ np.abs(weights)
    over = np.maximum(value + room - limit.upper, limit.lower - value + room)[:, None] - _ROUNDING
    turning = robot.joints[names.index(limit.factors[0][0])].kind == "revolute"
    unit, scale = ("deg", deg) if turning else ("mm", mm)
    for e in excesses(track, over):
        high = value[e.worst] > 0.5 * (limit.lower + limit.upper)
        end = limit.upper if high else limit.lower
        reach = float(over[e.worst, 0]) + _ROUNDING
        file, line = context.place(group, e.worst)
        yield Finding(
            "combined-limit-exceeded",
            Severity.ERROR,
            f"{group} {' + '.join(name for name, _ in limit.factors)}",
            (end + reach if high else end - reach) / scale,
            end / scale,
            unit,
            file,
            line,
            float(track.t[e.first]),
            float(track.t[e.last]),
            {"why": limit.why},
            "turn-back",
        )
