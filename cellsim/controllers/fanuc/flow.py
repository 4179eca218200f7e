"""From the instructions of one program to complete statements with the state they run with."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from cellsim.controllers.fanuc import losing, modal
from cellsim.controllers.fanuc.acts import Motion
from cellsim.controllers.fanuc.arguments import called
from cellsim.controllers.fanuc.assigning import (
    Assigning,
    is_external,
    unknown_parts,
    unknown_register,
)
from cellsim.controllers.fanuc.forloop import Counted
from cellsim.controllers.fanuc.jumps import goes_to, jumped, label_number, skip_label
from cellsim.controllers.fanuc.kept import MOVED, Kept, moves_alone
from cellsim.controllers.fanuc.lines import For
from cellsim.controllers.fanuc.motions import Motions
from cellsim.controllers.fanuc.places import Places
from cellsim.controllers.fanuc.pointlogic import ACTIONS, PointLogic
from cellsim.controllers.fanuc.positions import position
from cellsim.controllers.fanuc.registers import resolved
from cellsim.controllers.fanuc.taking import taken
from cellsim.controllers.fanuc.waiting import waited
from cellsim.controllers.reading.acts import Act, labels_of, not_followed
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.loops import ends_in, entered
from cellsim.controllers.reading.losing import names_in
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import UNKNOWN, Settings, union
from cellsim.domain.program import (
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Move,
    Raw,
    Return,
    Statement,
    Wait,
)
from cellsim.errors import BadInput


@dataclass(kw_only=True)
class Flow(Kept):
    """One program on its way from instructions to statements.

    Attributes:
        file: Of its text. stops: Labels whose block stops the program.
        counters: Registers that only count one FOR. keys: All modal keys a text may set.
        takes: Arguments (AR[]) that each program reads. circles: Programs that may call themselves.
    """

    STATES = losing.STATES
    file: str
    motions: Motions
    places: Places
    stops: Set[int]
    counters: Set[str]
    takes: Mapping[str, frozenset[int]]
    circles: frozenset[str]
    name: str
    order: dict[int, int] = field(default_factory=dict)
    lines: list[Node] = field(default_factory=list)
    back: set[int] = field(default_factory=set)

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the program; its labels must exist."""
        self.lines = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(self.lines)}
        labels = labels_of(self.lines)
        self.labels = frozenset(labels)
        for i, node in enumerate(self.lines):
            self.back |= {n for n in self.mentioned(node) if labels.get(n, i + 1) <= i}
            target = goes_to(node)
            if target is not None and target not in self.stops and target not in labels:
                raise BadInput(
                    f"LBL[{target}] is nowhere; the text may be truncated",
                    file=node.line.file,
                    line=node.line.number,
                    expected="a label in the same program",
                )
        return self.sequence(self.nodes)

    def settings(self, node: Node) -> Settings:
        """Return what an instruction, or the program it calls, may set."""
        act = node.act
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            found: Mapping[str, object] = modal.touched(node.line.text, self.keys)
            return union([{k: frozenset({v}) for k, v in found.items()}, self.beside(node)])
        if isinstance(act, Motion):
            if moves_alone(act, node.line.text):
                return MOVED
            inner = [modal.touched(line.text, self.keys) for line, _ in act.logic]
            kept = {k: v for d in (modal.inside(node.line.text), *inner) for k, v in d.items()}
            return union([{k: frozenset({v}) for k, v in kept.items()}, self.beside(node)])
        if isinstance(act, Act) and act.word == "call":
            return self.set_by(act.data[0])
        set_here = modal.settings(act, {}, self.file, self.keys)
        return {k: frozenset({v}) for k, v in (set_here or {}).items()}

    def runs_with(self, node: Node, move: Move | None) -> tuple[str, ...]:
        """Return the states that a motion runs with."""
        return losing.runs_with(node, move, names_in(self.state or {}))

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if isinstance(act, For):
            odd = entered(node, self.lines, self.mentioned)
            odd = odd or ends_in(act.last, act.variable, self.settings_of(node.body))
            return self.verbatim(node) if odd else self._for(node, act)
        if act.kind != "if":
            return self.verbatim(node)
        assert node.condition is not None
        condition = self._known(line, node.condition)
        then, otherwise = self.branches(node)
        return [If(condition, then, otherwise, line=line.number)]

    def _for(self, node: Node, act: For) -> list[Statement]:
        state, line = self.state or {}, node.line
        first, last = act.first, act.last
        assert first is not None
        assert last is not None
        numbers = known(first, state), known(last, state)
        fixed = act.variable not in self.settings_of(node.body)
        loop = Counted(act, self.places.name(act.variable), line.number, *numbers, fixed=fixed)
        self.state = {**state, act.variable: UNKNOWN}
        bounds = first, last
        if loop.count is None:
            bounds = self._known(line, first), self._known(line, last)
        alone = act.variable in self.counters
        return loop.statements(self.repeated(node.body), bounds, alone)

    def _known(self, line: Line, condition: Expr) -> Expr:
        """Return a condition with names; one that is not understood is counted."""
        condition = self._resolved(condition)
        if not unknown_parts(condition):
            return self.places.bound(condition)
        if not is_external(condition):
            self.collector.keep(line, "condition")
        return Expr("unknown", name=line.text)

    def leaf(self, node: Node) -> list[Statement]:
        """Return the statements of an instruction; what it may jump to gets its state, always."""
        act, line = node.act, node.line
        for number in self.mentioned(node):
            self.jump(str(number))
        if isinstance(act, NotUnderstood):
            self.state = {**(self.state or {}), **modal.touched(line.text, self.keys)}
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Motion):
            return self._motion(line, act)
        assert isinstance(act, Act)
        if act.word == "comment":
            return [Comment(text=act.data[0], line=line.number)]
        made = self._statement(node, act)
        if made is None:
            return [self.collector.keep(line, not_followed(act.word, "program"))]
        return made

    def _motion(self, line: Line, act: Motion) -> list[Statement]:
        """Return a motion with what runs near its point, and both ways on of a skip."""
        moved, here = self.motions.statements(line, act, self.state or {}, self.places.idle)
        for one, _ in act.logic:
            self.state = {**(self.state or {}), **modal.touched(one.text, self.keys)}
        self.state = {**(self.state or {}), **modal.inside(line.text), "here": here}
        if act.logic:
            timed = next(t for t in act.tail.timed if t[2].upper() in ACTIONS)
            where = self.motions.where(timed[0], timed[1], act)
            before, after = PointLogic(self.places, self.collector, where).statements(act.logic)
            moved = [*before, *moved, *after]
        skipped = skip_label(act)
        if skipped is None:
            return moved
        met = Expr("unknown", name=line.text)
        onward = Goto(self._label(skipped), line=line.number)
        return [*moved, If(met, (), (onward,), line=line.number)]

    def _statement(self, node: Node, act: Act) -> list[Statement] | None:
        line = node.line
        where: dict[str, Any] = {"line": line.number}
        match act.word:
            case "select" | "parameter" | "payload" | "override" | "condition":
                return self._set(line, act)
            case "pause" | "alarm":
                # The arm stands until a person goes on: a stop whose time is not the program's.
                text = Raw(line.verbatim, harmless=True, comment="waits for a person", **where)
                return [text, Delay(0.0, **where)]
            case "assign":
                return self._assign(line, act)
            case "element":
                return self._element(line, act)
            case "abort":
                self.state = None
                return [Wait(Expr("const", value=False), 0.0, "", **where)]
            case "call":
                return self._call(line, act)
            case "wait":
                return self._wait(line, act)
            case "delay":
                seconds = act.data[0]
                if isinstance(seconds, Expr):
                    seconds = known(seconds, self.state or {})
                return None if seconds is None else [Delay(seconds, **where)]
            case "label":
                below = self.lines[self.order[id(node)] :]
                self.label(str(act.data[0]), below, act.data[0] in self.back)
                return [Label(self._label(act.data[0]), **where)]
            case "jump":
                self.state = None
                return [Goto(self._label(act.data[0]), **where)]
            case "jump to":
                number = known(act.data[0], self.state or {})
                value, self.state = self._known(line, act.data[0]), None
                return jumped(value, number, self.labels, self._label, line.number)
            case "end":
                self.leave()
                return [Return(**where)]
            case "harmless":
                return [Raw(line.verbatim, harmless=True, line=line.number)]
        return None

    def _label(self, number: int) -> str:
        return self.places.name(f"LBL {number}", self.file)

    def _set(self, line: Line, act: Act) -> list[Statement]:
        """Take a frame, tool, payload or parameter into the state."""
        found, made = taken(act, self.state or {}, self.file, self.keys, line, self.collector)
        self.state = {**(self.state or {}), **found}
        return made

    def _assign(self, line: Line, act: Act) -> list[Statement] | None:
        state = self.state or {}
        letters, index, value, text = act.data
        number = None if index is None else known(index, state)
        index = index if number is None else Expr("const", value=number)
        value = None if value is None else self._resolved(value)
        act = Act("assign", (letters, index, value, text))
        found = modal.settings(act, state, self.file, self.keys)
        held = position(text, state, self.file, self.motions.points)
        if found is not None:
            found = {
                k: held if k.startswith("PR ") and number is not None else v
                for k, v in found.items()
            }
            self.state = {**state, **{k: v for k, v in found.items() if self._tracked(k)}}
        new = [v for k, v in (found or {}).items() if k != "here"]
        if letters in ("UFRAME", "UTOOL") and new and UNKNOWN not in new:
            return []
        made = Assigning(self.places, self.collector, line, held).statements(act)
        if made is None:
            return [self.collector.keep(line, f"a value of {act.data[0]}[] that is not known")]
        return made

    def _tracked(self, key: str) -> bool:
        """Return whether what may change a key is known: a register that the text names itself."""
        return key in self.keys or not key.startswith(("R ", "PR "))

    def _element(self, line: Line, act: Act) -> list[Statement]:
        """Set one element of a position register whose other elements are known."""
        state = self.state or {}
        data = tuple(None if part is None else self._resolved(part) for part in act.data)
        found = modal.settings(Act("element", data), state, self.file, self.keys) or {}
        self.state = {**state, **{k: v for k, v in found.items() if self._tracked(k)}}
        if found and UNKNOWN not in found.values():
            return []
        return [unknown_register(line)]

    def _resolved(self, expr: Expr) -> Expr:
        return self.places.grouped(resolved(expr, self.state or {}, self.motions.points))

    def _wait(self, line: Line, act: Act) -> list[Statement] | None:
        condition, label = self._known(line, act.data[0]), act.data[1]
        if label is None:
            return [Wait(condition, line=line.number)]
        name = self._label(label_number(label) or 0)
        state = self.state or {}
        return waited(line, condition, (label, name), self.stops, state, self.collector)

    def _call(self, line: Line, act: Act) -> list[Statement] | None:
        """Return a call; arguments are assigned to what the called program reads."""
        name, arguments = act.data
        if name not in self.routines:
            self.state = {**(self.state or {}), **dict.fromkeys(self.keys, UNKNOWN)}
            return [self.collector.keep(line, f"program {name} is not given")]
        values = [self._known(line, a) for a in arguments] if self.takes[name] else []
        self.call(name)
        if self.takes[name] and {name, self.name} & self.circles:
            return [self.collector.keep(line, f"arguments of {name}, which may call itself")]
        return called(self.name, name, values, self.takes, line.number)
