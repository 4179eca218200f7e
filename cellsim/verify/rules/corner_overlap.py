"""Rule corner-overlap."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def corner_overlap(context: Context) -> Outcome:
    """Two corners of one move overlap.

    What: the corners at both ends of a move are together longer than the move.
    Why: the controller shrinks them or stops with an error, as its brand does.
    Limit: the length of the move between the two corners.
    Source: ABB RAPID reference, zonedata.
    """
    return told(context, "corner-overlap", len(context.timeline.job.programs))
