"""Hand-written RAPID in the maker's style, and what its motions go to."""

from __future__ import annotations

from pathlib import Path

from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Move

PROGRAMS = Path(__file__).parent / "programs" / "abb"


def read(*names: str, on_track: bool = False) -> ReadResult:
    """Read hand-written modules in the test cell."""
    files = {name: (PROGRAMS / name).read_bytes() for name in names}
    return BRANDS["abb"].read(files, cell_of("abb", on_track), "arm")


def xyz_mm(found: Move) -> list[float]:
    assert found.to.pose is not None
    return [round(float(v), 6) for v in 1000.0 * found.to.pose.p]
