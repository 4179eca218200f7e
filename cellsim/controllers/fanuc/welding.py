"""Instructions of arc welding in TP: what of the motions behind them they may change.

None of them selects or sets a frame, a tool, a payload or the override. `Weave Sine[1]` lets the
torch swing about the way until `Weave End`, `Track TAST[1]` follows the seam until `Track End`: a
path between them is not known. `Touch Offset PR[5]` shifts what is taught until `Touch Offset End`;
`Search Start[1,1] PR[50]` .. `Search End` finds what it keeps in the register. Arcs are lit and put
out. The lines themselves stay text.
Source: forms in published listings and generators of them; the touch sensing pages of the ArcTool
manual as Lincoln Electric publishes them (when a search is carried out, "the position offset
information in the position register" is set). That nothing else is set is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cellsim.controllers.reading.walk import UNKNOWN


def _nested(deep: int) -> str:
    """Return the pattern of a bracket that may hold brackets, so many inside of each other."""
    inside = rf"(?:{_nested(deep - 1)}[^\[\]]*)*" if deep else ""
    return rf"\[[^\[\]]*{inside}\]"


# Weave Sine[R[R[R[1]]]] is four deep.
_IN = _nested(4)
_SHAPES = r"SINE|SINE\s*2|FIGURE\s*8|CIRCLE|L"
_ON = {
    "weave": re.compile(rf"WEAVE\s+(?:{_SHAPES})\s*{_IN}"),
    "track": re.compile(rf"TRACK\s+(?:TAST|AVC|RPM|MIG\s*EYE)\s*{_IN}"),
    "touch": re.compile(rf"TOUCH\s+OFFSET\s+PR\s*{_IN}"),
}
_OFF = {
    "weave": re.compile(rf"WEAVE\s+END\s*(?:{_IN})?"),
    "track": re.compile(r"TRACK\s+END"),
    "touch": re.compile(r"TOUCH\s+OFFSET\s+END"),
}
_SEARCH = re.compile(rf"SEARCH\s+(?:START\s*{_IN}\s*PR\s*{_IN}|END)")
_ARC = re.compile(rf"(?:ARC|WELD)\s+(?:START|END)\s*(?:E\d+\s*)?{_IN}")


def welding(text: str, keys: Iterable[str]) -> Mapping[str, object] | None:
    """Return the modal values that such an instruction sets; None for another one.

    Args:
        text: Upper case. keys: All that the text may set.
    """
    plain = text.strip()
    if _ARC.fullmatch(plain):
        return {}
    if _SEARCH.fullmatch(plain):
        return {"here": UNKNOWN, **{k: UNKNOWN for k in sorted(keys) if k.startswith("PR ")}}
    for key, pattern in _ON.items():
        if pattern.fullmatch(plain):
            return {key: UNKNOWN}
    return next(({key: False} for key, off in _OFF.items() if off.fullmatch(plain)), None)


def switched_in(text: str) -> frozenset[str]:
    """Return which of weaving, tracking and touch offsets lines of a text name."""
    return frozenset(key for key, pattern in _ON.items() if pattern.search(text.upper()))
