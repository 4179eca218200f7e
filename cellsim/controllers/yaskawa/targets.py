"""Positions of a job as its style can say them: whole pulses, or X..Rz with RCONF in one frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cellsim.controllers.writing.targets import base_frame, pose_in, tcp_of, tool_name
from cellsim.controllers.yaskawa.configuration import standing
from cellsim.controllers.yaskawa.digits import grid_pose, grid_pulses
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Move, Target
from cellsim.errors import Refused
from cellsim.geometry import Pose


@dataclass(frozen=True)
class Style:
    """How a job says its positions; frame "" is a pulse job."""

    frame: str = ""

    @property
    def relative(self) -> bool:
        """Whether the positions are X..Rz in a frame."""
        return bool(self.frame)


def controller_frame(frame: str, group: MotionGroup) -> Pose:
    """Return `frame_T_controller`: the controller's base begins higher than the robot's foot."""
    return group.robot.controller_base if frame == base_frame(group) else Pose.identity()


def positioned(move: Move, target: Target, style: Style, cell: Cell, group: MotionGroup) -> Target:
    """Return a target with joints as the style of its job can say it.

    Raises:
        Refused: No joints, or RCONF does not tell a joint motion's joints.
    """
    if target.q is None and (target.pose is None or not target.config):
        raise Refused("yaskawa", "target without joints", line=move.line)
    if not style.relative:
        if target.q is None:
            raise Refused("yaskawa", "target without joints in a pulse job", line=move.line)
        axes, pulses = group.controller.axes, group.controller.pulses
        q = grid_pulses(axes, pulses, target.q, move.line)
        return replace(target, q=q, pose=None, config="", ext=(), tolerance=None)
    return _relative(move, target, style.frame, cell, group)


def _relative(move: Move, target: Target, frame: str, cell: Cell, group: MotionGroup) -> Target:
    from cellsim.kinematics.frames import chain_of, world_T_frame

    frame_T_controller = controller_frame(frame, group)
    asked = pose_in("yaskawa", move, target, frame, cell, group)
    pose = frame_T_controller @ grid_pose(frame_T_controller.inverse() @ asked)
    if target.q is None:
        return replace(target, pose=pose, ext=(), tolerance=None)
    flange_T_tcp = tcp_of(tool_name(move, group, cell), cell)
    arm = group.robot.dof
    at = {group.name: np.array(target.q)}
    goal = world_T_frame(cell, frame, at) @ pose @ flange_T_tcp.inverse()
    chain = chain_of(cell, group.name)
    axes, kind = group.controller.axes[:arm], group.controller.type
    stands = standing(chain, axes, goal, target.q, target.q[arm:], kind)
    if stands is None:
        raise Refused("yaskawa", "position at a singularity has no RCONF", line=move.line)
    if stands.q is None and move.kind == "joint":
        what = f"RCONF {stands.rconf} does not tell the joints of a MOVJ; needs pulses"
        raise Refused("yaskawa", what, line=move.line)
    return replace(target, q=stands.q, pose=pose, config=stands.rconf, ext=(), tolerance=None)
