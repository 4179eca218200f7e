"""Rule configuration-flip."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def configuration_flip(context: Context) -> Outcome:
    """A line ends in another arm configuration than its target names.

    What: following the line from its start leads to other joint values than the taught ones.
    Why: the controller stops, or turns the wrist where nobody expects it.
    Limit: the joint values at the end of the line equal the taught ones.
        It is yes or no: there is no value at it.
    Source: ABB RAPID reference manual, confdata; followed by continuation from the start.
    """
    return told(context, "configuration-flip", len(context.timeline.job.programs))
