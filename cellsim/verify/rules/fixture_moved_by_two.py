"""Rule fixture-moved-by-two."""

from __future__ import annotations

from cellsim.kinematics.movers import movers_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def fixture_moved_by_two(context: Context) -> Outcome:
    """Two devices may move one fixture at the same time.

    What: a device starts to move a fixture before another one that moves it has told done or been
        called off, in this run or in some timing of the signals.
    Why: a cylinder that is told to open and to close goes nowhere that anybody knows. What is
        certified meanwhile is that it may be anywhere that both bring it.
    Limit: each start comes after the other device's done, or after the fall of its start signal.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim; order of signals as in Lamport 1978.
    """
    return told(context, "fixture-moved-by-two", len(movers_of(context.cell)))
