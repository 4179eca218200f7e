"""Bytes, words and longs of signals: dob, dow, dol, dib, diw, dil; all of them are signed.

Source: HRScript manual 6.1.1: dob is -128 to +127, dow -32768 to +32767, dol four bytes; dob0 is
do0 to do7, dow0 dob0 and dob1. That the lowest number is the lowest bit: its example 6.1.2 (0x0F
turns on the lower four bits), the order of the bytes of a word is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import constant
from cellsim.domain.program import Expr, SetSignal

_SAME = ("==", "!=")


def unsigned(value: float | None, width: int) -> float | None:
    """Return the number of a group for a signed value; None for one that it cannot have."""
    if value is None or not value.is_integer() or not -(2 ** (width - 1)) <= value:
        return None
    if value >= 2 ** (width - 1):
        return None
    return value if value >= 0 else value + 2**width


def put_code(names: Names, bits: str, value: object, line: Line) -> SetSignal | None:
    """Return a byte, word or long of outputs set to a number; None where the cell has none.

    Args:
        bits: Its signals, "8..15".
    """
    first, last = (int(n) for n in bits.split(".."))
    name = names.span("do", first, last - first + 1)
    code = unsigned(constant(value), last - first + 1)
    if not name or code is None:
        return None
    return SetSignal(name, code, line=line.number, comment=line.comment)


@dataclass
class SignedNames(Names):
    """Names of one controller; groups of its signals are read with a sign."""

    def bound(self, expr: Expr) -> Expr:
        """Return an expression with the cell's names; a signed value is free where it differs.

        Equal or not is the same with a sign and without it, once the constant is said without.
        """
        if expr.op in _SAME and _is_group(expr.args[0]):
            left = super().bound(expr.args[0])
            port = self.controller.signals.get(left.name)
            value = unsigned(constant(expr.args[1]), port.width) if port is not None else None
            if value is not None:
                return Expr(expr.op, (left, Expr("const", value=value)))
            return Expr("unknown", name=f"{expr.args[0].name}: a value with a sign")
        if _is_group(expr):
            return Expr("unknown", name=f"{expr.name}: a value with a sign")
        return super().bound(expr)


def _is_group(expr: Expr) -> bool:
    return expr.op == "signal" and expr.name.startswith(("go ", "gi "))
