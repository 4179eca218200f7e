"""Control flow as trees, and a machine that runs them by the rules of a manual: delays come out.

Values: ("c", number), ("v", name), ("f", function, arguments), ("+" | "-" | "*", left, right).
Conditions: ("=" | "<>" | "<" | "<=" | ">" | ">=", left, right), ("not", c), ("and" | "or", c, ..).
Statements: (kind, ..); each language has the kinds that its manual has. It shares nothing with the
readers, which see the text of the same trees.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

Tree = tuple[Any, ...]
Body = Sequence[Tree]
MOST = 3_000
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_SUMS: dict[str, Callable[[Any, Any], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


class Left(Exception):
    """The program does what no page says, or too much: it is not compared."""


class Away(Exception):
    """A statement that leaves: "break", "continue" or "return" with its value."""

    def __init__(self, word: str, value: int | None = None) -> None:
        super().__init__(word)
        self.word, self.value = word, value


class Machine:
    """Runs the statements that languages have in common; each language adds its own."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.steps = 0

    def get(self, name: str) -> int:
        """Return the value of a variable where the program is."""
        raise NotImplementedError

    def put(self, name: str, value: int, word: str = "") -> None:
        """Set a variable; word: What stands before its name."""
        raise NotImplementedError

    def asked(self, name: str, arguments: Sequence[Tree]) -> int:
        """Return the value of a function."""
        raise NotImplementedError

    def value(self, tree: Tree) -> int:
        """Return what a value comes to, from the left."""
        if tree[0] == "c":
            return int(tree[1])
        if tree[0] == "v":
            return self.get(tree[1])
        if tree[0] == "f":
            return self.asked(tree[1], tree[2])
        left, right = self.value(tree[1]), self.value(tree[2])
        return _SUMS[tree[0]](left, right)

    def holds(self, tree: Tree) -> bool:
        """Return whether a condition holds; all of it is looked at."""
        if tree[0] == "not":
            return not self.holds(tree[1])
        if tree[0] in ("and", "or"):
            every = [self.holds(part) for part in tree[1:]]
            return all(every) if tree[0] == "and" else any(every)
        left, right = self.value(tree[1]), self.value(tree[2])
        return _COMPARE[tree[0]](left, right)

    def tick(self) -> None:
        """Count a step."""
        self.steps += 1
        if self.steps > MOST:
            raise Left("too long")

    def run(self, body: Body) -> None:
        """Run statements in order; a jump goes to a label of the same body."""
        at = 0
        while at < len(body):
            self.tick()
            one = body[at]
            at += 1
            goes = getattr(self, f"do_{one[0]}")(*one[1:])
            if goes is not None:
                at = next(i for i, s in enumerate(body) if s[:2] == ("label", goes))

    def do_delay(self, seconds: int) -> None:
        self.delays.append(float(seconds))

    def do_set(self, name: str, value: Tree, word: str = "") -> None:
        self.put(name, self.value(value), word)

    def do_if(self, branches: Sequence[tuple[Tree, Body]], otherwise: Body | None) -> None:
        for condition, body in branches:
            if self.holds(condition):
                return self.run(body)
        return self.run(otherwise or ())

    def do_while(self, condition: Tree, body: Body) -> None:
        while self.holds(condition):
            self.tick()
            try:
                self.run(body)
            except Away as away:
                if away.word == "break":
                    return
                if away.word == "return":
                    raise

    def do_label(self, _name: str) -> None:
        return None

    def do_jump(self, name: str, condition: Tree | None) -> str | None:
        return name if condition is None or self.holds(condition) else None

    def do_leave(self, word: str, value: Tree | None = None) -> None:
        raise Away(word, None if value is None else self.value(value))
