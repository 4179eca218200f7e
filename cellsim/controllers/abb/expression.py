"""Conditions and values in RAPID words, for the writer.

Source: Technical reference manual, RAPID kernel 3HAC050946: expressions (NOT binds weaker than
AND, so everything inside an operation stands in parentheses).
"""

from __future__ import annotations

from collections.abc import Container

from cellsim.controllers.abb.names import KINDS, name_of
from cellsim.controllers.writing.expression import Spelling, is_boolean, spaced, spell
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import is_group
from cellsim.domain.program import Expr
from cellsim.errors import Refused

# A num is a float of 32 bits (RAPID overview, 2.1: integers are exact up to 8388608).
MOST_BITS = 23


def _value(name: str, port: Port) -> str:
    shown = name_of(name, port)
    read = {"do": "DOutput", "go": "GOutput"}.get(port.kind)
    return f"{read}({shown})" if read else shown


def _on(name: str, port: Port, line: int) -> str:
    if not is_group(port):
        return f"{_value(name, port)}=1"
    if port.width > MOST_BITS:
        raise Refused("abb", f"'{name}': {port.width} bits, a num holds {MOST_BITS}", line=line)
    return _value(name, port)


def _off(name: str, port: Port, _line: int) -> str:
    return f"{_value(name, port)}=0"


_SPELLING = Spelling(
    brand="abb",
    signs=spaced({"and": "AND", "or": "OR", "==": "=", "!=": "<>"}),
    signal=_on,
    off=_off,
    kinds=KINDS,
    bare=frozenset({"const", "var"}),
)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as RAPID text, inner operations in parentheses."""
    return spell(expr, _SPELLING, group, line)


def awaited_code(condition: Expr, group: MotionGroup) -> tuple[str, int] | None:
    """Return a group of inputs and the number it must have; None for another condition."""
    if condition.op != "==" or condition.args[0].op != "signal":
        return None
    name, value = condition.args[0].name, condition.args[1].value
    port = group.controller.signals.get(name)
    if port is None or port.kind != "gi" or port.width > MOST_BITS:
        return None
    whole = isinstance(value, float) and value.is_integer() and value >= 0.0
    return (name, int(value)) if whole and isinstance(value, float) else None


def type_of(expr: Expr, numbers: Container[str] = ()) -> str:
    """Return the RAPID type of a value: bool for conditions, num for numbers; numbers: signals."""
    return "bool" if is_boolean(expr, numbers) else "num"
