"""Lines after which the program goes on by itself or by a person, and words that lines read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Delay, Raw, Statement

_WORDS = re.compile(r"[A-Za-z_]\w*")
_SETS = re.compile(r"\s*(SetDO|Set|Reset|PulseDO|SetGO|SetAO|InvertDO)\b", re.IGNORECASE)
# What may leave an output on: a value other than 0 and low, or none said.
_ON = r"(?!\s*(?:0|low)\b)"
_RAISES = re.compile(
    rf"\bSetDO\b.*?\b(\w+)\s*,{_ON}[^,;]+;?\s*$|\b(?:Set|InvertDO)\s+(\w+)\s*;?\s*$"
    rf"|DOp\s*:=\s*(\w+)\s*,{_ON}|\bMove[JLC]DO\b.*,\s*(\w+)\s*,{_ON}",
    re.IGNORECASE,
)


def words_read(texts: Iterable[str]) -> frozenset[str]:
    """Return the words, lower case, of all lines that do more than set an output."""
    lines = (t for t in texts if not _SETS.match(t))
    return frozenset(w.lower() for t in lines for w in _WORDS.findall(t))


def outputs_raised(texts: Iterable[str]) -> frozenset[str]:
    """Return the outputs, lower case, that lines set on for longer than a pulse, or turn round."""
    return frozenset(
        name.lower()
        for text in texts
        for found in _RAISES.finditer(text)
        for name in found.groups("")
    ) - {""}


def paused(line: Line) -> list[Statement]:
    """Return where the arm stands until a person goes on: a stop of no time of the program."""
    text = line.verbatim.strip()
    kept = Raw(text, harmless=True, line=line.number, comment="waits for a person")
    return [kept, Delay(0.0, line=line.number)]
