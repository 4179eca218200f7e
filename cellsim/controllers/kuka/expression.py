"""Conditions and values in KRL words, for the writer.

Source: KSS 8.2 SI manual, operators; $IN and $OUT.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from cellsim.controllers.kuka.words import RESERVED
from cellsim.controllers.writing.expression import Spelling, is_boolean, spaced, spell
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.controllers.writing.rewrite import identifier
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import is_group, port_text
from cellsim.domain.program import Expr
from cellsim.errors import Refused

LONGEST_NAME = 24
KINDS = ("do", "di", "go", "gi")


def _signal(name: str, port: Port, line: int) -> str:
    if is_group(port):
        span(name, port, line)
        return name
    return f"${'OUT' if port.kind == 'do' else 'IN'}[{port.number}]"


_SPELLING = Spelling(
    brand="kuka",
    signs=spaced({"and": "AND", "or": "OR", "!=": "<>"}),
    signal=_signal,
    kinds=KINDS,
)


def span(name: str, port: Port, line: int) -> str:
    """Return SIGNAL name $OUT[n] TO $OUT[m] of a group.

    Raises:
        Refused: A group whose bits have no numbers, of one bit (KRL takes it for BOOL) or of more
            than 31 (the last is a sign), or a name KRL does not allow.
    """
    if port.first is None or not 2 <= port.width <= 31:
        raise Refused("kuka", f"group '{name}' at {port_text(port)}; 2 to 31 bits", line=line)
    word = "$OUT" if port.kind == "go" else "$IN"
    shown = checked(name, "signal", line)
    return f"SIGNAL {shown} {word}[{port.first}] TO {word}[{port.first + port.width - 1}]"


def checked(name: str, what: str, line: int = 0) -> str:
    """Return a name KRL allows: 24 letters, digits, underscores, no keyword."""
    if identifier(name, LONGEST_NAME) != name or name.upper() in RESERVED:
        raise Refused("kuka", f"{what} name '{name}'", line=line, source="KSS 8.2 SI manual")
    return name


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


def type_of(expr: Expr, numbers: Container[str] = ()) -> str:
    """Return the KRL type of a value: BOOL for conditions, REAL for numbers; numbers: signals."""
    return "BOOL" if is_boolean(expr, numbers) else "REAL"
