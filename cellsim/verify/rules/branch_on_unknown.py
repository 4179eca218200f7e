"""Rule branch-on-unknown."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def branch_on_unknown(context: Context) -> Outcome:
    """A branch depends on something that this run cannot know.

    What: the condition of an if, a loop or a wait reads a value that nobody gave; or a branch reads
        a signal that no signal orders: another group, or a device, may change it before or after.
    Why: which way the program goes on the real cell was not verified.
    Limit: every condition can be decided from signals, variables and the inputs of the job, in
        every timing. Where a program only stands and asks again, the timing does not matter.
        It is yes or no: there is no value at it.
    Source: ARCHITECTURE, one bounded interpreter.
    """
    return told(context, "branch-on-unknown", len(context.timeline.job.programs))
