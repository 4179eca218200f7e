"""From the lines of one job file to complete statements: poses, user frame, labels, arcs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cellsim.controllers.hyundai.lines import Act, Addressed, Step
from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, joined
from cellsim.domain.controller import Controller
from cellsim.domain.program import (
    FINE,
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
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
)
from cellsim.errors import BadInput

_KINDS = {"P": "joint", "L": "linear", "C": "circular"}
_UNITS = {"%": "%", "mm/sec": "mm/s", "mm/s": "mm/s", "sec": "s", "s": "s"}
_SHIFT = re.compile(r"sft_u(\d+)")


@dataclass(kw_only=True)
class Flow(Walker):
    """One job file on its way from lines to statements.

    The user coordinate system ("frame") is modal; a pose variable holds one value in the whole
    job, or what uses it is not understood.
    """

    lines: Sequence[Addressed]
    last: Line
    controller: Controller
    names: Names
    collector: Collector
    jobs: dict[int, str]

    def __post_init__(self) -> None:
        self._poses()
        self._addresses()
        nodes = nest([(a.line, a.act) for a in self._with_labels()], self.last)
        self.nodes = self._without_ends(nodes)
        self.order = {id(n): i for i, n in enumerate(flat(self.nodes))}

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the job; its addresses must exist."""
        statements = self.sequence(self.nodes)
        self._check_labels(statements)
        return statements

    def settings(self, node: Node) -> Settings:
        """Return the user frame that a line sets, or those of the job it calls."""
        act = node.act
        if not isinstance(act, Act):
            return {}
        if act.word == "selucrd":
            return {"frame": frozenset({int(act.data[0])})}
        return self.routines.get(self._called(act), {}) if act.word == "call" else {}

    def _called(self, act: Act) -> str:
        match = re.match(r"\d+", str(act.data[0]))
        return self.jobs.get(int(match[0]), "") if match else ""

    def _poses(self) -> None:
        """Collect joint poses by name; a name with two values is not understood."""
        self.poses: dict[str, tuple[float, ...]] = {}
        self.changed: set[str] = set()
        self.declared: dict[str, int] = {}
        for addressed in self.lines:
            act = addressed.act
            pairs: list[tuple[str, object]] = []
            if isinstance(act, Act) and act.word == "declare":
                pairs = list(act.data)
            elif isinstance(act, Act) and act.word in {"pose", "assign"}:
                pairs = [act.data]
            for name, value in pairs:
                if name in self.poses and self.poses[name] != value:
                    self.changed.add(name)
                if isinstance(value, tuple):
                    self.poses[name] = value
                    self.declared.setdefault(name, addressed.line.number)

    def _addresses(self) -> None:
        """Find which line numbers and steps something goes to."""
        self.wanted: set[str] = set()
        for addressed in self.lines:
            act = addressed.act
            if isinstance(act, Act) and act.word in {"goto", "jump_if"}:
                self.wanted.add(str(act.data[-1]))

    def _with_labels(self) -> list[Addressed]:
        out = []
        for addressed in self.lines:
            address = addressed.address.lstrip("0") or addressed.address
            if address and address in self.wanted:
                out.append(Addressed(addressed.line, Act("label", (address,))))
            out.append(addressed)
        return out

    def _without_ends(self, nodes: list[Node]) -> list[Node]:
        """Drop the last `end`, and stop blocks behind it that only timeouts go to.

        `*label / stop / end` at the end of a job is what a wait with "stop at timeout" needs.
        """
        jumps = {str(n.act.data[-1]) for n in flat(nodes) if _is(n, "goto") or _is(n, "jump_if")}  # type: ignore[attr-defined]
        self.stops: set[str] = set()
        while True:
            code = [i for i, n in enumerate(nodes) if not _is(n, "comment")]
            tail = [nodes[i].act for i in code[-4:]]
            words = [a.word if isinstance(a, Act) else "" for a in tail]
            if words[-3:] != ["label", "stop", "end"] or words[0] not in {"end", "return", "goto"}:
                break
            label = str(tail[-3].data[0])  # type: ignore[attr-defined]
            if label in jumps:
                break
            self.stops.add(label)
            nodes = nodes[: code[-3]]
        code = [i for i, n in enumerate(nodes) if not _is(n, "comment")]
        if code and _is(nodes[code[-1]], "end"):
            nodes = nodes[: code[-1]] + nodes[code[-1] + 1 :]
        return nodes

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines in order; consecutive C steps are taken together."""
        out: list[Statement] = []
        at = 0
        while at < len(nodes):
            run = _arc_run(nodes, at)
            if run:
                out.extend(self._arcs(nodes[at : at + run]))
            else:
                out.extend(super().sequence(nodes[at : at + 1]))
            at += max(run, 1)
        return tuple(out)

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, Step):
            return [self._step(line, act)]
        if isinstance(act, NotUnderstood):
            return [self.collector.keep(line, act.reason)]
        assert isinstance(act, Act)
        if act.word == "selucrd":
            self.state = {**(self.state or {}), "frame": int(act.data[0])}
            return []
        if act.word == "label":
            lines = list(flat(self.nodes))
            at = self.order[id(node)]
            self.label(act.data[0], lines[at:], self._jumped_back(lines[at:], act.data[0]))
        made = self._statement(line, act)
        for statement in made:
            if isinstance(statement, Goto | Return):
                self._away(statement)
            elif isinstance(statement, Wait) and statement.on_timeout:
                self.jump(statement.on_timeout)
            elif isinstance(statement, If):
                self.jump(str(act.data[-1]))
            elif isinstance(statement, Call):
                self.call(statement.routine)
        return made

    def _away(self, statement: Goto | Return) -> None:
        if isinstance(statement, Goto):
            self.jump(statement.label)
            self.state = None
        else:
            self.leave()

    def _jumped_back(self, below: Sequence[Node], name: str) -> bool:
        """Return whether something after a label goes back to it."""
        return any(
            isinstance(n.act, Act)
            and n.act.word in {"goto", "jump_if", "wait"}
            and n.act.data[-1] == name
            for n in below
        )

    def block(self, node: Node) -> list[Statement]:
        act = node.act
        assert isinstance(act, Open)
        where: dict[str, Any] = {"line": node.line.number, "comment": node.line.comment}
        if act.kind == "raw" or (act.variable and self._reads(node.body, act.variable)):
            inner = list(flat([node]))
            self.state = joined(self.state, self.settings_of(inner))
            return [self.collector.keep(n.line, "block not understood") for n in inner]
        condition = None if node.condition is None else self.names.bound(node.condition)
        if act.kind == "if":
            assert condition is not None
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, **where)]
        return [Loop(self.repeated(node.body), act.count, condition, **where)]

    def _reads(self, nodes: Sequence[Node], name: str) -> bool:
        """Return whether a loop's body uses its counter (then it is no plain count)."""
        pattern = re.compile(rf"\b{re.escape(name)}\b")
        return any(pattern.search(n.line.text) for n in flat(nodes))

    def _statement(self, line: Line, act: Act) -> list[Statement]:
        where: dict[str, Any] = {"line": line.number, "comment": line.comment}
        data = act.data
        made: Statement | None = None
        match act.word:
            case "comment":
                made = Comment(text=line.comment, line=line.number)
            case "label":
                made = Label(name=data[0], **where)
            case "goto":
                made = Goto(label=data[0], **where)
            case "jump_if":
                jump = Goto(label=data[1], line=line.number)
                made = If(self.names.bound(data[0]), (jump,), (), **where)
            case "end" | "return":
                made = Return(**where)
            case "print" | "seltool":
                made = Raw(text=line.verbatim.strip(), harmless=True, line=line.number)
            case "set":
                made = self._set(line, data)
            case "wait":
                made = self._wait(line, data)
            case "delay":
                seconds = _number(data[0])
                made = None if seconds is None else Delay(seconds=seconds, **where)
            case "call":
                made = self._call(line, data)
            case "assign":
                made = Assign(name=data[0], value=self.names.bound(data[1]), **where)
            case "pose":
                return []
            case "declare":
                return self._declare(line, data)
            case "contpath":
                if data[0] == 1:
                    return []
        return [made or self.collector.keep(line, f"'{act.word}' is not understood here")]

    def _declare(self, line: Line, items: Sequence[tuple[str, object]]) -> list[Statement]:
        return [
            Assign(name=name, value=self.names.bound(value), line=line.number)
            for name, value in items
            if isinstance(value, Expr)
        ]

    def _set(self, line: Line, data: tuple[object, ...]) -> Statement | None:
        port, value = str(data[0]), data[1]
        on = value.value if isinstance(value, Expr) and value.op == "const" else None
        if not port.startswith("do") or on not in (0.0, 1.0):
            return None
        name = self.names.signal("do", int(port.split()[1]))
        return SetSignal(name, bool(on), line=line.number, comment=line.comment)

    def _wait(self, line: Line, data: tuple[object, ...]) -> Statement | None:
        condition, seconds, label = data
        assert isinstance(condition, Expr)
        timeout = _number(seconds) if isinstance(seconds, Expr) else None
        if seconds is not None and timeout is None:
            return None
        on_timeout = "" if label is None or label in self.stops else str(label)
        return Wait(
            self.names.bound(condition),
            timeout,
            on_timeout,
            line=line.number,
            comment=line.comment,
        )

    def _call(self, line: Line, data: tuple[object, ...]) -> Statement | None:
        name = self._called(Act("call", data))
        if not name or data[1]:
            return None
        return Call(name, line=line.number, comment=line.comment)

    def _step(self, line: Line, step: Step) -> Statement:
        """Return the motion of a step, or its text where anything of it is not understood."""
        values = step.values if not step.pose else self.poses.get(step.pose)
        accu, tool = _number(step.accu), _number(step.tool)
        frame = (self.state or {}).get("frame", UNKNOWN)
        reason = ""
        if step.interpolation not in _KINDS:
            reason = f"interpolation {step.interpolation}"
        elif step.until:
            reason = "until"
        elif values is None or step.pose in self.changed:
            reason = f"pose {step.pose or '(hidden)'} is not known as axis values"
        elif step.pose and self.declared[step.pose] > line.number:
            reason = f"pose {step.pose} is declared below"
        elif len(values) != len(self.controller.axes):
            reason = f"{len(values)} axis values, the group has {len(self.controller.axes)}"
        elif step.speed is None or (step.speed[1] not in _UNITS and step.speed[1] != "cm/min"):
            reason = "no speed"
        elif accu is None or accu not in range(8):
            reason = "no accu 0..7"
        elif tool is None or tool != int(tool):
            reason = "no tool number"
        elif frame == UNKNOWN:
            reason = "the user coordinate system is not known here"
        elif step.shift and not _SHIFT.fullmatch(step.shift):
            reason = f"shift {step.shift} has no meaning in the cell"
        if reason:
            return self.collector.keep(line, reason)
        return self._motion(line, step, values or (), int(accu or 0), int(tool or 0), frame)

    def _motion(
        self,
        line: Line,
        step: Step,
        values: tuple[float, ...],
        accu: int,
        tool: int,
        frame: object,
    ) -> Move:
        shift = _SHIFT.fullmatch(step.shift)
        number = int(shift[1]) if shift else frame
        named = self.names.frame(number) if isinstance(number, int) and number > 0 else "world"
        return Move(
            kind=_KINDS[step.interpolation],  # type: ignore[arg-type]
            to=Target(q=joint_values(self.controller.axes, values), name=step.pose),
            speed=_speed(step.speed),
            zone=FINE if accu == 0 else Zone("accu", float(accu), "level"),
            tool=self._tool(tool),
            frame=named,
            line=line.number,
            comment=line.comment,
        )

    def _tool(self, number: int) -> str:
        if number == 0 and 0 not in self.controller.tools.values():
            return ""
        return self.names.tool(number)

    def _arcs(self, nodes: Sequence[Node]) -> list[Statement]:
        """Return the arc of two consecutive C steps (operation manual 2.3.1.1); else their text."""
        moves = [self._step(n.line, n.act) for n in nodes]  # type: ignore[arg-type]
        steps = [m for m in moves if isinstance(m, Move)]
        if len(moves) == 2 and len(steps) == 2:
            via, end = steps
            same = (via.speed, via.zone, via.tool, via.frame)
            if same == (end.speed, end.zone, end.tool, end.frame):
                return [replace(end, via=via.to)]
        return [
            m if isinstance(m, Raw) else self.collector.keep(n.line, "arc not of two like C steps")
            for n, m in zip(nodes, moves, strict=True)
        ]

    def _check_labels(self, statements: Sequence[Statement]) -> None:
        have: set[str] = set()
        want: list[tuple[int, str]] = []
        waiting = list(statements)
        while waiting:
            s = waiting.pop()
            if isinstance(s, Label):
                have.add(s.name)
            elif isinstance(s, Goto):
                want.append((s.line, s.label))
            elif isinstance(s, Wait) and s.on_timeout:
                want.append((s.line, s.on_timeout))
            elif isinstance(s, If):
                waiting += [*s.then, *s.otherwise]
            elif isinstance(s, Loop):
                waiting += s.body
        for line, name in sorted(want):
            if name not in have:
                raise BadInput(
                    f"address '{name}' is nowhere; the text may be truncated",
                    file=self.last.file,
                    line=line,
                    expected="a label in the same job",
                )


def _is(node: Node, word: str) -> bool:
    return isinstance(node.act, Act) and node.act.word == word


def _arc_run(nodes: Sequence[Node], at: int) -> int:
    """Return how many consecutive C steps begin here."""
    end = at
    while end < len(nodes):
        act = nodes[end].act
        if not isinstance(act, Step) or act.interpolation != "C":
            break
        end += 1
    return end - at


def _number(expr: Expr | object) -> float | None:
    if not isinstance(expr, Expr) or expr.op != "const":
        return None
    value = expr.value
    return float(value) if isinstance(value, float) and not isinstance(value, bool) else None


def _speed(speed: tuple[float, str] | None) -> Speed:
    assert speed is not None
    value, unit = speed
    if unit == "cm/min":
        return Speed(value / 6.0, "mm/s")
    return Speed(value, _UNITS[unit])
