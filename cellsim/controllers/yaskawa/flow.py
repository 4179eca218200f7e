"""From the lines of one job to complete statements with the state they run with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, joined, merged
from cellsim.controllers.yaskawa import modal
from cellsim.controllers.yaskawa.acts import Act, Step
from cellsim.controllers.yaskawa.fold import Waiting
from cellsim.controllers.yaskawa.motions import Motions, same_place
from cellsim.controllers.yaskawa.runs import arc_run, beside, is_word
from cellsim.controllers.yaskawa.setting import Setting, at_start, pulsed
from cellsim.controllers.yaskawa.variables import plain, set_by
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
# A variable behind T= counts in hundredths of a second (assumed).
_HUNDREDTHS = 100.0


@dataclass(kw_only=True)
class Flow(Walker):
    """One job on its way from lines to statements.

    Attributes:
        keys: Variables that lines name. busy: Numbers of outputs that matter to something.
        stands: The motion it stands after.
    """

    motions: Motions
    names: Names
    collector: Collector
    keys: frozenset[str]
    busy: frozenset[int]
    order: dict[int, int] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    every: list[Node] = field(default_factory=list)
    stands: Move | None = None

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the job; its labels must exist."""
        self.every = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(self.every)}
        labels = {n.act.data[0]: i for i, n in enumerate(self.every) if is_word(n, "label")}  # type: ignore[attr-defined]
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
        found = modal.settings(act) or set_by(act, {}, self.motions.points.data)
        if found is not None:
            return {k: frozenset({v}) for k, v in found.items()}
        if act.word != "call":
            return {}
        own = self.routines.get(str(act.data[0]))
        return own if own is not None else {k: frozenset({UNKNOWN}) for k in self.lost()}

    def lost(self) -> dict[str, object]:
        """Return what a job that is not given may have set: registers and position variables."""
        return {"P *": UNKNOWN, **dict.fromkeys(sorted(self.keys), UNKNOWN)}

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines in order; MOVC steps in a row are taken together."""
        out: list[Statement] = []
        self.stands = None
        at = 0
        while at < len(nodes):
            run = arc_run(nodes, at)
            if run:
                steps = [(n.line, n.act) for n in nodes[at : at + run] if isinstance(n.act, Step)]
                comments = [n for n in nodes[at : at + run] if is_word(n, "comment")]
                out += [s for n in comments for s in self.leaf(n)]
                out += self._stood(self.motions.arc(steps, self.state or {}, self.stands))
            elif self._keeps_arcs_apart(nodes, at):
                pass
            elif (outputs := beside(nodes, at)) is not None:
                out += self._with_outputs(nodes[at], outputs)
                run = 1 + len(outputs)
            elif isinstance(nodes[at].act, Open):
                out, self.stands = [*out, *self.block(nodes[at])], None
            else:
                out += self.leaf(nodes[at])
            at += max(run, 1)
        return tuple(out)

    def _with_outputs(self, node: Node, outputs: Sequence[Node]) -> list[Statement]:
        """Return a motion with NWAIT behind the outputs that are set as it begins."""
        act = node.act
        assert isinstance(act, Step)
        plain = replace(act, words=tuple(w for w in act.words if w != "NWAIT"))
        before = self.stands
        first = [s for one in outputs for s in self.leaf(one)]
        made = self.motions.motion(node.line, plain, self.state or {}, before)
        if isinstance(made[0], Move):
            first = [at_start(s) if isinstance(s, SetSignal) else s for s in first]
        return [*first, *self._stood(made)]

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
        if not arc_run(nodes, at + 1):
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
            return self._stood(self.motions.motion(line, act, self.state or {}, self.stands))
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
            case "nop" | "end" | "cwait":
                return []
            case "pulse":
                return pulsed(line, act, self.names, self.busy)
            case "element" | "position" | "shift_on" | "shift_off" | "settool" | "input":
                setting = Setting(self.motions.points, self.names, self.collector)
                made, left = setting.of(line, act, self.state or {})
                self.state = {**(self.state or {}), **left}
                return made
            case "comment":
                return [Comment(line.comment, **where)]
            case "off" | "harmless":
                return [Raw(line.verbatim.strip(), harmless=True, **where)]
            case "speed":
                self.state = {**(self.state or {}), **(modal.settings(act) or {})}
                return []
            case "output":
                port, value = act.data
                if not port.startswith("do "):
                    return None
                name = self.names.signal("do", int(port.split()[1]))
                return [SetSignal(name, value, **where)]
            case "wait":
                if act.data[1] is not None:
                    return None
                return [Wait(self._known(line, act.data[0]), **where)]
            case "timer":
                seconds = act.data[0].value
                number = known(act.data[0], self.state or {})
                if act.data[0].op == "var":
                    seconds = number / _HUNDREDTHS if number is not None and number >= 0 else None
                return [Delay(seconds, **where)] if isinstance(seconds, float) else None
            case "set":
                name, value = act.data
                bound = self._known(line, value) if plain(value) else None
                if bound is not None:
                    found = set_by(act, self.state or {}, self.motions.points.data)
                    self.state = {**(self.state or {}), **(found or {})}
                return None if bound is None else [Assign(name, bound, **where)]
            case "label":
                below = self.every[self.order[id(node)] :]
                self.label(act.data[0], below, act.data[0] in self.back)
                return [Label(act.data[0], **where)]
            case "jump" | "call" | "ret" | "abort" | "pause":
                return self._way(line, act)
        return None

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
                self.state = {**(self.state or {}), **self.lost()}
                return None
            self.call(act.data[0])
            made = Call(act.data[0], **where)
        elif act.word == "ret":
            self.leave()
            made = Return(**where)
        elif act.word == "pause":
            stop = Raw(line.verbatim.strip(), harmless=True, comment="waits for a person", **where)
            both = (stop, Delay(0.0, **where))
            return list(both) if condition is None else [If(condition, both, (), **where)]
        else:
            made, self.state = Wait(_NEVER.condition, 0.0, "", **where), None
        if condition is None:
            return [made]
        self.state = merged(before, self.state)
        return [If(condition, (made,), (), **where)]
