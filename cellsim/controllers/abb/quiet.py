"""Lines after which the program goes on by itself or by a person, and words that lines read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Delay, Raw, Statement

_WORDS = re.compile(r"[A-Za-z_]\w*")
_SETS = re.compile(r"\s*(SetDO|Set|Reset|PulseDO|SetGO|SetAO|InvertDO)\b", re.IGNORECASE)


def words_read(texts: Iterable[str]) -> frozenset[str]:
    """Return the words, lower case, of all lines that do more than set an output."""
    lines = (t for t in texts if not _SETS.match(t))
    return frozenset(w.lower() for t in lines for w in _WORDS.findall(t))


def paused(line: Line) -> list[Statement]:
    """Return where the arm stands until a person goes on: a stop of no time of the program."""
    text = line.verbatim.strip()
    kept = Raw(text, harmless=True, line=line.number, comment="waits for a person")
    return [kept, Delay(0.0, line=line.number)]
