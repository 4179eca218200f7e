"""Conditions and values in RAPID words, for the writer.

Source: Technical reference manual, RAPID kernel 3HAC050946: expressions (NOT binds weaker than
AND, so everything inside an operation stands in parentheses).
"""

from __future__ import annotations

from cellsim.controllers.abb.names import name_of
from cellsim.controllers.writing.expression import Spelling, is_boolean, spaced, spell
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.program import Expr


def _value(name: str, port: Port) -> str:
    shown = name_of(name, port)
    return f"DOutput({shown})" if port.kind == "do" else shown


def _on(name: str, port: Port, _line: int) -> str:
    return f"{_value(name, port)}=1"


def _off(name: str, port: Port, _line: int) -> str:
    return f"{_value(name, port)}=0"


_SPELLING = Spelling(
    brand="abb",
    signs=spaced({"and": "AND", "or": "OR", "==": "=", "!=": "<>"}),
    signal=_on,
    off=_off,
    bare=frozenset({"const", "var"}),
)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as RAPID text, inner operations in parentheses."""
    return spell(expr, _SPELLING, group, line)


def type_of(expr: Expr) -> str:
    """Return the RAPID type of a value: bool for conditions, num for numbers."""
    return "bool" if is_boolean(expr) else "num"
