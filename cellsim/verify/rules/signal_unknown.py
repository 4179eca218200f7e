"""Rule signal-unknown."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def signal_unknown(context: Context) -> Outcome:
    """A program sets a signal that the cell does not have.

    What: the name of an output is in no signal list of the cell.
    Why: nothing happens on the real cell, or something else does.
    Limit: every output of a program is a signal of the cell.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "signal-unknown", len(context.cell.signals))
