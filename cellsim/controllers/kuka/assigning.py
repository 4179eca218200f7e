"""Assignments of KRL: system variables, tool and base data, points, and declared variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellsim.controllers.kuka import modal
from cellsim.controllers.kuka.acts import Struct, element, number_of
from cellsim.controllers.kuka.aliases import GROUP
from cellsim.controllers.kuka.byvalue import frame_by_value, tool_by_value
from cellsim.controllers.kuka.calling import TRIGGER_NOTE, Calling
from cellsim.controllers.kuka.scopes import Scope
from cellsim.controllers.kuka.wholes import cuts, is_whole
from cellsim.controllers.reading.acts import Act, not_followed
from cellsim.controllers.reading.losing import set_on
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Expr, Raw, SetSignal, Statement


@dataclass(kw_only=True)
class Assigning(Calling):
    """The assignments of a KRL routine.

    scope: The names that it may use.
    """

    scope: Scope = field(default_factory=Scope)

    def known(self, line: Line, condition: Expr) -> Expr:
        """Return a condition or a value with the cell's names.

        None of a quotient of wholes, nor of a name that nothing given declares: it may be a SIGNAL
        of $config.dat, which is another at each reading.
        """
        strange = [
            e.name for e in every(condition) if e.op == "var" and not self.scope.holds(e.name)
        ]
        if strange:
            self.collector.keep(line, f"{strange[0]} is declared in no file given")
            return Expr("unknown", name=line.text)
        if cuts(line.text, condition, self.scope.whole):
            self.collector.keep(line, "a quotient of whole numbers")
            return Expr("unknown", name=line.text)
        return super().known(line, condition)

    def assigned(self, line: Line, act: Act) -> list[Statement] | None:
        """Return what an assignment does; None where it is not understood."""
        name, index, value = act.data
        found = modal.settings(act, self.data, self.state or {})
        if found is not None:
            self.state = {**(self.state or {}), **found}
            if UNKNOWN in found.values() and name != "$ACC.CP":
                return [self.collector.keep(line, f"value of {name}")]
            if name == "$ACC.CP" or modal.is_mode(name):  # the motions behind it say so
                return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
            return self._load(line, found)
        if name == "$OUT" or name.startswith(GROUP):
            return self._output(line, name, index, value)
        numbered = self.data_set(act)
        if numbered is not None:
            return self._numbered(line, name, numbered)
        if modal.harmless(act):
            self.motions.unseen(name)
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
        points = self.motions.points
        touched = points.touched(act, line.text) if not name.startswith("$") else set()
        if touched:
            made = points.assigned(act, self.state or {})
            self.state = {**(self.state or {}), **{f"point {n}": made or UNKNOWN for n in touched}}
            return None if made is None else []
        return self._variable(line, name, index, value)

    def _variable(
        self, line: Line, name: str, index: float | None, value: object
    ) -> list[Statement] | None:
        """Return the assignment of a variable that a file declares; None where it is not known."""
        if not isinstance(value, Expr) or name.startswith("$"):
            return None
        if "." in name or self.motions.points.has(name):
            return None
        calls, value = self.with_calls(line, value)
        bound = self.known(line, value)
        if not self.scope.holds(name):
            # it may be a SIGNAL of $config.dat: an output
            return [*calls, self.collector.keep(line, f"{name} is declared in no file given")]
        if name.lower() in self.scope.whole and not is_whole(bound, self.scope.real):
            return [*calls, self.collector.keep(line, f"a value that INT {name} does not hold")]
        if bound.op == "unknown":
            return [*calls, self.collector.keep(line, not_followed("assign"))] if calls else None
        name = name.lower() if index is None else element(name, int(index))
        return [*calls, Assign(name, bound, line=line.number, comment=line.comment)]

    def _output(
        self, line: Line, name: str, index: float | None, value: object
    ) -> list[Statement] | None:
        """Return an output, or a group of them, set to what is known; None for another value."""
        if name.startswith(GROUP):
            return self._group(line, name.removeprefix(GROUP), value)
        known = index is not None and isinstance(value, Expr) and value.op == "const"
        if not known or not isinstance(value, Expr) or not isinstance(value.value, bool):
            return None
        signal = self.names.signal("do", int(index or 0))
        return [SetSignal(signal, value.value, line=line.number, comment=line.comment)]

    def trigger_name(self, line: Line, at: Along, act: Act) -> list[Statement]:
        """Return what a TRIGGER sets by a name of SIGNAL: an output, or a group of them."""
        name, index, value = act.data
        known = name == "$OUT" or name.startswith(GROUP)
        made = self._output(line, name, index, value) if known else None
        if made is None:
            return [self.collector.keep(line, "TRIGGER of other than an output")]
        self.collector.note(TRIGGER_NOTE)
        return [replace(s, at=at) if isinstance(s, SetSignal) else s for s in made]

    def _group(self, line: Line, bits: str, value: object) -> list[Statement] | None:
        """Return a group of outputs set to a whole number; None for another value or group."""
        first, last = (int(n) for n in bits.split(".."))
        name = self.names.span("do", first, last - first + 1)
        number = number_of(value)
        if not name or number is None or not float(number).is_integer():
            return None
        return [SetSignal(name, float(number), line=line.number, comment=line.comment)]

    def _numbered(self, line: Line, name: str, found: Mapping[str, object]) -> list[Statement]:
        """Take in TOOL_DATA[n]={..} and the like as text: harmless where the cell has it so."""
        self.state = {**(self.state or {}), **found}
        if UNKNOWN not in found.values():
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
        return [self.collector.keep(line, f"{name}[] of another value than the cell has")]

    def data_set(self, act: Act) -> dict[str, object] | None:
        """Return what TOOL_DATA[n]={..} and the like set: True where the cell has it so."""
        name, index, value = act.data if act.word == "assign" else ("", None, None)
        if name not in {"TOOL_DATA", "BASE_DATA", "LOAD_DATA"}:
            return None
        group, cell = self.motions.group, self.motions.cell
        find = {"TOOL_DATA": tool_by_value, "BASE_DATA": frame_by_value}.get(name)
        found = find(value, cell, group) if find and isinstance(value, Struct) else None
        controller = group.controller
        numbers = controller.tools if name == "TOOL_DATA" else controller.frames
        same = found is not None and numbers.get(found) == index
        number = "*" if index is None else f"{index:g}"
        return {f"data {name[:4].lower()} {number}": True if same else UNKNOWN}

    def _load(self, line: Line, found: Mapping[str, object]) -> list[Statement]:
        """Note a load that is not that of the tool; the cell knows loads by tool."""
        before = self.state or {}
        if "load" in found and found["load"] != before.get("tool"):
            self.state = {**before, "load": UNKNOWN}
            why = f"load number is not that of the tool{set_on(before, 'tool')}"
            return [self.collector.keep(line, why)]
        return []
