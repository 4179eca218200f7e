"""What each motion of a text is not known to run with, in one row a motion, by line."""

from __future__ import annotations

from collections.abc import Mapping

from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Move, Raw
from cellsim.domain.walk import statements_of

Row = dict[int, str]


def read(brand: str, files: Mapping[str, str]) -> ReadResult:
    """Return what texts mean in the test cell."""
    return BRANDS[brand].read({n: t.encode() for n, t in files.items()}, cell_of(brand), "arm")


def doubts(result: ReadResult, before: int = 0) -> Row:
    """Return "tool 3, frame 3" by the line of each motion; "" for one that is fully known.

    A motion that cannot be said at all has a mark before it; lines that are no motion are left out.

    Args:
        before: Lines that those of the states are counted after.
    """
    found: Row = {}
    for s in statements_of(result.program):
        raw = isinstance(s, Raw) and not s.harmless
        if not (isinstance(s, Move) or (raw and s.doubts)):  # type: ignore[union-attr]
            continue
        assert isinstance(s, Move | Raw)
        told = ", ".join(f"{d.state} {d.line - before}" for d in s.doubts)
        found[s.line] = f"? {told}" if raw else told
    return found
