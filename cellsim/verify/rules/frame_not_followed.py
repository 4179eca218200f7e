"""Rule frame-not-followed."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def frame_not_followed(context: Context) -> Outcome:
    """A move cannot be made, or is another one, when a measured frame is off.

    What: for a sampled shift of a frame that is measured at run time a target is out of reach, a
        line cannot be followed, or a target comes to lie on another branch; why is one of
        reach, branch, circle, stand.
    Why: the controller adds the measured shift and stops with an alarm, or turns over.
    Limit: every sampled shift of the frame's range; what cannot be made is an error, what is
        another move is undecided.
    Source: design rule of cellsim; the shifts are `kinematics.frameshift.unit_shifts`.
    """
    return told(context, "frame-not-followed", sum(len(t.shifted) for t in context.tracks.values()))
