"""A program as written, in a row: blocks by their ends, routines one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.walk import statements_of
from cellsim.release.meaning.expressions import canonical
from cellsim.release.meaning.items import Item, file_beside

WORDS: dict[type[Statement], str] = {
    Move: "move",
    SetSignal: "set",
    Wait: "wait",
    Delay: "delay",
    Assign: "assign",
    Call: "call",
    Return: "return",
    Label: "label",
    Goto: "goto",
    Raw: "raw",
    If: "if",
    Loop: "loop",
}


def meant(body: Sequence[Statement]) -> list[Statement]:
    """Return the statements that mean something, jumps that make a loop as a loop."""
    kept = [
        s for s in body if not isinstance(s, Comment) and not (isinstance(s, Raw) and s.harmless)
    ]
    return _looped(kept)


def _looped(body: list[Statement]) -> list[Statement]:
    """Return `label; if condition: ... goto label` as the loop it is, used by nobody else."""
    found: list[Statement] = []
    for s in body:
        before = found[-1] if found else None
        if isinstance(s, If) and isinstance(before, Label) and not s.otherwise and s.then:
            last = s.then[-1]
            name = before.name
            if isinstance(last, Goto) and last.label == name and _uses(body, name) == 1:
                found[-1] = Loop(s.then[:-1], condition=s.condition, line=s.line)
                continue
        found.append(s)
    return found


def _uses(body: Sequence[Statement], label: str) -> int:
    count = 0
    for s in body:
        count += isinstance(s, Goto) and s.label == label
        count += isinstance(s, Wait) and s.on_timeout == label
        if isinstance(s, If):
            count += _uses(s.then, label) + _uses(s.otherwise, label)
        elif isinstance(s, Loop):
            count += _uses(s.body, label)
    return count


def as_written(program: Program) -> tuple[Item, ...]:
    """Return every routine in order of its first call, those never called after them."""
    items: list[Item] = []
    for name in _order(program):
        routine = next(r for r in program.routines if r.name == name)
        file = file_beside(program, routine)
        if name != program.routines[0].name:
            items.append(Item("routine", 0, Call(routine=name), file=file))
        items += (replace(item, file=file) if file else item for item in _body(routine.body))
    return tuple(items)


def _order(program: Program) -> list[str]:
    calls = {
        r.name: [
            s.routine for s in statements_of(replace(program, routines=(r,))) if isinstance(s, Call)
        ]
        for r in program.routines
    }
    order: list[str] = []
    waiting = [r.name for r in program.routines[:1]]
    while waiting:
        name = waiting.pop(0)
        if name in calls and name not in order:
            order.append(name)
            waiting += calls[name]
    return order + [name for name in calls if name not in order]


def _body(body: Sequence[Statement]) -> Iterator[Item]:
    for s in meant(body):
        yield item_of(s)
        if isinstance(s, If):
            yield from _body(s.then)
            if meant(s.otherwise):
                yield Item("else", s.line, s)
                yield from _body(s.otherwise)
            yield Item("end", s.line, s)
        elif isinstance(s, Loop):
            yield from _body(s.body)
            yield Item("end", s.line, s)


def item_of(s: Statement, condition: Expr | None = None) -> Item:
    """Return a statement as an item, its expression (or the one given) in one form."""
    if condition is None:
        given = s.condition if isinstance(s, If | Loop | Wait) else None
        given = s.value if isinstance(s, Assign) else given
        condition = None if given is None else canonical(given, {})
    return Item(WORDS.get(type(s), "raw"), s.line, s, condition)
