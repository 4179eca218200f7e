"""Rule target-unreachable."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def target_unreachable(context: Context) -> Outcome:
    """A joint move to a pose that no arm configuration reaches.

    What: inverse kinematics has no answer inside the joint limits.
    Why: the controller stops with an alarm; the move is left out of this run.
    Limit: at least one answer.
    Source: design rule of cellsim.
    """
    return told(context, "target-unreachable", len(context.timeline.job.programs))
