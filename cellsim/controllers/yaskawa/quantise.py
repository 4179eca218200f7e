"""Round a program to what INFORM can say: whole pulses or 1 um and 1e-4 deg, PL 0..8, 0.01 % VJ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.quantise import grid_accel, is_fine, level_within, one_line
from cellsim.controllers.writing.resolve import with_joints
from cellsim.controllers.writing.rewrite import rewrite_body, with_names
from cellsim.controllers.writing.standing import stopped
from cellsim.controllers.writing.targets import base_frame, group_of, measured, tool_name
from cellsim.controllers.yaskawa.arcs import stop_before_arcs
from cellsim.controllers.yaskawa.digits import SPEED_DIGITS, VJ_DIGITS
from cellsim.controllers.yaskawa.labels import Labels, as_jumps, with_labels
from cellsim.controllers.yaskawa.passing import gridded
from cellsim.controllers.yaskawa.registers import Registers, bounded
from cellsim.controllers.yaskawa.split import split
from cellsim.controllers.yaskawa.structure import simplified
from cellsim.controllers.yaskawa.targets import Style, positioned
from cellsim.controllers.yaskawa.words import RESERVED
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Comment,
    Move,
    Program,
    Speed,
    Statement,
    Zone,
)
from cellsim.domain.walk import within
from cellsim.errors import Refused

LONGEST_NAME = 32
STRUCTURED = ("DX200", "YRC1000")
_JPS = 180.0 / 3.141592653589793


def structured(group: MotionGroup) -> bool:
    """Return whether the controller knows IFTHENEXP, WHILEEXP and FOR."""
    return group.controller.type.upper().startswith(STRUCTURED)


def quantise(program: Program, cell: Cell) -> Program:
    """Return the program as INFORM can say it.

    A job whose paths stand in one numbered frame becomes a relative job, others pulse jobs where
    the controller's pulses are known. Variables become registers, conditions plain; before DX200
    blocks become jumps.

    Raises:
        Refused: A unit, corner or position without counterpart.
    """
    group = group_of(program, cell)
    resolved = with_joints("yaskawa", program, cell, lambda move: not _said(move))
    named = _upper(with_names(resolved, LONGEST_NAME, RESERVED, upper=True))
    plain = simplified(named)
    registers = Registers.of(plain)
    notes = dict[str, None]()
    routines = []
    for number, routine in enumerate(plain.routines):
        labels = Labels()
        body = with_labels(routine.body, labels, entry=number == 0)
        if not structured(group):
            body = as_jumps(body, labels, registers)
        body = _positions(gridded(stopped(stop_before_arcs(body), notes)), cell, group, notes)
        routines.append(replace(routine, body=body))
    result = bounded(split(replace(plain, routines=tuple(routines))))
    return replace(result, notes=tuple(dict.fromkeys((*result.notes, *notes))))


def _said(move: Move) -> bool:
    """Return whether a pose already has its RCONF (read from a job, or quantised before)."""
    return move.to.q is None and bool(move.to.config) and move.kind != "joint"


def _upper(program: Program) -> Program:
    """Return the program with ASCII comments of one line."""

    def change(s: Statement) -> tuple[Statement, ...]:
        return (replace(s, text=one_line(s.text)) if isinstance(s, Comment) else s,)

    routines = tuple(replace(r, body=rewrite_body(r.body, change)) for r in program.routines)
    return replace(program, routines=routines)


def _positions(
    body: tuple[Statement, ...], cell: Cell, group: MotionGroup, notes: dict[str, None]
) -> tuple[Statement, ...]:
    """Return a job's statements with motions on the grid, in the job's style."""
    style, other = _style(body, cell, group)
    try:
        return _in_style(body, style, cell, group, notes)
    except Refused as why:
        if other is None:
            raise
        notes[f"pulse job instead of a relative one: {why.what}"] = None
        return _in_style(body, other, cell, group, notes)


def _in_style(
    body: tuple[Statement, ...],
    style: Style,
    cell: Cell,
    group: MotionGroup,
    notes: dict[str, None],
) -> tuple[Statement, ...]:
    def change(s: Statement) -> tuple[Statement, ...]:
        return (_move(s, style, cell, group, notes) if isinstance(s, Move) else s,)

    return rewrite_body(body, change)


def _style(body: Iterable[Statement], cell: Cell, group: MotionGroup) -> tuple[Style, Style | None]:
    """Return the style of a job, and what to fall back to."""
    moves = [s for s in within(body) if isinstance(s, Move)]
    pulse = Style() if group.controller.pulses else None
    if not moves:
        return pulse or Style(base_frame(group)), None
    frames = {m.frame for m in moves}
    shifted = sorted(f for f in frames if measured(cell, f))
    if shifted:
        return Style(_measured_frame(shifted, frames, moves[0], group)), None
    paths = {m.frame for m in moves if m.kind != "joint"}
    if pulse is not None and (group.externals or not paths & set(group.controller.frames)):
        return pulse, None
    if group.externals:
        what = "external axes without their pulses"
        raise Refused("yaskawa", what, line=moves[0].line, source="BC, EC positions")
    numbered = paths & set(group.controller.frames)
    only = len(paths) == 1 and len(numbered) == 1
    return Style(numbered.pop() if only else base_frame(group)), pulse


def _measured_frame(shifted: list[str], frames: set[str], first: Move, group: MotionGroup) -> str:
    """Return the one measured frame of a job; a relative job moves with one frame only."""
    frame = shifted[0]
    if frame not in group.controller.frames:
        raise Refused("yaskawa", f"measured frame '{frame}' has no number", line=first.line)
    if len(frames) > 1:
        what = f"positions in measured frame '{frame}' and elsewhere in one job; call one for each"
        raise Refused("yaskawa", what, line=first.line, source="relative job: one teaching frame")
    if group.externals:
        raise Refused("yaskawa", "external axes in a relative job", line=first.line)
    return frame


def _move(move: Move, style: Style, cell: Cell, group: MotionGroup, notes: dict[str, None]) -> Move:
    via = move.via if move.kind == "circular" else None
    return replace(
        move,
        to=positioned(move, move.to, style, cell, group),
        via=None if via is None else positioned(move, via, style, cell, group),
        speed=_speed(move),
        zone=_zone(move, group, notes),
        tool=tool_name(move, group, cell),
        frame=style.frame or "world",
        accel=_accel(move),
    )


def _speed(move: Move) -> Speed:
    speed, joint = move.speed, move.kind == "joint"
    if joint and speed.unit == "%":
        return Speed(min(max(on_grid(speed.value, VJ_DIGITS), 0.01), 100.0), "%")
    factors = {"mm/s": ("mm/s", 1.0), "m/s": ("mm/s", 1000.0)}
    factors |= {"deg/s": ("deg/s", 1.0), "rad/s": ("deg/s", _JPS)}
    if not joint and speed.unit in factors:
        unit, scale = factors[speed.unit]
        return Speed(max(on_grid(speed.value * scale, SPEED_DIGITS), 0.1), unit)
    raise Refused("yaskawa", f"speed {speed} of a {move.kind} motion", line=move.line)


def _accel(move: Move) -> float | None:
    accel = grid_accel(move.accel, 0)
    if accel is not None and not 20.0 <= accel < 100.0:
        raise Refused("yaskawa", f"acceleration {accel:g} %; ACC is 20..100", line=move.line)
    return accel


def _zone(move: Move, group: MotionGroup, notes: dict[str, None]) -> Zone:
    zone, table = move.zone, group.controller.pl_mm
    if is_fine(zone) or (zone.kind == "pl" and zone.value == 0.0):
        return FINE
    if zone.kind not in {"pl", "distance", "radius"}:
        raise Refused("yaskawa", f"corner '{zone}'; only PL", line=move.line)
    if not table:
        raise Refused("yaskawa", f"corner '{zone}' without the controller's pl_mm", line=move.line)
    if zone.kind == "pl":
        if zone.value not in range(1, 9):
            raise Refused("yaskawa", f"PL={zone.value:g}; levels are 0..8", line=move.line)
        return zone
    level = level_within(table, zone.value)
    notes[f"corner {zone} is written as PL={level} ({table[level]:g} mm)"] = None
    return Zone("pl", float(level), "level") if level else FINE
