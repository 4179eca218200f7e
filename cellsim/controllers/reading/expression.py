"""Expression trees from grammar rules; the grammars of all brands name their rules alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Transformer

from cellsim.domain.program import Expr

MAX_DEPTH = 40
_SAME = {"<>": "!=", "AND": "and", "OR": "or"}


class Expressions(Transformer[Any, Any]):
    """Builds Expr trees while a line is parsed (rules or_, and_, not_, compare, ...)."""

    def chain(self, items: Sequence[Any]) -> Expr:
        """left (operator right)*, from the left."""
        tree: Expr = items[0]
        for operator, right in zip(items[1::2], items[2::2], strict=True):
            word = str(operator)
            op = _SAME.get(word.upper(), word)
            tree = _simple(op, tree, right)
        return tree

    def not_(self, items: Sequence[Any]) -> Expr:
        inner: Expr = items[-1]
        return inner.args[0] if inner.op == "not" else Expr("not", (inner,))

    def neg(self, items: Sequence[Any]) -> Expr:
        return Expr("neg", (items[-1],))

    def plus(self, items: Sequence[Any]) -> Expr:
        value: Expr = items[-1]
        return value

    def number(self, items: Sequence[Any]) -> Expr:
        return Expr("const", value=float(items[0]))

    def true(self, _items: Sequence[Any]) -> Expr:
        return Expr("const", value=True)

    def false(self, _items: Sequence[Any]) -> Expr:
        return Expr("const", value=False)

    def string(self, items: Sequence[Any]) -> Expr:
        return Expr("const", value=str(items[0])[1:-1])

    def variable(self, items: Sequence[Any]) -> Expr:
        return Expr("var", name=str(items[0]))


def _simple(op: str, left: Expr, right: Expr) -> Expr:
    """Return `left op right`; a single signal compared with on or off is it or its not."""
    group = left.op == "signal" and left.name.startswith(("go ", "gi "))
    switch = op in ("==", "!=") and left.op == "signal" and not group and right.op == "const"
    if switch and right.value in (0.0, 1.0):
        wanted = bool(right.value) == (op == "==")
        return left if wanted else Expr("not", (left,))
    return Expr(op, (left, right))


def depth(expr: Expr) -> int:
    """Return how deep an expression is nested (without recursion)."""
    deepest, level = 0, [expr]
    while level:
        deepest += 1
        level = [arg for e in level for arg in e.args]
    return deepest
