"""Loops: where break and continue go, jumps into them, and ends that their lines set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from cellsim.controllers.reading.acts import data_of, is_word
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import Walker
from cellsim.domain.program import Expr, Label, Statement


def entered(
    node: Node, lines: Iterable[Node], mentioned: Callable[[Node], Collection[Any]]
) -> bool:
    """Return whether a line outside of a loop may go to a label in it.

    Args:
        lines: Of the whole routine. mentioned: Labels that a line may go to.
    """
    inner = list(flat(node.body))
    own = {data_of(n)[0] for n in inner if is_word(n, "label")}
    inside = {id(n) for n in inner}
    return bool(own) and any(not own.isdisjoint(mentioned(n)) for n in lines if id(n) not in inside)


def ends_in(last: Expr | None, counter: str, set_in_it: Collection[str]) -> bool:
    """Return whether what a counted loop ends at is set in it: which value counts is not known.

    No manual read says when the end is read: R-30iB Plus help, 9.2.4, compares at ENDFOR with it.
    """
    ends = set() if last is None else {e.name for e in every(last) if e.op == "var"}
    return any(name in set_in_it or name == counter for name in ends)


def free_numbers(labels: Collection[Any]) -> Iterator[int]:
    """Yield 1, 2, .. without those that make a label of ours one of the text's own."""
    named = {str(label).lower() for label in labels}
    return (n for n in count(1) if named.isdisjoint({f"exit_{n}", f"next_{n}"}))


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
