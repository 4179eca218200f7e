"""From the lines of one KRL routine to complete statements with the modal state they run with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cellsim.controllers.kuka import losing, modal
from cellsim.controllers.kuka.acts import number_of
from cellsim.controllers.kuka.assigning import Assigning
from cellsim.controllers.kuka.fold import Waiting
from cellsim.controllers.kuka.single import overrides
from cellsim.controllers.kuka.switching import reads_or_sets
from cellsim.controllers.reading.acts import Act, is_word, labels_of, not_followed
from cellsim.controllers.reading.asking import with_asked
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.loops import free_numbers
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, Settings, joined, union
from cellsim.domain.program import (
    Comment,
    Delay,
    Goto,
    Label,
    Move,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.errors import BadInput

# After a line that is not understood: where the robot stands, and whether it stands.
_LOST = {"at": UNKNOWN, "ahead": UNKNOWN}
_MOVED: Settings = {"at": frozenset({UNKNOWN}), "ahead": frozenset({True})}


@dataclass(kw_only=True)
class Routine(Assigning):
    """One DEF on its way from lines to statements."""

    STATES = losing.STATES
    back: set[str] = field(default_factory=set)

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the routine; its labels must exist."""
        lines = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(lines)}
        labels = labels_of(lines)
        self.numbers = free_numbers(labels)
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

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines in order; CONTINUE asks what stands behind it."""
        out: list[Statement] = []
        for at, node in enumerate(nodes):
            if is_word(node, "continue"):
                out.extend(self._ahead(node, nodes[at + 1 :]))
            else:
                out.extend(self.step(node))
        return tuple(out)

    def _ahead(self, node: Node, rest: Sequence[Node]) -> list[Statement]:
        """Return nothing for a CONTINUE that changes nothing, else its text."""
        after = next((n for n in rest if not (is_word(n, "comment") or is_word(n, "header"))), None)
        matters = after is not None and reads_or_sets(after.act, after.condition)
        if not matters or (self.state or {}).get("ahead") is False:
            return []
        return [self.collector.keep(node.line, "CONTINUE: done ahead of the motions before it")]

    def settings(self, node: Node) -> Settings:
        """Return what a line, or the routine it calls, may set."""
        if losing.keeps_all(node):
            return _MOVED
        act = node.act
        asked = self.settings_of_functions(node)
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            named = {k: frozenset({v}) for k, v in self._touched(act, node.line).items()}
            return union([asked, named])
        return union([asked, *self._settings(node, act)]) if isinstance(act, Act) else asked

    def _settings(self, node: Node, act: Act) -> Iterator[Settings]:
        """Yield what a statement sets by itself, and the routine that it calls."""
        if act.word in {"motion", "single"}:
            yield _MOVED
            return
        found = modal.settings(act, self.data, {}) or self.data_set(act)
        if found is not None:
            yield {k: frozenset({v}) for k, v in found.items()}
            return
        touched = self.motions.points.touched(act, node.line.text)
        made = self.motions.points.assigned(act, {}) if act.word == "assign" and touched else None
        yield {f"point {name}": frozenset({made or UNKNOWN}) for name in touched}
        if act.word == "call":
            name = str(act.data[0]).lower()
            yield {k: frozenset({v}) for k, v in self.opaque.get(name, {}).items()}
            yield self.routines.get(name, {})

    def may_lose(self, node: Node) -> tuple[str, ...]:
        """Return the states that a line may have set to what nobody can say."""
        return losing.may_lose(node, self.routines.keys() | self.opaque.keys())

    def may_move(self, node: Node) -> bool:
        """Return whether a line that is not understood may move the robot."""
        return super().may_move(node) or losing.moves(node.line.text) or self.calls_motions(node)

    def step(self, node: Node) -> list[Statement]:
        return with_asked(node.line, super().step(node), lambda: self.may_move(node))

    def lose(self, node: Node) -> None:
        """Take in what a line may have set to anything; where the robot stands, if it may move."""
        if losing.keeps_all(node):
            return
        super().lose(node)
        if self.state is not None and super().may_move(node):
            self.state = {**self.state, **_LOST}
        asked = self.settings_of_functions(node)
        if asked and not (is_word(node, "call") and self.entered):
            self.state = joined(self.state, asked)

    def runs_with(self, node: Node, move: Move | None) -> tuple[str, ...]:
        """Return the states that a motion runs with."""
        return losing.runs_with(node, move, self.motions.group.controller)

    def _touched(self, act: object, line: Line) -> dict[str, object]:
        """Return what a line that is not understood may have set, the robot's place too."""
        points = self.motions.points.touched(act, line.text)
        return modal.touched(line.text) | {f"point {n}": UNKNOWN for n in points} | _LOST

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, NotUnderstood):
            self.state = {**(self.state or {}), **self._touched(act, line)}
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Waiting):
            self.state = {**(self.state or {}), "ahead": False}
            condition = self.known(line, act.condition)
            if act.label:
                self.jump(act.label)
            wait = Wait(condition, act.timeout_s, act.label, line=line.number, comment=line.comment)
            return [wait]
        assert isinstance(act, Act)
        if act.word in {"header", "declare", "signal"}:
            return []
        if act.word == "comment":
            return [Comment(text=line.comment, line=line.number)]
        made = self._statement(node, act)
        if made is None:
            self.state = {**(self.state or {}), "ahead": UNKNOWN} if self.state else self.state
            return [self.collector.keep(line, not_followed(act.word))]
        if any(isinstance(s, Delay | Wait) or _stops(s) for s in made):
            self.state = {**(self.state or {}), "ahead": False}
        return made

    def _statement(self, node: Node, act: Act) -> list[Statement] | None:
        line = node.line
        match act.word:
            case "motion":
                return [self._motion(line, act)]
            case "single":
                return [self._single(line, act)]
            case "assign":
                return self.assigned(line, act)
            case "call":
                return self.called(line, act)
            case "wait":
                wait = Wait(self.known(line, act.data[0]), line=line.number)
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
            case "trigger":
                return self.switched(line, act.data[0])
            case "triggered":
                return self.triggered(line, *act.data)
            case "trigger name":
                return self.trigger_name(line, *act.data)
            case "exit":
                return self.leave_loop(line)
            case "halt":
                self.collector.note("HALT: a person starts the program again; counted as no time")
                return [Delay(0.0, line=line.number, comment=line.comment or "HALT")]
            case "return":
                return self.returned(line, act)
        return None

    def _motion(self, line: Line, act: Act) -> Statement:
        """Return a motion; afterwards the robot stands at its end, for relative motions."""
        if act.data[0] == "PTP" and act.data[1] in {"$POS_ACT", "$AXIS_ACT"}:
            return Delay(0.0, line=line.number, comment=line.comment or "stays where it is")
        made, end = self.motions.motion(line, act, self.state or {})
        self.state = {**(self.state or {}), "at": UNKNOWN if end is None else end, "ahead": True}
        return made

    def _single(self, line: Line, act: Act) -> Statement:
        """Return a single spline motion as the motion it is by itself, with what WITH says."""
        motion, items = act.data
        before = self.state or {}
        found = overrides(f"S{motion.data[0]}", items, self.data)
        why = found if isinstance(found, str) else "corner of a spline motion"
        if motion.data[0] == "PL":
            found = why = "the way of SPL is in no manual that was read"
        if isinstance(found, str) or motion.data[4]:
            self.state = {**before, **_LOST}
            return self.collector.keep(line, why)
        for item in items:
            self.motions.unseen(item.partition("=")[0].partition("[")[0].strip().upper())
        self.state = {**before, **found}
        made = self._motion(line, motion)
        self.state = {**before, "at": (self.state or {}).get("at", UNKNOWN), "ahead": True}
        return made


def _stops(statement: Statement) -> bool:
    return isinstance(statement, SetSignal) and statement.at is None
