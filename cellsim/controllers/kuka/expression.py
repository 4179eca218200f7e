"""Conditions and values in KRL words, for the writer.

Source: KSS 8.2 SI manual, operators; $IN and $OUT.
"""

from __future__ import annotations

from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr
from cellsim.errors import Refused

_BINARY = {"and": "AND", "or": "OR", "!=": "<>"} | {
    op: op for op in ("==", "<", "<=", ">", ">=", "+", "-", "*", "/")
}
_BOOLEAN = {"and", "or", "not", "signal", "==", "!=", "<", "<=", ">", ">="}


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as KRL text, inner operations in parentheses."""
    match expr.op:
        case "const":
            return _const(expr.value, line)
        case "var":
            return expr.name
        case "signal":
            port = port_of("kuka", group, expr.name, line)
            return f"${'OUT' if port.kind == 'do' else 'IN'}[{port.number}]"
        case "not":
            return f"NOT {_inner(expr.args[0], group, line)}"
        case "neg":
            return f"-{_inner(expr.args[0], group, line)}"
    if expr.op in _BINARY and len(expr.args) == 2:
        left, right = (_inner(arg, group, line) for arg in expr.args)
        return f"{left} {_BINARY[expr.op]} {right}"
    raise Refused("kuka", f"expression '{expr.op}'", line=line)


def type_of(expr: Expr) -> str:
    """Return the KRL type of a value: BOOL for conditions, REAL for numbers."""
    if expr.op in _BOOLEAN or (expr.op == "const" and isinstance(expr.value, bool)):
        return "BOOL"
    return "REAL"


def _inner(expr: Expr, group: MotionGroup, line: int) -> str:
    text = say(expr, group, line)
    return text if expr.op in {"const", "var", "signal"} else f"({text})"


def _const(value: float | bool | str | None, line: int) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return short(float(value), CONST_DIGITS)
    raise Refused("kuka", f"constant {value!r}", line=line)
