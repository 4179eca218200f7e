"""Fly-by points that logic follows: what runs before the corner, which may then become a stop.

Source: RAPID Reference Manual, Basic Characteristics, positioning during program execution:
"If the previous positioning instruction ends at a fly-by point, the logical instructions are
executed at a given time (DT) before reaching the largest zone".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Expr,
    If,
    Loop,
    Move,
    Program,
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.walk import file_of
from cellsim.simulate.flatten import Code, Op, condition_of, flatten

_Place = tuple[str, int]


def early(
    program: Program, concurrent: frozenset[int] = frozenset()
) -> list[tuple[Move, Statement]]:
    """Return every motion with a corner and the logic that may run before that corner.

    The output that MoveLDO and MoveCDO set stands on the line of its motion and is none.

    Args:
        concurrent: Identities of motions with \\Conc, whose logic runs while they move.
    """
    found = []
    walk = _Walk.of(program)
    for name, code in walk.codes.items():
        for at, op in enumerate(code.ops):
            move = op.statement
            if isinstance(move, Move) and (move.zone.kind != "fine" or id(move) in concurrent):
                logic = walk.first_logic((name, at + 1), move)
                found += [] if logic is None else [(move, logic)]
    return found


@dataclass(frozen=True)
class _Walk:
    """The flat code of all routines, and where each is called."""

    codes: Mapping[str, Code]
    after: Mapping[str, list[_Place]]

    @classmethod
    def of(cls, program: Program) -> _Walk:
        codes = {r.name: flatten(r, file_of(program, r)) for r in program.routines}
        after: dict[str, list[_Place]] = {name: [] for name in codes}
        for name, code in codes.items():
            for at, op in enumerate(code.ops):
                if isinstance(op.statement, Call) and op.statement.routine in after:
                    after[op.statement.routine].append((name, at + 1))
        return cls(codes, after)

    def first_logic(self, start: _Place, move: Move) -> Statement | None:
        """Return logic that some path reaches before the next motion, None where none does."""
        waiting, seen = [start], {start}
        while waiting:
            place = waiting.pop()
            code = self.codes[place[0]]
            if place[1] >= len(code.ops):
                following: Iterable[_Place] = self.after[place[0]]
            else:
                op = code.ops[place[1]]
                own = place == start and isinstance(op.statement, SetSignal)
                if _is_logic(op) and not (own and op.statement.line == move.line):
                    return op.statement
                following = self._following(place, op)
            new = [p for p in following if p not in seen]
            seen.update(new)
            waiting += new
        return None

    def _following(self, place: _Place, op: Op) -> Iterator[_Place]:
        name, at = place
        statement = op.statement
        if op.kind in {"branch", "count"}:
            yield from ((name, at + 1), (name, op.target))
        elif op.kind in {"again", "jump", "skip"}:
            yield name, op.target
        elif op.kind == "do" and isinstance(statement, Return):
            yield from self.after[name]
        elif op.kind == "do" and isinstance(statement, Call) and statement.routine in self.codes:
            yield statement.routine, 0
        elif not isinstance(statement, Move) and not _stands(statement):
            yield name, at + 1


def _stands(statement: Statement) -> bool:
    """Return whether the verdict is open from here on anyway."""
    return isinstance(statement, Raw) and not statement.harmless


def _is_logic(op: Op) -> bool:
    statement = op.statement
    if op.kind == "branch" and isinstance(statement, If | Loop):
        return asks(condition_of(op))
    if op.kind != "do":
        return False
    if isinstance(statement, Assign):
        return asks(statement.value)
    if isinstance(statement, SetSignal) and statement.at is not None and statement.at.of != "now":
        # On the way of a motion: the controller sets it there, whatever its look-ahead.
        return False
    return isinstance(statement, SetSignal | Wait | Delay)


def asks(expr: Expr) -> bool:
    """Return whether an expression reads a signal, or something that is not known."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if part.op in {"signal", "unknown"}:
            return True
        waiting += part.args
    return False
