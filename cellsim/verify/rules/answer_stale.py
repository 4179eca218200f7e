"""Rule answer-stale."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def answer_stale(context: Context) -> Outcome:
    """A program starts a device again, and takes the answer of its last run for the new one.

    What: the start signal of a device is set while it is on and the device is done, and a wait for
        its done signal is over by that, or a branch goes by it, in the group that set it or one
        that knows of it by signals. Not of a clamp or a moving fixture that is as it is asked to
        be.
    Why: the device does not run: a start is a signal that rises. The second process never happens.
    Limit: the start signal falls before it is set again.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim; a device answers when its start rises, see `Device`.
    """
    return told(context, "answer-stale", len(context.cell.devices))
