"""From the numbers in a text to the cell's names, with a note for each number nobody named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cellsim.domain.controller import Controller
from cellsim.domain.program import Expr


@dataclass
class Names:
    """Names of one controller's numbers; collects notes about unknown ones.

    made_up: Names of tools and frames that stand for numbers without one, to their kind.
    """

    controller: Controller
    notes: list[str] = field(default_factory=list)
    made_up: dict[str, str] = field(default_factory=dict)
    _signals: dict[tuple[str, int], str] = field(default_factory=dict)
    _bits: dict[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, port in self.controller.signals.items():
            if port.kind in ("go", "gi"):
                if port.number or port.first is None:
                    self._signals.setdefault((port.kind, port.number), name)
                for number in range(port.first or 0, (port.first or 0) + port.width):
                    if port.first is not None:
                        self._bits[f"d{port.kind[1]}", number] = name
            else:
                self._signals.setdefault((port.kind, port.number), name)

    def signal(self, kind: str, number: int) -> str:
        """Return the signal at do or di `number`; "do17" where the cell has no name for it."""
        found = self._signals.get((kind, number))
        if found is None:
            found, group = f"{kind}{number}", self._bits.get((kind, number))
            bit = f"{found} is a bit of '{group}', which is set and read as a number"
            self.note(bit if group else f"{found} has no name in the cell")
        return found

    def group(self, kind: str, number: int) -> str:
        """Return the group of signals that go or gi `number` is in the cell; "" for none."""
        return self._signals.get((kind, number), "")

    def span(self, kind: str, first: int, width: int) -> str:
        """Return the group whose bits are do or di `first` and those that follow; "" for none."""
        wanted = (f"g{kind[1]}", first, width)
        for name, port in self.controller.signals.items():
            if (port.kind, port.first, port.width) == wanted:
                return name
        return ""

    def touched(self, kind: str, numbers: Iterable[int]) -> str:
        """Return a group that some of these do or di are bits of; "" for none."""
        return next((g for n in numbers if (g := self._bits.get((kind, n)))), "")

    def tool(self, number: int) -> str:
        """Return the tool with a number; "tool number 7" where the cell has none."""
        return self._numbered("tool", self.controller.tools, number)

    def frame(self, number: int) -> str:
        """Return the frame with a number; "frame number 7" where the cell has none."""
        return self._numbered("frame", self.controller.frames, number)

    def _numbered(self, kind: str, table: Mapping[str, int], number: int) -> str:
        for name, value in table.items():
            if value == number:
                return name
        made = f"{kind} number {number}"
        numbered = ", ".join(f"{name} = {value}" for name, value in table.items()) or "none"
        self.note(f"the text selects {made}; the cell has {numbered}")
        self.made_up[made] = kind
        return made

    def note(self, text: str) -> None:
        """Keep a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def bound(self, expr: Expr) -> Expr:
        """Return an expression whose signals ("do 3", "go 9..12") have the cell's names."""
        if expr.op == "signal" and " " in expr.name:
            kind, number = expr.name.split()
            first, _, last = number.partition("..")
            if not last:
                return Expr("signal", name=self.signal(kind, int(number)))
            name = self.span(f"d{kind[1]}", int(first), int(last) - int(first) + 1)
            if not name:
                self.note(f"{kind} {number} is no group of signals in the cell")
            return Expr("signal", name=name or f"{kind}{number}")
        if not expr.args:
            return expr
        return replace(expr, args=tuple(self.bound(arg) for arg in expr.args))
