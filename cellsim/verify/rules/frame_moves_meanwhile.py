"""Rule frame-moves-meanwhile."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def frame_moves_meanwhile(context: Context) -> Outcome:
    """A move is programmed in a frame that moves while the move is driven.

    What: a line or circle in a frame on the group's own track or positioner, which moves on the
        way; a move in a frame on the group's own arm; or one in a frame on another group that may
        move from the beginning of the run of moves to its end, in any order that signals allow.
    Why: whether the way is straight in the frame or in the world, and where it ends, is another
        thing for each controller, and for each moment: it may go elsewhere than was looked at.
    Limit: the frame stands, to 1e-9 m and rad.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim; see `cellsim.simulate.carriers`.
    """
    return told(context, "frame-moves-meanwhile", len(context.timeline.job.programs))
