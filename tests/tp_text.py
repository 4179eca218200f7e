"""TP programs of a few instructions with four points, and what is read of them."""

from __future__ import annotations

from controllers_support import cell_of
from readings import reasons

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult

JOINTS = (
    "P[1]{\n GP1:\n UF : 3, UT : 1,\n J1= 0 deg, J2= 0 deg, J3= 0 deg,\n"
    " J4= 0 deg, J5= -90 deg, J6= 0 deg\n};\n"
)
DOWN = (
    "P[2]{{\n GP1:\n UF : 3, UT : 1, CONFIG : 'N U T, 0, 0, 0',\n X = {} mm, Y = {} mm, Z = {} mm,"
    "\n"
    " W = 180 deg, P = 0 deg, R = 0 deg\n}};\n"
)
STEP = (
    "P[3]{{\n GP1:\n UF : 3, UT : 1, CONFIG : 'N U T, 0, 0, 0',\n X = 0 mm, Y = 5 mm,"
    " Z = -12.5 mm,\n"
    " W = {} deg, P = 0 deg, R = 0 deg\n}};\n"
)
TURN = (
    "P[4]{\n GP1:\n UF : 3, UT : 1,\n J1= 10 deg, J2= 0 deg, J3= 0 deg,\n"
    " J4= 0 deg, J5= 5 deg, J6= 0 deg\n};\n"
)
POINTS = JOINTS + DOWN.format(100, 20, 300) + STEP.format(0) + TURN
FRAMES = ("UFRAME_NUM=3", "UTOOL_NUM=1")


def text_of(lines: tuple[str, ...], name: str = "A", points: str = POINTS) -> bytes:
    body = "\n".join(f"{i:4d}:{line} ;" for i, line in enumerate(lines, 1))
    return f"/PROG  {name}\n/ATTR\n/MN\n{body}\n/POS\n{points}/END\n".encode()


def read(*lines: str, beside: dict[str, bytes] | None = None, points: str = POINTS) -> ReadResult:
    files = {"A.LS": text_of((*FRAMES, *lines), points=points), **(beside or {})}
    return BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")


def understood(
    *lines: str, beside: dict[str, bytes] | None = None, points: str = POINTS
) -> ReadResult:
    """Read instructions of which every one is understood."""
    result = read(*lines, beside=beside, points=points)
    assert reasons(result) == []
    return result
