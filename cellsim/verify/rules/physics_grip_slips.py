"""Rule physics-grip-slips."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def physics_grip_slips(context: Context) -> Outcome:
    """A part moves in its gripper during the replay.

    What: a gripped part moves against the flange by more than the limit.
    Why: the part is not where the program takes it to be.
    Limit: 5 mm or 20 mrad, see `cellsim/physics/carry.py`.
        No value at it: what a replay shows is not repeatable to the last digit elsewhere.
    Source: replay in PyBullet; it is the physics and the camera, never the judge: a warning.
    """
    return told(context, "physics-grip-slips", len(context.tracks) if context.physics else 0)
