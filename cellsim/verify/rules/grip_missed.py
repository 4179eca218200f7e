"""Rule grip-missed."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def grip_missed(context: Context) -> Outcome:
    """A gripper closed, and no part was where it closed, or its fingers were closed already.

    What: no grip feature of a part lay within the position and angle of the gripper's TCP; or one
        did, and the gripper was closed already, by a pulse that nothing took back, or the signal
        that closes it was on already: a command is a signal that rises.
    Why: the robot carries on without its part.
    Limit: the `position_m` and `angle_rad` of the gripper in the cell file.
    Source: design rule of cellsim; the simulated gripper catches by geometry.
    """
    return told(context, "grip-missed", len(context.cell.tools))
