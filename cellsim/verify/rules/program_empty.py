"""Rule program-empty."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def program_empty(context: Context) -> Outcome:
    """A program does nothing.

    What: no statement of the program moves, sets or waits.
    Why: an empty or truncated file would pass as green.
    Limit: at least one statement that does something.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "program-empty", len(context.timeline.job.programs))
