"""Lines that set position variables, shifts, tool data and registers from signals."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.controllers.yaskawa import modal
from cellsim.controllers.yaskawa.groups import is_group, named, shared, taken
from cellsim.controllers.yaskawa.points import NotKnown, Points
from cellsim.controllers.yaskawa.shifting import Shift, shift_of
from cellsim.controllers.yaskawa.variables import set_by
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Expr, If, Raw, SetSignal, Statement

Made = tuple[list[Statement] | None, dict[str, object]]


@dataclass(frozen=True)
class Setting:
    """Turns one such line into statements and what it leaves in the state."""

    points: Points
    names: Names
    collector: Collector

    def of(self, line: Line, act: Act, state: State) -> Made:
        """Return the statements of a line (None: not understood) and the state it sets."""
        match act.word:
            case "input":
                return self._input(line, act)
            case "free" | "clear":
                return self._registers(line, act), set_by(act, state, self.points.data) or {}
            case "shift_off":
                return self._shift_off(line, state)
            case "shift_on" | "settool":
                return self._frames(line, act, state)
        return self._position(line, act, state)

    def _registers(self, line: Line, act: Act) -> list[Statement]:
        """Return registers set to zero, or to what no text tells."""
        value = Expr("const", value=0.0)
        if act.word == "free":
            value = Expr("unknown", name=line.text)
        return [Assign(name, value, line=line.number) for name in act.data]

    def _position(self, line: Line, act: Act, state: State) -> Made:
        """Set a position variable or one of its elements; what is not known is kept."""
        found = set_by(act, state, self.points.data) or {}
        values = [
            v for held in found.values() for v in (held[1] if isinstance(held, tuple) else ())
        ]
        unknown = act.word == "element" and dict(values).get(act.data[1]) is None
        if UNKNOWN in found.values() or unknown:
            return [self.collector.keep(line, "a position variable that is not known here")], found
        return [], found

    def _frames(self, line: Line, act: Act, state: State) -> Made:
        """Begin a shift, or set tool data; only what is known is understood."""
        try:
            if act.word == "settool":
                position = self.points.position(act.data[1], state)
                self.points.must_be_tool(act.data[0], position)
                return [Raw(line.verbatim.strip(), harmless=True, line=line.number)], {}
            if state.get("shift") != 0:
                raise NotKnown("more than one shift may be on here")
            position = self.points.position(act.data[0], state)
            return [], {"shift": shift_of(position, act.data[1], self.names)}
        except NotKnown as why:
            return [self.collector.keep(line, str(why))], modal.shifted(line.text, state)

    def _shift_off(self, line: Line, state: State) -> Made:
        """End a shift; behind more than one SFTON another may still be on."""
        shift = state.get("shift")
        if shift not in (0, modal.ONCE) and not isinstance(shift, Shift):
            return [self.collector.keep(line, "more than one shift may be on here")], {}
        return [], {"shift": 0}

    def _input(self, line: Line, act: Act) -> Made:
        """Return DIN of one signal: a byte register gets 1 where it is on, else 0."""
        name, port = act.data
        found: dict[str, object] = {name: UNKNOWN}
        if is_group(port) and (code := named(port, self.names)):
            return [Assign(name, Expr("signal", name=code), line=line.number)], found
        if is_group(port) and shared(port, self.names):
            return None, found
        if is_group(port) and name[0] in "BIDR":
            ports = {(p.kind, p.number) for p in self.names.controller.signals.values()}
            bits = [bit.name.split() for bit in port.args]
            all_named = all((kind, int(number)) in ports for kind, number in bits)
            return taken(name, port, self.names.bound, all_named, line.number, line.text), found
        if port.op != "signal" or name[0] != "B":
            return None, found
        on, off = (
            Assign(name, Expr("const", value=value), line=line.number) for value in (1.0, 0.0)
        )
        return [If(self.names.bound(port), (on,), (off,), line=line.number)], found


def pulsed(line: Line, act: Act, names: Names, busy: Set[int]) -> list[Statement] | None:
    """Return PULSE: its output is on for a time, while the job goes on.

    Args:
        busy: Numbers of outputs that matter to something; a pulse of another needs no time.
    """
    number, seconds = act.data
    if number not in busy:
        text = "an output that the cell does not name and no line reads"
        return [Raw(line.verbatim.strip(), harmless=True, line=line.number, comment=text)]
    if seconds is None:
        return None
    name = names.signal("do", number)
    back = SetSignal(name, False, Along(after=seconds), line=line.number)
    return [SetSignal(name, True, line=line.number), back]


def at_start(output: SetSignal) -> SetSignal:
    """Return an output as the next motion begins, or so long after that."""
    after = 0.0 if output.at is None else output.at.after
    return replace(output, at=Along("start", after=after))
