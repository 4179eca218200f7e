"""Rule grip-overloaded."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome

_ROUNDING = 1e-9


def grip_overloaded(context: Context) -> Outcome:
    """A gripper holds a heavier part than it can.

    What: the mass of the held parts passes the capacity of the gripper.
    Why: the part slips or drops.
    Limit: `capacity_kg` of the gripper in the cell file; none given: not checked.
    Source: the gripper maker's figure, given in the cell.
    """
    held = [(g, load) for g in context.tracks for load in context.loads[g] if load.parts]
    return outcome(len(held), (f for g in context.tracks for f in _findings(context, g)))


def _findings(context: Context, group: str) -> Iterator[Finding]:
    told = set()
    for load in context.loads[group]:
        if not load.parts or load.tool is None or load.name in told:
            continue
        told.add(load.name)
        capacity = load.tool.gripper.capacity_kg if load.tool.gripper else None
        if capacity is None:
            yield figure_missing("grip-overloaded", f"{group} {load.name}", "capacity_kg")
            continue
        mass = sum(part.mass for part, _ in load.parts)
        if mass <= capacity + _ROUNDING:
            continue
        file, line = context.place_taken(group, load.t0)
        yield Finding(
            "grip-overloaded",
            Severity.ERROR,
            f"{group} {load.name}",
            mass,
            capacity,
            "kg",
            file,
            line,
            load.t0,
            load.t1,
            help="lighter-load",
        )
