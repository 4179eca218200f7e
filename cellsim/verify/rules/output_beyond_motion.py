"""Rule output-beyond-motion."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def output_beyond_motion(context: Context) -> Outcome:
    """An output is set along a motion at a place that the motion does not have.

    What: the way or the time from the start or end of a motion leads out of that motion.
    Why: controllers differ in where they set it then: at an end of the motion, half way, beyond an
        approximated point on the next one, or not at all. It is taken at that end of the motion,
        and what hangs on it is undecided. Where no motion comes behind it, it is never set.
    Limit: the way of the TCP, or the time, between what the output refers to and that end.
    Source: users' accounts of KRL's TRIGGER, which is trimmed to its switching limits or to half of
        the motion's time; no manual of another brand was read on it.
    """
    return told(context, "output-beyond-motion", len(context.timeline.job.programs))
