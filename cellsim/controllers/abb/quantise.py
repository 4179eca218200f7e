"""Round a program to what RAPID text can say: 1e-4 deg an axis, 1 um, 1e-8 of a quaternion."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from cellsim.controllers.abb.conf import conf_text
from cellsim.controllers.abb.corners import stop_before_logic
from cellsim.controllers.abb.digits import (
    AXIS_DIGITS,
    SPEED_DIGITS,
    TIME_DIGITS,
    float_seven,
    grid_pose,
)
from cellsim.controllers.abb.eventtext import before_their_motions, grid_along
from cellsim.controllers.abb.names import LONGEST_NAME
from cellsim.controllers.abb.speeds import with_tcp_speeds
from cellsim.controllers.abb.splitting import with_short_routines
from cellsim.controllers.abb.words import RESERVED
from cellsim.controllers.writing.quantise import (
    ascii_comment,
    grid_accel,
    grid_common,
    grid_speed,
    grid_zone,
    is_fine,
    refuse_measured_joints,
)
from cellsim.controllers.writing.resolve import with_joints
from cellsim.controllers.writing.rewrite import rewrite, with_names
from cellsim.controllers.writing.targets import (
    base_frame,
    grid_externals,
    group_of,
    joint_target,
    measured,
    pose_in,
    tool_name,
)
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Assign,
    Call,
    Expr,
    If,
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
from cellsim.geometry import Pose

MAIN = "main"
_MODULE = "MainModule"
_LEAST_ACCEL = 20.0
_CONF = re.compile(r"-?\d+ -?\d+ -?\d+ \d")
_UNTURNED = frozenset({"world", ""})


def quantise(program: Program, cell: Cell) -> Program:
    """Return the program as RAPID can say it.

    Joint motions keep joints, with a TCP speed; path motions get poses with their configuration,
    in a frame that stands still. A corner before logic, or between joint and path motions, becomes
    an exact stop.

    Raises:
        Refused: A frame that moves, a measured frame without number, a unit without counterpart.
    """
    group = group_of(program, cell)
    resolved = with_tcp_speeds(_with_joints(program, cell), cell)

    def change(statement: Statement) -> tuple[Statement, ...]:
        if isinstance(statement, Move):
            return (ascii_comment(_move(statement, cell, group)),)
        if isinstance(statement, SetSignal):
            statement = grid_along(statement)
        return (ascii_comment(_single(grid_common(statement, TIME_DIGITS))),)

    if program.name.lower() == MAIN:
        resolved = replace(resolved, name=_MODULE)
    named = _with_main(with_names(resolved, LONGEST_NAME, RESERVED - {MAIN.upper()}))
    program = rewrite(named, change)
    ordered = tuple(replace(r, body=before_their_motions(r.body)) for r in program.routines)
    short = with_short_routines(replace(program, routines=ordered))
    notes = dict[str, None]()
    stopped = tuple(replace(r, body=stop_before_logic(r.body, notes)) for r in short.routines)
    told = tuple(dict.fromkeys((*short.notes, *notes)))
    return replace(short, routines=stopped, notes=told)


def _with_joints(program: Program, cell: Cell) -> Program:
    """Return the program with joints for all targets, or where they are not known for joint ones.

    A path motion without joints has no configuration, so ConfL\\Off stands before it.
    """
    try:
        return with_joints("abb", program, cell, _lacks)
    except Refused:
        return with_joints("abb", program, cell, lambda move: move.kind == "joint")


def _lacks(move: Move) -> bool:
    """Return whether a motion needs joints: a joint one, or one whose configuration is open."""
    targets = (move.to, move.to if move.via is None else move.via)
    return move.kind == "joint" or not all(_CONF.fullmatch(t.config) for t in targets)


def _with_main(program: Program) -> Program:
    """Return the program with its entry named main, as a task of RAPID begins there."""
    if not program.routines or program.routines[0].name == MAIN:
        return program
    entry = program.routines[0].name
    others = {r.name.lower() for r in program.routines[1:]}
    clash = next((r.name for r in program.routines[1:] if r.name.lower() == MAIN), None)
    spare = f"{MAIN}_2"
    while spare in others:
        spare += "_2"
    new = {entry: MAIN} | ({clash: spare} if clash else {})

    def change(statement: Statement) -> tuple[Statement, ...]:
        if isinstance(statement, Call):
            statement = replace(statement, routine=new.get(statement.routine, statement.routine))
        return (statement,)

    renamed = rewrite(program, change)
    routines = tuple(replace(r, name=new.get(r.name, r.name)) for r in renamed.routines)
    return replace(renamed, routines=routines)


def _single(statement: Statement) -> Statement:
    """Return the statement with its numbers in the seven digits of num."""
    match statement:
        case Assign():
            return replace(statement, value=_seven(statement.value))
        case If() | Wait():
            return replace(statement, condition=_seven(statement.condition))
        case Loop() if statement.condition is not None:
            return replace(statement, condition=_seven(statement.condition))
    return statement


def _seven(expr: Expr) -> Expr:
    if expr.op == "const" and isinstance(expr.value, float):
        return replace(expr, value=float_seven(expr.value))
    return replace(expr, args=tuple(_seven(a) for a in expr.args))


def _move(move: Move, cell: Cell, group: MotionGroup) -> Move:
    joint = move.kind == "joint"
    frame = _frame(move, cell, group)
    accel = grid_accel(move.accel, 0)
    if accel is not None and not _LEAST_ACCEL <= accel <= 100.0:
        raise Refused("abb", f"acceleration of {accel:g} %, AccSet takes 20..100", line=move.line)
    to = (
        joint_target("abb", move, group, AXIS_DIGITS, "MoveAbsJ")
        if joint
        else _pose(move, move.to, frame, cell, group)
    )
    via = None if move.via is None or joint else _pose(move, move.via, frame, cell, group)
    if via is not None and not (to.config and via.config):
        to, via = replace(to, config=""), replace(via, config="")
    return replace(
        move,
        to=to,
        via=via,
        speed=_speed(move),
        zone=_zone(move),
        tool=tool_name(move, group, cell),
        frame=frame,
        accel=accel,
    )


def _frame(move: Move, cell: Cell, group: MotionGroup) -> str:
    """Return the frame that the work object of a motion is, or "world" for joints without one."""
    from cellsim.kinematics.anchors import WORLD, anchor_of

    name = move.frame
    on_track = any(e.carries == "arm" for e in group.externals)
    if move.kind == "joint":
        refuse_measured_joints("abb", name, cell, move.line)
        return name if name in cell.frames and anchor_of(cell, name)[0] == WORLD else "world"
    if name in _UNTURNED and not on_track:
        return base_frame(group)
    if measured(cell, name):
        if name not in group.controller.frames:
            raise Refused("abb", f"measured frame '{name}' has no number", line=move.line)
        return name
    above = _measured_above(name, cell)
    if above:
        raise Refused("abb", f"frame '{name}' in measured frame '{above}'", line=move.line)
    own = name == base_frame(group) and not on_track
    if not own and anchor_of(cell, name)[0] != WORLD:
        raise Refused("abb", f"frame '{name}' that moves with something", line=move.line)
    if own or name in cell.frames or name in _UNTURNED:
        return name or "world"
    return "world" if on_track else base_frame(group)


def _measured_above(name: str, cell: Cell) -> str:
    """Return a measured frame that a frame stands in; a declared work object would not follow."""
    for _ in cell.frames:
        if name not in cell.frames:
            break
        name = cell.frames[name].parent
        if measured(cell, name):
            return name
    return ""


def _pose(move: Move, target: Target, frame: str, cell: Cell, group: MotionGroup) -> Target:
    pose: Pose = grid_pose(pose_in("abb", move, target, frame, cell, group))
    ext = grid_externals("abb", target, group, AXIS_DIGITS, move.line)
    config = target.config if _CONF.fullmatch(target.config) else ""
    if not config and target.q is not None:
        config = conf_text(np.array(target.q), cell, group, move.line)
    return replace(target, q=None, pose=pose, config=config, ext=ext, tolerance=None)


def _speed(move: Move) -> Speed:
    speed = move.speed
    if speed.unit in {"mm/s", "m/s"}:
        return grid_speed(speed, "mm/s", 1.0 if speed.unit == "mm/s" else 1e3, SPEED_DIGITS)
    if speed.unit == "s":
        return grid_speed(speed, "s", 1.0, TIME_DIGITS)
    raise Refused("abb", f"speed {speed} of a {move.kind} motion", line=move.line)


def _zone(move: Move) -> Zone:
    zone = move.zone
    if is_fine(zone):
        return FINE
    if zone.kind in {"distance", "radius"}:
        return grid_zone(zone, "distance", "mm", SPEED_DIGITS)
    raise Refused("abb", f"corner '{zone}' of a {move.kind} motion", line=move.line)
