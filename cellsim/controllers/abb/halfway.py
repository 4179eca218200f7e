"""Program displacement, which acts on a motion from outside of its line.

Source: recalled from RAPID instructions (PDispSet), no page read: a displacement stands between the
object frame and the target and leaves MoveAbsJ alone.
"""

from __future__ import annotations

from dataclasses import replace

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.places import NotKnown, pose_of
from cellsim.controllers.abb.values import aggregate
from cellsim.domain.program import Target
from cellsim.geometry import Pose


def displacement(held: object, table: Table, routine: str) -> Pose | None:
    """Return the program displacement that is on, None for none.

    Args:
        held: True while there is none; the aggregate or the name that PDispSet gave.
    """
    if held is True:
        return None
    if not isinstance(held, str) or held == "?":
        raise NotKnown("motion while pdisp is not known to be off")
    if held.startswith("["):
        try:
            return pose_of(aggregate(held), "displacement")
        except ValueError as why:
            raise NotKnown(f"displacement: {why}") from None
    value = table.constant(held, routine, "pose")
    if isinstance(value, str):
        raise NotKnown(value)
    return pose_of(value, f"displacement {held}")


def displaced(target: Target, by: Pose | None) -> Target:
    """Return a target behind a displacement."""
    if by is None or target.pose is None:
        return target
    return replace(target, pose=by @ target.pose)
