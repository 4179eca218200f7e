"""Rule branch-on-unknown."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def branch_on_unknown(context: Context) -> Outcome:
    """A branch depends on something that this run cannot know.

    What: the condition of an if, a loop or a wait reads a value that nobody gave; or a branch, or a
        wait that goes on elsewhere after its timeout, reads a signal that another group or a
        device may change before or after, by what signals order and the times of the cell leave.
    Why: which way the program goes on the real cell was not verified.
    Limit: every condition can be decided from signals, variables and the inputs of the job, in
        every timing; or every way is run as a course, and what the bound on courses leaves out is
        told. Where a program only stands and asks again, the timing does not matter. A group that
        shares no clock may be late or ahead by any time; on one clock, and of what a group has
        started itself, the times of motions, delays and processes decide.
        It is yes or no: there is no value at it.
    Source: ARCHITECTURE, one bounded interpreter.
    """
    return told(context, "branch-on-unknown", len(context.timeline.job.programs))
