"""What the brands' lints share: findings about a program that its controller rejects or changes.

A lint looks at the program alone (no path, no clearance): names, numbers, corners that cannot be,
motions without a start. The rules' ids begin with "lint-".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cellsim.controllers.lintown import SOURCES
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import can_be, is_group, port_text
from cellsim.domain.program import (
    Comment,
    Delay,
    If,
    Loop,
    Move,
    Program,
    Raw,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import placed, statements_of, within

Findings = Iterator[Finding]
# What sets a group of outputs in RAPID, TP and INFORM.
_GROUP = re.compile(r"\bSetGO\b|(?<!\w)GO\s*\[|\bDOUT\s+OGH?#", re.IGNORECASE)
# Words that move the arm in RAPID, URScript, HRScript, INFORM, KRL and TP.
_MOTION = re.compile(
    r"\b[SI]?MOV[A-Z]*|\b(TRIGG|SEARCH|ARC|SERVO|SPEED)(ABS)?[LJC]\b|\bS?(PTP|LIN|CIRC)(_[A-Z]+)?\b"
    r"|\bSPLINE\b|^\s*(\d+:)?\s*[JLCAS] P",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Look:
    """A program, its cell and group, as every check sees them."""

    program: Program
    cell: Cell
    group: MotionGroup

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement of every routine."""
        return tuple(statements_of(self.program))

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every motion."""
        return tuple(s for s in self.statements if isinstance(s, Move))

    @cached_property
    def _files(self) -> Mapping[int, str]:
        """Identity of each statement to the file that its line is of."""
        return {id(s): file for file, s in placed(self.program)}

    def found(
        self,
        rule: str,
        what: str,
        statement: Statement | None = None,
        *,
        source: str = "",
        severity: Severity = Severity.WARNING,
        value: float | None = None,
        limit: float | None = None,
        unit: str = "",
    ) -> Finding:
        """Return a finding about a statement, or about the whole program."""
        return Finding(
            rule=f"lint-{rule}",
            severity=severity,
            subject=f"{self.group.name} {what}",
            value=value,
            limit=limit,
            unit=unit,
            file=self._files.get(id(statement), self.program.file),
            line=0 if statement is None else statement.line,
            facts={"what": what, "source": source or SOURCES.get(rule, "")},
        )


def look(program: Program, cell: Cell) -> Look:
    """Return a program with its cell and group."""
    return Look(program, cell, cell.groups[program.group])


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by file, line, rule and subject."""
    return tuple(sorted(findings, key=lambda f: (f.file, f.line, f.rule, f.subject)))


def check_numbers(look: Look, tools: str = "tool number {}") -> Findings:
    """A tool or signal that the controller has no number for; a tool without mass.

    Args:
        tools: How the language writes the tool of a number.
    """
    controller = look.group.controller
    for move in look.moves:
        name = move.tool or look.group.tool
        if name and name not in controller.tools:
            error = Severity.ERROR
            what = (
                unnamed(look, name, "tool number ", tools, "tool") or f"tool '{name}' has no number"
            )
            yield look.found("tool-unset", what, move, severity=error)
        tool = look.cell.tools.get(name.partition(".")[0])
        if tool is not None and tool.mass <= 0.0:
            yield look.found("tool-mass", f"tool '{tool.name}' has no mass", move, value=0.0)
    for s in look.statements:
        if isinstance(s, SetSignal) and s.signal not in controller.signals:
            error = Severity.ERROR
            what = unnamed(look, s.signal, "do", "output {}", "signal")
            what = what or f"no number for '{s.signal}'"
            yield look.found("signal-unset", what, s, severity=error)
        elif isinstance(s, SetSignal):
            yield from _value(look, s, controller.signals[s.signal])


def _value(look: Look, s: SetSignal, port: Port) -> Findings:
    """A number beyond the bits of a group, or of a single signal."""
    width = port.width if is_group(port) else 0
    if not can_be(s.value, width):
        what = f"'{s.signal}' at {port_text(port)} set to {s.value:g}"
        most = 2.0**width - 1.0 if width else 1.0
        yield look.found("signal-value", what, s, value=float(s.value), limit=most)


def unnamed(look: Look, name: str, made: str, written: str, noun: str) -> str:
    """Return what to say of a name that the reader made of a number; "" where it is no such name.

    Args:
        made: What the reader puts before the number. written: How the language writes the number.
        noun: What the cell has none of.
    """
    number = name.removeprefix(made)
    mine = any(name in known for known in (look.cell.tools, look.cell.frames, look.cell.signals))
    if number == name or not number.isdigit() or mine:
        return ""
    where = "this cell" if look.cell.path else "the controller"
    return f"{written.format(number)} is no {noun} of {where}"


def check_raw(look: Look) -> Findings:
    """Text that was not understood; a group of outputs that the cell does not have."""
    for s in look.statements:
        if isinstance(s, Raw) and not s.harmless:
            why = f"{s.text.strip()} ({s.comment})" if s.comment else s.text.strip()
            yield look.found("not-understood", why, s, severity=Severity.UNDECIDED)
        elif isinstance(s, Raw):
            yield from check_group(look, s)


def check_group(look: Look, text: Raw) -> Findings:
    """Harmless text that sets a group of outputs which the cell does not have."""
    if text.harmless and look.cell.path and _GROUP.search(text.text):
        what = f"a group of outputs that is none of this cell: {text.text.strip()[:60]}"
        yield look.found("group-undeclared", what, text)


def check_speeds(look: Look, source: str) -> Findings:
    """A speed of zero or of more than 100 %."""
    for move in look.moves:
        speed = move.speed
        if speed.value <= 0.0:
            error = Severity.ERROR
            yield look.found("speed-zero", f"speed {speed}", move, severity=error, source=source)
        elif speed.unit == "%" and speed.value > 100.0:
            yield look.found(
                "speed-over-100", f"speed {speed}", move, value=speed.value, limit=100.0, unit="%"
            )


def check_corner_stops(look: Look, source: str, stops: tuple[type[Statement], ...]) -> Findings:
    """A corner that becomes a stop: the controller waits or ends there."""
    for routine in look.program.routines:
        for move, after in _pairs(routine.body):
            if move.zone.kind != "fine" and (after is None or isinstance(after, stops)):
                what = "the end" if after is None else type(after).__name__.lower()
                text = f"corner {move.zone} before {what} becomes a stop"
                yield look.found("corner-stops", text, move, source=source)


def _pairs(body: Sequence[Statement]) -> Iterator[tuple[Move, Statement | None]]:
    """Yield each motion with what follows it in its block, comments left out."""
    plain = [s for s in body if not isinstance(s, Comment) and getattr(s, "at", None) is None]
    for at, s in enumerate(plain):
        if isinstance(s, Move):
            yield s, plain[at + 1] if at + 1 < len(plain) else None
        elif isinstance(s, If):
            yield from (p for p in _pairs(s.then) if p[1] is not None)
            yield from (p for p in _pairs(s.otherwise) if p[1] is not None)
        elif isinstance(s, Loop):
            yield from (p for p in _pairs(s.body) if p[1] is not None)


def check_first_motion(look: Look, source: str) -> Findings:
    """A first motion that is not a joint target: the controller does not know how to get there.

    A motion before it that was not understood may be one: nothing is said then, and nothing of a
    program without motions where any line was not understood.
    """
    unread = [s for s in look.statements if isinstance(s, Raw) and not s.harmless]
    named = {id(s) for s in unread if _MOTION.search(s.text)}
    first = next((s for s in look.statements if isinstance(s, Move) or id(s) in named), None)
    if first is None and unread:
        return
    if first is None:
        yield look.found("empty", "no motion at all")
    elif isinstance(first, Move) and (
        first.kind != "joint" or (first.to.q is None and not first.to.config)
    ):
        what = "first motion is no joint target"
        yield look.found("first-motion", what, first, source=source, severity=Severity.ERROR)


def check_waits(look: Look, low: float, high: float, source: str) -> Findings:
    """A wait without a timeout, and times the controller does not take."""
    for s in look.statements:
        if isinstance(s, Wait) and s.timeout_s is None:
            note = Severity.NOTE
            yield look.found("wait-forever", "wait without a timeout", s, severity=note)
        seconds = s.seconds if isinstance(s, Delay) else getattr(s, "timeout_s", None)
        if seconds is not None and not low <= seconds <= high:
            yield look.found(
                "time-range",
                f"time of {seconds:g} s, {low:g}..{high:g} s",
                s,
                value=seconds,
                limit=high if seconds > high else low,
                unit="s",
                source=source,
                severity=Severity.ERROR,
            )


def check_names(
    look: Look, longest: int, reserved: frozenset[str], fold: bool, source: str
) -> Findings:
    """A name too long, reserved, or with letters the language does not have."""
    seen: set[str] = set()
    names = [look.program.name, *(r.name for r in look.program.routines[1:])]
    for name in names:
        key = name.upper() if fold else name
        plain = name.isascii() and name.replace("_", "a").isalnum() and not name[:1].isdigit()
        if len(name) > longest:
            yield look.found(
                "name-long", f"name '{name}'", value=len(name), limit=longest, source=source
            )
        elif not plain or key in reserved:
            yield look.found("name-changed", f"name '{name}' is not allowed", source=source)
        elif key in seen:
            yield look.found("name-twice", f"name '{name}' twice", source=source)
        seen.add(key)


def check_ascii(look: Look, source: str) -> Findings:
    """A comment that the controller's text cannot hold."""
    for s in look.statements:
        text = s.text if isinstance(s, Comment) else s.comment
        if not text.isascii():
            yield look.found("non-ascii", f"comment '{text}'", s, source=source)


def check_length(look: Look, routine: Routine, most: int, source: str) -> Findings:
    """A routine with more motions than the controller takes."""
    count = sum(2 if s.via else 1 for s in within(routine.body) if isinstance(s, Move))
    if count > most:
        yield look.found(
            "too-long",
            f"{count} motions in '{routine.name}'",
            value=count,
            limit=most,
            source=source,
            severity=Severity.ERROR,
        )
