"""Rule clamp-closed-early."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def clamp_closed_early(context: Context) -> Outcome:
    """A part is put into a chuck or vise that was closed before it came.

    What: a gripper lets a part go in the seat of a fixture whose clamping device has closed since,
        without the part, and was not opened again.
    Why: the part runs against the closed jaws, which the cell draws open; nothing clamps it.
    Limit: the clamp closes on the part, or opens before the part comes.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    clamps = [d for d in context.cell.devices.values() if d.effect == "clamp"]
    return told(context, "clamp-closed-early", len(clamps))
