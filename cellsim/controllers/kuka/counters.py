"""FOR loops whose counter another line reads or sets: they keep it, and are not written out.

Such a line stands behind the loop, or in a subprogram that the loop calls. What the counter is
behind ENDFOR is in no manual that was read: not known. A counter that nothing else sets is not
known there anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from cellsim.controllers.kuka.callers import set_in_calls, set_with_calls
from cellsim.controllers.reading.blocks import Close, Open, end_of
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.unroll import (
    MOST_LINES,
    read_elsewhere,
    set_elsewhere,
    unrolled,
)
from cellsim.domain.program import Expr

Act = tuple[Line, object]
Names = Callable[[Iterable[str]], frozenset[str]]
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
    moved = _moved_in_calls(parts)
    out: list[Act] = []
    for at, part in enumerate(parts):
        others = {n for i, r in enumerate(reads) if i != at for n in r - own[i]} - own[at]
        shared = ((reads[at] | others) & sets) | (moved - own[at])
        kept = [(line, _keeping(line, act, shared)) for line, act in part]
        if len(out) > MOST_LINES:
            out += kept
        else:
            out += unrolled(kept, act_of, re.IGNORECASE, shared=shared)
    return out


def _moved_in_calls(parts: Sequence[Sequence[Act]]) -> frozenset[str]:
    """Return the counters (lower case) that a subprogram which their loop calls may set."""
    bodies = {
        part[0][1].variable: [line.text for line, _ in part[1:]]
        for part in parts
        if isinstance(part[0][1], Open) and part[0][1].variable
    }
    sets = set_with_calls(bodies)
    found: set[str] = set()
    for part in parts:
        for at, (_, act) in enumerate(part):
            if isinstance(act, Open) and act.kind in {"count", "for"}:
                inside = [line.text for line, _ in part[at + 1 : end_of(part, at)]]
                found |= {act.variable.lower()} & set_in_calls(inside, sets)
    return frozenset(found)


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
