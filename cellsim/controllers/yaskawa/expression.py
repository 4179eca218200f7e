"""Conditions and values in INFORM words, for the writer.

Source: INFORM manuals: IF and WAIT compare with =, <>, <, <=, >, >=; signals are ON or OFF.
"""

from __future__ import annotations

from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.yaskawa.digits import CONST_DIGITS
from cellsim.controllers.yaskawa.logic import links
from cellsim.domain.cell import MotionGroup
from cellsim.domain.ports import is_group
from cellsim.domain.ports import port_text as port_said
from cellsim.domain.program import Expr
from cellsim.errors import Refused

_SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORDS = {"+": "ADD", "-": "SUB", "*": "MUL", "/": "DIV"}
_JOINS = {"and": " ANDEXP ", "or": " OREXP "}


def say(condition: Expr, group: MotionGroup, line: int) -> str:
    """Return a plain condition, or a chain of them, as text."""
    if condition.op in _JOINS:
        parts = links(condition, condition.op)
        return _JOINS[condition.op].join(_plain(p, group, line) for p in parts)
    return _plain(condition, group, line)


def _plain(expr: Expr, group: MotionGroup, line: int) -> str:
    if expr.op == "signal":
        return f"{port_text(expr.name, group, line)}=ON"
    if expr.op == "not" and expr.args[0].op == "signal":
        return f"{port_text(expr.args[0].name, group, line)}=OFF"
    if expr.op in _SIGNS:
        left = _left(expr.args[0], group, line)
        right = operand(expr.args[1], line)
        return f"{left}{_SIGNS[expr.op]}{right}"
    raise Refused("yaskawa", f"expression '{expr.op}' as a condition", line=line)


def _left(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return what is compared: a group of signals, a register or a number."""
    return group_text(expr.name, group, line) if expr.op == "signal" else operand(expr, line)


def group_text(name: str, group: MotionGroup, line: int) -> str:
    """Return OG#(n) or IG#(n) of eight signals, OGH#(n) or IGH#(n) of four.

    Raises:
        Refused: A single signal, or a group that is none of these.
    """
    port = port_of("yaskawa", group, name, line, ("do", "di", "go", "gi"))
    word = {8: "G", 4: "GH"}.get(port.width)
    number = 0
    if port.first is not None and word is not None:
        whole, rest = divmod(port.first - 1, port.width)
        number = whole + 1 if not rest and port.number in (0, whole + 1) else 0
    if not is_group(port) or word is None or not number:
        what = f"'{name}' at {port_said(port)} as a group; 8 or 4 signals from 1, 9, 17 or 1, 5, 9"
        raise Refused("yaskawa", what, line=line, source="INFORM manual, DOUT OG# and OGH#")
    return f"{'O' if port.kind == 'go' else 'I'}{word}#({number})"


def port_text(name: str, group: MotionGroup, line: int) -> str:
    """Return IN#(n) or OT#(n)."""
    port = port_of("yaskawa", group, name, line)
    return f"{'OT' if port.kind == 'do' else 'IN'}#({port.number})"


def operand(expr: Expr, line: int) -> str:
    """Return a register or a number as text."""
    if expr.op == "var":
        return expr.name
    if expr.op == "const" and isinstance(expr.value, float | int):
        return short(float(expr.value), CONST_DIGITS)
    raise Refused("yaskawa", f"expression '{expr.op}' as a value", line=line)


def assignment(name: str, value: Expr, line: int) -> str:
    """Return SET, INC, DEC or an operation on a register."""
    if value.op not in _WORDS:
        return f"SET {name} {operand(value, line)}"
    first, second = value.args
    if first.op != "var" or first.name != name:
        raise Refused("yaskawa", "an operation on another register", line=line)
    one = second.op == "const" and second.value == 1.0
    if one and value.op in "+-" and name[:1] != "R":
        return f"{'INC' if value.op == '+' else 'DEC'} {name}"
    return f"{_WORDS[value.op]} {name} {operand(second, line)}"
