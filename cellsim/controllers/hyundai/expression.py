"""Conditions and values in HRScript words, for the writer.

Source: HRScript manual 2.8 Operators and Expressions, 6.1.1 Input/Output Variables.
"""

from __future__ import annotations

from dataclasses import replace

from cellsim.controllers.writing.expression import Spelling, spaced, spell
from cellsim.controllers.writing.lines import numbers_in
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import can_be, is_group, port_text
from cellsim.domain.program import Expr
from cellsim.errors import Refused

# No page says what a quotient of whole numbers is: one number of ours has a point.
_REAL_QUOTIENT = " * 1.0 / "


def group_text(name: str, port: Port, line: int) -> str:
    """Return dob, dow, dol or dib, diw, dil with the byte that a group begins at.

    Raises:
        Refused: A group of other than 8, 16 or 32 signals, or none that begins a byte.
    """
    size = {8: "b", 16: "w", 32: "l"}.get(port.width)
    block, bit = divmod(port.first or 0, 960)
    if port.first is None or size is None or bit % 8 or bit + port.width > 960:
        what = f"group '{name}' at {port_text(port)}; 8, 16 or 32 signals from 0, 8, 16 .. on"
        raise Refused("hyundai", what, line=line, source="HRScript manual 6.1.1")
    return f"{f'fb{block}.' if block else ''}d{port.kind[1]}{size}{bit // 8}"


def signed(value: int, width: int) -> int:
    """Return a number of so many bits as the signed one with the same bits."""
    return value - 2**width if value >= 2 ** (width - 1) else value


def _signal(name: str, port: Port, line: int) -> str:
    if is_group(port):
        return group_text(name, port, line)
    return f"{port.kind}{port.number}"


def _quotes(text: str) -> bool:
    return text.isprintable() and '"' not in text


_SPELLING = Spelling(
    brand="hyundai",
    signs=spaced({"and": "and", "or": "or"}) | {"/": _REAL_QUOTIENT},
    signal=_signal,
    kinds=("do", "di", "go", "gi"),
    negation="not {}",
    true="true",
    false="false",
    quotes=_quotes,
)


def say(expr: Expr, group: MotionGroup, line: int) -> str:
    """Return an expression as HRScript text, inner operations in parentheses."""
    return spell(_with_sign(expr, group, line), _SPELLING, group, line)


def _with_sign(expr: Expr, group: MotionGroup, line: int) -> Expr:
    """Return an expression in which groups are compared with signed numbers.

    Raises:
        Refused: A group in anything but == and != with a number: its sign would tell.
    """
    if not numbers_in(group):
        return expr
    left = expr.args[0] if expr.args else expr
    port = group.controller.signals.get(left.name) if left.op == "signal" else None
    if port is None or not is_group(port):
        return replace(expr, args=tuple(_with_sign(a, group, line) for a in expr.args))
    value = expr.args[1].value if len(expr.args) == 2 else None
    whole = isinstance(value, float) and can_be(value, port.width)
    if expr.op not in ("==", "!=") or not whole or not isinstance(value, float):
        what = f"group '{left.name}' but == or != a number of its bits: bytes have a sign"
        raise Refused("hyundai", what, line=line, source="HRScript manual 6.1.1")
    return replace(expr, args=(left, Expr("const", value=float(signed(int(value), port.width)))))
