"""Calls of subprograms and functions, outputs without a stop, and what a trigger starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cellsim.controllers.kuka import losing, modal
from cellsim.controllers.kuka.acts import Struct
from cellsim.controllers.kuka.blocks import Blocks
from cellsim.controllers.kuka.callers import set_in_calls
from cellsim.controllers.kuka.motions import Motions
from cellsim.controllers.kuka.switching import Switched, switched
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.passing import Signature, call_of, with_calls
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import UNKNOWN, Settings, joined, union
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Call, Expr, Return, SetSignal, Statement

TRIGGER_NOTE = "TRIGGER: see conventions kuka.trigger and kuka.trigger-limits (assumed)"


@dataclass(kw_only=True)
class Calling(Blocks):
    """The calls of a KRL routine.

    Attributes:
        motions, data: What motions and inline forms are made with.
        opaque: What subprograms that are not read may set. signatures: Of those with parameters.
        own: The signature of this one. bodies: The lines of all routines, for triggers.
        sets: The names that each of them may set, over those it calls too.
        looked: Subprograms that were looked at for motions, each once.
    """

    motions: Motions
    data: Mapping[str, Struct]
    opaque: Mapping[str, Mapping[str, object]]
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    own: Signature | None = None
    bodies: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    sets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    looked: dict[str, tuple[bool, frozenset[str]]] = field(default_factory=dict)

    def called(self, line: Line, act: Act) -> list[Statement] | None:
        """Return a call, with its arguments assigned; None where it is not understood."""
        name, arguments = str(act.data[0]).lower(), act.data[1]
        found = modal.settings(act, self.data, self.state or {})
        if found is not None:
            self.state = {**(self.state or {}), **found}
            return []
        pulse = switched(act)
        if pulse is not None:
            return self.switched(line, pulse)
        points = self.motions.points.touched(act, line.text)
        self.state = {**(self.state or {}), **self.opaque.get(name, {})}
        self.state = {**(self.state or {}), **{f"point {n}": UNKNOWN for n in points}}
        signature = self.signatures.get(name)
        if signature is not None:
            made = call_of(signature, arguments, line, self._usable)
        else:
            made = [Call(name, line=line.number, comment=line.comment)]
        if name in self.routines and made is not None and bool(arguments) == bool(signature):
            self.call(name)
            return made
        if name in self.routines:
            self.state = joined(self.state, self.routines[name])
        return None

    def settings_of_functions(self, node: Node) -> Settings:
        """Return what the subprograms and functions that a line names may set."""
        names = losing.named_in(node)
        if not names:
            return {}
        hidden = ({k: frozenset({v}) for k, v in self.opaque.get(n, {}).items()} for n in names)
        return union([*hidden, *(self.routines.get(n, {}) for n in names)])

    def returned(self, line: Line, act: Act) -> list[Statement] | None:
        """Return from here; a function sets its value first."""
        made: list[Statement] = []
        if act.data and self.own is not None and self.own.returns:
            made, value = self.with_calls(line, act.data[0])
            made.append(Assign(self.own.value, self.known(line, value), line=line.number))
        self.leave()
        return [*made, Return(line=line.number, comment=line.comment)]

    def with_calls(self, line: Line, expr: Expr) -> tuple[list[Statement], Expr]:
        """Return the calls of an expression's functions, and it with what they return."""
        return with_calls(expr, self.signatures, line, self._usable, self._called, fold=True)

    def calls_motions(self, node: Node) -> bool:
        """Return whether a line calls, understood or not, a subprogram of the text that moves."""
        waiting, seen = [*losing.named_in(node)], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            moved, called = self._moves_and_calls(name)
            if moved or "at" in self.opaque.get(name, {}):
                return True
            waiting += called
        return False

    def _moves_and_calls(self, name: str) -> tuple[bool, frozenset[str]]:
        """Return whether lines of a subprogram may move the robot, and the names that they call."""
        found = self.looked.get(name)
        if found is None:
            lines = list(flat(self.bodies.get(name, ())))
            moved = any(losing.moves(n.line.text) or any(self.may_lose(n)) for n in lines)
            found = moved, frozenset(called for n in lines for called in losing.named_in(n))
            self.looked[name] = found
        return found

    def set_in_calls(self, node: Node) -> frozenset[str]:
        """Return the names (lower case) that subprograms which a block calls may set."""
        return set_in_calls((n.line.text for n in flat(node.body)), self.sets)

    def _called(self, made: list[Statement]) -> None:
        for statement in made:
            if isinstance(statement, Call):
                self.call(statement.routine)

    def _usable(self, expr: Expr) -> Expr | None:
        """Return an argument that is the value of plain variables, signals and numbers."""
        names = {e.name for e in every(expr) if e.op == "var"}
        plain = not any(e.op == "unknown" for e in every(expr))
        odd = any(n.startswith("$") or self.motions.points.has(n.upper()) for n in names)
        return self.names.bound(expr) if plain and not odd else None

    def switched(self, line: Line, made: Switched) -> list[Statement]:
        """Return an output without a stop, or a pulse: on, and off after its time."""
        signal = self.names.signal("do", made.signal)
        first = SetSignal(signal, made.value, made.at, line=line.number, comment=line.comment)
        if made.at is not None:
            self.collector.note(TRIGGER_NOTE)
        if not made.pulse_s:
            return [first]
        at = made.at or Along()
        back = replace(at, after=made.pulse_s)
        return [first, SetSignal(signal, not made.value, back, line=line.number)]

    def triggered(self, line: Line, at: Along, name: str) -> list[Statement] | None:
        """Return what a TRIGGER starts: a subprogram that only sets outputs, all of them there."""
        made: list[Statement] = []
        for node in self.bodies.get(name, ()):
            found = switched(node.act, at)
            quiet = isinstance(node.act, Act) and node.act.word in {"comment", "header", "return"}
            if found is None and not quiet:
                return None
            made += [] if found is None else self.switched(line, found)
        return made if name in self.bodies else None
