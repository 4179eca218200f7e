"""Rule wait-timeout."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def wait_timeout(context: Context) -> Outcome:
    """A wait ran into its timeout.

    What: the awaited signal came later than the timeout, or not at all, with the typical, fast or
        slow times of the cell. A timeout that only another shift between groups brings is a course
        where the program goes on elsewhere, and told as such.
    Why: the program takes its error branch, or stops.
    Limit: the timeout of the wait statement.
    Source: design rule of cellsim.
    """
    return told(context, "wait-timeout", len(context.timeline.job.programs))
