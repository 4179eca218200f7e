"""Rule move-time-not-held."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def move_time_not_held(context: Context) -> Outcome:
    """A move takes longer than the time that was written for it.

    What: speed or acceleration limits make the move slower than its programmed time; a move
        between corners takes half of the time of each of them, and is told where it takes more
        than 1 / 0.95 of its time.
    Why: the cycle counts on a time that the robot does not keep.
    Limit: the time of the move statement; without one, 600 s for a single motion (an error).
    Source: design rule of cellsim.
    """
    return told(context, "move-time-not-held", len(context.timeline.job.programs))
