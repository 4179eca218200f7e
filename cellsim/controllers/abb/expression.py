"""Conditions and values in RAPID words, for the writer.

Source: Technical reference manual, RAPID kernel 3HAC050946: expressions (NOT binds weaker than
AND, so everything inside an operation stands in parentheses).
"""

from __future__ import annotations

from cellsim.controllers.abb.names import signal_name
from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr
from cellsim.errors import Refused

_BINARY = {"and": "AND", "or": "OR", "!=": "<>", "==": "="} | {
    op: op for op in ("<", "<=", ">", ">=", "+", "-", "*", "/")
}
_BOOLEAN = {"and", "or", "not", "signal", "==", "!=", "<", "<=", ">", ">="}


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as RAPID text, inner operations in parentheses."""
    match expr.op:
        case "const":
            return _const(expr.value, line)
        case "var":
            return expr.name
        case "signal":
            return f"{_signal(expr, group, line)}=1"
        case "not":
            inner = expr.args[0]
            if inner.op == "signal":
                return f"{_signal(inner, group, line)}=0"
            return f"NOT {_inner(inner, group, line)}"
        case "neg":
            return f"-{_inner(expr.args[0], group, line)}"
    if expr.op in _BINARY and len(expr.args) == 2:
        left, right = (_inner(arg, group, line) for arg in expr.args)
        return f"{left} {_BINARY[expr.op]} {right}"
    raise Refused("abb", f"expression '{expr.op}'", line=line)


def _signal(expr: Expr, group: MotionGroup, line: int) -> str:
    name = signal_name(expr.name, group, line)
    output = port_of("abb", group, expr.name, line).kind == "do"
    return f"DOutput({name})" if output else name


def type_of(expr: Expr) -> str:
    """Return the RAPID type of a value: bool for conditions, num for numbers."""
    if expr.op in _BOOLEAN or (expr.op == "const" and isinstance(expr.value, bool)):
        return "bool"
    return "num"


def _inner(expr: Expr, group: MotionGroup, line: int) -> str:
    text = say(expr, group, line)
    return text if expr.op in {"const", "var"} else f"({text})"


def _const(value: float | bool | str | None, line: int) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return short(float(value), CONST_DIGITS)
    raise Refused("abb", f"constant {value!r}", line=line)
