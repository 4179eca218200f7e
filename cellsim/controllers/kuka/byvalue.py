"""$TOOL={..} and $BASE={..}: which tool and frame of the cell the numbers are."""

from __future__ import annotations

from cellsim.controllers.kuka.acts import Struct
from cellsim.controllers.kuka.points import pose_of
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.geometry import Pose

# Texts print 0.001 mm and 0.0001 deg.
_LENGTH_M, _ANGLE_RAD = 5e-6, 2e-6


def tool_by_value(value: Struct, cell: Cell, group: MotionGroup) -> str | None:
    """Return the numbered tool whose TCP is the value; None for none or several."""
    pose = pose_of(value)
    found = []
    for name in group.controller.tools:
        tool, _, tcp = name.partition(".")
        if tool in cell.tools:
            tcps = cell.tools[tool].tcps
            known = tcps[tcp] if tcp else next(iter(tcps.values()))
            if pose is not None and _same(known, pose):
                found.append(name)
    return found[0] if len(found) == 1 else None


def frame_by_value(value: Struct, cell: Cell, group: MotionGroup) -> str | None:
    """Return the numbered frame that stands at the value in the robot's base; None for none."""
    from cellsim.kinematics.frames import world_T_frame

    pose = pose_of(value)
    if pose is None or group.externals:
        return None
    base_T_world = world_T_frame(cell, f"group:{group.name}.base").inverse()
    for name in group.controller.frames:
        frame = cell.frames.get(name)
        stands = frame is not None and not frame.measured
        if stands and _same(base_T_world @ world_T_frame(cell, name), pose):
            return name
    return None


def _same(a: Pose, b: Pose) -> bool:
    distance, angle = a.distance(b)
    return distance < _LENGTH_M and angle < _ANGLE_RAD
