"""Round a program to what KRL text can say: 1e-4 deg an axis, 1 um, 1e-4 deg, 1e-4 m/s, 1 %."""

from __future__ import annotations

from dataclasses import replace

from cellsim.controllers.kuka.digits import (
    AXIS_DIGITS,
    LENGTH_DIGITS,
    TIME_DIGITS,
    VEL_DIGITS,
    grid_pose,
)
from cellsim.controllers.kuka.mixed import stop_between_kinds
from cellsim.controllers.kuka.triggertext import grid_along
from cellsim.controllers.kuka.words import RESERVED
from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.quantise import (
    ascii_comment,
    grid_accel,
    grid_common,
    grid_speed,
    grid_zone,
    is_fine,
    numbered_frame,
    refuse_measured_joints,
    whole_percent,
)
from cellsim.controllers.writing.resolve import with_joints
from cellsim.controllers.writing.rewrite import rewrite, with_names
from cellsim.controllers.writing.split import split_motions
from cellsim.controllers.writing.standing import stopped_at_turns
from cellsim.controllers.writing.targets import (
    base_frame,
    grid_externals,
    group_of,
    joint_target,
    pose_in,
    refuse_moving_frame,
    tool_name,
)
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Assign,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
)
from cellsim.errors import Refused

LONGEST_NAME = 24
# No limit is published; public post-processors cut at 1,400 lines, and a motion may be a few.
MOST_MOTIONS = 500


def quantise(program: Program, cell: Cell) -> Program:
    """Return the program as KRL can say it.

    PTP keeps joints; LIN and CIRC get poses in the frame whose BASE_DATA number is known, else
    in the robot's base. A corner between PTP and LIN or CIRC becomes an exact stop.

    Raises:
        Refused: A joint target in a measured frame, or a unit or zone without counterpart.
    """
    group, notes = group_of(program, cell), dict[str, None]()

    resolved = with_joints("kuka", program, cell, lambda move: move.kind == "joint")

    def change(statement: Statement) -> tuple[Statement, ...]:
        if isinstance(statement, Move):
            return (ascii_comment(_move(statement, cell, group)),)
        if isinstance(statement, SetSignal):
            return (ascii_comment(grid_along(statement)),)
        return (ascii_comment(_lower(grid_common(statement, TIME_DIGITS))),)

    program = rewrite(with_names(resolved, LONGEST_NAME, RESERVED, lower=True), change)
    stopped = tuple(
        replace(r, body=stopped_at_turns(stop_between_kinds(r.body, notes), notes))
        for r in program.routines
    )
    result = split_motions(replace(program, routines=stopped), MOST_MOTIONS, LONGEST_NAME)
    return replace(result, notes=tuple(dict.fromkeys((*result.notes, *notes))))


def _lower(statement: Statement) -> Statement:
    """Return the statement with its names in lower case: KRL does not tell cases apart."""
    match statement:
        case Assign():
            return replace(statement, name=statement.name.lower(), value=_names(statement.value))
        case If():
            return replace(statement, condition=_names(statement.condition))
        case Loop() if statement.condition is not None:
            return replace(statement, condition=_names(statement.condition))
        case Wait():
            label = statement.on_timeout.lower()
            return replace(statement, condition=_names(statement.condition), on_timeout=label)
        case Label():
            return replace(statement, name=statement.name.lower())
        case Goto():
            return replace(statement, label=statement.label.lower())
    return statement


def _names(expr: Expr) -> Expr:
    name = expr.name.lower() if expr.op == "var" else expr.name
    return replace(expr, name=name, args=tuple(_names(a) for a in expr.args))


def _move(move: Move, cell: Cell, group: MotionGroup) -> Move:
    joint = move.kind == "joint"
    frame = numbered_frame(group, move.frame)
    if joint:
        refuse_measured_joints("kuka", move.frame, cell, move.line)
    elif frame is None:
        refuse_moving_frame("kuka", move.frame, cell, group, move.line)
        frame = base_frame(group)
    if move.accel is not None and not joint and grid_accel(move.accel) is not None:
        raise Refused("kuka", "acceleration in % of a path motion", line=move.line)
    shown = frame or "world"
    return replace(
        move,
        to=joint_target("kuka", move, group, AXIS_DIGITS, "PTP")
        if joint
        else _pose(move, move.to, shown, cell, group),
        via=None if move.via is None or joint else _pose(move, move.via, shown, cell, group),
        speed=_speed(move),
        zone=_zone(move),
        tool=tool_name(move, group, cell),
        frame=shown,
        accel=grid_accel(move.accel, 0),
    )


def _pose(move: Move, target: Target, frame: str, cell: Cell, group: MotionGroup) -> Target:
    pose = grid_pose(pose_in("kuka", move, target, frame, cell, group))
    ext = grid_externals("kuka", target, group, AXIS_DIGITS, move.line)
    return replace(target, q=None, pose=pose, config="", ext=ext, tolerance=None)


def _speed(move: Move) -> Speed:
    speed, joint = move.speed, move.kind == "joint"
    if joint and speed.unit == "%":
        return whole_percent(speed)
    if not joint and speed.unit in {"mm/s", "m/s"}:
        return grid_speed(speed, "m/s", 1e-3 if speed.unit == "mm/s" else 1.0, VEL_DIGITS)
    raise Refused("kuka", f"speed {speed} of a {move.kind} motion", line=move.line)


def _zone(move: Move) -> Zone:
    zone = move.zone
    if is_fine(zone):
        return FINE
    if move.kind == "joint" and zone.kind == "cptp":
        value = min(on_grid(zone.value, 0), 100.0)
        return Zone("cptp", value, "%") if value >= 1.0 else FINE
    if move.kind != "joint" and zone.kind in {"distance", "radius"}:
        return grid_zone(zone, "distance", "mm", LENGTH_DIGITS)
    raise Refused("kuka", f"corner '{zone}' of a {move.kind} motion", line=move.line)
