"""Conditions and values in HRScript words, for the writer.

Source: HRScript manual 2.8 Operators and Expressions, 6.1.1 Input/Output Variables.
"""

from __future__ import annotations

from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr
from cellsim.errors import Refused

_BINARY = {"and", "or", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"}


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as HRScript text, inner operations in parentheses."""
    match expr.op:
        case "const":
            return _const(expr.value, line)
        case "var":
            return expr.name
        case "signal":
            port = port_of("hyundai", group, expr.name, line)
            return f"{port.kind}{port.number}"
        case "not":
            return f"not {_inner(expr.args[0], group, line)}"
        case "neg":
            return f"-{_inner(expr.args[0], group, line)}"
    if expr.op in _BINARY and len(expr.args) == 2:
        left, right = (_inner(arg, group, line) for arg in expr.args)
        return f"{left} {expr.op} {right}"
    raise Refused("hyundai", f"expression '{expr.op}'", line=line)


def _inner(expr: Expr, group: MotionGroup, line: int) -> str:
    text = say(expr, group, line)
    return text if expr.op in {"const", "var", "signal"} else f"({text})"


def _const(value: float | bool | str | None, line: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return short(float(value), CONST_DIGITS)
    if isinstance(value, str) and value.isprintable() and '"' not in value:
        return f'"{value}"'
    raise Refused("hyundai", f"constant {value!r}", line=line)
