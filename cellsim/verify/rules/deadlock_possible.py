"""Rule deadlock-possible."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def deadlock_possible(context: Context) -> Outcome:
    """Another timing would leave programs waiting for each other.

    What: only the timing of this run keeps the programs going: a signal that is taken back early is
        lost on a group that comes later, whether that waits for it or asks again until it holds.
        Undecided: signals alone are looked at, so it is not known that the times of the cell can
        come so; and the line stops then, nobody is hit, so it is no error. But green says that
        the programs come to their end in every timing. Where there are too many orders to look
        at, not checked. A wait that goes on elsewhere after its timeout is not stuck: that way is a
        course of its own.
    Why: the cell stands still on the day that a process takes longer.
    Limit: no reachable state in which every program waits.
        It is yes or no: there is no value at it.
    Source: every product state of the programs is looked at; Chalmers EX079/2017 for interlocks.
    """
    return told(context, "deadlock-possible", len(context.timeline.job.programs))
