"""Plain data as YAML on one line, numbers with as many digits as they need and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_PLAIN = re.compile(r"[A-Za-z_/$][A-Za-z0-9_./$%+-]*( [A-Za-z0-9_./$%+-]+)*\Z")
_MEASURE = re.compile(r"[0-9.]+ [A-Za-z%/0-9]+\Z")
_TAKEN = frozenset({"null", "true", "false", "inf", "nan", "infinity", "y", "n", "yes", "no"})


def flow(value: object) -> str:
    """Return one-line YAML of dict, list, str, bool, int, float and None."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, str):
        return word(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(str(k))}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    raise TypeError(f"no YAML form for {type(value).__name__}")


def number(value: float) -> str:
    """Return a number that reads back as the same float; whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def word(text: str) -> str:
    """Return a text bare where YAML reads it back as that text, else quoted."""
    bare = _PLAIN.match(text) or _MEASURE.match(text)
    return text if bare and text.lower() not in _TAKEN else json.dumps(text, ensure_ascii=False)


def shortest(si: float, unit: float) -> float:
    """Return the shortest decimal v with `v * unit == si`.

    Where no float does that (8 % of angles), the nearest one is returned: half an ulp off.
    """
    guess = si / unit
    for digits in range(17):
        value = round(guess, digits)
        if value * unit == si:
            return value + 0.0
    return guess
