"""What subprograms set that lines call: names of data lists are the same variable in all of them.

Source: KSS 8.2 SI manual, variables and data lists: what a DEF declares is its own; a parameter is
OUT, and so the caller's own variable, where nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from cellsim.controllers.kuka.losing import NO_CALL
from cellsim.controllers.kuka.wholes import declared_in
from cellsim.controllers.reading.calls import callees_first
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.source import without_texts

_NAME = re.compile(r"(?<![\w.$#])[A-Za-z_]\w*")
_SETS = re.compile(r"(?:for\s+)?([a-z_]\w*)\s*(?:\[[^\]]*\]\s*)?=(?!=)", re.IGNORECASE)

MOST = 300


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the names (lower case) in lines, those in quotes left out."""
    return frozenset(w.lower() for t in texts for w in _NAME.findall(without_texts(t)))


def set_by(texts: Sequence[str], own: Collection[str]) -> frozenset[str]:
    """Return the names (lower case) of other than its own that lines of a subprogram may set."""
    found: set[str] = set()
    for text in texts:
        match = _SETS.match(text)
        if match is not None:
            found.add(match[1].lower())
        if any(name.lower() not in NO_CALL for name in called_in(text)):
            found |= words_of([text.partition("(")[2]])
    return frozenset(found - set(own))


def set_with_calls(bodies: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Return the names (lower case) that each subprogram may set, over those it calls too.

    Each subprogram is looked at once. Those that call one another set the same; one that may set
    more than MOST may set whatever any of them does.

    Args:
        bodies: Lines of each subprogram, by its name in lower case.
    """
    found = {name: set_by(texts, declared_in(texts)) for name, texts in bodies.items()}
    calls = {name: words_of(texts) & bodies.keys() for name, texts in bodies.items()}
    whole = frozenset[str]().union(*found.values())
    for together in callees_first(calls):
        parts = {*together, *(other for name in together for other in calls[name])}
        many = any(found[name] is whole for name in parts)
        everything = whole if many else frozenset[str]().union(*(found[n] for n in parts))
        found.update(dict.fromkeys(together, whole if len(everything) > MOST else everything))
    return found


def set_in_calls(lines: Iterable[str], sets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the names (lower case) that subprograms which lines call may set.

    Args:
        sets: See `set_with_calls`.
    """
    return frozenset[str]().union(*(sets[name] for name in words_of(lines) & sets.keys()))
