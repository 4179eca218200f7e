"""What the writers share about statements: numbers of signals, refusals, inline comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cellsim.controllers.text import TextFile
from cellsim.controllers.writing.quantise import one_line
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import can_be, groups_of, port_text
from cellsim.domain.program import (
    Assign,
    Expr,
    Grip,
    If,
    Loop,
    Process,
    Program,
    Raw,
    Release,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.walk import within
from cellsim.errors import Refused, UnknownName


def port_of(
    brand: str,
    group: MotionGroup,
    signal: str,
    line: int,
    kinds: tuple[str, ...] = ("do", "di"),
) -> Port:
    """Return the port of a signal on this controller; Refused for a kind the language has not."""
    ports = group.controller.signals
    if signal not in ports:
        raise UnknownName(f"{brand} signal number for", signal, ports, line=line)
    port = ports[signal]
    if port.kind not in kinds:
        raise Refused(brand, f"signal '{signal}' at {port_text(port)}", line=line)
    return port


def output_of(brand: str, group: MotionGroup, signal: str, line: int) -> int:
    """Return the number of an output; Refused for an input."""
    port = port_of(brand, group, signal, line)
    if port.kind != "do":
        raise Refused(brand, f"setting input '{signal}'", line=line)
    return port.number


def code_of(brand: str, group: MotionGroup, statement: SetSignal) -> tuple[Port, int]:
    """Return the port of a group of outputs, and the number that a statement sets it to.

    Raises:
        Refused: No group of outputs, a number its bits do not hold, or one set along a motion.
    """
    signal, value, line = statement.signal, statement.value, statement.line
    port = port_of(brand, group, signal, line, ("do", "di", "ro", "ri", "go", "gi"))
    if port.kind != "go":
        raise Refused(brand, f"setsignal of a number: '{signal}' at {port_text(port)}", line=line)
    if not can_be(value, port.width):
        raise Refused(brand, f"'{signal}' = {value:g}: {port.width} bits", line=line)
    if statement.at is not None:
        raise Refused(brand, f"a group of outputs along a motion, '{signal}'", line=line)
    return port, int(value)


def numbers_in(group: MotionGroup) -> frozenset[str]:
    """Return the signals of a controller that are numbers."""
    return frozenset(name for name, _ in groups_of(group.controller))


def groups_used(program: Program, group: MotionGroup) -> list[str]:
    """Return the groups of signals that a program sets or reads, in the order of the controller."""
    used: set[str] = set()
    for routine in program.routines:
        for statement in within(routine.body):
            used |= set(_signals(statement))
            if isinstance(statement, Assign):
                used |= {e.name for e in _parts(statement.value) if e.op == "signal"}
    return [name for name, _ in groups_of(group.controller) if name in used]


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for arg in expr.args:
        yield from _parts(arg)


def refuse(brand: str, statement: Statement) -> Refused:
    """Return the refusal of a statement this writer has no words for."""
    if isinstance(statement, Grip | Release | Process):
        return Refused(brand, "grip, release or process that was not lowered", line=statement.line)
    if isinstance(statement, Raw):
        return Refused(brand, f"text of another language: {statement.text}", line=statement.line)
    return Refused(brand, type(statement).__name__.lower(), line=statement.line)


def new_counter(kind: str, counters: list[str], taken: set[str]) -> str:
    """Return the next counter of our own that no variable is named, and keep it in both."""
    number = len(counters) + 1
    while f"{kind}{number}" in taken:
        number += 1
    counters.append(f"{kind}{number}")
    taken.add(counters[-1])
    return counters[-1]


def trailing(statement: Statement, mark: str) -> str:
    """Return the end of a statement's line: its comment, else the names of its signals."""
    comment = one_line(statement.comment) or ", ".join(_signals(statement))
    return f"  {mark} {comment}" if comment else ""


def _signals(statement: Statement) -> list[str]:
    """Return the names of the signals whose numbers a statement prints."""
    if isinstance(statement, SetSignal):
        return [statement.signal]
    condition = statement.condition if isinstance(statement, If | Wait | Loop) else None
    found: dict[str, None] = {}
    waiting = [] if condition is None else [condition]
    while waiting:
        expr = waiting.pop(0)
        waiting = [*expr.args, *waiting]
        if expr.op == "signal":
            found.setdefault(expr.name)
    return list(found)


def variables(body: Iterable[Statement]) -> list[str]:
    """Return the names of the variables that a routine assigns or reads, in order of use."""
    seen: dict[str, None] = {}

    def add(expr: Expr | None) -> None:
        if expr is None:
            return
        if expr.op == "var":
            seen.setdefault(expr.name)
        for arg in expr.args:
            add(arg)

    for statement in within(body):
        if isinstance(statement, Assign):
            add(statement.value)
            seen.setdefault(statement.name)
        elif isinstance(statement, If | Wait | Loop):
            add(statement.condition)
    return list(seen)


def kinds_of(
    brand: str, program: Program, type_of: Callable[[Expr], str], read: str = ""
) -> dict[str, str]:
    """Return the type of every variable of a program, in order of use.

    Args:
        type_of: Type of a value. read: Type of a variable that is only read; "" leaves it out.

    Raises:
        Refused: A variable that holds values of two types.
    """
    kinds: dict[str, str] = {}
    for routine in program.routines:
        for s in within(routine.body):
            if isinstance(s, Assign):
                kind = type_of(s.value)
                if kinds.setdefault(s.name, kind) != kind:
                    raise Refused(brand, f"two types for '{s.name}'", line=s.line)
        for name in variables(routine.body) if read else ():
            kinds.setdefault(name, read)
    return kinds


def crlf_file(
    name: str, lines: Iterable[str], encoding: str = "ascii", errors: str = "replace"
) -> TextFile:
    """Return a file of lines, each with carriage return and line feed."""
    return TextFile(name, ("\r\n".join(lines) + "\r\n").encode(encoding, errors))
