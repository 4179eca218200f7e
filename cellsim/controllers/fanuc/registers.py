"""What a program knows of its registers: indirect numbers, whole division, positions by element.

Source: R-30iB Plus teach pendant help, 14.3 and 22 (DIV, MOD, indirect numbers), 19.3 (PR[i,j]).
"""

from __future__ import annotations

from dataclasses import replace

from cellsim.controllers.fanuc.positions import Points, element
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import State
from cellsim.domain.program import Expr

_DIRECT = {"R": "var", "F": "var", "DI": "signal", "DO": "signal", "RI": "signal", "RO": "signal"}


def resolved(expr: Expr, state: State, points: Points) -> Expr:
    """Return an expression with what its unknown parts mean in a state, where that is known."""
    args = tuple(resolved(arg, state, points) for arg in expr.args)
    if expr.op != "unknown" or not args:
        return replace(expr, args=args) if args else expr
    numbers = [known(arg, state) for arg in args]
    if len(numbers) == 1 and numbers[0] is not None and expr.name in _DIRECT:
        return _direct(expr, numbers[0])
    if len(numbers) == 2 and None not in numbers:
        value = _value(expr.name, float(numbers[0] or 0.0), float(numbers[1] or 0.0), state, points)
        return expr if value is None else Expr("const", value=value)
    return expr


def _direct(expr: Expr, number: float) -> Expr:
    """Return R[5] for R[R[1]] where R[1] is 5."""
    if not float(number).is_integer() or not 0 < number < 10_000:
        return expr
    op = _DIRECT[expr.name]
    letters = expr.name if op == "var" else expr.name.lower()
    return Expr(op, name=f"{letters} {int(number)}")


def _value(name: str, a: float, b: float, state: State, points: Points) -> float | None:
    """Return a DIV b, a MOD b of whole numbers that are not negative, or element b of PR[a]."""
    if not float(a).is_integer() or not float(b).is_integer() or a < 0.0 or b <= 0.0:
        return None
    if name == "PR":
        held = state.get(f"PR {int(a)}")
        return element(held, int(b), points) if isinstance(held, tuple) else None
    quotient, remainder = divmod(a, b)
    return {"DIV": quotient, "MOD": remainder}.get(name)
