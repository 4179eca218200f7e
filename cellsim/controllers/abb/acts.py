"""What RAPID text means piece by piece: acts, items, and the transformer of the grammar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.expression import Expressions
from cellsim.controllers.reading.values import every
from cellsim.domain.program import Expr

_MARKS = {"=": "=="}
MOST_PARTS = 100
_BEHIND = "AND behind AND NOT without parentheses"
_HIGH = {"high": 1.0, "low": 0.0, "pi": 3.141592653589793}


@dataclass(frozen=True)
class Item:
    """One argument of an instruction with its optional arguments (lower case)."""

    value: Expr
    options: tuple[tuple[str, Expr | None], ...] = ()

    @property
    def given(self) -> Mapping[str, Expr | None]:
        """Optional arguments by name."""
        return dict(self.options)


@dataclass(frozen=True, eq=False)
class AndNot(Expr):
    """`a AND NOT b`: an AND behind it may belong to b, as NOT binds weaker than AND."""


class Build(Expressions):
    """Turns grammar rules into acts while a line is parsed."""

    def chain(self, items: Sequence[Any]) -> Expr:
        changed = [_MARKS.get(str(i), i) if k % 2 else i for k, i in enumerate(items)]
        if isinstance(items[0], AndNot) and str(items[1]).upper() == "AND":
            return Expr("unknown", name=_BEHIND)
        return super().chain(changed)

    def exclusive(self, items: Sequence[Any]) -> Expr:
        """Return one of two without the other; a chain whose parts stand in it too often is open.

        Source: 3HAC050917, RobotWare 6, as a public index made of the manual quotes it: "XOR
        (Exclusive Or) is a conditional expression used to evaluate a logical value (true/false)".
        """
        left, right = (Expr(i.op, i.args) if isinstance(i, AndNot) else i for i in items[::2])
        if sum(1 for part in (left, right) for _ in every(part)) > MOST_PARTS:
            return Expr("unknown", name="XOR")
        sides = ((left, right), (right, left))
        return Expr("or", tuple(Expr("and", (a, Expr("not", (b,)))) for a, b in sides))

    def and_not(self, items: Sequence[Any]) -> Expr:
        if isinstance(items[0], AndNot):
            return Expr("unknown", name=_BEHIND)
        return AndNot("and", (items[0], super().not_(items[3:])))

    def plus(self, items: Sequence[Any]) -> Expr:
        """Return what stands in parentheses."""
        tree: Expr = items[-1]
        return Expr(tree.op, tree.args) if isinstance(tree, AndNot) else tree

    def signed(self, items: Sequence[Any]) -> Expr:
        sign, value = items[0], cast(Expr, items[1])
        if sign == "+":
            return value
        return super().neg([value])

    def aggregate(self, items: Sequence[Any]) -> Expr:
        return Expr("unknown", name="[]", value=str(items[0]))

    def star(self, _items: Sequence[Any]) -> Expr:
        return Expr("unknown", name="*")

    def index(self, items: Sequence[Any]) -> tuple[Expr, ...]:
        return tuple(items)

    def field(self, items: Sequence[Any]) -> str:
        return str(items[0])

    def reference(self, items: Sequence[Any]) -> Expr:
        name, index = str(items[0]), items[1]
        fields = "".join(f".{f}" for f in items[2:])
        if not index:
            return Expr("var", name=f"{name}{fields}")
        return indexed(name, fields, index, [number_of(i) for i in index])

    def variable(self, items: Sequence[Any]) -> Expr:
        found: Expr = items[0]
        constant = _HIGH.get(found.name.lower()) if found.op == "var" else None
        return found if constant is None else Expr("const", value=constant)

    def function(self, items: Sequence[Any]) -> Expr:
        given = tuple(i for i in items[1:] if i is not None)
        return Function("unknown", tuple(i.value for i in given), name=str(items[0]), items=given)

    def asked(self, items: Sequence[Any]) -> Expr:
        """Return a function whose first arguments are options; what they are worth is not kept."""
        options = Item(Expr("unknown", name="\\"), tuple(items[1]))
        return self.function([items[0], options, *items[2:]])

    def option(self, items: Sequence[Any]) -> tuple[str, Expr | None]:
        return str(items[0]).lower(), items[1]

    def options(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(items)

    def item(self, items: Sequence[Any]) -> Item:
        return Item(items[0], tuple(items[1:]))

    def call(self, items: Sequence[Any]) -> Act:
        options = items[0] or ()
        return Act("call", (options, tuple(i for i in items[1:] if i is not None)))

    def plain(self, items: Sequence[Any]) -> Act:
        return Act("call", ((), tuple(items)))

    def word(self, items: Sequence[Any]) -> Item:
        name = str(items[0])
        constant = _HIGH.get(name.lower())
        found = Expr("var", name=name) if constant is None else Expr("const", value=constant)
        return Item(found, tuple(items[1:]))

    def flag(self, items: Sequence[Any]) -> tuple[str, Expr | None]:
        value = None if items[1] is None else Expr("var", name=str(items[1]))
        return str(items[0]).lower(), value

    def assign(self, items: Sequence[Any]) -> Act:
        return Act("assign", (items[0], items[1]))

    def condition(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    def case(self, items: Sequence[Any]) -> tuple[Expr, ...]:
        return tuple(items)

    def count(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return str(items[0]), items[2], items[4], items[6]

    def dims(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(items)

    def declare(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return str(items[0]).lower(), str(items[1]), items[2], items[3]


@dataclass(frozen=True, eq=False)
class Function(Expr):
    """A function call; its value is not known, its arguments are kept (Offs, RelTool, DInput)."""

    items: tuple[Item, ...] = ()


def indexed(name: str, fields: str, index: Sequence[Expr], numbers: Sequence[float | None]) -> Expr:
    """Return an element p{2} of an array as a variable; "element" where its index is no number."""
    if any(n is None or not float(n).is_integer() for n in numbers):
        return Expr("element", tuple(index), value=fields, name=name)
    place = ",".join(str(int(n or 0)) for n in numbers)
    return Expr("var", name=f"{name}{{{place}}}{fields}")


def number_of(expr: object) -> float | None:
    """Return the number a constant expression is; None for anything else."""
    if not isinstance(expr, Expr):
        return None
    if expr.op == "neg":
        inner = number_of(expr.args[0])
        return None if inner is None else -inner
    value = expr.value
    return value if expr.op == "const" and isinstance(value, float) else None
