"""Every statement of a program, those inside blocks too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cellsim.domain.program import If, Loop, Program, Statement


def statements_of(program: Program) -> Iterator[Statement]:
    """Yield every statement of every routine, blocks before what they hold."""
    for routine in program.routines:
        yield from _below(routine.body)


def _below(body: Sequence[Statement]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        if isinstance(statement, If):
            yield from _below(statement.then)
            yield from _below(statement.otherwise)
        elif isinstance(statement, Loop):
            yield from _below(statement.body)
