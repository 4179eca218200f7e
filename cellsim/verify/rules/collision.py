"""Rule collision."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.cell import Cell
from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome
from cellsim.verify.pairs import finding, worst_by_line


def collision(context: Context) -> Outcome:
    """Two bodies share space.

    What: a pair of bodies overlaps at some moment, or more than its contact allows. An arm of which
        pair rules without a window let off every pair with what is around it is not checked.
    Why: the robot hits something.
    Limit: no overlap; for a contact on purpose the depth that its pair rule allows.
    Source: Schwarzer, Saha, Latombe 2005, in the form of ARCHITECTURE "The certified test".
    """
    pairs = context.collision.pairs if context.collision else ()
    return outcome(len(pairs), (*_findings(context), *_let_off(context)))


def _findings(context: Context) -> Iterator[Finding]:
    for pair in context.collision.pairs if context.collision else ():
        for violation in worst_by_line(pair, "collision"):
            yield finding("collision", Severity.ERROR, pair, violation, context.cell)


def _let_off(context: Context) -> Iterator[Finding]:
    """Yield the groups that move, and of which no pair with anything around them is looked at."""
    from cellsim.collision.rules import matches

    cell = context.cell
    always = [r for r in cell.pair_rules if not (r.start or r.end)]
    names = {group: _names(cell, group) for group in cell.groups}
    still = [f"fixture:{n}" for n in cell.fixtures] + [f"part:{n}" for n in cell.parts]
    for group in context.timeline.job.programs:
        around = [*still, *(n for g, own in names.items() if g != group for n in own)]
        pairs = [(a, b) for a in names[group] for b in around]
        last = [[r.kind for r in always if matches(r, a, b)][-1:] for a, b in pairs]
        if pairs and all(kinds == ["ignore"] for kinds in last):
            yield figure_missing("collision", group, "pairs with anything around it")


def _names(cell: Cell, group: str) -> list[str]:
    """Return the bodies of an arm and its tool."""
    owner = cell.groups[group]
    links = [f"{group}/{link.name}" for link in owner.robot.links if link.solid is not None]
    return [*links, f"{group}/tool:{owner.tool}"] if owner.tool else links
