"""Rule part-falls."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def part_falls(context: Context) -> Outcome:
    """A part hangs on nothing any more.

    What: its last fastener was removed, or its clamp opened, while no gripper held it and nothing
        carries it; the part that it lies or hangs on is taken away; or the positioner or the moving
        fixture tilts that a gripper let it go on, and no clamp holds it there. Undecided where it
        hung on its gripper or its clamp alone, and neither signals nor the times of the devices,
        each at its own worst, prove that this one had it before the other let it go.
    Why: the part falls on robot, car or floor.
    Limit: a part is held or carried at every moment, and where its weight alone keeps it, on what
        stays within 5 deg of where it was put down.
    Source: design rule of cellsim.
    """
    return told(context, "part-falls", len(context.cell.parts))
