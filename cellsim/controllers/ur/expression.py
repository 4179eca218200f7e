"""Conditions and values in URScript words, for the writer.

Source: URScript manual, numbers and expressions; Module interfaces for the digital ports.
"""

from __future__ import annotations

from cellsim.controllers.writing.expression import Spelling, spaced, spell
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.program import Expr
from cellsim.errors import Refused


def port_name(number: int, line: int) -> tuple[str, int]:
    """Return (kind, index) of a digital port: 0-7 standard, 8-15 configurable, 16-17 tool."""
    if 0 <= number <= 7:
        return "standard", number
    if 8 <= number <= 15:
        return "configurable", number - 8
    if 16 <= number <= 17:
        return "tool", number - 16
    raise Refused("ur", f"digital port {number}; 0..17", line=line)


def _signal(_name: str, port: Port, line: int) -> str:
    kind, index = port_name(port.number, line)
    return f"get_{kind}_digital_{'out' if port.kind == 'do' else 'in'}({index})"


def _quotes(text: str) -> bool:
    return text.isascii() and text.isprintable() and '"' not in text


_SPELLING = Spelling(
    brand="ur",
    signs=spaced({"and": "and", "or": "or"}),
    signal=_signal,
    negation="not {}",
    true="True",
    false="False",
    quotes=_quotes,
)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as URScript text, inner operations in parentheses."""
    return spell(expr, _SPELLING, group, line)
