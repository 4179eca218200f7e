"""Conditions and values in KRL words, for the writer.

Source: KSS 8.2 SI manual, operators; $IN and $OUT.
"""

from __future__ import annotations

from dataclasses import replace

from cellsim.controllers.writing.expression import Spelling, is_boolean, spaced, spell
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.program import Expr


def _signal(_name: str, port: Port, _line: int) -> str:
    return f"${'OUT' if port.kind == 'do' else 'IN'}[{port.number}]"


_SPELLING = Spelling(
    brand="kuka",
    signs=spaced({"and": "AND", "or": "OR", "!=": "<>"}),
    signal=_signal,
)


def _pointed(value: float) -> str:
    text = short(value, CONST_DIGITS)
    return text if "." in text else f"{text}.0"


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as KRL text, inner operations in parentheses.

    Constants have a point where a quotient of whole ones would be cut to a whole number.
    """
    spelling = replace(_SPELLING, number=_pointed) if _cut(expr) else _SPELLING
    return spell(expr, spelling, group, line)


def _cut(expr: Expr) -> bool:
    """Return whether a quotient of constants alone is in it."""
    alone = expr.op == "/" and all(map(_constant, expr.args))
    return alone or any(map(_cut, expr.args))


def _constant(expr: Expr) -> bool:
    return expr.op == "const" or (bool(expr.args) and all(map(_constant, expr.args)))


def type_of(expr: Expr) -> str:
    """Return the KRL type of a value: BOOL for conditions, REAL for numbers."""
    return "BOOL" if is_boolean(expr) else "REAL"
