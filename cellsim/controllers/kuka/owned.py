"""Names that the subprograms of a KRL text declare: they are their own (KSS manual, variables)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from cellsim.controllers.kuka.instances import DECLARED
from cellsim.controllers.reading.blocks import Node, flat


def own_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the names (lower case) that lines of a subprogram declare."""
    found: set[str] = set()
    for text in texts:
        match = DECLARED.fullmatch(text.partition("=")[0].strip())
        names = re.sub(r"\[[^\]]*\]", "", match[1]) if match is not None else ""
        found |= {name.strip().lower() for name in names.split(",") if name.strip()}
    return frozenset(found)


def declared(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the names (lower case) that a subprogram declares."""
    return own_names(n.line.text for n in flat(nodes))


def of_two(routines: Mapping[str, list[Node]]) -> frozenset[str]:
    """Return the names (upper case) that a routine declares as its own and another one uses too."""
    texts: dict[int, tuple[set[str], set[str]]] = {}
    for nodes in routines.values():
        if nodes:
            words = {w.upper() for n in flat(nodes) for w in re.findall(r"\w+", n.line.text)}
            own = {name.upper() for name in declared(nodes)}
            texts[nodes[0].line.number] = (own, words | own)
    uses = Counter(word for _, words in texts.values() for word in words)
    return frozenset(name for own, _ in texts.values() for name in own if uses[name] > 1)
