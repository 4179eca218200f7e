"""Rule fastener-missed."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def fastener_missed(context: Context) -> Outcome:
    """A nutrunner ran, and no fastener was in reach of it.

    What: no fastener lay within the reach and angle of the device's TCP when it was done, or the
        tool has moved farther than its reach since it was started.
    Why: the bolt stays in, and the part is torn off.
    Limit: the `reach_m` and `angle_rad` of the device in the cell file.
    Source: design rule of cellsim.
    """
    return told(context, "fastener-missed", len(context.cell.devices))
