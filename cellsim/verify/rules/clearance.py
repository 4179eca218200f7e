"""Rule clearance."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.pairs import finding, worst_by_line


def clearance(context: Context) -> Outcome:
    """A pair comes nearer than required, or nobody can prove that it does not.

    What: the certified clearance of a pair is below what the cell requires of it.
    Why: a real cell differs from its model; the required clearance is the room for that.
    Limit: the clearance of the cell, of the pair rule, or grown with the distance pulled off. Where
        a pair is short only because a measured frame may be off, the frame is named, with the shift
        seen to be worst, what is certified without it and what is seen with it.
    Source: Schwarzer, Saha, Latombe 2005, in the form of ARCHITECTURE "The certified test".
    """
    pairs = context.collision.pairs if context.collision else ()
    return outcome(len(pairs), _findings(context))


def _findings(context: Context) -> Iterator[Finding]:
    for pair in context.collision.pairs if context.collision else ():
        for violation in worst_by_line(pair, "undecided"):
            yield finding("clearance", Severity.UNDECIDED, pair, violation, context.timeline)
        for violation in worst_by_line(pair, "clearance"):
            yield finding("clearance", Severity.ERROR, pair, violation, context.timeline)
