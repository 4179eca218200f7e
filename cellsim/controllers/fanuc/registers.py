"""What a program knows of its registers: indirect numbers, whole division, positions by element.

A position register is held as (file, point, changes): the point it was set to, or ("", 0) for the
zero of `LPOS-LPOS`, and the elements set since, in mm and deg. X to R are elements 1 to 6.
Source: public tutorials of TP (registers: DIV is the whole part, MOD the remainder; PR[i,j] is
element j of register i; Offset is added in the user frame, Tool_Offset in the tool's).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cellsim.controllers.fanuc.modal import known
from cellsim.controllers.fanuc.points import Point
from cellsim.controllers.reading.walk import State
from cellsim.domain.program import Expr

Points = Mapping[str, Mapping[int, Point]]
_ELEMENTS = ("X", "Y", "Z", "W", "P", "R")
_DIRECT = {"R": "var", "F": "var", "DI": "signal", "DO": "signal", "RI": "signal", "RO": "signal"}
_OFFSET = re.compile(r"(Offset|Tool_Offset)\s*,\s*PR\s*\[\s*(\d{1,4})\s*\]", re.IGNORECASE)


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


def element(
    held: tuple[str, int, tuple[tuple[int, float], ...]], at: int, points: Points
) -> float | None:
    """Return element 1..6 [mm, deg] of a held position register; None where it has none."""
    file, number, changes = held
    changed = dict(changes)
    if at in changed or not 1 <= at <= 6:
        return changed.get(at)
    if not file:
        return 0.0
    point = points.get(file, {}).get(number)
    return None if point is None else point.values.get(_ELEMENTS[at - 1])


def with_changes(point: Point, changes: tuple[tuple[int, float], ...]) -> Point | None:
    """Return a point with elements set anew; None for one of joints, whose elements are others."""
    if not changes:
        return point
    if "J1" in point.values or point.wrong:
        return None
    values = {**point.values, **{_ELEMENTS[at - 1]: value for at, value in changes}}
    return replace(point, values=values)


def offset_of(option: str, state: State) -> tuple[bool, tuple[float, float, float]] | None:
    """Return whether an option is along the tool, and its offset [mm]; None where not known.

    Only an offset that the program made of zero and that does not turn is known: how angles are
    added is in no source read.
    """
    match = _OFFSET.fullmatch(option)
    held = None if match is None else state.get(f"PR {int(match[2])}")
    if match is None or not isinstance(held, tuple) or held[0]:
        return None
    x, y, z, *turns = (element(held, at, {}) or 0.0 for at in range(1, 7))
    return None if any(turns) else (match[1].upper() != "OFFSET", (x, y, z))
