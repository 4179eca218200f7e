"""FOR as a loop of statements; its register is assigned where something else reads it.

Source: R-30iB Plus teach pendant help, 9.2.4: where the first value is not past the last one the
lines run, and ENDFOR steps the register and runs them again while it has not reached the last; else
the register keeps the first value and the lines behind ENDFOR are next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cellsim.controllers.fanuc.lines import For
from cellsim.domain.program import Assign, Expr, If, Loop, Statement

_MOST = 10**9
_ONE = Expr("const", value=1.0)


@dataclass(frozen=True)
class Counted:
    """A FOR with its bounds.

    Attributes:
        act: As it stands in the text. name: Of its register. line: Where it stands.
        first, last: Bounds as numbers where they are known.
        fixed: The lines in it do not set the register.
    """

    act: For
    name: str
    line: int
    first: float | None
    last: float | None
    fixed: bool = True

    @property
    def count(self) -> int | None:
        """How often it runs, None where that is not known before."""
        if self.first is None or self.last is None or not self.fixed:
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
            after = [] if count else [self._set(Expr("const", value=self.first))]
            return [self._set(before), Loop(stepped, count, line=self.line), *after]
        go_on = Expr(">" if self.act.down else "<", (here, bounds[1]))
        runs = (self._set(before), Loop(stepped, None, go_on, line=self.line))
        past = (self._set(bounds[0]),)
        if self.first is not None and self.last is not None:
            far = self.first < self.last if self.act.down else self.first > self.last
            return [*(past if far else runs)]
        begins = Expr(">=" if self.act.down else "<=", bounds)
        return [If(begins, runs, past, line=self.line)]

    def _set(self, value: Expr) -> Statement:
        return Assign(self.name, value, line=self.line)
