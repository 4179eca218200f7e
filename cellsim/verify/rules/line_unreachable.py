"""Rule line-unreachable."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def line_unreachable(context: Context) -> Outcome:
    """A point of a straight or circular move is out of reach.

    What: the inverse kinematics found no joint values for a point of the path.
    Why: the controller stops in the middle of the line with an error.
    Limit: every interpolated point has a solution; of one beyond the joint limits that rule tells.
    Source: ABB RAPID reference manual, MoveL; inverse kinematics at every interpolation step.
    """
    return told(context, "line-unreachable", len(context.timeline.job.programs))
