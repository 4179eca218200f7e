"""Which lines lost a modal value: they reach every motion behind them, until it is set again.

Beside each value in the state stands, under "lost KEY", which lines lost it: those that set it to
what is not known, and those that may have set it to anything; and under "set KEY", which lines set
a value that is known, of what findings name the line of. Where paths meet, both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from cellsim.controllers.reading.source import Line, without_texts
from cellsim.domain.doubt import Doubt, SetAt

LOST, SET = "lost ", "set "
BESIDE = (LOST, SET)
# States of which a finding names the lines that set them.
NAMED = frozenset({"tool", "frame", "payload", "speed"})
MOST = 8
# A name before a bracket; no component, system variable, constant or option.
_CALL = re.compile(r"(?<![\w.$#\\])([A-Za-z_]\w*)\s*\(")
_NONE = frozenset[object]()
Place = tuple[str, int]
Lines = frozenset[Place]
Word = Callable[[str], str]


@lru_cache(maxsize=256)
def called_in(text: str) -> tuple[str, ...]:
    """Return the names that stand before a bracket, those in quotes left out."""
    return tuple(_CALL.findall(without_texts(text))) if "(" in text else ()


def few(lines: Iterable[object]) -> frozenset[object]:
    """Return the first lines of many: which are named does not depend on the order of reading."""
    found = frozenset(lines)
    return found if len(found) <= MOST else frozenset(sorted(found, key=repr)[:MOST])


@lru_cache(maxsize=256)
def keys_beside(keys: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of the values beside which a state has lines that lost or set them.

    keys: All of the state: they are the same from line to line.
    """
    return frozenset([key.partition(" ")[2] for key in keys if key.startswith(BESIDE)])


def lines_of(state: Mapping[str, object], key: str, which: str = LOST) -> frozenset[object]:
    """Return the lines that lost (or set) a value, as the state has them."""
    found = state.get(which + key, _NONE)
    return found if isinstance(found, frozenset) else _NONE


def both(a: Mapping[str, object], b: Mapping[str, object]) -> dict[str, object]:
    """Return the lines that two paths bring to where they meet, by key."""
    keys = {k for part in (a, b) for k in part if k.startswith(BESIDE)}
    return {k: few(lines_of(a, k, "") | lines_of(b, k, "")) for k in keys}


def grown(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Return the lines that a pass of a loop has lost values on, by key, those before it too."""
    lost = {k: v for k, v in both(before, after).items() if k.startswith(LOST)}
    return {k: v for k, v in lost.items() if v != before.get(k, frozenset())}


def kept(state: Mapping[str, object], keys: Iterable[str]) -> dict[str, object]:
    """Return a state in which values are known again."""
    known = {LOST + key for key in keys}
    return {k: v for k, v in state.items() if k not in known}


def lost_at(state: Mapping[str, object], keys: Iterable[str], line: Line) -> dict[str, object]:
    """Return a state in which a line may have set values to anything; what they were stays."""
    here = (line.file, line.number)
    return {**state, **{LOST + k: few(lines_of(state, k) | {here}) for k in sorted(set(keys))}}


def names_in(state: Iterable[str]) -> frozenset[str]:
    """Return the keys that a state holds a value of, or a line that lost it."""
    return frozenset(key.removeprefix(LOST) for key in state if not key.startswith(SET))


def doubts_of(state: Mapping[str, object], keys: Iterable[str], word: Word) -> tuple[Doubt, ...]:
    """Return what a motion that runs with these values is not known to run with.

    word: Gives the name of the state behind a key.
    """
    lost = [(key, places) for key in keys if (places := lines_of(state, key))]
    found = {
        Doubt(word(key), place[1], place[0])
        for key, places in lost
        for place in places
        if isinstance(place, tuple)
    }
    return tuple(sorted(found))


def set_by(state: Mapping[str, object], keys: Iterable[str], word: Word) -> tuple[SetAt, ...]:
    """Return which lines set what a motion runs with, of the states that findings name."""
    lines = [
        (word(key), lines_of(state, key, SET))
        for key in keys
        if SET + key in state and LOST + key not in state
    ]
    return _told(tuple(lines)) if lines else ()


@lru_cache(maxsize=256)
def _told(lines: tuple[tuple[str, frozenset[object]], ...]) -> tuple[SetAt, ...]:
    """Return the lines that set each state, in order; of most motions those of the one before."""
    places = ((state, place) for state, found in lines for place in found)
    return tuple(sorted({SetAt(s, p[1], p[0]) for s, p in places if isinstance(p, tuple)}))


def set_on(state: Mapping[str, object], key: str) -> str:
    """Return which lines set a value, in brackets, "" where none of the text did."""
    lines = sorted(place[1] for place in lines_of(state, key, SET) if isinstance(place, tuple))
    return f" (set on line {', '.join(map(str, lines))})" if lines else ""
