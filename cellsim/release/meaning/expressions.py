"""Expressions in one form each, so that two that mean the same are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cellsim.domain.program import Expr
from cellsim.simulate.expression import UNKNOWN, Unknown, Value, bind, evaluate, leaves

_MIRROR = {">": "<", ">=": "<="}
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def canonical(expr: Expr, known: Mapping[str, Value]) -> Expr:
    """Return an expression in one form.

    Variables of known value are put in; what has a value is that value; `not` stands at the
    leaves; `x == true` is x; > is < the other way round; the sides of and, or, ==, + and * are
    in the order of their text.
    """
    return _form(bind(expr, known, {}), True)


def value_of(expr: Expr) -> Value:
    """Return the value of a canonical expression, UNKNOWN where it has none."""
    return UNKNOWN if expr.op != "const" or expr.value is None else expr.value


def _form(expr: Expr, wanted: bool) -> Expr:
    """Return the expression, or where not `wanted` its negation, in one form."""
    if expr.op == "not" and len(expr.args) == 1:
        return _form(expr.args[0], not wanted)
    if not any(leaf for op in ("signal", "var", "unknown") for leaf in leaves(expr, op)):
        value = evaluate(expr, lambda _: UNKNOWN)
        if not isinstance(value, Unknown):
            return _constant(value if wanted else not value)
    if expr.op in ("and", "or"):
        op = expr.op if wanted else ("or" if expr.op == "and" else "and")
        return Expr(op, _sorted(_parts(expr, expr.op, wanted)))
    if expr.op in _NEGATED and len(expr.args) == 2:
        return _comparison(expr if wanted else replace(expr, op=_NEGATED[expr.op]))
    args = tuple(_form(arg, True) for arg in expr.args)
    plain = replace(expr, args=_sorted(args) if expr.op in ("+", "*") else args)
    return plain if wanted else Expr("not", (plain,))


def _constant(value: bool | float | str) -> Expr:
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return Expr("const", value=value)


def _parts(expr: Expr, op: str, wanted: bool) -> tuple[Expr, ...]:
    """Return the members of nested and (or or), each in its form."""
    found: list[Expr] = []
    for arg in expr.args:
        found += _parts(arg, op, wanted) if arg.op == op else [_form(arg, wanted)]
    return tuple(found)


def _comparison(expr: Expr) -> Expr:
    left, right = (_form(arg, True) for arg in expr.args)
    if expr.op in ("==", "!="):
        for one, other in ((left, right), (right, left)):
            if isinstance(value_of(other), bool):
                return _form(one, (expr.op == "==") is value_of(other))
        return Expr(expr.op, _sorted((left, right)))
    if expr.op in _MIRROR:
        return Expr(_MIRROR[expr.op], (right, left))
    return Expr(expr.op, (left, right))


def _sorted(args: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return tuple(sorted(args, key=shape))


def shape(expr: Expr) -> str:
    """Return an expression as text in which variables have no names: equal up to renaming."""
    if expr.op == "const":
        value = expr.value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value:.9g}" if number else repr(value)
    if expr.op == "var":
        return "?"
    if expr.op in ("signal", "unknown"):
        return f"{expr.op}:{expr.name}"
    return f"({expr.op} {' '.join(shape(arg) for arg in expr.args)})"


def variables_of(expr: Expr) -> tuple[str, ...]:
    """Return the names of the variables of an expression, in order of its text."""
    return tuple(leaves(expr, "var"))


def show(expr: Expr) -> str:
    """Return an expression tree as text."""
    if expr.op == "const":
        return f"{expr.value:g}" if isinstance(expr.value, float) else f"{expr.value}"
    if expr.op in ("var", "signal", "unknown"):
        return expr.name or "?"
    if len(expr.args) == 1:
        return f"{expr.op} {show(expr.args[0])}"
    if expr.args:
        return "(" + f" {expr.op} ".join(show(arg) for arg in expr.args) + ")"
    return expr.op
