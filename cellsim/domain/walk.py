"""Every statement of a program, those inside blocks too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cellsim.domain.program import If, Loop, Program, Statement


def statements_of(program: Program) -> Iterator[Statement]:
    """Yield every statement of every routine, blocks before what they hold."""
    for routine in program.routines:
        yield from within(routine.body)


def within(body: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements, those in blocks after the block they stand in."""
    for statement in body:
        yield statement
        if isinstance(statement, If):
            yield from within(statement.then)
            yield from within(statement.otherwise)
        elif isinstance(statement, Loop):
            yield from within(statement.body)
