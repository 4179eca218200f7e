"""Rule next-cycle-differs."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def next_cycle_differs(context: Context) -> Outcome:
    """A cycle ends in a state from which the next one goes another way.

    What: a signal that programs, devices or grippers go by, a gripper or a moving fixture ends
        otherwise than it began; and the job, run once more from there with new parts, takes another
        course: other waits, grips, processes or moves, or more that may happen at once, or a
        fixture stands elsewhere. Where several courses are run, all that are met from there count,
        and each must be one of the first cycle. Programs that reset their signals first are none.
    Why: a wait ends at once by the signal of the last cycle, or a device does not start again; only
        the first cycle was verified.
    Limit: the second cycle takes the course of the first one. A warning; in a cell with a takt,
        which repeats its cycle, undecided. All programs are taken to have ended before it begins.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "next-cycle-differs", 1)
