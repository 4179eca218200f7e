"""Assignments of TP: outputs, registers and flags; what is not understood makes them unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cellsim.controllers.fanuc.places import Places
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import constant
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Expr, If, Raw, SetSignal, Statement

_MIXED = re.compile(r"\s*\(.*\)\s*")
_PULSE = re.compile(r"PULSE(\s*,\s*(\d+\.?\d*|\.\d+)\s*sec)?", re.IGNORECASE)
_EXTERNAL = re.compile(r"(GI|GO|AI|AO|UI|UO|SI|SO|WI|WO|TIMER|M|PRGP\d) \d+|\$[\w.$\[\],]+")
# Of a register or signal whose number is not known, and of an element that is not: any value.
_ANY = frozenset(
    {"R", "F", "DI", "DO", "RI", "RO", "PR", "DIV", "MOD", *(f"PRGP{n}" for n in range(2, 9))}
)
_BOOLEAN = {"and", "or", "not", "signal", "==", "!=", "<", "<=", ">", ">="}


@dataclass(frozen=True)
class Assigning:
    """Turns one assignment into statements.

    Attributes:
        held: What a position register is set to, UNKNOWN where that is not known.
    """

    places: Places
    collector: Collector
    line: Line
    held: object

    def statements(self, act: Act) -> list[Statement] | None:
        """Return what an assignment means; None where it is not understood."""
        letters, index, value, text = act.data
        number = None if index is None else constant(index)
        if letters == "PR":
            return self._position()
        if number is None or not float(number).is_integer():
            return None
        place = f"{letters} {int(number)}"
        if letters in ("DO", "RO"):
            return self._output(place.lower(), value, text)
        if letters == "GO" and (name := self.places.names.group("go", int(number))):
            return self._group(name, value)
        if letters in ("GO", "AO", "UO", "SO"):
            what = "no output that the cell names (assumed); free at each reading"
            return [Raw(self.line.verbatim, harmless=True, line=self.line.number, comment=what)]
        if letters in ("R", "F"):
            return [*self._variable(place, value)]
        return None

    def _group(self, name: str, value: Expr | None) -> list[Statement] | None:
        """Return GO[n]=5; only a number that is known here is understood."""
        number = None if value is None else constant(value)
        if number is None or not float(number).is_integer():
            return None
        return [SetSignal(name, float(number), line=self.line.number)]

    def _position(self) -> list[Statement]:
        """A register set to what is known is known from here on; what uses another is not."""
        return [] if self.held != UNKNOWN else [unknown_register(self.line)]

    def _output(self, place: str, value: Expr | None, text: str) -> list[Statement] | None:
        kind, number = place.split()
        if _PULSE.fullmatch(text) and self.places.idle(kind, int(number)):
            what = "a pulse of an output that the cell does not name and no line reads"
            return [Raw(self.line.verbatim, harmless=True, line=self.line.number, comment=what)]
        name = self.places.names.signal(kind, int(number))
        line = self.line.number
        pulse = _PULSE.fullmatch(text)
        if pulse is not None and pulse[2]:
            back = Along(after=float(pulse[2]))
            return [SetSignal(name, True, line=line), SetSignal(name, False, back, line=line)]
        if value is None or (unknown_parts(value) and not is_external(value)):
            return None
        if unknown_parts(value):
            free = Expr("unknown", name=self.line.text)
            on, off = (SetSignal(name, state, line=line) for state in (True, False))
            return [If(free, (on,), (off,), line=line)]
        if value.op == "const" and isinstance(value.value, bool):
            return [SetSignal(name, value.value, line=line)]
        if value.op == "signal" and value.name.startswith("g"):
            return None
        if value.op not in _BOOLEAN and not (value.op == "var" and value.name.startswith("F ")):
            return None
        if not _MIXED.fullmatch(text) and value.op != "signal":
            return None
        on, off = (SetSignal(name, state, line=line) for state in (True, False))
        return [If(self.places.bound(value), (on,), (off,), line=line)]

    def _variable(self, place: str, value: Expr | None) -> list[Statement]:
        name, line = self.places.name(place), self.line.number
        if value is None or unknown_parts(value):
            kept = (
                []
                if value is not None and is_external(value)
                else [self.collector.keep(self.line, "a value this reader does not know")]
            )
            return [*kept, Assign(name, Expr("unknown", name=self.line.text), line=line)]
        return [Assign(name, self.places.bound(value), line=line)]


def unknown_register(line: Line) -> Raw:
    """Return a line after which a position register is not known: no motion that uses it is."""
    what = "a position register that is not known from here on"
    return Raw(line.verbatim, harmless=True, line=line.number, comment=what)


def unknown_parts(expr: Expr) -> list[Expr]:
    """Return the parts of an expression that are not known."""
    waiting, found = [expr], []
    while waiting:
        part = waiting.pop()
        if part.op == "unknown":
            found.append(part)
        waiting += part.args
    return found


def is_external(expr: Expr) -> bool:
    """Return whether all that is not known of a value may be free at each reading.

    Group, analog and operator's signals, timers, markers and system variables come from outside;
    a register whose number is not known, or an element that is not, may hold anything.
    """
    return all(
        _EXTERNAL.fullmatch(part.name) or (part.args and part.name in _ANY)
        for part in unknown_parts(expr)
    )
