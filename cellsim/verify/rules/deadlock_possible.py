"""Rule deadlock-possible."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def deadlock_possible(context: Context) -> Outcome:
    """Another timing would leave programs waiting for each other.

    What: only the timing of this run keeps the programs going: a signal that is taken back early is
        lost on a group that comes later, whether that waits for it or asks again until it holds.
    Why: the cell stands still on the day that a process takes longer.
    Limit: no reachable state in which every program waits.
        It is yes or no: there is no value at it.
    Source: every product state of the programs is looked at; Chalmers EX079/2017 for interlocks.
    """
    return told(context, "deadlock-possible", len(context.timeline.job.programs))
