"""Expressions that the manual leaves open: AND behind OR, and a quotient of whole numbers.

Source: HRScript manual 2.8: `and` and `or` stand in one row of the table of precedence, so `a or b
and c` may be `(a or b) and c`; 2.5.2: whole numbers and real ones are processed separately, and
no page says what 7/2 is. A number with a point in it makes a quotient real.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cellsim.controllers.reading.chains import and_behind_or
from cellsim.controllers.reading.source import without_texts

_UNIT = re.compile(r"(?<=\d)\s*(mm|cm)\s*/\s*(sec|min|s)\b", re.IGNORECASE)
_QUOTIENT = re.compile(r"([\w.)\]]+)\s*/\s*([\w.(\[]+)")
_REAL = re.compile(r"\d+\.\d*|\.\d+")


@lru_cache(maxsize=5_000)
def unclear(text: str) -> str:
    """Return what is open about the expressions of a line, "" for nothing."""
    plain = _UNIT.sub("", without_texts(text))
    if "/" in plain and any(_whole(*match.groups()) for match in _QUOTIENT.finditer(plain)):
        return "a quotient that may be one of whole numbers"
    return "AND behind OR without parentheses" if and_behind_or(plain) else ""


def _whole(left: str, right: str) -> bool:
    """Return whether a quotient may be cut to a whole number; 300/3 is 100 either way."""
    if _REAL.fullmatch(left) or _REAL.fullmatch(right):
        return False
    both = left.isdigit() and right.isdigit() and len(left + right) < 30
    return not (both and int(right) and int(left) % int(right) == 0)
