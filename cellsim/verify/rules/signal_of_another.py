"""Rule signal-of-another."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def signal_of_another(context: Context) -> Outcome:
    """A program sets a signal that belongs to somebody else.

    What: a group sets a signal whose source is another group or a device.
    Why: two sources on one wire; which one wins is chance.
    Limit: the source of the signal in the cell file.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "signal-of-another", len(context.cell.signals))
