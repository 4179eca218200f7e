"""AND beside OR in one chain, for languages whose manuals do not say which binds first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cellsim.controllers.reading.source import without_texts

_INNER = re.compile(r"\([^()]*\)")
_OR_AND = re.compile(r"\bor\b.*\band\b", re.IGNORECASE)


def chains(text: str) -> Iterator[str]:
    """Yield what stands in each pair of parentheses, those inside left out, and around all."""
    while inner := _INNER.findall(text):
        yield from inner
        text = _INNER.sub(" _ ", text)
    yield text


def and_behind_or(text: str) -> bool:
    """Return whether AND stands behind OR in one chain: `a or b and c` may be `(a or b) and c`.

    `a and b or c` is `(a and b) or c` whether AND binds first or both are taken from the left.
    """
    return "or" in text.lower() and any(map(_OR_AND.search, chains(without_texts(text))))
