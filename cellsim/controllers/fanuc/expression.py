"""Conditions and values in TP words, for the writer: mixed logic, inner parts in parentheses.

Source: R-30iB Plus teach pendant help, 14: mixed logic instructions.
"""

from __future__ import annotations

from cellsim.controllers.fanuc.digits import bare
from cellsim.controllers.fanuc.naming import bracketed, place
from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr
from cellsim.errors import Refused

_BINARY = {"and": "AND", "or": "OR", "==": "=", "!=": "<>"} | {
    op: op for op in ("<", "<=", ">", ">=", "+", "-", "*", "/")
}
_WORDS = {"and", "or"}
KINDS = ("do", "di", "ro", "ri")
_BOOLEAN = {"and", "or", "not", "signal", "==", "!=", "<", "<=", ">", ">="}
_LEAVES = {"const", "var", "signal"}


def is_boolean(expr: Expr) -> bool:
    """Return whether a value is a condition (a flag holds it), not a number (a register)."""
    return expr.op in _BOOLEAN or (expr.op == "const" and isinstance(expr.value, bool))


def mixed(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as mixed logic, without the outer parentheses."""
    match expr.op:
        case "const":
            return _const(expr.value, line)
        case "var":
            return place(expr.name, line)
        case "signal":
            return signal(expr.name, group, line)
        case "not":
            return f"!{_inner(expr.args[0], group, line)}"
        case "neg":
            return f"(-{_inner(expr.args[0], group, line)})"
    if expr.op in _BINARY and len(expr.args) == 2:
        left, right = (_inner(arg, group, line) for arg in expr.args)
        word = _BINARY[expr.op]
        return f"{left} {word} {right}" if expr.op in _WORDS else f"{left}{word}{right}"
    raise Refused("fanuc", f"expression '{expr.op}'", line=line)


def signal(name: str, group: MotionGroup, line: int) -> str:
    """Return DI[3:ready] of a signal."""
    port = port_of("fanuc", group, name, line, KINDS)
    return bracketed(port.kind.upper(), port.number, name)


def switched(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return a condition: DI[1]=ON or =OFF of a signal alone, else mixed logic in parentheses."""
    if expr.op == "signal":
        return f"{signal(expr.name, group, line)}=ON"
    if expr.op == "not" and expr.args[0].op == "signal":
        return f"{signal(expr.args[0].name, group, line)}=OFF"
    return f"({mixed(expr, group, line)})"


def value(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return the right side of an assignment: a number, a register and one operation, or mixed."""
    if is_boolean(expr):
        return f"({mixed(expr, group, line)})"
    if expr.op in _LEAVES or expr.op == "neg":
        return mixed(expr, group, line)
    if expr.op in ("+", "-", "*", "/") and all(a.op in _LEAVES for a in expr.args):
        return mixed(expr, group, line)
    return f"({mixed(expr, group, line)})"


def _inner(expr: Expr, group: MotionGroup, line: int) -> str:
    text = mixed(expr, group, line)
    return text if expr.op in {*_LEAVES, "neg"} else f"({text})"


def _const(given: float | bool | str | None, line: int) -> str:
    if isinstance(given, bool):
        return "ON" if given else "OFF"
    if isinstance(given, float | int):
        return bare(float(given), CONST_DIGITS)
    raise Refused("fanuc", f"constant {given!r}", line=line)
