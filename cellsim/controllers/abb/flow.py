"""From the lines of one RAPID routine to complete statements with the modal state they run with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cellsim.controllers.abb import losing, modal
from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.fold import Timed
from cellsim.controllers.abb.functions import is_free
from cellsim.controllers.abb.instructions import Instructions
from cellsim.controllers.abb.interrupts import ORDERS, Interrupts
from cellsim.controllers.abb.motions import Motions
from cellsim.controllers.reading.acts import Act, data_of, is_word, labels_of, not_followed
from cellsim.controllers.reading.asking import with_asked
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, joined, merged
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Raw,
    Return,
    Statement,
)
from cellsim.errors import BadInput

# Passes (times those of the loops around it), and lines, of a loop that is written out because its
# motions use its variable.
_WRITTEN_OUT = 100


@dataclass(kw_only=True)
class Routine(Walker):
    """One PROC on its way from lines to statements."""

    STATES = losing.STATES
    name: str
    main: bool
    motions: Motions
    table: Table
    says: Instructions
    collector: Collector
    spelled: Mapping[str, str]
    interrupts: Interrupts
    order: dict[int, int] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    passes: int = 1

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the routine; its labels must exist, its handler is left out."""
        at = next((i for i, n in enumerate(self.nodes) if is_word(n, "handler")), len(self.nodes))
        if at < len(self.nodes):
            line = self.nodes[at].line
            self.says.handled = True
            self.collector.note(f"{line.file}:{line.number}: error handlers are not looked at")
            self.nodes = self.nodes[:at]
        lines = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(lines)}
        places = labels_of(lines, fold=True)
        for node in lines:
            if is_word(node, "label"):
                self.labels[str(data_of(node)[0]).lower()] = str(data_of(node)[0])
        for i, node in enumerate(lines):
            act = node.act
            name = act.label if isinstance(act, Timed) else ""
            if isinstance(act, Act) and act.word == "goto":
                name = str(act.data[0])
            if name and name.lower() not in places:
                raise BadInput(
                    f"label '{name}' is nowhere; the text may be truncated",
                    file=node.line.file,
                    line=node.line.number,
                    expected="a label in the same routine",
                )
            if name and places[name.lower()] <= i:
                self.back.add(name.lower())
        return self.sequence(self.nodes)

    def settings(self, node: Node) -> Settings:
        """Return what a line, or the routine it calls, may set."""
        act = node.act
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            return {k: frozenset({v}) for k, v in modal.touched(node.line.text).items()}
        if not isinstance(act, Act):
            return {}
        found = modal.settings(act)
        if found is not None:
            return {k: frozenset({v}) for k, v in found.items()}
        return self.routines.get(self.spelled.get(act.word, ""), {})

    def may_lose(self, node: Node) -> tuple[str, ...]:
        """Return the states that a line may have set to what nobody can say."""
        return losing.may_lose(node, self.spelled.keys(), self.table.functions)

    def runs_with(self, node: Node, move: Move | None) -> tuple[str, ...]:
        """Return the states that a motion runs with."""
        externals = bool(self.motions.group.externals)
        return losing.runs_with(node, move, externals, self.table, self.name)

    def may_move(self, node: Node) -> bool:
        """Return whether a line that is not understood may move the robot."""
        return super().may_move(node) or losing.moves(node)

    def step(self, node: Node) -> list[Statement]:
        return with_asked(node.line, super().step(node), lambda: self.may_move(node))

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if act.kind not in {"if", "while", "count"}:
            return self._kept(node)
        if act.kind == "count":
            return self._counted(node, act)
        condition = self.says.known(line, node.condition or Expr("unknown"))
        if act.kind == "if":
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, line=line.number, comment=line.comment)]
        body = self.repeated(node.body)
        return [Loop(body, None, condition, line=line.number, comment=line.comment)]

    def _kept(self, node: Node) -> list[Statement]:
        inner = list(flat([node]))
        self.state = joined(self.state, self.settings_of(inner))
        told = [n for n in inner if not is_word(n, "comment")]
        return [self.collector.keep(n.line, "block not understood") for n in told]

    def _counted(self, node: Node, act: Open) -> list[Statement]:
        """Return FOR as a counted loop, or with its variable where the body reads it."""
        line, steps = node.line, self._steps(act)
        if steps is None:
            return self._counted_to(node, act)
        start, by, count = steps
        if not self._reads(node.body, act.variable):
            body = self.repeated(node.body)
            return [Loop(body, count, None, line=line.number, comment=line.comment)]
        hidden = self.table.find(act.variable, self.name)
        if hidden is not None and hidden.storage == "const":
            return self._kept(node)
        if self.passes * count <= _WRITTEN_OUT and self._moves_by(node.body, act.variable):
            return self._written_out(node, act.variable.lower(), steps)
        # FOR declares its variable anew: one of that name outside keeps its value.
        name = act.variable if hidden is None else f"{act.variable}_of_for_{line.number}"
        outer = self.says.alias.get(act.variable.lower())
        self.says.alias[act.variable.lower()] = name
        variable = Expr("var", name=name)
        test = Expr("<=" if by > 0 else ">=", (variable, _number(start + by * (count - 1))))
        body = self.repeated(node.body)
        self.says.alias.pop(act.variable.lower())
        if outer is not None:
            self.says.alias[act.variable.lower()] = outer
        step = Assign(name, Expr("+", (variable, _number(by))), line=line.number)
        loop = Loop((*body, step), None, test, line=line.number, comment=line.comment)
        return [Assign(name, _number(start), line=line.number), loop]

    def _counted_to(self, node: Node, act: Open) -> list[Statement]:
        """Return FOR whose bounds are read once, before it: up, or down where RAPID counts down."""
        line = node.line
        bounds = [self.says.bound(b) for b in act.condition.args] if act.condition else []
        hidden = self.table.find(act.variable, self.name)
        plain = not any(is_word(n, "label") for n in flat(node.body)) and hidden is None
        if None in bounds or len(bounds) != 2 or not plain:
            return self._kept(node)
        name, end = act.variable, f"end_of_for_{line.number}"
        first, last = (b for b in bounds if b is not None)
        variable, limit = Expr("var", name=name), Expr("var", name=end)
        before, loops = self.state, []
        for op, by in (("<=", 1), (">=", -1)):
            self.state, after = before, self.state
            step = Assign(name, Expr("+", (variable, _number(by))), line=line.number)
            body = (*self.repeated(node.body), step)
            loops.append(Loop(body, None, Expr(op, (variable, limit)), line=line.number))
            self.state = self.state if by > 0 else merged(after, self.state)
        begin = (Assign(name, first, line=line.number), Assign(end, last, line=line.number))
        return [
            *begin,
            If(Expr("<=", (variable, limit)), (loops[0],), (loops[1],), line=line.number),
        ]

    def _moves_by(self, nodes: Sequence[Node], name: str) -> bool:
        """Return whether motions depend on the variable of a loop without labels or returns."""
        lines = list(flat(nodes))
        words = {n.act.word for n in lines if isinstance(n.act, Act)}
        moving = [n for n in lines if isinstance(n.act, Act) and n.act.word in modal.MOTIONS]
        jumps = any(isinstance(n.act, Timed) for n in lines)
        plain = not jumps and not words & {"label", "goto", "return"} and len(lines) <= _WRITTEN_OUT
        return plain and self._reads(moving, name)

    def _written_out(self, node: Node, name: str, steps: tuple[int, int, int]) -> list[Statement]:
        """Return the body once for every value of the variable, which its motions use."""
        start, by, count = steps
        out: list[Statement] = []
        if name in self.table.fixed:
            return self._kept(node)
        self.passes *= max(count, 1)
        for number in range(count):
            self.table.fixed[name] = float(start + by * number)
            out += self.sequence(node.body)
        self.passes //= max(count, 1)
        self.table.fixed.pop(name, None)
        return out

    def _steps(self, act: Open) -> tuple[int, int, int] | None:
        """Return the start, step and number of passes of FOR; None where they are not known.

        Without STEP it counts down where the start is above the end (RAPID kernel, FOR).
        """
        assert act.condition is not None
        values = [self.table.number(bound, self.name) for bound in act.condition.args]
        if any(v is None or not float(v).is_integer() for v in values):
            return None
        first, last, *step = (int(v or 0.0) for v in values)
        by = step[0] if step else (1 if first <= last else -1)
        return None if by == 0 else (first, by, max((last - first) // by + 1, 0))

    def _reads(self, nodes: Sequence[Node], name: str) -> bool:
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        return any(pattern.search(n.line.text) for n in flat(nodes))

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, NotUnderstood):
            self.state = {**(self.state or {}), **modal.touched(line.text)}
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Timed):
            label = self.labels[act.label.lower()]
            self.jump(label.lower())
            return self.says.wait(line, act.act, label)
        assert isinstance(act, Act)
        if act.word == "comment":
            return [Comment(text=line.comment, line=line.number)] if line.comment else []
        made = self._statement(node, act)
        if made is None:
            return [self.collector.keep(line, not_followed(act.word, "procedure"))]
        return made

    def _statement(self, node: Node, act: Act) -> list[Statement] | None:
        line, word = node.line, act.word
        if word in modal.MOTIONS:
            return self.motions.motion(line, act, self.state or {}, self.name, self.collector)
        found = modal.settings(act)
        if found is not None:
            self.state = {**(self.state or {}), **found}
            unknown = UNKNOWN in found.values() and word not in {*modal.TRIGGERS, "pdispset"}
            return [self.collector.keep(line, f"value of {word}")] if unknown else []
        if word in modal.HARMLESS:
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
        if word in ORDERS or word == "connect":
            why = self.interrupts.why(act)
            if why:
                return [self.collector.keep(line, why)]
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
        if word in {"label", "goto", "return", "exit", "exitcycle"}:
            return self._jump(node, act)
        if word in self.spelled and act.data[:2] == ((), ()):
            name = self.spelled[word]
            given = [self._given(line, n, v) for n, v in act.data[2:]]
            self.call(name)
            return [*given, Call(name, line=line.number, comment=line.comment)]
        return self.says.statement(line, act)

    def _given(self, line: Line, name: str, value: Expr) -> Statement:
        """Return what sets a parameter of the routine that is called."""
        bound = self.says.bound(value)
        if bound is None and not is_free(value, self.table.functions):
            return self.collector.keep(line, f"argument {name.partition('_of_')[0]}")
        return Assign(name, bound or Expr("unknown", name=line.text), line=line.number)

    def _jump(self, node: Node, act: Act) -> list[Statement] | None:
        line = node.line
        if act.word == "label":
            name = str(act.data[0])
            below = list(flat(self.nodes))[self.order[id(node)] :]
            self.label(name.lower(), below, name.lower() in self.back)
            return [Label(name, line=line.number, comment=line.comment)]
        if act.word == "goto":
            name = self.labels[str(act.data[0]).lower()]
            self.jump(name.lower())
            self.state = None
            return [Goto(name, line=line.number, comment=line.comment)]
        if act.word in {"exit", "exitcycle"} and not self.main:
            return None
        self.leave()
        return [Return(line=line.number, comment=line.comment)]


def _number(value: int) -> Expr:
    plain = Expr("const", value=float(abs(value)))
    return plain if value >= 0 else Expr("neg", (plain,))
