"""Conditions and values in HRScript words, for the writer.

Source: HRScript manual 2.8 Operators and Expressions, 6.1.1 Input/Output Variables.
"""

from __future__ import annotations

from cellsim.controllers.writing.expression import Spelling, spaced, spell
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.program import Expr

# No page says what a quotient of whole numbers is: one number of ours has a point.
_REAL_QUOTIENT = " * 1.0 / "


def _signal(_name: str, port: Port, _line: int) -> str:
    return f"{port.kind}{port.number}"


def _quotes(text: str) -> bool:
    return text.isprintable() and '"' not in text


_SPELLING = Spelling(
    brand="hyundai",
    signs=spaced({"and": "and", "or": "or"}) | {"/": _REAL_QUOTIENT},
    signal=_signal,
    negation="not {}",
    true="true",
    false="false",
    quotes=_quotes,
)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as HRScript text, inner operations in parentheses."""
    return spell(expr, _SPELLING, group, line)
