"""Rewriting a program statement by statement, for the quantisers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from cellsim.domain.program import Call, Expr, If, Loop, Program, Statement

Change = Callable[[Statement], tuple[Statement, ...]]


def rewrite_body(body: Iterable[Statement], change: Change) -> tuple[Statement, ...]:
    """Return the statements after `change`, blocks inside out."""
    out: list[Statement] = []
    for statement in body:
        if isinstance(statement, If):
            statement = replace(
                statement,
                then=rewrite_body(statement.then, change),
                otherwise=rewrite_body(statement.otherwise, change),
            )
        elif isinstance(statement, Loop):
            statement = replace(statement, body=rewrite_body(statement.body, change))
        out.extend(change(statement))
    return tuple(out)


def rewrite(program: Program, change: Change) -> Program:
    """Return the program with every statement replaced by what `change` makes of it."""
    routines = tuple(replace(r, body=rewrite_body(r.body, change)) for r in program.routines)
    return replace(program, routines=routines)


def identifier(name: str, longest: int) -> str:
    """Return a name of ASCII letters, digits and underscores that starts with a letter."""
    text = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "program"
    text = text if text[0].isalpha() else f"p_{text}"
    return text[:longest].rstrip("_")


def with_names(
    program: Program,
    longest: int,
    reserved: frozenset[str],
    lower: bool = False,
    upper: bool = False,
) -> Program:
    """Return the program with routine names the language allows; the entry is named as the file.

    A reserved word, and the second of two names that become equal, get a number.
    """
    words = {word.lower() for word in reserved}
    taken: dict[str, str] = {}
    for number, routine in enumerate(program.routines):
        base = identifier(program.name if number == 0 else routine.name, longest)
        base = base.lower() if lower else base.upper() if upper else base
        name, count = base, 1
        while name.lower() in words | {n.lower() for n in taken.values()}:
            count += 1
            name = f"{base[: longest - 3]}_{count}"
        taken[routine.name] = name

    def change(statement: Statement) -> tuple[Statement, ...]:
        if isinstance(statement, Call) and statement.routine in taken:
            statement = replace(statement, routine=taken[statement.routine])
        return (statement,)

    renamed = rewrite(program, change)
    routines = tuple(replace(r, name=taken[r.name]) for r in renamed.routines)
    return replace(renamed, name=routines[0].name if routines else program.name, routines=routines)


def expressions(expr: Expr) -> Iterable[Expr]:
    """Yield the expression and everything in it."""
    yield expr
    for arg in expr.args:
        yield from expressions(arg)
