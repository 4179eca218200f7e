"""Round a program to what HRScript can say: 0.001 deg or mm, accu levels, 0.1 %, 0.1 mm/s."""

from __future__ import annotations

from dataclasses import replace

from cellsim.controllers.hyundai.digits import AXIS_DIGITS, SPEED_DIGITS, TIME_DIGITS
from cellsim.controllers.hyundai.motion import accu_table
from cellsim.controllers.hyundai.words import RESERVED
from cellsim.controllers.writing.axes import grid_q
from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.quantise import (
    grid_accel,
    grid_common,
    grid_speed,
    is_fine,
    level_within,
    loop_as_jump,
)
from cellsim.controllers.writing.resolve import with_joints
from cellsim.controllers.writing.rewrite import rewrite, with_names
from cellsim.controllers.writing.split import split_motions
from cellsim.controllers.writing.standing import stopped_at_outputs, stopped_at_turns
from cellsim.controllers.writing.targets import group_of, measured, tool_name
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Loop,
    Move,
    Program,
    Speed,
    Statement,
    Target,
    Zone,
)
from cellsim.errors import Refused

LONGEST_NAME = 32
# Steps are S1..S999 (doc-hrscript 2.2).
MOST_STEPS = 999


def quantise(program: Program, cell: Cell) -> Program:
    """Return the program as HRScript can say it.

    Targets become joint targets (which joints a pose in space means is not modelled: none is
    written), whose frame says nothing unless it is measured at run time;
    distance corners become the largest accu level that is not larger; loops with a condition
    become labels; a job of more than 999 steps becomes several, called in order.

    Raises:
        Refused: A target has no joints, or a unit or zone has no counterpart.
    """
    group = group_of(program, cell)
    counter, notes = [0], dict[str, None]()

    resolved = with_joints("hyundai", program, cell, lambda _: True)

    def change(statement: Statement) -> tuple[Statement, ...]:
        if isinstance(statement, Move):
            return (_move(statement, cell, group, notes),)
        if isinstance(statement, Loop) and statement.condition is not None:
            counter[0] += 1
            label, block = loop_as_jump(statement, f"loop_{counter[0]}", TIME_DIGITS)
            return (replace(label, comment=""), block)
        return (grid_common(statement, TIME_DIGITS),)

    named = with_names(resolved, LONGEST_NAME, RESERVED)
    said = rewrite(named, change)
    stops = not accu_table(group.controller)[0]
    routines = tuple(
        replace(r, body=stopped_at_outputs(body, notes) if stops else body)
        for r in said.routines
        for body in (stopped_at_turns(r.body, notes),)
    )
    result = split_motions(replace(said, routines=routines), MOST_STEPS, LONGEST_NAME)
    return replace(result, notes=tuple(dict.fromkeys((*result.notes, *notes))))


def _move(move: Move, cell: Cell, group: MotionGroup, notes: dict[str, None]) -> Move:
    shifted = measured(cell, move.frame)
    if shifted and move.frame not in group.controller.frames:
        raise Refused(
            "hyundai", f"measured frame '{move.frame}' has no user frame number", line=move.line
        )
    if grid_accel(move.accel) is not None:
        raise Refused("hyundai", "acceleration of a single step", line=move.line)
    return replace(
        move,
        to=_target(move.to, move, group),
        via=None if move.via is None else _target(move.via, move, group),
        speed=_speed(move.speed, move.line),
        zone=_zone(move, group, notes),
        tool=tool_name(move, group, cell),
        frame=move.frame if shifted else "world",
        accel=None,
    )


def _target(target: Target, move: Move, group: MotionGroup) -> Target:
    if target.q is None:
        raise Refused(
            "hyundai",
            "target without joints (poses in space are not written)",
            line=move.line,
            source="HRScript manual 5.1: cfg tells the posture of a pose in space",
        )
    q = grid_q(group.controller.axes, target.q, AXIS_DIGITS)
    return replace(target, q=q, pose=None, config="", ext=(), tolerance=None)


def _speed(speed: Speed, line: int) -> Speed:
    match speed.unit:
        case "%":
            return grid_speed(speed, "%", 1.0, SPEED_DIGITS)
        case "mm/s":
            return grid_speed(speed, "mm/s", 1.0, SPEED_DIGITS)
        case "m/s":
            return grid_speed(speed, "mm/s", 1000.0, SPEED_DIGITS)
        case "s":
            return grid_speed(speed, "s", 1.0, TIME_DIGITS)
    raise Refused("hyundai", f"speed unit {speed.unit}", line=line, source="HRScript manual 5.4")


def _zone(move: Move, group: MotionGroup, notes: dict[str, None]) -> Zone:
    zone, line = move.zone, move.line
    table = accu_table(group.controller)
    if zone.kind == "fine" and table[0]:
        raise Refused(
            "hyundai",
            f"exact stop: accu 0 of this controller is a corner of {table[0]:g} mm (accu_mm)",
            line=line,
            source="Hi6 operation manual 8.15 R360",
        )
    if is_fine(zone) and not table[0]:
        return FINE
    if zone.kind == "accu":
        level = on_grid(zone.value, 0)
        if not 0.0 <= level <= 7.0 or level != zone.value:
            raise Refused("hyundai", f"accu {zone.value:g}; levels are 0..7", line=line)
        return Zone("accu", level, "level")
    if zone.kind in {"distance", "radius"}:
        level = level_within(table, zone.value)
        notes[f"corner {zone} is written as accu {level} ({table[level]:g} mm)"] = None
        if not level and table[0] > zone.value:
            raise Refused("hyundai", f"corner {zone}; accu 0 is {table[0]:g} mm", line=line)
        return Zone("accu", float(level), "level") if level or table[0] else FINE
    raise Refused("hyundai", f"corner '{zone}'; only accu levels", line=line)
