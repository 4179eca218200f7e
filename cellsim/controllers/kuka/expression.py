"""Conditions and values in KRL words, for the writer.

Source: KSS 8.2 SI manual, operators; $IN and $OUT.
"""

from __future__ import annotations

from cellsim.controllers.writing.expression import Spelling, is_boolean, spaced, spell
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


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as KRL text, inner operations in parentheses."""
    return spell(expr, _SPELLING, group, line)


def type_of(expr: Expr) -> str:
    """Return the KRL type of a value: BOOL for conditions, REAL for numbers."""
    return "BOOL" if is_boolean(expr) else "REAL"
