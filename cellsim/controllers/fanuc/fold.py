"""Recognise what TP says in several instructions: stopping at a timeout.

... END / LBL[n] / ABORT      a TIMEOUT to this label stops the program
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cellsim.controllers.fanuc.lines import For
from cellsim.controllers.reading.acts import Act, word_of
from cellsim.controllers.reading.blocks import Node, flat

_QUIET = {"comment", "harmless"}


def without_stops(nodes: Sequence[Node]) -> tuple[list[Node], set[int]]:
    """Return the nodes without stop blocks at their end and the END before them; their labels."""
    out, stops = list(nodes), set[int]()
    if any(word_of(n) == "jump to" for n in flat(nodes)):
        return out, stops
    jumps = {n.act.data[0] for n in flat(nodes) if isinstance(n.act, Act) and n.act.word == "jump"}
    while True:
        code = [i for i, n in enumerate(out) if word_of(n) not in {*_QUIET, "alarm"}]
        words = [word_of(out[i]) for i in code[-3:]]
        if words[-2:] != ["label", "abort"] or words[0] not in {"end", "jump", "abort"}:
            break
        act = out[code[-2]].act
        assert isinstance(act, Act)
        if act.data[0] in jumps:
            break
        stops.add(act.data[0])
        out = out[: code[-2]]
    if stops:
        last = max((i for i, n in enumerate(out) if word_of(n) not in _QUIET), default=-1)
        if last >= 0 and word_of(out[last]) == "end":
            out = out[:last] + out[last + 1 :]
    return out, stops


def plain_counters(texts: Iterable[str], nodes: Iterable[Node]) -> set[str]:
    """Return the registers ("R 5") that only count one FOR: nothing else names them."""
    uses: dict[str, int] = {}
    for text in texts:
        for match in re.finditer(r"(?<!\w)R\s*\[\s*(\d{1,4})\b", text, re.IGNORECASE):
            name = f"R {int(match[1])}"
            uses[name] = uses.get(name, 0) + 1
        if re.search(r"(?<!\w)R\s*\[\s*R\s*\[", text, re.IGNORECASE):
            return set()
    loops = [n.act.variable for n in flat(nodes) if isinstance(n.act, For)]
    return {name for name in loops if uses.get(name) == 1}
