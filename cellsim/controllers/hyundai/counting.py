"""Bounds of `for` and the constants in expressions.

Source: HRScript manual 3.6.1: the index goes from its first to its end value by a step of 1 or as
said, and is one step past the end afterwards.
"""

from __future__ import annotations

import re

from cellsim.domain.program import Expr

_FOR = re.compile(r"for\s+\w+\s*=\s*([-+]?[\d.]+)\s+to\s+([-+]?[\d.]+)\s*.*", re.IGNORECASE)


def bounds_of(text: str) -> tuple[Expr, Expr, Expr] | None:
    """Return first, last and step of `for i=1 to 5`, whose step is 1."""
    match = _FOR.fullmatch(text.strip())
    if match is None:
        return None
    first, last = (Expr("const", value=float(match[i])) for i in (1, 2))
    return first, last, Expr("const", value=1.0)
