"""Cut routines with more motions than a controller takes into parts that are called in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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

_TAIL = 4


def split_motions(program: Program, most: int, longest_name: int) -> Program:
    """Return the program with routines of at most `most` motions, where they can be cut.

    A cut stands between statements of the routine itself, behind an exact stop or what is no
    motion, never between a jump and its label, and nowhere in a routine that returns early.

    Args:
        most: Motions of a part; the via point of an arc counts. longest_name: Letters of a name.
    """
    taken = {routine.name for routine in program.routines}
    out: list[Routine] = []
    parts: list[Routine] = []
    for routine in program.routines:
        chunks = _chunks(routine.body, most) if motions(routine.body) > most else []
        if len(chunks) < 2:
            out.append(routine)
            continue
        names = [_free(routine.name, longest_name, taken) for _ in chunks]
        parts += [Routine(n, tuple(c)) for n, c in zip(names, chunks, strict=True)]
        calls = (Call(n, line=c[0].line) for n, c in zip(names, chunks, strict=True))
        out.append(replace(routine, body=tuple(calls)))
    return replace(program, routines=(*out, *parts))


def motions(body: Sequence[Statement]) -> int:
    """Return how many points the motions of statements, and of those in them, have."""
    return sum(2 if s.via else 1 for s in within(body) if isinstance(s, Move))


def _free(base: str, longest: int, taken: set[str]) -> str:
    number = 1
    while f"{base[: longest - _TAIL]}_{number}" in taken:
        number += 1
    taken.add(f"{base[: longest - _TAIL]}_{number}")
    return f"{base[: longest - _TAIL]}_{number}"


def _chunks(body: Sequence[Statement], most: int) -> list[list[Statement]]:
    allowed = _cuts(body)
    chunks: list[list[Statement]] = []
    begin, last, count, since = 0, 0, 0, 0
    for i, statement in enumerate(body):
        if i > begin and allowed[i]:
            last, since = i, 0
        size = motions((statement,))
        if count + size > most and last > begin:
            chunks.append(list(body[begin:last]))
            begin, count = last, since
        count, since = count + size, since + size
    return [*chunks, list(body[begin:])]


def _cuts(body: Sequence[Statement]) -> list[bool]:
    """Return for each statement whether a part may begin with it."""
    places: dict[str, list[int]] = {}
    allowed = [True] * len(body)
    for i, top in enumerate(body):
        before = body[i - 1] if i else None
        allowed[i] = not (isinstance(before, Move) and before.zone.kind != "fine")
        allowed[i] &= all(getattr(s, "at", None) is None for s in (before, top))
        for s in within([top]):
            if isinstance(s, Return):
                return [False] * len(body)
            name = s.name if isinstance(s, Label) else s.label if isinstance(s, Goto) else ""
            name = s.on_timeout if isinstance(s, Wait) else name
            if name:
                places.setdefault(name, []).append(i)
    for at in places.values():
        for i in range(min(at) + 1, max(at) + 1):
            allowed[i] = False
    return allowed
