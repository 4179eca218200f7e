"""Rule collision."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.pairs import finding, worst_by_line


def collision(context: Context) -> Outcome:
    """Two bodies share space.

    What: a pair of bodies overlaps at some moment, or more than its contact allows.
    Why: the robot hits something.
    Limit: no overlap; for a contact on purpose the depth that its pair rule allows.
    Source: Schwarzer, Saha, Latombe 2005, in the form of ARCHITECTURE "The certified test".
    """
    pairs = context.collision.pairs if context.collision else ()
    return outcome(len(pairs), _findings(context))


def _findings(context: Context) -> Iterator[Finding]:
    for pair in context.collision.pairs if context.collision else ():
        for violation in worst_by_line(pair, "collision"):
            yield finding("collision", Severity.ERROR, pair, violation, context.cell)
