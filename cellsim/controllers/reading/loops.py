"""Loops that break and continue leave by jumps: their numbers, and the labels where these go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from cellsim.controllers.reading.blocks import Node
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import Walker
from cellsim.domain.program import Label, Statement


@dataclass(kw_only=True)
class Looping(Walker):
    """A walk through loops; `loops` are the numbers of those around a line."""

    loops: list[int] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def looped(self, node: Node) -> tuple[int, tuple[Statement, ...]]:
        """Return the number of a loop, and its body with the label where continue goes."""
        number = next(self.numbers)
        self.loops.append(number)
        body = self.repeated(node.body)
        self.loops.pop()
        if f"next_{number}" in self.jumps:
            body = (*body, Label(f"next_{number}", line=node.line.number))
        return number, body

    def behind(self, number: int, line: Line) -> list[Statement]:
        """Return the label behind a loop, where break goes; none where nothing does."""
        name = f"exit_{number}"
        if name not in self.jumps:
            return []
        self.label(name, (), False)
        return [Label(name, line=line.number)]

    def way_out(self, word: str) -> str:
        """Return the label that break or continue goes to."""
        return f"{'exit' if word == 'break' else 'next'}_{self.loops[-1]}"
