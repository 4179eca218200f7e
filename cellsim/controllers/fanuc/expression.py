"""Conditions and values in TP words, for the writer: mixed logic, inner parts in parentheses.

Source: R-30iB Plus teach pendant help, 14: mixed logic instructions.
"""

from __future__ import annotations

from cellsim.controllers.fanuc.digits import bare
from cellsim.controllers.fanuc.naming import bracketed, place
from cellsim.controllers.writing.expression import (
    LEAVES,
    SAME_SIGNS,
    Spelling,
    is_boolean,
    spell,
)
from cellsim.controllers.writing.lines import numbers_in, port_of
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import is_group, port_text
from cellsim.domain.program import Expr
from cellsim.errors import Refused

KINDS = ("do", "di", "ro", "ri", "go", "gi")


def _signal(name: str, port: Port, line: int) -> str:
    if is_group(port) and not port.number:
        what = f"group '{name}' at {port_text(port)}; a number {port.kind.upper()}[n]"
        raise Refused("fanuc", what, line=line, source="R-30iB Plus teach pendant help, 10.5")
    return bracketed(port.kind.upper(), port.number, name)


def _number(number: float) -> str:
    return bare(number, CONST_DIGITS)


_SPELLING = Spelling(
    brand="fanuc",
    signs={sign: sign for sign in SAME_SIGNS}
    | {"and": " AND ", "or": " OR ", "==": "=", "!=": "<>"},
    signal=_signal,
    negation="!{}",
    minus="(-{})",
    true="ON",
    false="OFF",
    bare=LEAVES | {"neg"},
    variable=place,
    number=_number,
    kinds=KINDS,
)


def mixed(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as mixed logic, without the outer parentheses."""
    return spell(expr, _SPELLING, group, line)


def signal(name: str, group: MotionGroup, line: int) -> str:
    """Return DI[3:ready] of a signal."""
    port = port_of("fanuc", group, name, line, KINDS)
    return _signal(name, port, line)


def switched(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return a condition: DI[1]=ON or =OFF of a signal alone, else mixed logic in parentheses."""
    if expr.op == "signal":
        return f"{signal(expr.name, group, line)}=ON"
    if expr.op == "not" and expr.args[0].op == "signal":
        return f"{signal(expr.args[0].name, group, line)}=OFF"
    return f"({mixed(expr, group, line)})"


def value(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return the right side of an assignment: a number, a register and one operation, or mixed."""
    if is_boolean(expr, numbers_in(group)):
        return f"({mixed(expr, group, line)})"
    if expr.op in LEAVES or expr.op == "neg":
        return mixed(expr, group, line)
    if expr.op in ("+", "-", "*", "/") and all(a.op in LEAVES for a in expr.args):
        return mixed(expr, group, line)
    return f"({mixed(expr, group, line)})"
