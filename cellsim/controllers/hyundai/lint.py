"""What a Hi6 controller rejects or changes in a program.

Sources: HRScript manual 3.1 (999 steps), 3.2 (times), 5.4 (accu, tool 0..31), 5.7 (contpath).
"""

from __future__ import annotations

import math

from cellsim.controllers import lintalong, linting, lintlimits, lintplaces
from cellsim.controllers.hyundai.motion import rules
from cellsim.controllers.hyundai.words import RESERVED
from cellsim.controllers.linting import Findings, Look
from cellsim.domain.cell import Cell
from cellsim.domain.ports import signal_numbers
from cellsim.domain.program import Delay, Move, Program, Wait
from cellsim.domain.report import Finding, Severity

_MOVE = "HRScript manual 5.4"
_WRIST_DEG = 0.1
_MOST_MM_S = 10_000.0


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look),
        *linting.check_raw(look),
        *linting.check_speeds(look, _MOVE),
        *linting.check_corner_stops(look, "HRScript manual 5.7 contpath 1", (Wait, Delay)),
        *linting.check_first_motion(look, _MOVE),
        *linting.check_waits(look, 0.1, 3600.0, "HRScript manual 3.2"),
        *linting.check_names(look, 32, RESERVED, False, "HRScript manual 2.2"),
        *lintplaces.check_wrist(
            look, math.degrees, _WRIST_DEG, "axes R2 and R1 in line; limit ours"
        ),
        *lintplaces.check_arcs(look, "Hi6 operation manual 2.3.1.1"),
        *lintplaces.check_room(look, rules(look.group.controller), "Hi6 operation manual 7.4.6"),
        *lintplaces.check_range(look, "Hi6 operation manual, soft limits"),
        *lintplaces.check_signal_in_corner(look, "HRScript manual 5.7 contpath 1"),
        *lintalong.check_along(look, "HRScript manual 10.1.4 triggout"),
        *lintlimits.check_coupling(look),
        *lintlimits.check_path_speed(look, _MOST_MM_S, "no arm is as fast; limit ours"),
        *_targets(look),
        *_arcs(look),
        *_numbers(look),
    ]
    for routine in program.routines:
        found += linting.check_length(look, routine, 999, "HRScript manual 3.1")
    return linting.ordered(found)


def _targets(look: Look) -> Findings:
    """A target without joints, a level outside of 0..7, a shift without a number."""
    error = Severity.ERROR
    for move in look.moves:
        if move.to.q is None:
            what = "target without joints"
            yield look.found("pose-target", what, move, severity=error)
        if move.zone.kind == "accu" and not 0.0 <= move.zone.value <= 7.0:
            what = f"accu {move.zone.value:g}"
            yield look.found(
                "corner-level", what, move, value=move.zone.value, limit=7.0, severity=error
            )
        frame = look.cell.frames.get(move.frame)
        if frame is not None and frame.measured and move.frame not in look.group.controller.frames:
            what = f"measured frame '{move.frame}' has no user frame number"
            yield look.found("frame-unset", what, move, severity=error)


def _arcs(look: Look) -> Findings:
    """Two arcs in a row: their four C steps would make other circles."""
    for routine in look.program.routines:
        before = None
        for s in routine.body:
            arc = isinstance(s, Move) and s.kind == "circular"
            if arc and before:
                source = "Hi6 operation manual 2.3.1.1"
                yield look.found("arcs-in-a-row", "two arcs in a row", s, source=source)
            before = arc


def _numbers(look: Look) -> Findings:
    """Numbers the controller does not have: tools 0..31, outputs 0..9599, user frames 1..20."""
    controller = look.group.controller
    tables = (
        ("tool", controller.tools, 0, 31),
        ("user frame", controller.frames, 1, 20),
        ("signal", signal_numbers(controller), 0, 9599),
    )
    for kind, table, low, high in tables:
        for name, number in table.items():
            if not low <= number <= high:
                what = f"{kind} '{name}' has number {number}, {low}..{high}"
                yield look.found("number-range", what, value=number, limit=high)
    if not 1 <= controller.program_number <= 9999:
        number = controller.program_number
        yield look.found("job-number", f"job number {number}, 1..9999", value=number, limit=9999)
