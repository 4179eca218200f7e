"""Round a program to what URScript text can say: 1e-6 rad, 1e-6 m, 1e-4 m/s, 0.1 mm radius."""

from __future__ import annotations

import math
from dataclasses import replace

from cellsim.controllers.ur.digits import (
    SPEED_DIGITS,
    TIME_DIGITS,
    grid_accel,
    grid_joints,
    grid_pose,
)
from cellsim.controllers.ur.words import RESERVED
from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.quantise import (
    grid_common,
    grid_speed,
    grid_zone,
    is_fine,
    refuse_measured_joints,
)
from cellsim.controllers.writing.resolve import with_joints
from cellsim.controllers.writing.rewrite import rewrite, with_names
from cellsim.controllers.writing.split import split_motions
from cellsim.controllers.writing.standing import stopped_at_turns
from cellsim.controllers.writing.targets import base_frame, group_of, measured, pose_in, tool_name
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import FINE, Move, Program, Speed, Statement, Target, Zone
from cellsim.domain.walk import within
from cellsim.errors import Refused

LONGEST_NAME = 40
# Field reports of scripts that fail name 1000 to 2500 targets.
MOST_MOTIONS = 1000


def quantise(program: Program, cell: Cell) -> Program:
    """Return the program as URScript can say it.

    movej keeps joints, movel and movec get poses in the robot's base; % becomes rad/s of the
    leading axis (that part of the slowest axis, so never faster than asked).

    Raises:
        Refused: External axes, a measured frame, or a unit or zone without counterpart.
    """
    group = group_of(program, cell)
    if group.externals:
        raise Refused("ur", f"external axes of group '{group.name}'")

    resolved = with_joints("ur", program, cell, lambda move: move.kind == "joint")

    def change(statement: Statement) -> tuple[Statement, ...]:
        if isinstance(statement, Move):
            return (_move(statement, cell, group),)
        return (grid_common(statement, TIME_DIGITS),)

    named = with_names(resolved, LONGEST_NAME, RESERVED, lower=True)
    said, notes = rewrite(named, change), dict[str, None]()
    routines = tuple(replace(r, body=stopped_at_turns(r.body, notes)) for r in said.routines)
    result = split_motions(replace(said, routines=routines), MOST_MOTIONS, LONGEST_NAME)
    result = replace(result, notes=tuple(dict.fromkeys((*result.notes, *notes))))
    percent = any(
        isinstance(s, Move) and s.speed.unit == "%"
        for routine in program.routines
        for s in within(routine.body)
    )
    rated = "% speeds are written as rad/s: that part of the slowest axis' largest speed"
    return replace(result, notes=(*result.notes, rated)) if percent else result


def _move(move: Move, cell: Cell, group: MotionGroup) -> Move:
    if measured(cell, move.frame) and move.kind != "joint":
        raise Refused("ur", f"measured frame '{move.frame}'", line=move.line)
    joint = move.kind == "joint"
    if joint:
        refuse_measured_joints("ur", move.frame, cell, move.line)
    return replace(
        move,
        to=_joints(move, group) if joint else _pose(move, move.to, cell, group),
        via=None if move.via is None or joint else _pose(move, move.via, cell, group),
        speed=_speed(move, group),
        zone=_zone(move.zone, move.line),
        tool=tool_name(move, group, cell),
        frame="world" if joint else base_frame(group),
        accel=None if move.speed.unit == "s" else grid_accel(move.accel, joint),
    )


def _joints(move: Move, group: MotionGroup) -> Target:
    if move.to.q is None:
        raise Refused("ur", "movej target without joints", line=move.line)
    q = grid_joints(group.controller.axes, move.to.q)
    return replace(move.to, q=q, pose=None, config="", tolerance=None)


def _pose(move: Move, target: Target, cell: Cell, group: MotionGroup) -> Target:
    pose = pose_in("ur", move, target, base_frame(group), cell, group)
    return replace(target, q=None, pose=grid_pose(pose), config="", ext=(), tolerance=None)


def _speed(move: Move, group: MotionGroup) -> Speed:
    speed, joint = move.speed, move.kind == "joint"
    if speed.unit == "s":
        return grid_speed(speed, "s", 1.0, TIME_DIGITS)
    if joint and speed.unit == "%":
        limits = [j.speed for j in group.robot.joints if j.speed is not None]
        if len(limits) < len(group.robot.joints):
            raise Refused("ur", "% without the robot's joint speeds", line=move.line)
        return Speed(on_grid(speed.value / 100.0 * min(limits) - 5e-5, SPEED_DIGITS), "rad/s")
    if joint and speed.unit in {"rad/s", "deg/s"}:
        scale = 1.0 if speed.unit == "rad/s" else math.pi / 180.0
        return grid_speed(speed, "rad/s", scale, SPEED_DIGITS)
    if not joint and speed.unit in {"mm/s", "m/s"}:
        return grid_speed(speed, "m/s", 1e-3 if speed.unit == "mm/s" else 1.0, SPEED_DIGITS)
    raise Refused("ur", f"speed {speed} of a {move.kind} motion", line=move.line)


def _zone(zone: Zone, line: int) -> Zone:
    if is_fine(zone):
        return FINE
    if zone.kind in {"radius", "distance"}:
        return grid_zone(zone, "radius", "mm", 1)
    raise Refused("ur", f"corner '{zone}'; only a radius", line=line)
