"""From the lines of one KRL routine to complete statements with the modal state they run with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cellsim.controllers.kuka import modal
from cellsim.controllers.kuka.acts import Act, Struct, number_of
from cellsim.controllers.kuka.fold import Waiting
from cellsim.controllers.kuka.motions import Motions
from cellsim.controllers.kuka.single import overrides
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, joined
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
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.errors import BadInput

_KINDS = {"PTP": "joint", "LIN": "linear", "CIRC": "circular"}


@dataclass(kw_only=True)
class Routine(Walker):
    """One DEF on its way from lines to statements."""

    motions: Motions
    names: Names
    collector: Collector
    data: Mapping[str, Struct]
    opaque: Mapping[str, Mapping[str, object]]
    order: dict[int, int] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the routine; its labels must exist."""
        lines = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(lines)}
        labels = {n.act.data[0]: i for i, n in enumerate(lines) if _is(n, "label")}  # type: ignore[attr-defined]
        for i, node in enumerate(lines):
            act = node.act
            name = act.label if isinstance(act, Waiting) else ""
            if isinstance(act, Act) and act.word == "goto":
                name = act.data[0]
            if name and name not in labels:
                raise BadInput(
                    f"label '{name}' is nowhere; the text may be truncated",
                    file=node.line.file,
                    line=node.line.number,
                    expected="a label in the same routine",
                )
            if name and labels[name] <= i:
                self.back.add(name)
        return self.sequence(self.nodes)

    def settings(self, node: Node) -> Settings:
        """Return what a line, or the routine it calls, may set."""
        act = node.act
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            return {k: frozenset({v}) for k, v in self._touched(act, node.line).items()}
        if not isinstance(act, Act):
            return {}
        if act.word in {"motion", "single"}:
            return {"at": frozenset({UNKNOWN})}
        touched = self.motions.points.touched(act, node.line.text)
        if touched:
            made = self.motions.points.assigned(act, {}) if act.word == "assign" else None
            return {f"point {name}": frozenset({made or UNKNOWN}) for name in touched}
        found = modal.settings(act, self.data, {})
        if found is not None:
            return {k: frozenset({v}) for k, v in found.items()}
        if act.word == "call":
            name = str(act.data[0]).lower()
            hidden = {k: frozenset({v}) for k, v in self.opaque.get(name, {}).items()}
            return hidden or self.routines.get(name, {})
        return {}

    def _touched(self, act: object, line: Line) -> dict[str, object]:
        """Return what a line that is not understood may have set, the robot's place too."""
        points = self.motions.points.touched(act, line.text)
        return modal.touched(line.text) | {f"point {n}": UNKNOWN for n in points} | {"at": UNKNOWN}

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if act.kind == "until" and not any(_is(n, "label") for n in flat(node.body)):
            return self._until(node)
        counted = act.kind == "count" and not self._reads(node.body, act.variable)
        if act.kind not in {"if", "while", "forever"} and not counted:
            inner = list(flat([node]))
            self.state = joined(self.state, self.settings_of(inner))
            return [self.collector.keep(n.line, "block not understood") for n in inner]
        condition = None
        if node.condition is not None:
            condition = self._known(line, node.condition)
        if act.kind == "if":
            assert condition is not None
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, line=line.number, comment=line.comment)]
        body = self.repeated(node.body)
        return [Loop(body, act.count, condition, line=line.number, comment=line.comment)]

    def _until(self, node: Node) -> list[Statement]:
        """Return REPEAT .. UNTIL: the body once, then again while the condition does not hold."""
        line = node.line
        assert node.condition is not None
        once = self.sequence(node.body)
        again = self.repeated(node.body)
        met = self._known(line, node.condition)
        unmet = met.args[0] if met.op == "not" else Expr("not", (met,))
        loop = Loop(again, condition=unmet, line=line.number, comment=line.comment)
        return [*once, loop]

    def _reads(self, nodes: Sequence[Node], name: str) -> bool:
        pattern = re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)", re.IGNORECASE)
        return any(pattern.search(n.line.text) for n in flat(nodes))

    def _known(self, line: Line, condition: Expr) -> Expr:
        """Return a condition with the cell's names; one that is not understood is counted."""
        waiting = [condition]
        while waiting:
            part = waiting.pop()
            waiting += part.args
            if part.op == "unknown" or (part.op == "var" and part.name.startswith("$")):
                self.collector.keep(line, "condition")
                return Expr("unknown", name=line.text)
        return self.names.bound(condition)

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, NotUnderstood):
            self.state = {**(self.state or {}), **self._touched(act, line)}
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Waiting):
            condition = self._known(line, act.condition)
            if act.label:
                self.jump(act.label)
            wait = Wait(condition, act.timeout_s, act.label, line=line.number, comment=line.comment)
            return [wait]
        assert isinstance(act, Act)
        if act.word in {"header", "declare"}:
            return []
        if act.word == "comment":
            return [Comment(text=line.comment, line=line.number)]
        made = self._statement(node, act)
        return made if made is not None else [self.collector.keep(line, f"'{act.word}'")]

    def _statement(self, node: Node, act: Act) -> list[Statement] | None:
        line = node.line
        match act.word:
            case "motion":
                return [self._motion(line, act)]
            case "single":
                return [self._single(line, act)]
            case "assign":
                return self._assign(line, act)
            case "call":
                return self._call(line, act)
            case "wait":
                wait = Wait(self._known(line, act.data[0]), line=line.number)
                return [wait]
            case "delay":
                seconds = number_of(act.data[0])
                return None if seconds is None else [Delay(seconds, line=line.number)]
            case "label":
                lines = list(flat(self.nodes))
                below = lines[self.order[id(node)] :]
                self.label(act.data[0], below, act.data[0] in self.back)
                return [Label(act.data[0], line=line.number, comment=line.comment)]
            case "goto":
                self.jump(act.data[0])
                self.state = None
                return [Goto(act.data[0], line=line.number, comment=line.comment)]
            case "return":
                self.leave()
                return [Return(line=line.number, comment=line.comment)]
        return None

    def _motion(self, line: Line, act: Act) -> Statement:
        """Return a motion; afterwards the robot stands at its end, for relative motions."""
        made, end = self.motions.motion(line, act, self.state or {})
        self.state = {**(self.state or {}), "at": UNKNOWN if end is None else end}
        return made

    def _single(self, line: Line, act: Act) -> Statement:
        """Return a single spline motion as the motion it is by itself, with what WITH says."""
        motion, items = act.data
        before = self.state or {}
        found = overrides(f"S{motion.data[0]}", items, self.data)
        why = found if isinstance(found, str) else "corner of a spline motion"
        if isinstance(found, str) or motion.data[4]:
            self.state = {**before, "at": UNKNOWN}
            return self.collector.keep(line, why)
        self.state = {**before, **found}
        made = self._motion(line, motion)
        self.state = {**before, "at": (self.state or {}).get("at", UNKNOWN)}
        return made

    def _assign(self, line: Line, act: Act) -> list[Statement] | None:
        name, index, value = act.data
        found = modal.settings(act, self.data, self.state or {})
        if found is not None:
            self.state = {**(self.state or {}), **found}
            if UNKNOWN in found.values():
                return [self.collector.keep(line, f"value of {name}")]
            return self._load(line, found)
        if name == "$OUT" and index is not None and isinstance(value, Expr):
            if value.op != "const" or not isinstance(value.value, bool):
                return None
            signal = self.names.signal("do", int(index))
            return [SetSignal(signal, value.value, line=line.number, comment=line.comment)]
        if modal.harmless(act):
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
        points = self.motions.points
        touched = points.touched(act, line.text) if not name.startswith("$") else set()
        if touched and index is None:
            made = points.assigned(act, self.state or {})
            self.state = {**(self.state or {}), **{f"point {n}": made or UNKNOWN for n in touched}}
            return None if made is None else []
        plain = isinstance(value, Expr) and not name.startswith("$") and index is None
        if not plain or "." in name or points.has(name):
            return None
        bound = self._known(line, value)
        if bound.op == "unknown":
            return None
        return [Assign(name.lower(), bound, line=line.number, comment=line.comment)]

    def _load(self, line: Line, found: Mapping[str, object]) -> list[Statement]:
        """Note a load that is not that of the tool; the cell knows loads by tool."""
        tool = (self.state or {}).get("tool")
        if "load" in found and found["load"] != tool:
            return [self.collector.keep(line, "load number is not that of the tool")]
        return []

    def _call(self, line: Line, act: Act) -> list[Statement] | None:
        name, arguments = str(act.data[0]).lower(), act.data[1]
        found = modal.settings(act, self.data, self.state or {})
        if found is not None:
            self.state = {**(self.state or {}), **found}
            return []
        points = self.motions.points.touched(act, line.text)
        self.state = {**(self.state or {}), **self.opaque.get(name, {})}
        self.state = {**(self.state or {}), **{f"point {n}": UNKNOWN for n in points}}
        if name in self.routines and not arguments:
            self.call(name)
            return [Call(name, line=line.number, comment=line.comment)]
        return None


def _is(node: Node, word: str) -> bool:
    return isinstance(node.act, Act) and node.act.word == word
