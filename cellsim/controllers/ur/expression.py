"""Conditions and values in URScript words, for the writer.

Source: URScript manual, numbers and expressions; Module interfaces for the digital ports.
"""

from __future__ import annotations

from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr
from cellsim.errors import Refused

_BINARY = {"and", "or", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"}


def port_name(number: int, line: int) -> tuple[str, int]:
    """Return (kind, index) of a digital port: 0-7 standard, 8-15 configurable, 16-17 tool."""
    if 0 <= number <= 7:
        return "standard", number
    if 8 <= number <= 15:
        return "configurable", number - 8
    if 16 <= number <= 17:
        return "tool", number - 16
    raise Refused("ur", f"digital port {number}; 0..17", line=line)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as URScript text, inner operations in parentheses."""
    match expr.op:
        case "const":
            return _const(expr.value, line)
        case "var":
            return expr.name
        case "signal":
            port = port_of("ur", group, expr.name, line)
            kind, index = port_name(port.number, line)
            return f"get_{kind}_digital_{'out' if port.kind == 'do' else 'in'}({index})"
        case "not":
            return f"not {_inner(expr.args[0], group, line)}"
        case "neg":
            return f"-{_inner(expr.args[0], group, line)}"
    if expr.op in _BINARY and len(expr.args) == 2:
        left, right = (_inner(arg, group, line) for arg in expr.args)
        return f"{left} {expr.op} {right}"
    raise Refused("ur", f"expression '{expr.op}'", line=line)


def _inner(expr: Expr, group: MotionGroup, line: int) -> str:
    text = say(expr, group, line)
    return text if expr.op in {"const", "var", "signal"} else f"({text})"


def _const(value: float | bool | str | None, line: int) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float | int):
        return short(float(value), CONST_DIGITS)
    if isinstance(value, str) and value.isascii() and value.isprintable() and '"' not in value:
        return f'"{value}"'
    raise Refused("ur", f"constant {value!r}", line=line)
