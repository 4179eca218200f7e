"""Rule signal-value-impossible."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def signal_value_impossible(context: Context) -> Outcome:
    """A program sets a signal to a value that it cannot take.

    What: a number for a single signal, on or off for a group, or a number that does not fit into
        the bits of the group.
    Why: the controller stops with an error, or the bits that are left over are lost and another
        code stands on the wires.
    Limit: on and off of a single signal; a whole number from 0 to 2^n - 1 of a group of n bits.
    Source: design rule of cellsim; the bits of a group stand in the signals of the controller.
    """
    return told(context, "signal-value-impossible", len(context.cell.signals))
