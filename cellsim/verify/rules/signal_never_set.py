"""Rule signal-never-set."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def signal_never_set(context: Context) -> Outcome:
    """A program waits for a signal that nothing sets.

    What: no statement, device or input ever gives the signal the awaited value.
    Why: the program stands there for ever, or runs into its timeout.
    Limit: every awaited value has a statement, a device or an input that gives it.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "signal-never-set", len(context.cell.signals))
