"""A program as what it does: calls and counted loops written out, known branches taken.

What is left is what a run can show: motions, outputs, waits, and branches on what is not known.
A variable whose value is known is put in where it is read; where it stops being known (a loop, a
branch on a signal) its value is written down, so that no value is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Program,
    Return,
    Routine,
    Statement,
    Wait,
)
from cellsim.domain.walk import statements_of
from cellsim.release.meaning.expressions import canonical, value_of, variables_of
from cellsim.release.meaning.flow import item_of, meant
from cellsim.release.meaning.items import Item, file_beside
from cellsim.simulate.expression import Unknown, held

MAX_ITEMS = 50_000
MAX_LAPS = 1_000
MAX_DEPTH = 50


class TooLong(Exception):
    """The trace has more items than are looked at; never leaves this package."""


def as_done(program: Program) -> tuple[Item, ...]:
    """Return the trace of a program, and after it the routines that nobody calls.

    Raises:
        TooLong: More than 50,000 items, or calls without end.
    """
    routines = {r.name: r for r in program.routines}
    files = {r.name: file_beside(program, r) for r in program.routines}
    jumps = any(
        isinstance(s, Goto) or (isinstance(s, Wait) and s.on_timeout)
        for r in program.routines
        for s in _meant(r.body)
    )
    read = {
        name
        for s in statements_of(program)
        for expr in _expressions(s)
        for name in variables_of(expr)
    }
    walk = _Walk(routines, frozenset() if jumps else frozenset(read), files)
    if program.routines:
        walk.routine(program.routines[0], 0)
    for routine in program.routines[1:]:
        if routine.name not in walk.called:
            walk.known.clear()
            walk.items.append(Item("routine", 0, Call(routine=routine.name)))
            walk.routine(routine, 0)
    return tuple(walk.items)


def _meant(body: Sequence[Statement]) -> list[Statement]:
    found: list[Statement] = []
    for s in meant(body):
        found.append(s)
        if isinstance(s, If):
            found += [*_meant(s.then), *_meant(s.otherwise)]
        elif isinstance(s, Loop):
            found += _meant(s.body)
    return found


def _expressions(s: Statement) -> list[Expr]:
    given = s.condition if isinstance(s, If | Loop | Wait) else None
    given = s.value if isinstance(s, Assign) else given
    return [] if given is None else [given]


@dataclass(eq=False)
class _Walk:
    """The trace so far.

    Attributes:
        followed: Variables whose values are put in. known: Their values now.
        files: Of the routines, where they are beside the program's. file: Of the one walked.
    """

    routines: dict[str, Routine]
    followed: frozenset[str]
    files: dict[str, str]
    file: str = ""
    known: dict[str, bool | float | str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    called: set[str] = field(default_factory=set)

    def add(self, item: Item) -> None:
        """Add an item; two delays in a row are one."""
        if len(self.items) >= MAX_ITEMS:
            raise TooLong
        last, s = (self.items[-1].statement if self.items else None), item.statement
        if isinstance(last, Delay) and isinstance(s, Delay):
            self.items[-1] = replace(
                self.items[-1], statement=replace(last, seconds=last.seconds + s.seconds)
            )
            return
        self.items.append(replace(item, file=self.file) if self.file else item)

    def routine(self, routine: Routine, depth: int) -> None:
        """Walk a routine; its returns are the ends of branches, or marks where that cannot be."""
        if depth > MAX_DEPTH:
            raise TooLong
        outside, self.file = self.file, self.files[routine.name]
        self._routine(routine, depth)
        self.file = outside

    def _routine(self, routine: Routine, depth: int) -> None:
        body = _without_returns(tuple(_meant_tree(routine.body)))
        if body is not None:
            self.body(body, depth)
            return
        self.items.append(Item("call", 0, Call(routine=routine.name)))
        self.body(tuple(meant(routine.body)), depth)
        self.items.append(Item("leave", 0, Return()))

    def body(self, body: Sequence[Statement], depth: int) -> None:
        """Walk statements."""
        for s in meant(body):
            if isinstance(s, If):
                self.branch(s, depth)
            elif isinstance(s, Loop):
                self.loop(s, depth)
            elif isinstance(s, Call) and s.routine in self.routines:
                self.called.add(s.routine)
                self.routine(self.routines[s.routine], depth + 1)
            elif isinstance(s, Assign):
                self.assign(s)
            else:
                self.add(self.item(s))

    def item(self, s: Statement) -> Item:
        given = _expressions(s)
        return item_of(s, canonical(given[0], self.known) if given else None)

    def assign(self, s: Assign) -> None:
        """Keep a value that is known; write down one that is not, or that is for others."""
        value = canonical(s.value, self.known)
        self.known.pop(s.name, None)
        worth = held(value_of(value), s.holds)
        if isinstance(worth, Unknown) and not isinstance(value_of(value), Unknown):
            value = Expr("unknown", name=s.name)
        if s.name in self.followed and not isinstance(worth, Unknown):
            self.known[s.name] = worth
        else:
            self.add(item_of(s, value))

    def forget(self, names: set[str]) -> None:
        """Write down the values of variables that stop being known."""
        for name in sorted(names & set(self.known)):
            value = Expr("const", value=self.known.pop(name))
            self.add(Item("assign", 0, Assign(name=name, value=value), value))

    def branch(self, s: If, depth: int) -> None:
        """Take the branch that is known, or walk both."""
        condition = canonical(s.condition, self.known)
        value = value_of(condition)
        if not isinstance(value, Unknown):
            self.body(s.then if value else s.otherwise, depth)
            return
        then, otherwise = meant(s.then), meant(s.otherwise)
        negative = canonical(Expr("not", (condition,)), {})
        swap = not then or (bool(otherwise) and _negated(condition) and not _negated(negative))
        if swap:
            then, otherwise, condition = otherwise, then, negative
        self.add(item_of(s, condition))
        before = dict(self.known)
        self.body(then, depth)
        after, mark = dict(self.known), len(self.items)
        self.known = dict(before)
        self.add(Item("else", s.line, s))
        self.body(otherwise, depth)
        differ = {n for n in {*after, *self.known} if after.get(n) != self.known.get(n)}
        self.forget(differ)
        rest, self.items = self.items[mark:], self.items[:mark]
        self.known, other = after, self.known
        self.forget(differ)
        self.known = {n: v for n, v in other.items() if n not in differ}
        if len(rest) > 1:
            self.items += rest
        self.items.append(Item("end", s.line, s))

    def loop(self, s: Loop, depth: int) -> None:
        """Write out a loop as far as it is known."""
        if s.count is not None:
            if s.count > MAX_LAPS:
                raise TooLong
            for _ in range(s.count):
                self.body(s.body, depth)
            return
        assert s.condition is not None
        for _ in range(MAX_LAPS):
            value = value_of(canonical(s.condition, self.known))
            if not isinstance(value, Unknown) and not value:
                return
            if isinstance(value, Unknown) or not variables_of(s.condition):
                break
            self.body(s.body, depth)
        else:
            raise TooLong
        self.endless(s, depth)

    def endless(self, s: Loop, depth: int) -> None:
        """Walk a loop whose end is not known once."""
        assert s.condition is not None
        changed = self.assigned(s.body, set())
        self.forget(changed)
        self.add(item_of(s, canonical(s.condition, self.known)))
        self.body(s.body, depth)
        self.forget(changed)
        self.items.append(Item("end", s.line, s))

    def assigned(self, body: Sequence[Statement], seen: set[str]) -> set[str]:
        """Return the variables that statements assign, in what they call too."""
        found: set[str] = set()
        for s in _meant(body):
            if isinstance(s, Assign):
                found.add(s.name)
            elif isinstance(s, Call) and s.routine in self.routines and s.routine not in seen:
                seen.add(s.routine)
                found |= self.assigned(self.routines[s.routine].body, seen)
        return found


def _negated(expr: Expr) -> bool:
    return expr.op in ("not", "!=", "<=")


def _meant_tree(body: Sequence[Statement]) -> list[Statement]:
    """Return statements without comments, in blocks too."""
    found: list[Statement] = []
    for s in meant(body):
        if isinstance(s, If):
            then, other = _meant_tree(s.then), _meant_tree(s.otherwise)
            s = replace(s, then=tuple(then), otherwise=tuple(other))
        elif isinstance(s, Loop):
            s = replace(s, body=tuple(_meant_tree(s.body)))
        found.append(s)
    return found


def _without_returns(body: tuple[Statement, ...]) -> tuple[Statement, ...] | None:
    """Return a body whose early returns are branches; None where a return stands in a loop."""
    if any(isinstance(s, Label) for s in body):
        return body if not _returns(body) else None
    for at, s in enumerate(body):
        if isinstance(s, Return):
            return body[:at]
        if isinstance(s, Loop) and _returns(s.body):
            return None
        if isinstance(s, If) and _returns((s,)):
            rest = body[at + 1 :]
            if rest and not (_ends(s.then) or _ends(s.otherwise)):
                return None
            ways = [
                _without_returns(way if _ends(way) else (*way, *rest))
                for way in (s.then, s.otherwise)
            ]
            if ways[0] is None or ways[1] is None:
                return None
            return (*body[:at], replace(s, then=ways[0], otherwise=ways[1]))
    return body


def _ends(body: tuple[Statement, ...]) -> bool:
    return bool(body) and isinstance(body[-1], Return)


def _returns(body: Sequence[Statement]) -> bool:
    return any(isinstance(s, Return) for s in _meant(body))
