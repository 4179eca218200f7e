"""From the lines of one job to complete statements with the state they run with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cellsim.controllers.reading.acts import Act, data_of, is_word, labels_of
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.kept import block_as_text, set_by_unknown
from cellsim.controllers.reading.loops import ends_in, entered
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import UNKNOWN, Settings, merged
from cellsim.controllers.yaskawa import modal
from cellsim.controllers.yaskawa.acts import Step
from cellsim.controllers.yaskawa.counted import For, count_of, loop, reads
from cellsim.controllers.yaskawa.fold import Waiting, goes_to
from cellsim.controllers.yaskawa.groups import named, set_group, shared
from cellsim.controllers.yaskawa.setting import Setting, pulsed
from cellsim.controllers.yaskawa.stretches import Stretches
from cellsim.controllers.yaskawa.variables import plain, set_by
from cellsim.controllers.yaskawa.wholes import assigned, fits
from cellsim.domain.program import (
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

_NEVER = Wait(Expr("const", value=False), 0.0, "")
# A variable behind T= counts in hundredths of a second (assumed).
_HUNDREDTHS = 100.0
_ZERO = Expr("const", value=0.0)


@dataclass(kw_only=True)
class Flow(Stretches):
    """One job on its way from lines to statements.

    Attributes:
        keys: Variables that lines name. busy: Numbers of outputs that matter to something.
        elsewhere: Registers that other jobs name, but to count with them. assigned: Those that
            lines of any job set.
    """

    names: Names
    collector: Collector
    keys: frozenset[str]
    busy: frozenset[int]
    elsewhere: frozenset[str]
    assigned: frozenset[str] = frozenset()
    order: dict[int, int] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    every: list[Node] = field(default_factory=list)

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the job; its labels must exist."""
        self.every = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(self.every)}
        labels = labels_of(self.every)
        for i, node in enumerate(self.every):
            name = next(iter(goes_to(node)), "")
            if name and name not in labels:
                raise BadInput(
                    f"label *{name} is nowhere; the text may be truncated",
                    file=node.line.file,
                    line=node.line.number,
                    expected="a label in the same job",
                )
            if name and labels[name] <= i:
                self.back.add(name)
            if modal.jumps_anywhere(node.line.text):
                self.back |= labels.keys()
        return self.sequence(self.nodes)

    def settings(self, node: Node) -> Settings:
        """Return what a line, or the job it calls, may set."""
        act = node.act
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            lost = self.lost() if modal.runs_another(node.line.text) else {}
            touched = modal.touched(node.line.text) | lost
            return {k: frozenset({v}) for k, v in touched.items()}
        if isinstance(act, For):
            return {act.variable: frozenset({UNKNOWN})}
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

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if isinstance(act, For):
            return self._for(node, act)
        if act.kind == "raw":
            return block_as_text(self, node, goes_to, self.collector)
        condition = None if node.condition is None else self._known(line, node.condition)
        if act.kind == "if":
            assert condition is not None
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, line=line.number)]
        return [Loop(self.repeated(node.body), act.count, condition, line=line.number)]

    def _for(self, node: Node, act: For) -> list[Statement]:
        """Return a counted loop; its counter is assigned where another line reads it."""
        first, last, line = act.first or _ZERO, act.last or _ZERO, node.line.number
        sets = self.settings_of(node.body)
        odd = act.variable in sets or ends_in(act.last, act.variable, sets)
        if odd or entered(node, self.every, goes_to):
            return block_as_text(self, node, goes_to, self.collector)
        begin, end = (known(bound, self.state or {}) for bound in (first, last))
        count = count_of(begin, end, act.step)
        bounds = self.names.bound(first), self.names.bound(last)
        self.state = {**(self.state or {}), act.variable: UNKNOWN}
        others = [n for n in self.every if n is not node]
        body = self.repeated(node.body)
        read = act.variable in self.elsewhere or reads(others, act.variable)
        if count is not None and not read:
            return [Loop(body, count, line=line)]
        return loop(act, body, bounds, count, line)

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
            for name in labels_of(self.every) if modal.jumps_anywhere(line.text) else ():
                self.jump(name)
            return [self.collector.keep(line, act.reason), *self._run_by(line)]
        if isinstance(act, Waiting):
            return self._waiting(line, act)
        assert isinstance(act, Act)
        made = self._statement(node, act)
        if made is None:
            self.state = {**(self.state or {}), **modal.touched(line.text)}
            kept = self.collector.keep(line, f"'{line.text.split()[0]}' is not understood here")
            return [kept, *self._run_by(line)]
        if any(isinstance(s, Label | Call | Goto | Return | If) for s in made):
            self.stands = None
        return made

    def _run_by(self, line: Line) -> list[Statement]:
        """Return what a job that is not given, or runs beside this one, may set: all registers."""
        if not modal.runs_another(line.text):
            return []
        self.state = {**(self.state or {}), **self.lost()}
        return set_by_unknown(line, self.assigned)

    def _waiting(self, line: Line, act: Waiting) -> list[Statement]:
        condition = self._known(line, act.condition)
        where: dict[str, Any] = {"line": line.number}
        if act.label is not None:
            if act.label:
                self.jump(act.label)
            return [Wait(condition, act.timeout_s, act.label, **where)]
        on = f"WAIT{line.number}"
        while any(is_word(n, "label") and data_of(n)[0] == on for n in self.every):
            on += "_"
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
            case "group":
                number = known(act.data[1], self.state or {})
                code = named(act.data[0], self.names)
                if code or shared(act.data[0], self.names):
                    whole = code and number is not None and float(number).is_integer()
                    return [SetSignal(code, float(number or 0.0), **where)] if whole else None
                signal = self.names.signal
                return set_group(act.data[0], number, signal, self.busy, line.number, line.text)
            case (
                "element" | "position" | "shift_on" | "shift_off" | "settool" | "input" | "free"
                | "clear"
            ):  # fmt: skip
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
                condition = self._known(line, act.data[0])
                if act.data[1] is None:
                    return [Wait(condition, **where)]
                return self._timed(line, condition, known(act.data[1], self.state or {}))
            case "timer":
                seconds = act.data[0].value
                number = known(act.data[0], self.state or {})
                if act.data[0].op == "var":
                    seconds = number / _HUNDREDTHS if number is not None and number >= 0 else None
                return [Delay(seconds, **where)] if isinstance(seconds, float) else None
            case "set":
                name, value = act.data
                bound = self._known(line, value) if plain(value) else None
                if bound is not None and not fits(name, value, self.state or {}):
                    bound = Expr("unknown", name=line.text)
                if bound is not None:
                    found = set_by(act, self.state or {}, self.motions.points.data)
                    self.state = {**(self.state or {}), **(found or {})}
                return None if bound is None else [assigned(name, bound, line.number)]
            case "label":
                below = self.every[self.order[id(node)] :]
                self.label(act.data[0], below, act.data[0] in self.back)
                return [Label(act.data[0], **where)]
            case "jump" | "call" | "ret" | "abort" | "pause":
                return self._way(line, act)
        return None

    def _timed(self, line: Line, condition: Expr, hundredths: float | None) -> list[Statement]:
        """Return a wait whose time a variable gives; one that is not known may be over at once."""
        if hundredths is not None and hundredths >= 0:
            return self._waiting(line, Waiting(condition, hundredths / _HUNDREDTHS, None))
        either = Expr("unknown", name=f"{line.text}: its time is up")
        wait = Wait(condition, line=line.number)
        return [If(either, (), (wait,), line=line.number)]

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
            if act.data[0] not in self.routines:
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
