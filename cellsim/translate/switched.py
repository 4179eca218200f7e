"""Outputs along a motion and after a time in another language: what its writer says of them stays.

Whether a place can be said depends on the motion it is on, its corner and the outputs beside it, so
the writer itself is asked, with these about it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cellsim.domain.program import (
    Assign,
    Comment,
    Delay,
    If,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
)
from cellsim.errors import CellsimError
from cellsim.translate.into import Into

Lose = Callable[[SetSignal], None]


def sayable(body: Sequence[Statement], into: Into, lose: Lose) -> tuple[Statement, ...]:
    """Return statements without the outputs that have a place their language cannot say.

    Args:
        lose: Is told each output that is left out; a comment stands for it.
    """
    out: list[Statement] = []
    for number, s in enumerate(body):
        if isinstance(s, If):
            then, other = (sayable(b, into, lose) for b in (s.then, s.otherwise))
            out.append(replace(s, then=then, otherwise=other))
        elif isinstance(s, Loop):
            out.append(replace(s, body=sayable(s.body, into, lose)))
        elif not _placed(s) or _says(into, (*_beside(out), s, *_onward(body[number + 1 :]))):
            out.append(s)
        else:
            assert isinstance(s, SetSignal)
            lose(s)
            out.append(Comment(f"not translated: line {s.line}", line=s.line))
    return tuple(out)


def _placed(s: Statement) -> bool:
    return isinstance(s, SetSignal) and s.at is not None


def _beside(out: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the outputs that stay right before a place of a body."""
    found: list[Statement] = []
    for s in reversed(out):
        if not isinstance(s, SetSignal | Comment):
            break
        found.append(s)
    return tuple(reversed(found))


def _onward(rest: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return what comes next up to the second motion, without outputs that have a place."""
    found: list[Statement] = []
    for s in rest:
        if not isinstance(s, Move | Wait | Delay | Assign | Comment | SetSignal):
            break
        if not _placed(s):
            found.append(replace(s, on_timeout="") if isinstance(s, Wait) else s)
        if sum(isinstance(f, Move) for f in found) == 2:
            break
    return tuple(found)


def _says(into: Into, body: tuple[Statement, ...]) -> bool:
    """Return whether the writer says these statements behind a motion to home."""
    home = Target(q=into.cell.groups[into.group].home)
    first = Move(kind="joint", to=home, speed=Speed(10.0, "%"))
    program = Program("tried", into.group, (Routine("tried", (first, *body)),))
    try:
        into.brand.write(into.brand.quantise(program, into.cell), into.cell)
    except CellsimError:
        return False
    return True
