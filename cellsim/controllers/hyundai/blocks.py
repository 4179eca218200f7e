"""if, the loops of HRScript with break and continue, and blocks that are not understood."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cellsim.controllers.hyundai.counting import bounds_of
from cellsim.controllers.reading.acts import data_of, is_word
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.kept import block_as_text
from cellsim.controllers.reading.loops import Looping, entered
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.values import constant, every
from cellsim.domain.program import Assign, Expr, If, Loop, Statement


@dataclass(kw_only=True)
class Blocks(Looping):
    """The blocks of one job."""

    names: Names
    collector: Collector

    def block(self, node: Node) -> list[Statement]:
        act = node.act
        assert isinstance(act, Open)
        where: dict[str, Any] = {"line": node.line.number, "comment": node.line.comment}
        bounds = self._bounds(node, act)
        odd = act.kind in {"count", "for"} and entered(node, self.all_lines(), _goes_to)
        if odd or act.kind == "raw" or (act.kind == "for" and bounds is None):
            return block_as_text(self, node, _goes_to, self.collector)
        if act.kind == "if":
            assert node.condition is not None
            if any(e.op == "unknown" for e in every(node.condition)):
                self.collector.keep(node.line, "condition")
            condition = self.names.bound(node.condition)
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, **where)]
        return self._loop(node, act, bounds)

    def _bounds(self, node: Node, act: Open) -> tuple[Expr, Expr, Expr] | None:
        """Return first, last and step of a for that needs its counter; its end must stay."""
        here = self._reads(node.body, act.variable) or act.variable.lower() in self.elsewhere()
        if act.kind == "count" and not here:
            return None
        if act.kind not in {"count", "for"} or not act.variable:
            return None
        given = act.condition.args if act.condition is not None else bounds_of(node.line.text)
        if given is None or any(e.op in {"unknown", "signal"} for g in given for e in every(g)):
            return None
        names = {e.name for e in every(given[1]) if e.op == "var"}
        texts = [n.line.text.partition("==")[0] for n in flat(node.body)]
        changed = any(re.search(rf"(?<!\w){n}(?!\w)", t) for n in names for t in texts)
        away = any(is_word(n, "call", "jump", "gosub") for n in flat(node.body))
        changed |= away and any(n.lower() in self.set_elsewhere() for n in names)
        return None if changed else (given[0], given[1], given[2])

    def _loop(
        self, node: Node, act: Open, bounds: tuple[Expr, Expr, Expr] | None
    ) -> list[Statement]:
        """Return a loop, with labels at its end and behind it where break or continue go."""
        line = node.line
        condition = None if node.condition is None else self.names.bound(node.condition)
        number, body = self.looped(node)
        made: list[Statement] = []
        times = act.count
        if bounds is not None:
            first, last, step = (self.names.bound(b) for b in bounds)
            counter = Expr("var", name=act.variable)
            made = [Assign(act.variable, first, line=line.number)]
            body = (*body, Assign(act.variable, Expr("+", (counter, step)), line=line.number))
            forward = (constant(step) or 0.0) > 0.0
            condition, times = Expr("<=" if forward else ">=", (counter, last)), None
        made.append(Loop(body, times, condition, line=line.number, comment=line.comment))
        return [*made, *self.behind(number, line)]

    @abstractmethod
    def elsewhere(self) -> frozenset[str]:
        """Return the names (lower case) that lines of other routines read."""

    @abstractmethod
    def all_lines(self) -> Sequence[Node]:
        """Return all lines of the routine."""

    @abstractmethod
    def set_elsewhere(self) -> frozenset[str]:
        """Return the names (lower case) that lines of other routines set."""

    def _reads(self, nodes: Sequence[Node], name: str) -> bool:
        """Return whether a loop's body uses its counter (then it is no plain count).

        The value of a switch stands in the conditions of its cases, not in their lines.
        """
        pattern = re.compile(rf"\b{re.escape(name)}\b")
        asked = (n.condition for n in flat(nodes) if n.condition is not None)
        named = (e.name for condition in asked for e in every(condition) if e.op == "var")
        return name in named or any(pattern.search(n.line.text) for n in flat(nodes))


def _goes_to(node: Node) -> frozenset[str]:
    """Return the address that a line may go to, if any."""
    jumps = is_word(node, "goto", "jump_if", "wait", "gosub")
    return frozenset({str(data_of(node)[-1])}) if jumps else frozenset()
