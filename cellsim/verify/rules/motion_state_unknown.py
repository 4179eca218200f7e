"""Rule motion-state-unknown."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def motion_state_unknown(context: Context) -> Outcome:
    """A motion runs with a tool, frame, speed or the like that the text lost on the way to it.

    What: on the course that was driven, a line before the motion set a state that the motion runs
        with, or may have set it, to what the reader cannot say; nothing has set it again since.
        Or the motion starts where a line that is not understood has led ("start"). The finding
        stands at the motion, and names the states and the line that lost them.
    Why: the controller drives it with another tool, frame or speed than was verified.
    Limit: every state of every motion is known. It is yes or no: there is no value at it.
    Source: ARCHITECTURE, readers.
    """
    motions = sum(len(track.motions) for track in context.timeline.tracks.values())
    return told(context, "motion-state-unknown", motions)
