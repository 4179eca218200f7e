"""Evaluate expression trees where some of it may not be known."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from cellsim.domain.program import Expr


class Unknown:
    """What an expression is worth when something in it was not understood."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = Unknown()
Value = bool | float | str | Unknown
_CLOSE: Final = 1e-5

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


# Of a text or of what is not known: TypeError, and so unknown.
_NEGATIVE: Callable[[Any], float] = operator.neg


def evaluate(expr: Expr, signals: Callable[[str], Value]) -> Value:
    """Return the value of a bound expression; UNKNOWN where it cannot be known.

    Args:
        expr: Without variables (see `bind`).
        signals: Value of a signal by name.
    """
    if expr.op == "const":
        return UNKNOWN if expr.value is None else expr.value
    if expr.op == "signal":
        return signals(expr.name)
    if expr.op in ("and", "or"):
        return _junction(expr, signals)
    args = [evaluate(arg, signals) for arg in expr.args]
    if not args or any(isinstance(arg, Unknown) for arg in args):
        return UNKNOWN
    return _apply(expr.op, args)


def _junction(expr: Expr, signals: Callable[[str], Value]) -> Value:
    decisive = expr.op == "or"
    args = [evaluate(arg, signals) for arg in expr.args]
    if any(not isinstance(arg, Unknown) and bool(arg) is decisive for arg in args):
        return decisive
    return UNKNOWN if any(isinstance(arg, Unknown) for arg in args) else not decisive


def _apply(op: str, args: list[Value]) -> Value:
    try:
        if op == "not":
            return not args[0]
        if op == "neg":
            return _NEGATIVE(args[0])
        if op in _COMPARE:
            return UNKNOWN if _too_close(*args) else _COMPARE[op](args[0], args[1])
        if op in _ARITHMETIC:
            return _ARITHMETIC[op](args[0], args[1])
    except (TypeError, ZeroDivisionError, OverflowError):
        return UNKNOWN
    return UNKNOWN


def _too_close(a: Value, b: Value) -> bool:
    """Return whether a controller's digits decide how two numbers with fractions compare.

    Controllers count in single precision, seven digits (RAPID num, KRL REAL, TP and INFORM real
    registers): ten times 0.1 is not on both sides of 1 for all of them.
    """
    if not (isinstance(a, float | int) and isinstance(b, float | int)) or a == b:
        return False
    if isinstance(a, bool) or isinstance(b, bool):
        return False
    whole = float(a).is_integer() and float(b).is_integer()
    return not whole and abs(a - b) <= _CLOSE * max(1.0, abs(a), abs(b))


def bind(expr: Expr, variables: Mapping[str, Value], inputs: Mapping[str, bool | float]) -> Expr:
    """Return the expression with variables and given inputs replaced by their values.

    A variable never assigned and an "unknown" leaf without an input stay unknown.
    """
    if expr.op in ("var", "unknown", "signal") and expr.name in inputs:
        return Expr("const", value=inputs[expr.name])
    if expr.op == "var":
        value = variables.get(expr.name, UNKNOWN)
        if isinstance(value, Unknown):
            return Expr("unknown", name=expr.name)
        return Expr("const", value=value)
    if not expr.args:
        return expr
    return replace(expr, args=tuple(bind(arg, variables, inputs) for arg in expr.args))


def held(worth: Value, holds: tuple[float, float] | None) -> Value:
    """Return what a variable that holds least to most, or anything, is set to a value; or UNKNOWN.

    What a controller makes of a value beyond is not known.
    """
    if holds is None or not isinstance(worth, float | int):
        return worth
    return worth if holds[0] <= worth <= holds[1] else UNKNOWN


def leaves(expr: Expr, op: str) -> Iterator[str]:
    """Yield the names of all leaves of one kind ("signal", "unknown"), in order."""
    if expr.op == op:
        yield expr.name
    for arg in expr.args:
        yield from leaves(arg, op)


def literals(
    expr: Expr, value: bool = True, kinds: tuple[str, ...] = ("signal",)
) -> Iterator[tuple[str, bool | float]]:
    """Yield (signal, value) pairs that must all hold at once for `expr` to be `value`.

    What an alternative asks for is left out: fewer pairs order less, never wrongly. A number is
    what a group of signals must be; that it must be another is no pair.
    kinds: Leaves that count, "unknown" for variables that are not known as well.
    """
    if expr.op in kinds:
        yield expr.name, value
    elif expr.op == "not":
        yield from literals(expr.args[0], not value, kinds)
    elif expr.op == ("and" if value else "or"):
        for arg in expr.args:
            yield from literals(arg, value, kinds)
    elif expr.op in ("==", "!=") and len(expr.args) == 2:
        wanted = value if expr.op == "==" else not value
        for side, other in (expr.args, expr.args[::-1]):
            if other.op == "const" and isinstance(other.value, bool):
                yield from literals(side, other.value is wanted, kinds)
            elif wanted and side.op == "signal" and isinstance(other.value, float):
                yield side.name, other.value


def agrees(worth: bool | float, value: bool | float) -> bool:
    """Return whether a signal is at a value that is asked for: on or off, or a number."""
    return bool(worth) is value if isinstance(value, bool) else worth == value


def is_plain(expr: Expr, value: bool = True) -> bool:
    """Return whether `expr` is `value` as soon as all its `literals` hold."""
    if expr.op == "signal":
        return True
    if expr.op == "const":
        return expr.value is value
    if expr.op == "not":
        return is_plain(expr.args[0], not value)
    if expr.op == ("and" if value else "or"):
        return all(is_plain(arg, value) for arg in expr.args)
    if expr.op in ("==", "!=") and len(expr.args) == 2:
        wanted = value if expr.op == "==" else not value
        return any(
            side.op == "signal" and other.op == "const"
            and (isinstance(other.value, bool) or (wanted and isinstance(other.value, float)))
            for side, other in (expr.args, expr.args[::-1])
        )  # fmt: skip
    return False


def say(expr: Expr) -> str:
    """Return the expression as one line of text, for findings."""
    if expr.op in ("signal", "var"):
        return expr.name
    if expr.op == "unknown":
        return expr.name or "?"
    if expr.op == "const":
        return str(expr.value).lower() if isinstance(expr.value, bool) else str(expr.value)
    inner = [say(arg) if not arg.args else f"({say(arg)})" for arg in expr.args]
    return f"{expr.op} {inner[0]}" if len(inner) == 1 else f" {expr.op} ".join(inner)
