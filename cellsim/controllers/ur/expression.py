"""Conditions and values in URScript words, for the writer.

Source: URScript manual, numbers and expressions; Module interfaces for the digital ports.
"""

from __future__ import annotations

from cellsim.controllers.writing.expression import Spelling, spaced, spell
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import bits_of, is_group, port_text
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


def _signal(name: str, port: Port, line: int) -> str:
    if is_group(port) and port.first is None:
        raise Refused("ur", f"group '{name}' at {port_text(port)}; its digital ports", line=line)
    if is_group(port):
        bits = (_digital(kind, number, line) for kind, number in bits_of(port))
        return f"binary_list_to_integer([{', '.join(bits)}])"
    return _digital(port.kind, port.number, line)


def _digital(kind: str, number: int, line: int) -> str:
    word, index = port_name(number, line)
    return f"get_{word}_digital_{'out' if kind == 'do' else 'in'}({index})"


def _quotes(text: str) -> bool:
    return text.isascii() and text.isprintable() and '"' not in text


_SPELLING = Spelling(
    brand="ur",
    signs=spaced({"and": "and", "or": "or"}),
    signal=_signal,
    kinds=("do", "di", "go", "gi"),
    negation="not {}",
    true="True",
    false="False",
    quotes=_quotes,
)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as URScript text, inner operations in parentheses."""
    return spell(expr, _SPELLING, group, line)
