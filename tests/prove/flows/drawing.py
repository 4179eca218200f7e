"""Programs drawn at random: what the languages that write conditions in full have in common."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from machine import Tree

SIGNS = ("=", "<>", "<", "<=", ">", ">=")


class Drawing:
    """Draws conditions and bodies; each language draws its own numbers and statements.

    Attributes:
        COMPARED, NEGATED: Up to which share of draws a condition compares, or negates.
    """

    COMPARED, NEGATED = 0.75, 0.82

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)

    def small(self, most: int) -> int:
        """Return a whole number from 0 to most."""
        return self.draw.randint(0, most)

    def number(self, names: Sequence[str], depth: int = 0) -> Tree:
        """Return a value."""
        raise NotImplementedError

    def some(self, names: Sequence[str], depth: int, called: bool, loop: bool) -> list[Tree]:
        """Return one statement, or a few that belong together."""
        raise NotImplementedError

    def condition(self, names: Sequence[str], depth: int = 0) -> Tree:
        """Return a condition."""
        share = self.draw.random()
        if share < self.COMPARED or depth > 0:
            sign = self.draw.choice(SIGNS)
            return (sign, self.number(names), self.number(names))
        if share < self.NEGATED:
            return ("not", self.condition(names, 1))
        word = self.draw.choice(("and", "or"))
        return (word, self.condition(names, 1), self.condition(names, 1))

    def body(self, names: Sequence[str], depth: int, called: bool, loop: bool) -> list[Tree]:
        """Return one to four statements; called: of what is called. loop: of a loop."""
        return [s for _ in range(1 + self.small(3)) for s in self.some(names, depth, called, loop)]
