"""Rule fixture-not-standing."""

from __future__ import annotations

from cellsim.kinematics.movers import movers_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def fixture_not_standing(context: Context) -> Outcome:
    """Something is gripped, let go, clamped or unscrewed on a fixture that may still be moving.

    What: what a gripper or a device acts on hangs on a moving fixture, and in some timing of the
        signals the fixture is not told to stand there before, or starts again before it is told
        to be done.
    Why: nobody knows where the part is then, so neither does anybody where it is in the hand.
    Limit: the command comes after the done signal of the fixture's device, in every timing, and
        the fixture's next start after the confirmation of what was done; a gripper that confirms
        nothing leaves it undecided.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim; order of signals as in Lamport 1978.
    """
    return told(context, "fixture-not-standing", len(movers_of(context.cell)))
