"""What a frame or tool number means: the cell's own, or values that program or backup set.

Source: R-30iB Plus teach pendant help, 16: UFRAME_NUM=0 is the world frame, UTOOL_NUM=0 the
faceplate; UFRAME[i]=PR[x] and UTOOL[i]=PR[x] define them by the elements of a position register.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.controllers.fanuc.positions import Held, Points, element, is_joints
from cellsim.controllers.reading.values import rotation_zyx
from cellsim.controllers.reading.walk import State
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.errors import BadInput
from cellsim.geometry import Pose

# Backups print 0.001 mm and 0.001 deg; a cell file that says the same may be rounded once more.
SAME_M, SAME_RAD = 2e-5, 2e-5


@dataclass(frozen=True)
class Place:
    """A user frame as a motion needs it.

    Attributes:
        name: Frame that its poses are given in. joint_name: Frame that a joint target names.
        pose: `name_T_userframe` put in front of a point; None where the frame is `name` itself.
    """

    name: str
    joint_name: str
    pose: Pose | None = None


def place_of(
    number: int, name: str, state: State, points: Points, cell: Cell, group: MotionGroup
) -> Place | str:
    """Return the user frame of a number, or why it is not known.

    Args:
        name: Of the cell's frame of that number, or one made of the number.
    """
    base = f"group:{group.name}.base"
    if number == 0:
        return Place(base, "world", group.robot.controller_base)
    held = state.get(f"uframe {number}")
    if not isinstance(held, tuple) or not group.robot.maker:
        return Place(name, name)
    world_T_frame = None if group.externals else pose_of(held, points)
    if world_T_frame is None:
        return f"the values of UF {number} are not known here"
    base_T_frame = group.robot.controller_base @ world_T_frame
    if name not in cell.frames:
        return Place(base, "world", base_T_frame)
    if cell.frames[name].measured:
        return f"UF {number} is measured at run time, and set here"
    away = _away(base_T_frame, name, cell, group)
    if away is None:
        return Place(base, name, base_T_frame)
    return Place(name, name) if not away else f"UF {number} is {away} from the cell's '{name}'"


def tool_differs(
    number: int, name: str, state: State, points: Points, cell: Cell, group: MotionGroup
) -> str:
    """Return why the values set for a tool number are not those of the cell's tool, "" if they are.

    Args:
        name: Of the cell's tool ("tool" or "tool.tcp").
    """
    held = state.get(f"utool {number}")
    if number == 0 or not isinstance(held, tuple) or not group.robot.maker:
        return ""
    tool, _, tcp = name.partition(".")
    given = pose_of(held, points)
    if tool not in cell.tools or given is None:
        return f"the values of UT {number} are not known here"
    tcps = cell.tools[tool].tcps
    metres, angle = given.distance(tcps[tcp] if tcp else next(iter(tcps.values())))
    if metres <= SAME_M and angle <= SAME_RAD:
        return ""
    return f"UT {number} is {_said(metres, angle)} from the cell's '{name}'"


def pose_of(held: Held, points: Points) -> Pose | None:
    """Return a held position as a pose [m]; None for one of joints, or with what is not known."""
    values = [element(held, at, points) for at in range(1, 7)]
    known = [v for v in values if v is not None]
    if len(known) < 6 or is_joints(held, points) is not False:
        return None
    x, y, z, w, p, r = known
    return Pose(rotation_zyx(r, p, w), np.array([x, y, z]) / 1000.0)


def _away(base_T_frame: Pose, name: str, cell: Cell, group: MotionGroup) -> str | None:
    """Return how far the cell's frame is from values, "" for none; None where it moves."""
    from cellsim.kinematics.frames import world_T_frame

    at = {group.name: np.array(group.home)}
    try:
        world_T_base = world_T_frame(cell, f"group:{group.name}.base", at)
        metres, angle = (world_T_base @ base_T_frame).distance(world_T_frame(cell, name, at))
    except BadInput:
        return None
    return "" if metres <= SAME_M and angle <= SAME_RAD else _said(metres, angle)


def _said(metres: float, angle: float) -> str:
    return f"{1e3 * metres:.3f} mm and {np.degrees(angle):.3f} deg"
