"""What TP text means piece by piece: acts, motions, and the transformer of the grammar.

Until a line is bound, a register is the variable "R 5", a flag "F 2", an argument "AR 1", and a
signal "di 3".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.expression import Expressions
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import constant
from cellsim.domain.program import Expr

_VARIABLES = {"R", "F", "AR"}
_SIGNALS = {"DI", "DO", "RI", "RO"}
_OPERATORS = {"=": "==", "<>": "!=", "AND": "and", "OR": "or"}


@dataclass(frozen=True)
class Tail:
    """What stands behind the target of a motion; registers as expressions.

    Attributes:
        speed: Value and unit. cnt: None for FINE. acc: In %.
        timed: (TA or TB and seconds, or DB and mm; action) of options that act near the point.
        other: Options that this reader does not understand.
    """

    speed: tuple[Expr, str] | None = None
    fine: bool = False
    cnt: Expr | None = None
    acc: float | None = None
    timed: tuple[tuple[str, float, str], ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True)
class Motion:
    """A motion instruction.

    Attributes:
        kind: J, L, C or A. points: One, or via and end of C: (P or PR, index expression).
        logic: Lines that run near its point, and what they do.
    """

    kind: str
    points: tuple[tuple[str, Expr], ...]
    tail: Tail = field(default_factory=Tail)
    logic: tuple[tuple[Line, tuple[object, ...]], ...] = ()


class Build(Expressions):
    """Turns grammar rules into acts while a line is parsed."""

    def chain(self, items: Sequence[Any]) -> Expr:
        """left (operator right)*, from the left; what DIV and MOD give is worked out later."""
        tree: Expr = items[0]
        for operator, right in zip(items[1::2], items[2::2], strict=True):
            word = str(operator).upper()
            op = _OPERATORS.get(word, word)
            if word in {"DIV", "MOD"}:
                tree = Expr("unknown", (tree, right), name=word)
                continue
            tree = _simple(op, tree, right)
        return tree

    def group(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    def indexed(self, items: Sequence[Any]) -> Expr:
        letters = str(items[0]).upper()
        number = constant(items[1])
        if number is None or not float(number).is_integer() or len(items) > 2:
            return Expr("unknown", tuple(items[1:]), name=letters)
        if letters in _VARIABLES:
            return Expr("var", name=f"{letters} {int(number)}")
        if letters in _SIGNALS:
            return Expr("signal", name=f"{letters.lower()} {int(number)}")
        return Expr("unknown", name=f"{letters} {int(number)}")

    def unknown(self, items: Sequence[Any]) -> Expr:
        return Expr("unknown", name=str(items[0]))

    def speed_number(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "speed", (Expr("const", value=float(items[0])), str(items[1]).lower())

    def speed_register(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "speed", (items[0], str(items[1]).lower())

    def fine(self, _items: Sequence[Any]) -> tuple[str, Any]:
        return "fine", True

    def cnt_number(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "cnt", Expr("const", value=float(items[1]))

    def cnt_register(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "cnt", items[1]

    def acc(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "acc", float(items[1])

    def timed(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "timed", (str(items[0]).upper(), float(items[1]), str(items[3]))

    def other(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "other", str(items[0])

    def tail(self, items: Sequence[Any]) -> Tail:
        found: dict[str, Any] = {"timed": (), "other": ()}
        for item in items:
            if item is None:
                continue
            name, given = item
            if name in ("timed", "other"):
                found[name] = (*found[name], given)
            elif name in found:
                raise ValueError("an option is given twice")
            else:
                found[name] = given
        return Tail(**found)

    def value(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    condition = argument = value

    def count(self, items: Sequence[Any]) -> tuple[Any, ...]:
        """Return register, first, TO or DOWNTO, last; `R[1]=1` was read as a comparison."""
        begin: Expr = items[0]
        if begin.op != "==" or begin.args[0].op != "var":
            raise ValueError("FOR without register=first")
        return begin.args[0], begin.args[1], str(items[1]).upper(), items[2]

    def wait(self, items: Sequence[Any]) -> Act:
        return Act("wait", (items[0], items[2]))

    def delay(self, items: Sequence[Any]) -> Act:
        return Act("delay", (float(items[0]),))

    def call(self, items: Sequence[Any]) -> Act:
        return Act("call", (str(items[0]).upper(), tuple(i for i in items[1:] if i is not None)))


def _simple(op: str, left: Expr, right: Expr) -> Expr:
    """Return `left op right`; a signal or flag compared with ON or OFF is itself or its not."""
    switch = op in ("==", "!=") and right.op == "const" and isinstance(right.value, bool)
    if switch and left.op in ("signal", "var"):
        wanted = bool(right.value) == (op == "==")
        return left if wanted else Expr("not", (left,))
    return Expr(op, (left, right))
