"""FOR loops whose counter another line reads: they keep it, and are not written out.

Such a line stands behind the loop, or in a subprogram that the loop calls. What the counter is
behind ENDFOR is in no manual that was read: not known. A counter that nothing else sets is not
known there anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace

from cellsim.controllers.reading.blocks import Close, Open
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.unroll import (
    MOST_LINES,
    read_elsewhere,
    set_elsewhere,
    unrolled,
)
from cellsim.controllers.reading.values import every
from cellsim.domain.program import Expr

Act = tuple[Line, object]
Names = Callable[[Iterable[str]], frozenset[str]]
_KIND = re.compile(
    r"\s*(?:(?:global|decl|const)\s+)*(int|real)\s+([A-Za-z_][\w\s,\[\]]*)$", re.IGNORECASE
)
_DECLARATION = re.compile(
    r"\s*(?:global\s+)?(?:decl\s+(?:(?:global|const)\s+)*[a-z_]\w*|int|real|bool|char|e6axis|axis"
    r"|e6pos|pos|frame)\s+([a-z_].*)$",
    re.IGNORECASE,
)
_BOUNDS = re.compile(r"=\s*([-+]?\d+)\s*\bto\s*([-+]?\d+)", re.IGNORECASE)


def written_out(
    acts: Sequence[Act], act_of: Callable[[Line], object], declared: Names
) -> list[Act]:
    """Return the lines with loops written out, and with those that keep their counter marked.

    Args:
        acts: Of a file. declared: Names (lower case) that texts of lines declare for a subprogram.
    """
    parts = list(_subprograms(acts))
    own = [declared(line.text for line, _ in part) for part in parts]
    reads = [read_elsewhere(part) for part in parts]
    sets: frozenset[str] = frozenset().union(*map(set_elsewhere, parts))
    out: list[Act] = []
    for at, part in enumerate(parts):
        others = {n for i, r in enumerate(reads) if i != at for n in r - own[i]} - own[at]
        shared = (reads[at] | others) & sets
        kept = [(line, _keeping(line, act, shared)) for line, act in part]
        if len(out) > MOST_LINES:
            out += kept
        else:
            out += unrolled(kept, act_of, re.IGNORECASE, shared=shared)
    return out


def _subprograms(acts: Sequence[Act]) -> Iterable[list[Act]]:
    """Yield the lines of each subprogram, and those between them."""
    depth, part = 0, list[Act]()
    for line, act in acts:
        if isinstance(act, Open) and depth == 0 and part:
            yield part
            part = []
        part.append((line, act))
        depth += isinstance(act, Open) - isinstance(act, Close)
        if depth == 0 and isinstance(act, Close):
            yield part
            part = []
    if part:
        yield part


def _keeping(line: Line, act: object, read: frozenset[str]) -> object:
    """Return a FOR that says that its counter is read elsewhere, where it is."""
    if not isinstance(act, Open) or act.kind not in {"count", "for"}:
        return act
    if act.variable.lower() not in read:
        return act
    bounds = act.condition
    if bounds is None:
        found = _BOUNDS.search(line.text)
        if found is None:
            return Open("raw")
        numbers = (float(found[1]), float(found[2]), 1.0)
        bounds = Expr("for", tuple(Expr("const", value=n) for n in numbers))
    return replace(act, kind="for", condition=replace(bounds, name="kept"), count=None)


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
