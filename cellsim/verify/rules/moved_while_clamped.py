"""Rule moved-while-clamped."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def moved_while_clamped(context: Context) -> Outcome:
    """An arm moves with a part in its gripper that a chuck, a clamp or another arm still holds.

    What: a motion begins while the held part is clamped in a fixture, or in the gripper of another
        group too (two arms that carry one part together are not modelled). Where the clamp was open
        in time by timing alone, and no signal makes the group wait for it, it is undecided.
    Why: arm, part or fixture give way.
    Limit: the clamp, or the other gripper, is open before the first motion.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "moved-while-clamped", len(context.cell.devices) + len(context.tracks))
