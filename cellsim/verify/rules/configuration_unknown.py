"""Rule configuration-unknown."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def configuration_unknown(context: Context) -> Outcome:
    """A joint move asks for an arm configuration that does not reach its pose, or has another name.

    What: none of the answers of inverse kinematics has the configuration that was written.
    Why: which way the arm would stand is not known; the move is left out of this run.
    Limit: the written configuration is one of those that reach the pose.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "configuration-unknown", len(context.timeline.job.programs))
