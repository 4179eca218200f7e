"""Rule endless-loop."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def endless_loop(context: Context) -> Outcome:
    """A program does not come to its end.

    What: the interpreter gave up after its bound of statements, or the job's clock ran past its.
    Why: a program that never ends has no cycle time and no verdict.
    Limit: 200,000 statements, and 24 h: what comes behind them was not looked at.
        No value at it: a loop that comes back to a state it was in is told at its second lap.
    Source: design rule of cellsim.
    """
    return told(context, "endless-loop", len(context.timeline.job.programs))
