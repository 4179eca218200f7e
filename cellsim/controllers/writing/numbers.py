"""The writers' number formatter and its grid: fixed digits, no exponent, no -0."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cellsim.errors import BadInput

_DECIMALS = tuple(f".{digits}f" for digits in range(20))


def on_grid(value: float, digits: int) -> float:
    """Return `value` rounded to `digits` decimals, as the printed text says it; never -0.0."""
    if not -1e9 <= value <= 1e9:
        raise BadInput(f"{value!r} cannot be printed", expected="a finite number below 1e9")
    # Python's round is exact (half to even of the binary value); numpy's, of its floats, is not.
    return round(float(value), digits) or 0.0


def fixed(value: float, digits: int) -> str:
    """Return `value` with exactly `digits` decimals."""
    if not -1e9 <= value <= 1e9:
        raise BadInput(f"{value!r} cannot be printed", expected="a finite number below 1e9")
    text = format(value, _DECIMALS[digits])
    return text[1:] if text[0] == "-" and not text.strip("-0.") else text


def short(value: float, digits: int) -> str:
    """Return `value` with at most `digits` decimals, without trailing zeros."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def row(values: Sequence[float], digits: int, separator: str = ",") -> str:
    """Return numbers with `digits` decimals each, joined."""
    template, minus_zero = _at_once(len(values), digits, separator)
    if len([v for v in values if -1e9 <= v <= 1e9]) == len(values):
        text = template % tuple(values)
        if minus_zero not in text:
            return text
    return separator.join(fixed(v, digits) for v in values)


@lru_cache(maxsize=64)
def _at_once(count: int, digits: int, separator: str) -> tuple[str, str]:
    """Return what prints a row of numbers at once, and what it prints where `fixed` would not."""
    return separator.join([f"%.{digits}f"] * count), f"{-0.0:.{digits}f}"
