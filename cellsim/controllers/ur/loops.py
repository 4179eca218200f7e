"""if and while of URScript, with the values and TCP of each path; loops on known numbers."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.loops import Looping
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import joined
from cellsim.controllers.ur.poses import Places
from cellsim.controllers.ur.threads import Threads
from cellsim.controllers.ur.values import Values
from cellsim.domain.program import Expr, Goto, If, Loop, Raw, Statement

MOST_PASSES = 200
# lines that all passes of a function together may walk
MOST_TOGETHER = 10_000
MOST_STATEMENTS = 5_000
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(kw_only=True)
class Loops(Values, Looping):
    """The blocks of one function."""

    threads: Threads
    passes: int = MOST_TOGETHER

    @cached_property
    def own_functions(self) -> frozenset[str]:
        return frozenset({*self.routines, *self.signatures, *self.threads.opaque})

    @cached_property
    def known_functions(self) -> frozenset[str]:
        """The functions and threads of the script of which it is known what they may set."""
        threads = self.threads
        return frozenset({*self.routines, *self.signatures, *threads.counters, *threads.switching})

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if act.variable in self.threads.counters or act.variable in self.threads.switching:
            every = (self.quiet(line), *(self.quiet(n.line) for n in flat(node.body)))
            return list(every)
        if act.kind not in {"if", "while", "count"}:
            self.state = joined(self.state, self.settings(node))
            inner = list(flat([node]))
            return [self.collector.keep(n.line, "block not understood") for n in inner]
        if act.kind == "if":
            assert node.condition is not None
            plain = node.line.text.startswith("if")
            calls, asked = self.asked(line, node.condition) if plain else ([], node.condition)
            condition = self.names.bound(asked)
            before = [*calls, *self.missed(line, calls)]
            then, otherwise = self.branches(node)
            return [*before, If(condition, then, otherwise, line=line.number, comment=line.comment)]
        return [*self.missed(line, ()), *self._loop(node, act)]

    def _loop(self, node: Node, act: Open) -> list[Statement]:
        """Return a loop; one whose body rests on numbers that its passes change, pass by pass."""
        before = self._held()
        made = self._as_loop(node, act)
        alone = node.condition is None or node.condition.op == "const"
        if alone or not any(_not_understood(s) for s in made):
            return made
        after = self._held()
        self._put(before)
        passes = self._passes(node)
        if passes is not None:
            return passes
        self._put(after)
        return made

    def _held(self) -> tuple[object, ...]:
        """Return what a walk through a loop changes."""
        return (
            self.state,
            dict(self.jumps),
            dict(self.calls),
            self.left,
            self.collector.mark(),
        )

    def _put(self, held: tuple[Any, ...]) -> None:
        self.state, jumps, calls, self.left, mark = held
        self.jumps, self.calls = dict(jumps), dict(calls)
        self.collector.back_to(mark)

    def _passes(self, node: Node) -> list[Statement] | None:
        """Return a loop on known numbers written out; None where it is not one, or too long."""
        number, size = next(self.numbers), 1 + sum(1 for _ in flat(node.body))
        self.loops.append(number)
        out: list[Statement] = []
        for _ in range(MOST_PASSES):
            goes_on = _holds(node.condition, self.places)
            if goes_on is False and self.state is not None:
                break
            self.passes -= size
            if goes_on is None or self.state is None or self.passes < 0:
                out = [Raw("")]
                break
            out += self.sequence(node.body)
            if len(out) > MOST_STATEMENTS or f"next_{number}" in self.jumps:
                out.append(Raw(""))
            if any(_not_understood(s) for s in out):
                break
        else:
            out = [Raw("")]
        self.loops.pop()
        if any(_not_understood(s) for s in out):
            return None
        return [*out, *self.behind(number, node.line)]

    def _as_loop(self, node: Node, act: Open) -> list[Statement]:
        """Return a loop, with labels at its end and behind it where something jumps there."""
        line = node.line
        condition = None if node.condition is None else self.names.bound(node.condition)
        number, body = self.looped(node)
        loop = Loop(body, act.count, condition, line=line.number, comment=line.comment)
        return [loop, *self.behind(number, line)]

    def leave_loop(self, line: Line, word: str) -> list[Statement]:
        """Return break or continue as a jump; the TCP after it is that of every way there."""
        if not self.loops:
            return [self.collector.keep(line, f"'{word}' outside of a loop")]
        name = self.way_out(word)
        self.jump(name)
        self.state = None
        return [Goto(name, line=line.number, comment=line.comment)]

    def quiet(self, line: Line) -> Statement:
        """Return a line that changes nothing the verdict rests on."""
        return Raw(line.verbatim.strip(), harmless=True, line=line.number)


def _not_understood(statement: Statement) -> bool:
    """Return whether a statement, or one inside it, is text that is not understood."""
    waiting = [statement]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Raw) and not one.harmless:
            return True
        if isinstance(one, If):
            waiting += [*one.then, *one.otherwise]
        elif isinstance(one, Loop):
            waiting += one.body
    return False


def _holds(condition: Expr | None, places: Places) -> bool | None:
    """Return whether a comparison of known numbers holds; None for other conditions."""
    if condition is None or condition.op not in _COMPARE or len(condition.args) != 2:
        return None
    left, right = (places.number(a) for a in condition.args)
    if left is None or right is None:
        return None
    return bool(_COMPARE[condition.op](left, right))
