"""Which tool, frame and numbers a motion needs, for writers and quantisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cellsim.controllers.writing.axes import grid_q
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Move, Program, Target
from cellsim.domain.walk import statements_of
from cellsim.errors import Refused, UnknownName
from cellsim.geometry import Array, Pose

_AT_ONCE = 1000


def group_of(program: Program, cell: Cell) -> MotionGroup:
    """Return the motion group a program is for."""
    if program.group not in cell.groups:
        raise UnknownName("group", program.group, cell.groups, file=program.file)
    return cell.groups[program.group]


def group_written(program: Program, cell: Cell) -> MotionGroup:
    """Return the motion group a program is written for.

    Raises:
        Refused: A motion of it is not known to run with its tool, frame or the like.
    """
    group = group_of(program, cell)
    for s in statements_of(program):
        if isinstance(s, Move) and s.doubts:
            first = s.doubts[0]
            what = f"a motion whose {first.state} is not known since line {first.line} of its text"
            raise Refused(group.controller.brand, what, line=s.line)
    return group


def tool_name(move: Move, group: MotionGroup, cell: Cell) -> str:
    """Return the tool of a motion as the controller's table names it; "" is the bare flange."""
    name = move.tool or group.tool
    tool, _, tcp = name.partition(".")
    if name in group.controller.tools or not name:
        return name
    if tool in cell.tools and tcp == next(iter(cell.tools[tool].tcps), ""):
        return tool
    if tool not in cell.tools:
        raise UnknownName("tool", name, cell.tools, line=move.line)
    if tcp and tcp not in cell.tools[tool].tcps:
        raise UnknownName("tcp", tcp, cell.tools[tool].tcps, line=move.line)
    return name


def tcp_of(name: str, cell: Cell) -> Pose:
    """Return `flange_T_tcp` of "tool" (its first TCP) or "tool.tcp"; the flange for ""."""
    if not name:
        return Pose.identity()
    tool, _, tcp = name.partition(".")
    tcps = cell.tools[tool].tcps
    return tcps[tcp] if tcp else next(iter(tcps.values()))


def places_at(
    cell: Cell, group: MotionGroup, q: Sequence[Sequence[float]], flange_T_tcp: Pose
) -> list[Array]:
    """Return where a TCP stands at rows of joint values [rad | m] in the world [m], (3,) each."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    chain, found = chain_of(cell, group.name), list[Array]()
    for first in range(0, len(q), _AT_ONCE):
        poses = link_poses(chain, np.array(q[first : first + _AT_ONCE]))[:, chain.flange]
        turned, moved = np.array(poses[:, :3, :3]), poses[:, :3, 3]
        found += [R @ flange_T_tcp.p + p for R, p in zip(turned, moved, strict=True)]
    return found


def base_frame(group: MotionGroup) -> str:
    """Return the name of the frame in which a robot's own base stands still."""
    return f"group:{group.name}.base"


def measured(cell: Cell, frame: str) -> bool:
    """Return whether a frame is measured at run time."""
    return frame in cell.frames and cell.frames[frame].measured


def pose_in(
    brand: str, move: Move, target: Target, frame: str, cell: Cell, group: MotionGroup
) -> Pose:
    """Return `frame_T_tcp` of a target, from its pose or, when it has none, from its joints."""
    from cellsim.kinematics.frames import world_T_frame

    if target.pose is not None and move.frame == frame:
        return target.pose
    at = {} if target.q is None else {group.name: np.array(target.q)}
    frame_T_world = world_T_frame(cell, frame, at).inverse()
    if target.pose is not None:
        return frame_T_world @ world_T_frame(cell, move.frame, at) @ target.pose
    if target.q is None:
        raise Refused(brand, "target without joints and without a pose", line=move.line)
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of

    tcp = tcp_of(tool_name(move, group, cell), cell)
    return frame_T_world @ tcp_pose(chain_of(cell, group.name), np.array(target.q), tcp)


def joint_target(brand: str, move: Move, group: MotionGroup, digits: int, word: str) -> Target:
    """Return the target of a joint motion as joints alone, on the grid of the printed axes.

    Args:
        word: The instruction that takes it, for the refusal of a target without joints.
    """
    if move.to.q is None:
        raise Refused(brand, f"{word} target without joints", line=move.line)
    q = grid_q(group.controller.axes, move.to.q, digits)
    return replace(move.to, q=q, pose=None, config="", ext=(), tolerance=None)


def grid_externals(
    brand: str, target: Target, group: MotionGroup, digits: int, line: int
) -> tuple[float, ...]:
    """Return the values [rad | m] of the axes behind the arm, on the grid of the printed ones."""
    arm = group.robot.dof
    axes = group.controller.axes[arm:]
    values = target.ext if target.q is None else target.q[arm:]
    if len(values) != len(axes):
        raise Refused(brand, "target without its external axes", line=line)
    return grid_q(axes, values, digits)


def refuse_moving_frame(brand: str, frame: str, cell: Cell, group: MotionGroup, line: int) -> None:
    """Refuse a frame without a number that the robot's own base cannot stand for."""
    if measured(cell, frame):
        raise Refused(brand, f"measured frame '{frame}' has no number", line=line)
    if any(e.carries == "arm" for e in group.externals):
        raise Refused(brand, f"frame '{frame}' of a moving base", line=line)
