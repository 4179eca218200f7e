"""Rule deadlock."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def deadlock(context: Context) -> Outcome:
    """Programs wait for each other and none can go on.

    What: every program that has not ended waits for a signal that only a waiting program could set.
    Why: the cell stands still until somebody comes.
    Limit: none of the programs waits at the end.
        It is yes or no: there is no value at it.
    Source: definition of a deadlock: each waits for what only another can do.
    """
    return told(context, "deadlock", len(context.timeline.job.programs))
