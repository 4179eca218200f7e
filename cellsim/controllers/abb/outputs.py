"""Instructions of RAPID that set outputs: SetDO, Set, Reset, PulseDO, SetGO, SetAO, InvertDO."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.signals import Signals
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.source import Line
from cellsim.domain.along import Along
from cellsim.domain.program import Expr, Raw, SetSignal, Statement

_PULSE_S = 0.2


@dataclass(frozen=True)
class Outputs:
    """What the instructions of one routine set.

    Attributes:
        read: Words of lines that do more than that. raised: Outputs that lines set on, lower case.
    """

    routine: str
    table: Table
    signals: Signals
    read: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()

    def statement(self, line: Line, act: Act) -> list[Statement] | None:
        """Return what an instruction sets; None where it is not known, or sets nothing."""
        match act.word:
            case "setdo":
                return self._set(line, act, 2, None)
            case "set":
                return self._set(line, act, 1, True)
            case "reset":
                return self._set(line, act, 1, False)
            case "pulsedo" | "setgo" | "setao" | "invertdo":
                if act.word == "setgo" and (code := self._code(line, act)):
                    return code
                idle = self._idle(line, act)
                return self._pulse(line, act) if idle is None and act.word == "pulsedo" else idle
        return None

    def _code(self, line: Line, act: Act) -> list[Statement] | None:
        """Return SetGO of a group that the cell names, to a number that is known here."""
        options, items = act.data
        plain = not options and len(items) == 2 and not any(i.options for i in items)
        name = self.signals.known(items[0].value.name) if plain else None
        value = self.table.number(items[1].value, self.routine) if plain else None
        if name is None or self.signals.kind(name) != "go" or value is None:
            return None
        return [SetSignal(name, value, line=line.number, comment=line.comment)]

    def _idle(self, line: Line, act: Act) -> list[Statement] | None:
        """Return what is set of an output that the cell does not name and no line reads."""
        _, items = act.data
        name = items[0].value.name if items and items[0].value.op == "var" else ""
        if not name or self.signals.known(name) is not None or name.lower() in self.read:
            return None
        what = "an output that the cell does not name and no line reads"
        return [Raw(line.verbatim.strip(), harmless=True, line=line.number, comment=what)]

    def _pulse(self, line: Line, act: Act) -> list[Statement] | None:
        """Return PulseDO: on for its length, 0.2 s where none is said, while the program goes on.

        \\High sets it on whatever it was; without it an output that is on would go off and come
        back: it is taken to be off where no line of the program sets it on, else not understood.
        Source: recalled from RAPID instructions, PulseDO (assumed).
        """
        options, items = act.data
        given = dict((*options, *(o for item in items for o in item.options)))
        length = given.get("plength")
        seconds = _PULSE_S if "plength" not in given else self.table.number(length, self.routine)
        named = len(items) == 1 and items[0].value.op == "var"
        if not named or not given.keys() <= {"plength", "high"} or not seconds or seconds < 0.0:
            return None
        if "high" not in given and items[0].value.name.lower() in self.raised:
            return None
        name = self.signals.named(items[0].value.name, "do")
        back = SetSignal(name, False, Along(after=seconds), line=line.number)
        return [SetSignal(name, True, line=line.number, comment=line.comment), back]

    def _set(self, line: Line, act: Act, count: int, value: bool | None) -> list[Statement] | None:
        options, items = act.data
        if len(items) != count or items[0].value.op != "var" or any(i.options for i in items):
            return None
        at = self._later(dict(options)) if options else None
        if at is None and options and dict(options) != {"sync": None}:
            return None
        if value is None:
            number = self.table.number(items[1].value, self.routine)
            if number not in (0.0, 1.0):
                return None
            value = number == 1.0
        name = self.signals.named(items[0].value.name, "do")
        return [SetSignal(name, value, at, line=line.number, comment=line.comment)]

    def _later(self, given: dict[str, Expr | None]) -> Along | None:
        """Return the delay of \\SDelay, which the program does not wait for (recalled)."""
        seconds = self.table.number(given.get("sdelay"), self.routine)
        known = given.keys() == {"sdelay"} and seconds is not None and seconds > 0.0
        return Along(after=seconds) if known and seconds is not None else None
