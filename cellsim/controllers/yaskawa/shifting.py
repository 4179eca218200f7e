"""Parallel shifts and increments: X, Y, Z of a position variable in a frame, tool or base.

Source: the pendant's own words for SFTON and IMOV, as an editor extension publishes them ("the
increment value of X, Y, and Z in each coordinate system"; "linear interpolation from the current
position for the specified incremental value"); BF, RF, TF, UF#(n): public notes of the YRC1000
INFORM manual. What is shifted keeps its arm; that the nearest joints are meant is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cellsim.controllers.reading.names import Names
from cellsim.controllers.yaskawa.jobfile import Position
from cellsim.controllers.yaskawa.points import NotKnown
from cellsim.controllers.yaskawa.rconf import SAME_WRIST, digits_of, joints
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Move, Target
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose


@dataclass(frozen=True)
class Shift:
    """A step in a coordinate system.

    Attributes:
        frame: BF, RF, TF, or the name of a frame of the cell. xyz: Along its axes [m].
    """

    frame: str
    xyz: tuple[float, float, float]


def frame_of(word: str) -> str:
    """Return "UF 3" of UF#(3), other words as they are."""
    return f"UF {word[4:-1].strip()}" if word.startswith("UF#") else word


def shift_of(position: Position, frame: str, names: Names) -> Shift:
    """Return the shift that a position says in a coordinate system ("" where none is said)."""
    if position.pulses or len(position.values) < 6:
        raise NotKnown("a shift in pulses")
    x, y, z, *turns = position.values
    if any(turns[:3]):
        raise NotKnown("a shift that turns")
    xyz = (x / 1000.0, y / 1000.0, z / 1000.0)
    if not frame and any(xyz):
        raise NotKnown("a shift whose coordinate system is not said")
    if frame.startswith("UF "):
        frame = names.frame(int(frame[3:]))
    return Shift(frame or "BF", xyz)


def shifted(move: Move, shift: Shift, cell: Cell, group: MotionGroup) -> Move:
    """Return a motion whose target is moved by a shift, in the robot's base."""
    if move.via is not None:
        raise NotKnown("an arc under a shift")
    there = world_T_tcp(move, cell, group)
    return at_pose(move, _moved(there, shift, cell, group), cell, group, move.to.q)


def world_T_tcp(move: Move, cell: Cell, group: MotionGroup) -> Pose:
    """Return where the TCP of a motion's tool stands at its target."""
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of, world_T_frame

    if not group.robot.maker or group.externals:
        raise NotKnown("a shift; the arm is not in the cell, or stands on an axis")
    target = move.to
    try:
        if target.pose is not None:
            return world_T_frame(cell, move.frame) @ target.pose
    except BadInput:
        raise NotKnown("frame or tool of the pose is not in the cell") from None
    if target.q is None:
        raise NotKnown("a shift of a place that is not known")
    return tcp_pose(chain_of(cell, group.name), np.array(target.q), _tcp(move.tool, cell, group))


def at_pose(
    move: Move,
    there: Pose,
    cell: Cell,
    group: MotionGroup,
    near: tuple[float, ...] | None,
) -> Move:
    """Return a motion to a pose in the world, with the joints nearest to others where it is one."""
    from cellsim.kinematics.frames import world_T_frame

    base = f"group:{group.name}.base"
    pose = world_T_frame(cell, base).inverse() @ there
    q = None
    if near is not None:
        flange = there @ _tcp(move.tool, cell, group).inverse()
        digits = digits_of(np.array(near), cell, group)
        found = joints(flange, digits, cell, group, near, SAME_WRIST)
        q = found[0] if len(found) == 1 else None
    if q is None and move.kind == "joint":
        raise NotKnown("a shift; which joints are meant is not known")
    target = Target(q=q, pose=pose, name=move.to.name)
    return replace(move, to=target, frame=base)


def _moved(there: Pose, shift: Shift, cell: Cell, group: MotionGroup) -> Pose:
    step = np.array(shift.xyz)
    if shift.frame == "TF":
        return there @ Pose.translation(*shift.xyz)
    return Pose(there.R, there.p + _axes(shift.frame, cell, group) @ step)


def _axes(frame: str, cell: Cell, group: MotionGroup) -> Array:
    """Return the axes of a coordinate system in the world, shape (3, 3)."""
    from cellsim.kinematics.frames import world_T_frame

    if frame in ("BF", "RF"):
        base = world_T_frame(cell, f"group:{group.name}.base") @ group.robot.controller_base
        return base.R
    if frame not in cell.frames or cell.frames[frame].measured:
        raise NotKnown("the frame of a shift is not in the cell")
    return world_T_frame(cell, frame).R


def _tcp(tool: str, cell: Cell, group: MotionGroup) -> Pose:
    name, _, tcp = (tool or group.tool).partition(".")
    if not name:
        return Pose.identity()
    if name not in cell.tools:
        raise NotKnown("frame or tool of the pose is not in the cell")
    tcps = cell.tools[name].tcps
    return tcps[tcp] if tcp else next(iter(tcps.values()))
