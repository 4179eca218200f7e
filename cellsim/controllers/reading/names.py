"""From the numbers in a text to the cell's names, with a note for each number nobody named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellsim.domain.controller import Controller
from cellsim.domain.program import Expr


@dataclass
class Names:
    """Names of one controller's numbers; collects notes about unknown ones."""

    controller: Controller
    notes: list[str] = field(default_factory=list)
    _signals: dict[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, port in self.controller.signals.items():
            self._signals.setdefault((port.kind, port.number), name)

    def signal(self, kind: str, number: int) -> str:
        """Return the signal at do or di `number`; "do17" where the cell has no name for it."""
        found = self._signals.get((kind, number))
        if found is None:
            found = f"{kind}{number}"
            self.note(f"{found} has no name in the cell")
        return found

    def tool(self, number: int) -> str:
        """Return the tool with a number; "tool7" where the cell has none."""
        return self._numbered("tool", self.controller.tools, number)

    def frame(self, number: int) -> str:
        """Return the frame with a number; "frame7" where the cell has none."""
        return self._numbered("frame", self.controller.frames, number)

    def _numbered(self, kind: str, table: Mapping[str, int], number: int) -> str:
        for name, value in table.items():
            if value == number:
                return name
        self.note(f"{kind} number {number} has no name in the cell")
        return f"{kind}{number}"

    def note(self, text: str) -> None:
        """Keep a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def bound(self, expr: Expr) -> Expr:
        """Return an expression whose signals (op "signal", name "do 3") have the cell's names."""
        if expr.op == "signal" and " " in expr.name:
            kind, number = expr.name.split()
            return Expr("signal", name=self.signal(kind, int(number)))
        if not expr.args:
            return expr
        return replace(expr, args=tuple(self.bound(arg) for arg in expr.args))
