"""What expressions of a text are known to be: constants, modal values, their parts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from cellsim.domain.program import Expr
from cellsim.geometry import Array


def constant(expr: object) -> float | None:
    """Return the finite number a constant expression is; None for anything else."""
    if not isinstance(expr, Expr):
        return None
    if expr.op == "neg":
        inner = constant(expr.args[0])
        return None if inner is None else -inner
    value = expr.value if expr.op == "const" else None
    return value if isinstance(value, float) and math.isfinite(value) else None


def known(expr: Expr, state: Mapping[str, object]) -> float | None:
    """Return the number an expression has in a state; None where that is not known."""
    plain = constant(expr)
    if plain is not None:
        return plain
    if expr.op == "var":
        held = state.get(expr.name)
        return held if isinstance(held, float) else None
    if expr.op in ("+", "-", "*") and len(expr.args) == 2:
        left, right = (known(a, state) for a in expr.args)
        if left is None or right is None:
            return None
        result = {"+": left + right, "-": left - right, "*": left * right}[expr.op]
        return result if abs(result) < 1e12 else None
    if expr.op == "neg":
        inner = known(expr.args[0], state)
        return None if inner is None else -inner
    return None


def every(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and all its parts."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        waiting += part.args
        yield part


def rotation_zyx(z: float, y: float, x: float) -> Array:
    """Return Rz(z) Ry(y) Rx(x) of angles in degrees, written out, shape (3, 3)."""
    ca, sa = math.cos(math.radians(z)), math.sin(math.radians(z))
    cb, sb = math.cos(math.radians(y)), math.sin(math.radians(y))
    cc, sc = math.cos(math.radians(x)), math.sin(math.radians(x))
    return np.array(
        [
            [ca * cb, ca * sb * sc - sa * cc, ca * sb * cc + sa * sc],
            [sa * cb, sa * sb * sc + ca * cc, sa * sb * cc - ca * sc],
            [-sb, cb * sc, cb * cc],
        ]
    )
