"""Hand-written TP programs in the style of backups, and HOME with other instructions."""

from __future__ import annotations

from pathlib import Path

from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.text import ReadResult

PROGRAMS = Path(__file__).parent / "programs" / "fanuc"


def read(name: str) -> ReadResult:
    """Read a hand-written program with what it calls."""
    files = load_text(PROGRAMS / f"{name}.LS", BRANDS["fanuc"])
    return BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")


def said(*lines: str) -> ReadResult:
    """Read instructions between a home position and the end."""
    home = (PROGRAMS / "HOME.LS").read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    body = "\n".join(f"{i:4d}:{line} ;" for i, line in enumerate(("UTOOL_NUM=1", *lines), 1))
    head, points = home.split("/MN\n")[0], home.split("/POS\n")[1]
    text = f"{head}/MN\n{body}\n/POS\n{points}"
    return BRANDS["fanuc"].read({"HOME.LS": text.encode()}, cell_of("fanuc"), "arm")
