"""Rule target-ambiguous."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def target_ambiguous(context: Context) -> Outcome:
    """A joint move gives joint values and a pose that are two places.

    What: the TCP at the joint values of a target is not at the pose written beside them. What is
        simulated and verified are the joint values.
    Why: somebody edited one of the two; another reader of the program takes the other one.
    Limit: 0.1 mm and 0.01 deg, and what the target leaves free (`free`). Of lines and circles,
        which are led by the pose: configuration-flip, 0.001 rad of any joint.
    Source: design rule of cellsim.
    """
    return told(context, "target-ambiguous", len(context.timeline.job.programs))
