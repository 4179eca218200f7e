"""What an R-30iB rejects or changes in a program.

Source: R-30iB Plus teach pendant help: 5.7 speeds, 6.1 ACC, 22 registers, 26 WAIT; the
names and 327.67 s are recalled.
"""

from __future__ import annotations

import itertools
import re

from cellsim.controllers import lintalong, linting, lintlimits, lintplaces
from cellsim.controllers.fanuc.lintmotion import check_arcs, check_config, check_wrist
from cellsim.controllers.fanuc.words import RESERVED
from cellsim.controllers.linting import Findings, Look
from cellsim.domain.cell import Cell
from cellsim.domain.ports import signal_numbers
from cellsim.domain.program import (
    Assign,
    Comment,
    Delay,
    Expr,
    If,
    Label,
    Loop,
    Move,
    Program,
    Raw,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.report import Finding, Severity

_MANUAL = "R-30iB Plus teach pendant help"
_OLD = ("R-J3", "R-30iA")
_NAMED = re.compile(r"(r|f|ar|lbl)(\d+)(?:_.*)?")
# Largest speeds a motion takes: mm/s, deg/s and s of path motions; % of joint motions is 1..100.
_MOST = {"mm/s": 2000.0, "deg/s": 500.0, "s": 3200.0}
_LARGEST = {"r": 200, "f": 1024, "ar": 10, "lbl": 32766}


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    longest = 8 if look.group.controller.type.startswith(_OLD) else 36
    found = [
        *linting.check_numbers(look),
        *linting.check_raw(look),
        *linting.check_speeds(look, _MANUAL),
        *linting.check_corner_stops(look, _MANUAL, (Wait, Delay, If)),
        *linting.check_first_motion(look, _MANUAL),
        *linting.check_waits(look, 0.0, 327.67, _MANUAL),
        *linting.check_names(look, longest, RESERVED, True, _MANUAL),
        *linting.check_ascii(look, "8-bit text on the controller"),
        *lintplaces.check_range(look, "axis limits of the arm"),
        *lintalong.check_along(look, f"{_MANUAL}, 6.16 TIME BEFORE, DISTANCE BEFORE"),
        *lintlimits.check_coupling(look),
        *_text(look),
        *_speeds(look),
        *_outputs(look),
        *_numbers(look),
        *_named(look),
        *check_arcs(look),
        *check_wrist(look),
        *check_config(look),
    ]
    return linting.ordered(found)


def _text(look: Look) -> Findings:
    """What the reader saw in the text: frames that disagree, counts, frames that are not set."""
    for s in look.statements:
        if not isinstance(s, Raw):
            continue
        if s.comment.startswith("INTP-"):
            source = "alarm of the controller; $MCR.$UFRCHK"
            yield look.found(
                "frame-disagrees", s.comment, s, source=source, severity=Severity.ERROR
            )
        elif s.comment.startswith(("LINE_COUNT", "line number")):
            yield look.found("line-count", s.comment, s, source="program header")
        elif s.comment.endswith("is not set before"):
            yield look.found("frame-not-set", s.comment, s, source=_MANUAL)
        elif s.comment.startswith(("component", "point:", "a point with", "a speed")):
            yield look.found("point-wrong", s.comment, s, source=_MANUAL, severity=Severity.ERROR)


def _speeds(look: Look) -> Findings:
    """A speed above what a motion takes, or mm/s that are no whole number."""
    for move in look.moves:
        value, unit = move.speed.value, move.speed.unit
        most = _MOST.get(unit)
        if most is not None and value > most:
            yield look.found(
                "speed-range",
                f"speed {move.speed}",
                move,
                value=value,
                limit=most,
                unit=unit,
                source=_MANUAL,
            )
        elif unit in ("mm/s", "%") and value != round(value, 1):
            yield look.found("speed-rounded", f"speed {move.speed}", move, source=_MANUAL)


def _outputs(look: Look) -> Findings:
    """An output behind a corner: the moment it is set is not exact."""
    for routine in look.program.routines:
        for body in _bodies(routine.body):
            plain = [s for s in body if not isinstance(s, Comment)]
            for move, after in itertools.pairwise(plain):
                if not isinstance(move, Move) or not isinstance(after, SetSignal):
                    continue
                if move.zone.kind == "cnt" and move.zone.value > 0:
                    what = f"'{after.signal}' is set while {move.zone} is passed"
                    note = Severity.NOTE
                    yield look.found("corner-output", what, after, source=_MANUAL, severity=note)


def _bodies(body: tuple[Statement, ...]) -> list[tuple[Statement, ...]]:
    """Return a body and all bodies in it."""
    out, waiting = [], [body]
    while waiting:
        one = waiting.pop()
        out.append(one)
        for s in one:
            if isinstance(s, If):
                waiting += [s.then, s.otherwise]
            elif isinstance(s, Loop):
                waiting.append(s.body)
    return out


def _numbers(look: Look) -> Findings:
    """Numbers the controller does not have: tools 0..10, user frames 1..9; a tool without load."""
    controller = look.group.controller
    for kind, table, low, high in (
        ("tool", controller.tools, 0, 10),
        ("user frame", controller.frames, 1, 9),
        ("signal", signal_numbers(controller), 1, 32766),
    ):
        for name, number in table.items():
            if not low <= number <= high:
                what = f"{kind} '{name}' has number {number}, {low}..{high}"
                yield look.found("number-range", what, value=number, limit=high)


def _named(look: Look) -> Findings:
    """A register, flag or label whose number the controller does not have."""
    seen: set[str] = set()
    for s in look.statements:
        names = [s.name] if isinstance(s, Assign | Label) else []
        if isinstance(s, Assign):
            names += _variables(s.value)
        elif isinstance(s, If | Wait | Loop) and s.condition is not None:
            names += _variables(s.condition)
        for name in names:
            match = _NAMED.fullmatch(name)
            if match is None or name in seen:
                continue
            seen.add(name)
            number, most = int(match[2]), _LARGEST[match[1]]
            if not 1 <= number <= most:
                what = f"{match[1].upper()}[{number}]; 1..{most}"
                yield look.found(
                    "register-range", what, s, value=number, limit=most, source=_MANUAL
                )


def _variables(expr: Expr) -> list[str]:
    found, waiting = [], [expr]
    while waiting:
        part = waiting.pop()
        waiting += part.args
        if part.op == "var":
            found.append(part.name)
    return found
