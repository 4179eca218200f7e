"""What subprograms set that lines call: names of data lists are the same variable in all of them.

Source: KSS 8.2 SI manual, variables and data lists: what a DEF declares is its own; a parameter is
OUT, and so the caller's own variable, where nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from cellsim.controllers.kuka.losing import NO_CALL
from cellsim.controllers.kuka.wholes import declared_in
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.source import without_texts

_NAME = re.compile(r"(?<![\w.$#])[A-Za-z_]\w*")
_SETS = re.compile(r"(?:for\s+)?([a-z_]\w*)\s*(?:\[[^\]]*\]\s*)?=(?!=)", re.IGNORECASE)


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


def set_in_calls(lines: Iterable[str], bodies: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the names (lower case) that subprograms which lines call may set, over others too.

    Args:
        bodies: Lines of each subprogram, by its name in lower case.
    """
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [*(words_of(lines) & bodies.keys())]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            found |= set_by(bodies[name], declared_in(bodies[name]))
            waiting += words_of(bodies[name]) & bodies.keys()
    return frozenset(found)
