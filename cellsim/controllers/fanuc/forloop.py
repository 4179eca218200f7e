"""FOR as a loop of statements; its register is assigned where something else reads it.

Source: R-30iB Plus teach pendant help, 9.2.4: the register is stepped until it is
at its last value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from cellsim.controllers.fanuc.lines import For
from cellsim.controllers.reading.acts import data_of, is_word
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.values import every
from cellsim.domain.program import Assign, Expr, Loop, Statement

_MOST = 10**9
_ONE = Expr("const", value=1.0)


@dataclass(frozen=True)
class Counted:
    """A FOR with its bounds.

    Attributes:
        act: As it stands in the text. name: Of its register. line: Where it stands.
        first, last: Bounds as numbers where they are known.
    """

    act: For
    name: str
    line: int
    first: float | None
    last: float | None

    @property
    def count(self) -> int | None:
        """How often it runs, None where that is not known before."""
        if self.first is None or self.last is None:
            return None
        if not float(self.first).is_integer() or not float(self.last).is_integer():
            return None
        step = -1 if self.act.down else 1
        return min(max(step * int(self.last - self.first) + 1, 0), _MOST)

    def statements(
        self, body: Sequence[Statement], bounds: tuple[Expr, Expr], alone: bool
    ) -> list[Statement]:
        """Return the loop.

        Args:
            body: Its statements. bounds: First and last with the cell's names. alone: Nothing else
                reads the register, so that a known count says all.
        """
        count = self.count
        if count is not None and alone:
            return [Loop(tuple(body), count, line=self.line)]
        here = Expr("var", name=self.name)
        back, on = ("+", "-") if self.act.down else ("-", "+")
        before = Expr(back, (bounds[0], _ONE))
        if count is not None and self.first is not None:
            before = Expr("const", value=self.first + (1.0 if self.act.down else -1.0))
        stepped = (self._set(Expr(on, (here, _ONE))), *body)
        if count is not None:
            return [self._set(before), Loop(stepped, count, line=self.line)]
        go_on = Expr(">" if self.act.down else "<", (here, bounds[1]))
        return [self._set(before), Loop(stepped, None, go_on, line=self.line)]

    def _set(self, value: Expr) -> Statement:
        return Assign(self.name, value, line=self.line)


def entered(node: Node, lines: Iterable[Node], mentioned: Callable[[Node], set[int]]) -> bool:
    """Return whether a line outside of a FOR may go to a label in it.

    Args:
        lines: Of the whole program. mentioned: Labels that a line may go to.
    """
    inner = list(flat(node.body))
    own = {data_of(n)[0] for n in inner if is_word(n, "label")}
    inside = {id(n) for n in inner}
    return bool(own) and any(own & mentioned(n) for n in lines if id(n) not in inside)


def ends_in(act: For, set_in_it: Collection[str]) -> bool:
    """Return whether the register a FOR ends at is set in it: which value counts is not known.

    R-30iB Plus help, 9.2.4, compares at ENDFOR with the target, and does not say when it is read.
    """
    assert act.last is not None
    ends = {e.name for e in every(act.last) if e.op == "var"}
    return any(name in set_in_it or name == act.variable for name in ends)
