"""Jobs longer than a controller holds become several, each called in order.

Source: a job holds lines 0000..9999 and positions C00000..C09998.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cellsim.domain.program import (
    Call,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Return,
    Routine,
    Statement,
    Wait,
)
from cellsim.domain.walk import within
from cellsim.errors import Refused

MOST_LINES = 9_900
_PART_LINES = 9_000
_NAME = 28


def split(program: Program) -> Program:
    """Return the program with long routines cut into called parts.

    Raises:
        Refused: A long routine with labels or returns, which hold in one job only.
    """
    routines: list[Routine] = []
    taken = {r.name for r in program.routines}
    parts: list[Routine] = []
    for routine in program.routines:
        if size(routine.body) <= MOST_LINES:
            routines.append(routine)
            continue
        made = _parts(routine, taken)
        routines.append(replace(routine, body=tuple(Call(p.name) for p in made)))
        parts += made
    return replace(program, routines=(*routines, *parts)) if parts else program


def size(body: Iterable[Statement]) -> int:
    """Return how many lines statements take at most."""
    return sum(_lines(s) for s in within(body))


def _lines(s: Statement) -> int:
    own = 1 + (len(s.comment) + 31) // 32
    if isinstance(s, Move):
        return own + (4 if s.kind == "circular" else 0)
    return own + (2 if isinstance(s, If | Loop | Wait) else 0)


def _parts(routine: Routine, taken: set[str]) -> list[Routine]:
    for s in within(routine.body):
        if isinstance(s, Label | Goto | Return) or (isinstance(s, Wait) and s.on_timeout):
            what = f"{size(routine.body)} lines with jumps in '{routine.name}'; a job holds 9999"
            raise Refused("yaskawa", what, line=s.line)
    made: list[Routine] = []
    body: list[Statement] = []
    lines = 0
    for s in routine.body:
        here = size((s,))
        if body and lines + here > _PART_LINES and not _arc(s):
            made.append(Routine(_free(routine.name, taken), tuple(body)))
            body, lines = [], 0
        body.append(s)
        lines += here
    return [*made, Routine(_free(routine.name, taken), tuple(body))]


def _arc(s: Statement) -> bool:
    return isinstance(s, Move) and s.kind == "circular"


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name[:_NAME]}_{number}" in taken:
        number += 1
    taken.add(f"{name[:_NAME]}_{number}")
    return f"{name[:_NAME]}_{number}"
