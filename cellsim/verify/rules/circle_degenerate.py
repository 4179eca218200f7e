"""Rule circle-degenerate."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def circle_degenerate(context: Context) -> Outcome:
    """Three points of a circular move define no circle.

    What: start, via and end lie on one line or on each other.
    Why: the controller stops with an error.
    Limit: three points that are apart and not in line.
    Source: geometry of three points.
    """
    return told(context, "circle-degenerate", len(context.timeline.job.programs))
