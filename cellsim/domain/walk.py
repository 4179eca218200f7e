"""Every statement of a program, those inside blocks too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cellsim.domain.program import If, Loop, Move, Program, Raw, Routine, Statement


def statements_of(program: Program) -> Iterator[Statement]:
    """Yield every statement of every routine, blocks before what they hold."""
    for routine in program.routines:
        yield from within(routine.body)


def file_of(program: Program, routine: Routine) -> str:
    """Return the file that the lines of a routine are of, for findings."""
    return routine.file or program.file or program.name


def placed(program: Program) -> Iterator[tuple[str, Statement]]:
    """Yield (file that its line is of, statement) for every statement of every routine."""
    for routine in program.routines:
        file = routine.file or program.file
        for statement in within(routine.body):
            yield file, statement


def within(body: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements, those in blocks after the block they stand in."""
    for statement in body:
        yield statement
        if isinstance(statement, If):
            yield from within(statement.then)
            yield from within(statement.otherwise)
        elif isinstance(statement, Loop):
            yield from within(statement.body)


def moves_by_place(program: Program) -> Mapping[tuple[int, int], Move]:
    """Return (line, which of the moves on that line, from 0) to each move of a program."""
    found: dict[tuple[int, int], Move] = {}
    count: dict[int, int] = {}
    for statement in statements_of(program):
        if isinstance(statement, Move):
            part = count.get(statement.line, 0)
            count[statement.line] = part + 1
            found[statement.line, part] = statement
    return found


def kept_text(raw: Raw) -> str:
    """Return what a line kept as text says, 80 characters of it, and why it was not understood."""
    text = raw.text.strip()[:80]
    return f"{text} ({raw.comment})" if raw.comment else text
