"""Declared names of KRL, and values that an INT or a quotient of INTs does not hold as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from cellsim.controllers.reading.values import every
from cellsim.domain.program import Expr

_KIND = re.compile(
    r"\s*(?:(?:global|decl|const)\s+)*(int|real)\s+([A-Za-z_][\w\s,\[\]]*)$", re.IGNORECASE
)
_DECLARATION = re.compile(
    r"\s*(?:global\s+)?(?:decl\s+(?:(?:global|const)\s+)*[a-z_]\w*|int|real|bool|char|e6axis|axis"
    r"|e6pos|pos|frame)\s+([a-z_].*)$",
    re.IGNORECASE,
)
# An index, and what is compared with: no part of a quotient.
_BRACKETS = re.compile(r"\[[^\]]*\](\s*[<>=]+\s*\d+(?!\s*/))?")
_BARE = re.compile(r"(?<![\w.])\d+(?![\w.])")


def numbers_of(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names (lower case) that lines declare as INT and none as REAL, and the REAL."""
    kinds: dict[str, set[str]] = {"int": set(), "real": set()}
    for text in texts:
        match = _KIND.match(text.partition("=")[0])
        if match is not None:
            kinds[match[1].lower()].update(re.findall(r"[a-z_]\w*", match[2].lower()))
    return frozenset(kinds["int"] - kinds["real"]), frozenset(kinds["real"])


def declared_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the names (lower case) that lines declare; of a SIGNAL none, it is an output."""
    found: set[str] = set()
    for text in texts:
        match = _DECLARATION.match(text.partition("=")[0])
        if match is not None:
            names = re.sub(r"\[[^\]]*\]", "", match[1])
            found.update(name.strip().lower() for name in names.split(","))
    return frozenset(found)


def is_whole(value: Expr, real: Set[str]) -> bool:
    """Return whether an INT holds a value as it stands: no quotient, fraction or REAL in it.

    INT by INT is INT, and a REAL is rounded (KSS manual, arithmetic): what comes out is not taken.
    """
    return not any(
        part.op == "/"
        or (isinstance(part.value, float) and not part.value.is_integer())
        or (part.op == "var" and part.name in real)
        for part in every(value)
    )


def divides_wholes(value: Expr, whole: Set[str]) -> bool:
    """Return whether a quotient has nothing but whole numbers in it: 7/2 is 3 in KRL.

    whole: Variables (lower case) that are INT.
    Source: KSS manual, arithmetic: INT by INT is INT, one REAL makes it REAL (recalled).
    """
    return any(
        part.op == "/" and all(_may_be_whole(leaf, whole) for leaf in every(part) if not leaf.args)
        for part in every(value)
    )


def cuts(line: str, value: Expr, whole: Set[str]) -> bool:
    """Return whether a line may cut a quotient of its value to a whole number.

    Which constant is written with a point (7.0) the value does not say: where it holds a quotient
    of wholes, every one of the line must be, and no INT be in it.
    """
    if not divides_wholes(value, whole):
        return False
    inside = any(part.op == "var" and part.name.lower() in whole for part in every(value))
    return inside or _BARE.search(_BRACKETS.sub("", line)) is not None


def _may_be_whole(leaf: Expr, whole: Set[str]) -> bool:
    if leaf.op == "var":
        return leaf.name.lower() in whole
    return not (isinstance(leaf.value, float) and not leaf.value.is_integer())
