"""Rule payload-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, figures_recalled, outcome

_ROUNDING = 1e-9


def payload_exceeded(context: Context) -> Outcome:
    """A flange carries more than the robot's payload.

    What: mass of the tool and of every held part together pass the payload.
    Why: overload alarm, lost accuracy, longer stopping distance, worn gears.
    Limit: the robot's payload in `robot.yaml`; none given, or recalled: not checked.
    Source: the maker's data sheet, named in the robot's `sources`.
    """
    return outcome(len(context.tracks), (f for g in context.tracks for f in _findings(context, g)))


def _findings(context: Context, group: str) -> Iterator[Finding]:
    robot = context.cell.groups[group].robot
    if robot.payload is None:
        yield figure_missing("payload-exceeded", f"{group} {robot.name}", "payload")
        return
    yield from figures_recalled("payload-exceeded", group, (robot,), "payload")
    told = set()
    for load in context.loads[group]:
        if load.mass <= robot.payload + _ROUNDING or load.name in told:
            continue
        told.add(load.name)
        file, line = context.place_taken(group, load.t0)
        yield Finding(
            "payload-exceeded",
            Severity.ERROR,
            group,
            load.mass,
            robot.payload,
            "kg",
            file,
            line,
            load.t0,
            load.t1,
            {"load": load.name, "robot": robot.name},
            "lighter-load",
        )
