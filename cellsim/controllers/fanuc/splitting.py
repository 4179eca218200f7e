"""Split routines that are too long for one TP program into several with CALL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.domain.program import Call, Goto, Label, Program, Return, Routine, Statement, Wait
from cellsim.domain.walk import within

MOST_STATEMENTS = 3000


def split(program: Program, longest: int) -> Program:
    """Return the program with routines of at most MOST_STATEMENTS statements where that can be.

    A cut stands between statements of the routine itself, never between a jump and its label,
    and never behind a RETURN that would then leave the part only.

    Args:
        longest: Letters of a program name.
    """
    taken = {routine.name for routine in program.routines}
    out: list[Routine] = []
    parts: list[Routine] = []
    for routine in program.routines:
        if sum(1 for _ in within(routine.body)) <= MOST_STATEMENTS:
            out.append(routine)
            continue
        body: list[Statement] = []
        for chunk in _chunks(routine.body):
            name = _free(routine.name, longest, taken)
            parts.append(Routine(name, tuple(chunk)))
            body.append(Call(name, line=chunk[0].line))
        out.append(Routine(routine.name, tuple(body)))
    return replace(program, routines=(*out, *parts))


def _free(base: str, longest: int, taken: set[str]) -> str:
    number = 1
    while f"{base[: longest - 4]}_{number}" in taken:
        number += 1
    name = f"{base[: longest - 4]}_{number}"
    taken.add(name)
    return name


def _chunks(body: Sequence[Statement]) -> list[list[Statement]]:
    """Return the statements in runs that nothing jumps out of or into."""
    sizes = [sum(1 for _ in within([s])) for s in body]
    closed = _cuts(body)
    chunks: list[list[Statement]] = [[]]
    count = 0
    for i, (statement, size) in enumerate(zip(body, sizes, strict=True)):
        if chunks[-1] and count + size > MOST_STATEMENTS and closed[i]:
            chunks.append([])
            count = 0
        chunks[-1].append(statement)
        count += size
    return chunks


def _cuts(body: Sequence[Statement]) -> list[bool]:
    """Return for each statement whether a part may begin with it."""
    places: dict[str, list[int]] = {}
    for i, top in enumerate(body):
        for s in within([top]):
            name = ""
            if isinstance(s, Label):
                name = s.name
            elif isinstance(s, Goto):
                name = s.label
            elif isinstance(s, Wait):
                name = s.on_timeout
            elif isinstance(s, Return):
                places.setdefault(":return", [len(body) - 1]).append(i)
            if name:
                places.setdefault(name, []).append(i)
    allowed = [True] * len(body)
    for at in places.values():
        for i in range(min(at) + 1, max(at) + 1):
            allowed[i] = False
    return allowed
