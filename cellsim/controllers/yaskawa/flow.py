"""From the lines of one job to complete statements with the state they run with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import Settings, Walker, joined, merged
from cellsim.controllers.yaskawa import modal
from cellsim.controllers.yaskawa.acts import Act, Step
from cellsim.controllers.yaskawa.fold import Waiting
from cellsim.controllers.yaskawa.motions import Motions, same_place
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
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.errors import BadInput

_NEVER = Wait(Expr("const", value=False), 0.0, "")


@dataclass(kw_only=True)
class Flow(Walker):
    """One job on its way from lines to statements; `stands` is the motion it stands after."""

    motions: Motions
    names: Names
    collector: Collector
    order: dict[int, int] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    every: list[Node] = field(default_factory=list)
    stands: Move | None = None

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the job; its labels must exist."""
        self.every = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(self.every)}
        labels = {n.act.data[0]: i for i, n in enumerate(self.every) if _is(n, "label")}  # type: ignore[attr-defined]
        for i, node in enumerate(self.every):
            act = node.act
            name = (act.label or "") if isinstance(act, Waiting) else ""
            if isinstance(act, Act) and act.word == "jump":
                name = act.data[0]
            if name and name not in labels:
                raise BadInput(
                    f"label *{name} is nowhere; the text may be truncated",
                    file=node.line.file,
                    line=node.line.number,
                    expected="a label in the same job",
                )
            if name and labels[name] <= i:
                self.back.add(name)
        return self.sequence(self.nodes)

    def settings(self, node: Node) -> Settings:
        """Return what a line, or the job it calls, may set."""
        act = node.act
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            return {k: frozenset({v}) for k, v in modal.touched(node.line.text).items()}
        if not isinstance(act, Act):
            return {}
        found = modal.settings(act)
        if found is not None:
            return {k: frozenset({v}) for k, v in found.items()}
        return self.routines.get(str(act.data[0]), {}) if act.word == "call" else {}

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines in order; MOVC steps in a row are taken together."""
        out: list[Statement] = []
        self.stands = None
        at = 0
        while at < len(nodes):
            run = _arc_run(nodes, at)
            if run:
                steps = [(n.line, n.act) for n in nodes[at : at + run] if isinstance(n.act, Step)]
                comments = [n for n in nodes[at : at + run] if _is(n, "comment")]
                out += [s for n in comments for s in self.leaf(n)]
                out += self._stood(self.motions.arc(steps, self.state or {}, self.stands))
            elif self._keeps_arcs_apart(nodes, at):
                pass
            elif isinstance(nodes[at].act, Open):
                out += self.block(nodes[at])
                self.stands = None
            else:
                out += self.leaf(nodes[at])
            at += max(run, 1)
        return tuple(out)

    def _stood(self, made: list[Statement]) -> list[Statement]:
        """Remember where the robot stands after motions; text that was not understood: nowhere."""
        last = made[-1] if made else None
        self.stands = last if isinstance(last, Move) else None
        return made

    def _keeps_arcs_apart(self, nodes: Sequence[Node], at: int) -> bool:
        """Return whether a MOVL stays where the arc before it ended, right before another arc."""
        act, before = nodes[at].act, self.stands
        straight = isinstance(act, Step) and act.word == "MOVL"
        if not straight or before is None or before.kind != "circular":
            return False
        if not _arc_run(nodes, at + 1):
            return False
        quiet = Motions(self.motions.group, Collector(), self.motions.points)
        made = quiet.motion(nodes[at].line, act, self.state or {})  # type: ignore[arg-type]
        return len(made) == 1 and isinstance(made[0], Move) and same_place(before, made[0])

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if act.kind == "raw" or (act.variable and self._reads(node.body, act.variable)):
            inner = list(flat([node]))
            self.state = joined(self.state, self.settings_of(inner))
            return [self.collector.keep(n.line, "block not understood") for n in inner]
        condition = None if node.condition is None else self._known(line, node.condition)
        if act.kind == "if":
            assert condition is not None
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, line=line.number)]
        return [Loop(self.repeated(node.body), act.count, condition, line=line.number)]

    def _reads(self, nodes: Sequence[Node], name: str) -> bool:
        """Return whether a loop's body uses its counter (then it is no plain count)."""
        pattern = re.compile(rf"\b{name[0]}0*{int(name[1:] or 0)}\b" if name[0] != "L" else name)
        return any(pattern.search(n.line.text.upper()) for n in flat(nodes))

    def _known(self, line: Line, condition: Expr) -> Expr:
        """Return a condition with the cell's names; one that is not understood is counted."""
        waiting = [condition]
        while waiting:
            part = waiting.pop()
            waiting += part.args
            if part.op == "unknown":
                self.collector.keep(line, "condition")
                return Expr("unknown", name=line.text)
        return self.names.bound(condition)

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, Step):
            if act.word == "MOVC":
                return self._stood(self.motions.arc([(line, act)], self.state or {}, self.stands))
            return self._stood(self.motions.motion(line, act, self.state or {}))
        if isinstance(act, NotUnderstood):
            self.state = {**(self.state or {}), **modal.shifted(line.text, self.state or {})}
            self.stands = None
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Waiting):
            return self._waiting(line, act)
        assert isinstance(act, Act)
        made = self._statement(node, act)
        if made is None:
            self.state = {**(self.state or {}), **modal.touched(line.text)}
            return [self.collector.keep(line, f"'{line.text.split()[0]}' is not understood here")]
        if any(isinstance(s, Label | Call | Goto | Return | If) for s in made):
            self.stands = None
        return made

    def _waiting(self, line: Line, act: Waiting) -> list[Statement]:
        condition = self._known(line, act.condition)
        where: dict[str, Any] = {"line": line.number}
        if act.label is not None:
            if act.label:
                self.jump(act.label)
            return [Wait(condition, act.timeout_s, act.label, **where)]
        on = f"WAIT{line.number}"
        self.stands = None
        return [Wait(condition, act.timeout_s, on, **where), Label(on, **where)]

    def _statement(self, node: Node, act: Act) -> list[Statement] | None:
        line = node.line
        where: dict[str, Any] = {"line": line.number}
        match act.word:
            case "nop" | "end":
                return []
            case "comment":
                return [Comment(line.comment, **where)]
            case "off" | "harmless":
                return [Raw(line.verbatim.strip(), harmless=True, **where)]
            case "speed":
                self.state = {**(self.state or {}), **(modal.settings(act) or {})}
                return []
            case "shift_off":
                return self._shift_off(line)
            case "output":
                port, value = act.data
                if not port.startswith("do "):
                    return None
                name = self.names.signal("do", int(port.split()[1]))
                return [SetSignal(name, value, **where)]
            case "input":
                return self._input(line, act)
            case "wait":
                if act.data[1] is not None:
                    return None
                return [Wait(self._known(line, act.data[0]), **where)]
            case "timer":
                seconds = act.data[0].value
                return [Delay(seconds, **where)] if isinstance(seconds, float) else None
            case "set":
                name, value = act.data
                bound = self._known(line, value) if _plain(value) else None
                return None if bound is None else [Assign(name, bound, **where)]
            case "label":
                below = self.every[self.order[id(node)] :]
                self.label(act.data[0], below, act.data[0] in self.back)
                return [Label(act.data[0], **where)]
            case "jump" | "call" | "ret" | "abort":
                return self._way(line, act)
        return None

    def _shift_off(self, line: Line) -> list[Statement]:
        """End a shift; behind more than one SFTON another may still be on."""
        state = self.state or {}
        if state.get("shift") not in (0, modal.ONCE):
            return [self.collector.keep(line, "more than one shift may be on here")]
        self.state = {**state, "shift": 0}
        return []

    def _input(self, line: Line, act: Act) -> list[Statement] | None:
        """Return DIN of one signal: a byte register gets 1 where it is on, else 0."""
        name, port = act.data
        if port.op != "signal" or name[0] != "B":
            return None
        on, off = (
            Assign(name, Expr("const", value=value), line=line.number) for value in (1.0, 0.0)
        )
        return [If(self.names.bound(port), (on,), (off,), line=line.number)]

    def _way(self, line: Line, act: Act) -> list[Statement] | None:
        """Return a jump, call, return or stop, with the condition it stands under."""
        where: dict[str, Any] = {"line": line.number}
        condition = None if act.data[-1] is None else self._known(line, act.data[-1])
        before = self.state
        made: Statement
        if act.word == "jump":
            self.jump(act.data[0])
            made, self.state = Goto(act.data[0], **where), None
        elif act.word == "call":
            if act.data[0] not in self.routines or act.data[1]:
                return None
            self.call(act.data[0])
            made = Call(act.data[0], **where)
        elif act.word == "ret":
            self.leave()
            made = Return(**where)
        else:
            made, self.state = Wait(_NEVER.condition, 0.0, "", **where), None
        if condition is None:
            return [made]
        self.state = merged(before, self.state)
        return [If(condition, (made,), (), **where)]


def _plain(value: Expr) -> bool:
    """Return whether a value is of registers and numbers alone."""
    bad = value.op in {"signal", "unknown"} or isinstance(value.value, bool)
    return not bad and all(_plain(arg) for arg in value.args)


def _is(node: Node, word: str) -> bool:
    return isinstance(node.act, Act) and node.act.word == word


def _arc_run(nodes: Sequence[Node], at: int) -> int:
    """Return how many nodes from here are MOVC steps in a row, comments between them included."""
    end, last = at, at
    while end < len(nodes):
        act = nodes[end].act
        if isinstance(act, Step) and act.word == "MOVC":
            last = end + 1
        elif end == at or not _is(nodes[end], "comment"):
            break
        end += 1
    return last - at
