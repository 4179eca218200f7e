"""From the lines of one job file to complete statements: poses, user frame, labels, arcs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cellsim.controllers.hyundai.acts import RESULT, Step
from cellsim.controllers.hyundai.carrying import CALLS, Carrying
from cellsim.controllers.hyundai.fold import number
from cellsim.controllers.hyundai.functions import given, received
from cellsim.controllers.hyundai.jobtext import check_labels, jumped_back
from cellsim.controllers.hyundai.outputs import pulses, put_before
from cellsim.controllers.hyundai.signed import put_code
from cellsim.controllers.hyundai.steps import MEASURED
from cellsim.controllers.reading.acts import Act, data_of, is_word, not_followed
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.reading.kept import set_by_unknown
from cellsim.controllers.reading.loops import free_numbers
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import UNKNOWN, Settings
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
)

# Relays of several outputs (HRScript manual 6.1.1: DOB, DOW), and groups of outputs.
_OUTPUTS = re.compile(r"(?:do[bwlf]|go)\d+", re.IGNORECASE)


@dataclass(kw_only=True)
class Flow(Carrying):
    """One job file on its way from lines to statements.

    `gives` names the routines that always return a value.
    The user coordinate system ("frame") is modal; a pose variable holds one value in the whole
    job, or what uses it is not understood.
    """

    routine: str = ""

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the job; its addresses must exist."""
        labels = [data_of(n)[0] for n in self.text.flat if is_word(n, "label")]
        self.numbers = free_numbers(labels)
        statements = self.sequence(self.nodes)
        check_labels(statements, self.text.last)
        return statements

    def settings(self, node: Node) -> Settings:
        """Return the user frame that a line sets, or those of the job it calls."""
        act = node.act
        if not isinstance(act, Act):
            return {}
        if act.word == "selucrd":
            return {"frame": frozenset({int(act.data[0])})}
        if act.word == "contpath":
            return {"contpath": frozenset({int(act.data[0])})}
        poses = self.steps.poses.assigned(act, {})
        if poses:
            return {name: frozenset({value}) for name, value in poses.items()}
        return self.routines.get(self.called_by(act), {}) if act.word in CALLS else {}

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines in order; consecutive C steps are taken together."""
        out: list[Statement] = []
        at = 0
        while at < len(nodes):
            run = _arc_run(nodes, at)
            act = nodes[at].act
            if isinstance(act, Act) and act.word == "triggout":
                out.extend(self._triggered(nodes[at].line, act, out))
            elif run:
                steps = [(n.line, n.act) for n in nodes[at : at + run] if isinstance(n.act, Step)]
                made = self.steps.arcs(steps, self.state or {})
                out.extend(self.doubted(nodes[at + run - 1], made, self.state))
            else:
                out.extend(super().sequence(nodes[at : at + 1]))
            at += max(run, 1)
        return tuple(out)

    def _triggered(self, line: Line, act: Act, out: list[Statement]) -> list[Statement]:
        """Put an output along the motion before it; what cannot be put there stays text."""
        signal, on, at = act.data
        name = self.names.bound(signal).name
        if put_before(out, SetSignal(name, on, at, line=line.number, comment=line.comment)):
            return []
        return [self.collector.keep(line, "triggout of a step with a corner, or of no step")]

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, Step):
            return [self.steps.motion(line, act, self.state or {})]
        if isinstance(act, NotUnderstood):
            kept = self.collector.keep(line, act.reason)
            return [kept, *self._run_by(line)]
        assert isinstance(act, Act)
        if act.word == "selucrd":
            self.state = {**(self.state or {}), "frame": int(act.data[0])}
            return []
        poses = self.steps.poses.assigned(act, self.state or {})
        if poses:
            self.state = {**(self.state or {}), **poses}
            known = UNKNOWN not in poses.values()
            if act.word == "declare":
                return self._declare(node, act.data)
            return [] if known else [self.collector.keep(line, "value of a pose")]
        if act.word == "label":
            below = self.text.flat[self.text.order[id(node)] :]
            self.label(act.data[0], below, jumped_back(below, act.data[0]))
        made = self._statement(node, act)
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

    def elsewhere(self) -> frozenset[str]:
        return self.text.elsewhere

    def all_lines(self) -> Sequence[Node]:
        return self.text.flat

    def set_elsewhere(self) -> frozenset[str]:
        return self.text.moved

    def _away(self, statement: Goto | Return) -> None:
        if isinstance(statement, Goto):
            self.jump(statement.label)
            self.state = None
        else:
            self.leave()

    def _statement(self, node: Node, act: Act) -> list[Statement]:
        line = node.line
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
            case "end":
                made = Return(**where)
            case "return":
                return [*self._result(line, data), Return(**where)]
            case "param":
                return received(self.routine, data, line.number)
            case "shift" if not self._elsewhere(data) and self.steps.poses.shifts.get(data[0]):
                return []
            case "break" | "continue" if self.loops:
                made = Goto(label=self.way_out(act.word), **where)
            case "gosub" | "jump":
                name = self.called_by(act)
                calls = (
                    [Call(name, **where)] if name and (act.word == "gosub" or not data[1]) else []
                )
                if calls:
                    return [*calls, *([Return(**where)] if act.word == "jump" else [])]
            case "pulse":
                return pulses(self.names.bound(data[0]).name, data[1:], line.number)
            case "print" | "seltool":
                made = Raw(text=line.verbatim.strip(), harmless=True, line=line.number)
            case "set":
                made = self._set(line, data)
            case "wait":
                made = self._wait(line, data)
            case "delay":
                seconds = number(data[0])
                made = None if seconds is None else Delay(seconds=seconds, **where)
            case "call":
                called = self._call(line, data)
                if called:
                    return called
            case "assign" if not self._elsewhere(data):
                made = Assign(name=data[0], value=self.names.bound(data[1]), **where)
            case "pose":
                return []
            case "declare":
                return self._declare(node, data)
            case "contpath":
                self.state = {**(self.state or {}), "contpath": int(data[0])}
                if data[0] == 1:
                    return []
        if made is not None:
            return [made]
        kept = self.collector.keep(line, not_followed(act.word, "job"))
        return [kept, *self._run_by(line)]

    def _run_by(self, line: Line) -> list[Statement]:
        """Return what a job not given, or run beside this one, may set: all globals (3.8.2)."""
        runs = line.text.lower().startswith(("call", "task"))
        return set_by_unknown(line, self.shared) if runs else []

    def _elsewhere(self, data: tuple[Any, ...]) -> bool:
        """Return whether a line sets outputs, a system variable, or a measured shift."""
        name, value = str(data[0]), data[1]
        if name.startswith("_") or name.lower() == "ucrd":
            return True
        constant = not isinstance(value, Expr) or value.name in self.steps.poses.shifts
        return bool(_OUTPUTS.fullmatch(name) or (constant and MEASURED.fullmatch(name)))

    def _declare(self, node: Node, items: Sequence[tuple[str, object]]) -> list[Statement]:
        out: list[Statement] = []
        for name, value in items:
            begins = self.text.begins(node, name) if value is None else value
            if isinstance(begins, Expr):
                out.append(Assign(name, self.names.bound(begins), line=node.line.number))
        return out

    def _set(self, line: Line, data: tuple[object, ...]) -> Statement | None:
        port, value = str(data[0]), data[1]
        if port.startswith("go "):
            return put_code(self.names, port.removeprefix("go "), value, line)
        on = value.value if isinstance(value, Expr) and value.op == "const" else None
        if not port.startswith("do") or on not in (0.0, 1.0):
            return None
        name = self.names.signal("do", int(port.split()[1]))
        return SetSignal(name, bool(on), line=line.number, comment=line.comment)

    def _wait(self, line: Line, data: tuple[object, ...]) -> Statement | None:
        condition, seconds, label = data
        assert isinstance(condition, Expr)
        timeout = number(seconds) if isinstance(seconds, Expr) else None
        if seconds is not None and timeout is None:
            return None
        on_timeout = "" if label is None or label in self.text.stops else str(label)
        return Wait(
            self.names.bound(condition),
            timeout,
            on_timeout,
            line=line.number,
            comment=line.comment,
        )

    def _result(self, line: Line, data: tuple[object, ...]) -> list[Statement]:
        """Return what a return sets; a pose is not followed."""
        if not data or not isinstance(data[0], Expr):
            return []
        value = self.names.bound(data[0])
        if any(e.op == "var" and e.name in self.steps.poses.known for e in every(value)):
            return [self.collector.keep(line, "a pose that is returned")]
        return [Assign(RESULT, value, line=line.number)]

    def _call(self, line: Line, data: tuple[Any, ...]) -> list[Statement]:
        name = self.called_by(Act("call", data))
        if not name:
            return []
        poses = self.steps.poses
        handed = [self.names.bound(v) for v in data[1]]
        objects = poses.known.keys() | poses.shifts.keys()
        if any(e.op == "var" and e.name in objects for v in handed for e in every(v)):
            return []
        before = given(name, self.takes.get(name, ()), handed, line.number)
        call = Call(name, line=line.number, comment=line.comment)
        if before is None:
            return []
        # What result() gives behind a job that returns nothing is on no page.
        asked = name not in self.gives
        asked = asked and any("result" in n.line.text.lower() for n in self.text.flat)
        nothing = Assign(RESULT, Expr("unknown", name=f"result of {name}"), line=line.number)
        return [*before, *([nothing] if asked else []), call]


def _arc_run(nodes: Sequence[Node], at: int) -> int:
    """Return how many consecutive C steps begin here."""
    end = at
    while end < len(nodes):
        act = nodes[end].act
        if not isinstance(act, Step) or act.interpolation != "C":
            break
        end += 1
    return end - at
