"""Rule joint-figure-missing."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def joint_figure_missing(context: Context) -> Outcome:
    """A joint has no speed or acceleration figure, and the time rests on a guess.

    What: the time law took a guessed speed or acceleration for a joint.
    Why: a time made of a guess is not a verdict.
    Limit: every moving joint has its figures in `robot.yaml`; none given: not checked.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "joint-figure-missing", sum(len(t.q[0]) for t in context.tracks.values()))
