"""Long routines as calls of shorter ones, which an editor on the pendant can still show.

No limit of lines is published for RAPID; 2,000 statements are a choice of ours. A routine with
labels, jumps or returns stays whole: its jumps must not leave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cellsim.controllers.abb.names import LONGEST_NAME
from cellsim.domain.program import (
    Call,
    Goto,
    Label,
    Move,
    Program,
    Return,
    Routine,
    Statement,
    Wait,
)
from cellsim.domain.walk import within

MOST = 2_000


def with_short_routines(program: Program, most: int = MOST) -> Program:
    """Return the program with routines of at most `most` statements on their own level, if it can.

    A part ends with an exact stop where there is one in its second half.
    """
    taken = {r.name.lower() for r in program.routines}
    out: list[Routine] = []
    parts: list[Routine] = []
    for routine in program.routines:
        if len(routine.body) <= most or _jumps(routine.body):
            out.append(routine)
            continue
        calls = []
        for body in _cut(routine.body, most):
            part = Routine(_free(routine.name, taken), body)
            parts.append(part)
            calls.append(Call(part.name, line=body[0].line))
        out.append(replace(routine, body=tuple(calls)))
    return replace(program, routines=(*out, *parts)) if parts else program


def _jumps(body: Iterable[Statement]) -> bool:
    return any(
        isinstance(s, Label | Goto | Return) or (isinstance(s, Wait) and s.on_timeout)
        for s in within(body)
    )


def _cut(body: tuple[Statement, ...], most: int) -> Iterator[tuple[Statement, ...]]:
    """Yield parts, each cut after the last exact stop of its second half."""
    start = 0
    while start < len(body):
        end = min(start + most, len(body))
        if end < len(body):
            stops = (i for i in range(end, start + most // 2, -1) if _stops(body[i - 1]))
            end = next(stops, end)
        yield body[start:end]
        start = end


def _stops(statement: Statement) -> bool:
    return isinstance(statement, Move) and statement.zone.kind == "fine"


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name[: LONGEST_NAME - 4]}_{number}".lower() in taken:
        number += 1
    found = f"{name[: LONGEST_NAME - 4]}_{number}"
    taken.add(found.lower())
    return found
