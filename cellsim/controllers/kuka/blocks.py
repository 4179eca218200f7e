"""IF, the loops and their EXIT, and spline blocks, with the modal state that each path brings."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from cellsim.controllers.kuka.acts import number_of
from cellsim.controllers.kuka.single import split
from cellsim.controllers.reading.acts import Act, is_word
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.grammar import groups_of
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import Walker, joined
from cellsim.domain.program import Assign, Comment, Expr, Goto, If, Label, Loop, Statement

_SPLINE_NOTE = (
    "spline blocks of SLIN and SCIRC: the way through the points, with a stop at each, so the "
    "time is not less than the controller's (assumed)"
)


_NUMBER = re.compile(r"\s*([-+]?[\d.]+)")


@dataclass(kw_only=True)
class Blocks(Walker):
    """The blocks of a KRL routine; `exits_of` are the labels behind the loops around a line."""

    names: Names
    collector: Collector
    exits_of: list[str] = field(default_factory=list)
    left_by: set[str] = field(default_factory=set)
    order: dict[int, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if act.kind == "if":
            assert node.condition is not None
            calls, plain = self._asked(node)
            condition = self.known(line, plain)
            then, otherwise = self.branches(node)
            return [*calls, If(condition, then, otherwise, line=line.number, comment=line.comment)]
        straight = act.kind == "spline" and node.condition is None
        if straight and all(_straight(n) for n in node.body):
            self.collector.note(_SPLINE_NOTE)
            return list(self.sequence([_with(n, act.variable) for n in node.body]))
        repeated = self._loop(node, act)
        return self._kept(node) if repeated is None else repeated

    @abstractmethod
    def with_calls(self, line: Line, expr: Expr) -> tuple[list[Statement], Expr]:
        """Return the calls of an expression's functions, and it with what they return."""

    @abstractmethod
    def set_in_calls(self, node: Node) -> frozenset[str]:
        """Return the names (lower case) that subprograms which a block calls may set."""

    def _asked(self, node: Node) -> tuple[list[Statement], Expr]:
        """Return the calls that the condition of an IF makes, and the condition without them.

        A CASE asks for the value of its SWITCH, which was found once: it makes no calls.
        """
        assert node.condition is not None
        if not node.line.text.upper().startswith("IF"):
            return [], node.condition
        return self.with_calls(node.line, node.condition)

    def leave_loop(self, line: Line) -> list[Statement] | None:
        """Return EXIT as a jump behind the loop around it; None outside of loops."""
        if not self.exits_of:
            return None
        name = self.exits_of[-1]
        self.left_by.add(name)
        self.jump(name)
        self.state = None
        return [Goto(name, line=line.number, comment=line.comment)]

    def _loop(self, node: Node, act: Open) -> list[Statement] | None:
        """Return a loop, with a label behind it where something leaves it; None if not known."""
        line = node.line
        plain = act.kind in {"while", "forever", "count"}
        counted = act.kind == "for" or (
            act.kind == "count"
            and (
                self._reads(node.body, act.variable)
                or act.variable.lower() in self.set_in_calls(node)
            )
        )
        labels = any(is_word(n, "label") for n in flat(node.body))
        if not (plain or counted or act.kind == "until") or (labels and act.kind == "until"):
            return None
        self.exits_of.append(f"exit_{next(self.numbers)}")
        made: list[Statement] | None
        if act.kind == "until":
            made = self._until(node)
        elif counted:
            made = self._for(node, act)
        else:
            condition = None if node.condition is None else self.known(line, node.condition)
            body = self.repeated(node.body)
            made = [Loop(body, act.count, condition, line=line.number, comment=line.comment)]
        name = self.exits_of.pop()
        if made is not None and name in self.left_by:
            self.state = self.jumps[name] if self.state is None else self.state
            self.label(name, (), False)
            made.append(Label(name, line=line.number))
        return made

    def _until(self, node: Node) -> list[Statement]:
        """Return REPEAT .. UNTIL: the body once, then again while the condition does not hold."""
        line = node.line
        assert node.condition is not None
        once = self.sequence(node.body)
        self.lose(node)  # UNTIL asks behind each pass
        again = self.repeated(node.body)
        self.lose(node)
        met = self.known(line, node.condition)
        unmet = met.args[0] if met.op == "not" else Expr("not", (met,))
        loop = Loop(again, condition=unmet, line=line.number, comment=line.comment)
        return [*once, loop]

    def _for(self, node: Node, act: Open) -> list[Statement] | None:
        """Return FOR as a loop with its counter; None where the end may change on the way."""
        line, given = node.line, self._bounds(node, act)
        if given is None:
            return None
        first, last, step = given
        name = act.variable.lower()
        counter = Expr("var", name=name)
        forward = (number_of(step) or 0.0) > 0.0
        condition = Expr("<=" if forward else ">=", (counter, last))
        body = self.repeated(node.body)
        onward = Assign(name, Expr("+", (counter, step)), line=line.number)
        begin = Assign(name, first, line=line.number, comment=line.comment)
        made: list[Statement] = [
            begin,
            Loop((*body, onward), condition=condition, line=line.number),
        ]
        if act.condition is not None and act.condition.name == "kept":
            behind = Expr("unknown", name=f"{name} behind ENDFOR")
            made.append(Assign(name, behind, line=line.number))
        return made

    def _bounds(self, node: Node, act: Open) -> tuple[Expr, Expr, Expr] | None:
        """Return first, last and step of a FOR; the last is evaluated once by the controller."""
        if act.kind == "count":
            text = re.split(r"=|\bto\b", node.line.text, flags=re.IGNORECASE)
            numbers = [float(groups_of(_NUMBER, t)[0]) for t in text[1:3]]
            first, last = (Expr("const", value=v) for v in numbers)
            return first, last, Expr("const", value=1.0)
        assert node.condition is not None
        first, last, step = (self.known(node.line, e) for e in node.condition.args)
        names = {e.name for e in every(last) if e.op == "var"}
        changed = bool(names and names & self.set_in_calls(node)) or any(
            re.search(rf"(?<!\w){n}(?!\w)", _text(node), re.I) for n in names
        )
        fixed = all(e.op in {"const", "var", "+", "-", "*", "neg"} for e in every(last))
        return (first, last, step) if fixed and not changed and first.op != "unknown" else None

    def _kept(self, node: Node) -> list[Statement]:
        """Return the lines of a block verbatim; comments are comments there too."""
        inner = list(flat([node]))
        self.state = joined(self.state, self.settings_of(inner))
        return [self.verbatim(n, "block not understood") for n in inner]

    def verbatim(self, node: Node, reason: str) -> Statement:
        """Return a line as text that is not understood, or as the comment it is."""
        if isinstance(node.act, Act) and node.act.word in {"comment", "header"}:
            return Comment(text=node.line.comment, line=node.line.number)
        return self.collector.keep(node.line, reason)

    def _reads(self, nodes: Sequence[Node], name: str) -> bool:
        pattern = re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)", re.IGNORECASE)
        return any(pattern.search(n.line.text) for n in flat(nodes))

    def known(self, line: Line, condition: Expr) -> Expr:
        """Return a condition with the cell's names; one that is not understood is counted."""
        for part in every(condition):
            if part.op == "unknown" or (part.op == "var" and part.name.startswith("$")):
                self.collector.keep(line, "condition")
                return Expr("unknown", name=line.text)
        return self.names.bound(condition)


def _text(node: Node) -> str:
    """Return what the lines of a block set, call or declare."""
    return "\n".join(n.line.text.partition("==")[0] for n in flat(node.body))


def _straight(node: Node) -> bool:
    """Return whether a line of a spline block is SLIN, SCIRC, an output or a comment."""
    act = node.act
    if isinstance(act, Act) and act.word == "single":
        return act.data[0].data[0] in {"LIN", "CIRC"}
    return isinstance(act, Act) and act.word in {"comment", "header", "trigger", "trigger name"}


def _with(node: Node, given: str) -> Node:
    """Return a motion of a spline block with what the WITH of the block sets before its own."""
    act = node.act
    if not given or not isinstance(act, Act) or act.word != "single":
        return node
    _, items = split(f"SPLINE {given}")
    motion, own = act.data
    return Node(node.line, Act("single", (motion, (*(items or ()), *own))))
