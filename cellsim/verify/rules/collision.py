"""Rule collision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Robot
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome
from cellsim.verify.pairs import finding, worst_by_line


def collision(context: Context) -> Outcome:
    """Two bodies share space.

    What: a pair of bodies overlaps at some moment, or more than its contact allows. An arm, the
        tool on it, a track, a positioner, a part that is carried or a fixture that is moved, of
        which pair rules without a window let off every pair with what is around it, is not checked.
    Why: the robot hits something.
    Limit: no overlap; for a contact on purpose the depth that its pair rule allows.
    Source: Schwarzer, Saha, Latombe 2005, in the form of ARCHITECTURE "The certified test".
    """
    pairs = context.collision.pairs if context.collision else ()
    return outcome(len(pairs), (*_findings(context), *_let_off(context)))


def _findings(context: Context) -> Iterator[Finding]:
    for pair in context.collision.pairs if context.collision else ():
        for violation in worst_by_line(pair, "collision"):
            yield finding("collision", Severity.ERROR, pair, violation, context.timeline)


def _let_off(context: Context) -> Iterator[Finding]:
    """Yield what moves and of which no pair with what is around is looked at."""
    cell = context.cell
    units = [unit for group in cell.groups for unit in _units(cell, group)]
    others = [_Unit("", n, (n,)) for n in (*map("fixture:{}".format, cell.fixtures),
                                           *map("part:{}".format, cell.parts))]  # fmt: skip
    moved = _carried(context)
    for unit in (*units, *others):
        if unit.group not in context.timeline.job.programs and unit.name not in moved:
            continue
        far = [n for u in (*others, *units) if _meet_apart(unit, u) for n in u.bodies]
        near = [n for u in units if _meet_in_group(unit, u) for n in u.bodies]
        for name, bodies in unit.whole_and_tool:
            if _all_off(cell, bodies, far or near):
                yield figure_missing("collision", name, "pairs with anything around it")
                break


def _carried(context: Context) -> set[str]:
    """Return the parts that a gripper carries, and the fixtures that devices move elsewhere."""
    timeline = context.timeline
    parts = {f"part:{h.part}" for h in timeline.holds if h.cause.startswith("grip:")}
    return parts | {name for name, track in timeline.fixtures.items() if np.ptp(track.q) > 0.0}


def _all_off(cell: Cell, bodies: Sequence[str], around: Sequence[str]) -> bool:
    """Whether rules without a window let off every pair of bodies with what is around them."""
    from cellsim.collision.rules import matches

    always = [r for r in cell.pair_rules if not (r.start or r.end)]
    pairs = [(a, b) for a in bodies for b in around]
    last = [[r.kind for r in always if matches(r, a, b)][-1:] for a, b in pairs]
    return bool(pairs) and all(kinds == ["ignore"] for kinds in last)


@dataclass(frozen=True)
class _Unit:
    """What moves as one: an arm with its tool, a track, a positioner, a part, a fixture.

    group: Whose it is, "" of parts and fixtures. carries: As of External. tool: Body of an arm's.
    """

    group: str
    name: str
    bodies: tuple[str, ...]
    carries: str = ""
    tool: str = ""

    @property
    def whole_and_tool(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """All of its bodies, and the tool alone, each with its name."""
        yield self.name, self.bodies
        if self.tool:
            yield self.tool, (self.tool,)


def _units(cell: Cell, group: str) -> Iterator[_Unit]:
    from cellsim.kinematics.chain import external_label

    owner = cell.groups[group]
    tool = (f"{group}/tool:{owner.tool}",) if owner.tool else ()
    yield _Unit(group, group, (*_links(owner.robot, group), *tool), tool="".join(tool))
    for number, external in enumerate(owner.externals):
        label = external_label(owner.externals, number)
        bodies = _links(external.robot, f"{group}/{label}")
        yield _Unit(group, f"{group} {label}", bodies, external.carries)


def _links(robot: Robot, name: str) -> tuple[str, ...]:
    return tuple(f"{name}/{link.name}" for link in robot.links if link.solid is not None)


def _meet_apart(one: _Unit, other: _Unit) -> bool:
    """Whether two units of which no more than one group moves both are around each other."""
    return one != other and (not one.group or one.group != other.group)


def _meet_in_group(one: _Unit, other: _Unit) -> bool:
    """Whether two units of one group are around each other: an arm stands on its own track."""
    on_track = "arm" in (one.carries, other.carries)
    return bool(one.group) and one.group == other.group and one != other and not on_track
