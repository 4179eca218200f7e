"""Rule part-falls."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def part_falls(context: Context) -> Outcome:
    """A part hangs on nothing any more.

    What: its last fastener was removed while no gripper held it.
    Why: the part falls on robot, car or floor.
    Limit: a part is held by a gripper or a fastener at every moment.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "part-falls", len(context.cell.parts))
