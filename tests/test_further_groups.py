"""TP programs that move several motion groups: positioners are read, others say that they are not.

Source: R-30iB Plus teach pendant help, 2: DEFAULT_GROUP names the groups that a program moves;
public listings have GP2, GP3 in each point (servo guns in mm, positioners in deg).
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from controllers_support import cell_of
from readings import moves, reasons
from states_lost import doubts

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell

POINT = (
    "P[1]{\n   GP1:\n\tUF : 3, UT : 1,\t\tCONFIG : 'N U T, 0, 0, 0',\n"
    "\tX = 600.0 mm,\tY = 0.0 mm,\tZ = 500.0 mm,\n"
    "\tW = 180.0 deg,\tP = 0.0 deg,\tR = 0.0 deg%s\n};\n"
)
SECOND = "\n   GP2:\n\tUF : 3, UT : 1,\t\n\tJ1=   500.000  mm"


def tp(cell: Cell, groups: str, beside: str, line: str = "L P[1] 100mm/sec FINE") -> ReadResult:
    head = f"/PROG A\n/ATTR\nDEFAULT_GROUP\t= {groups};\n" if groups else "/PROG A\n/ATTR\n"
    lines = f"/MN\n1: UFRAME_NUM=3 ;\n2: UTOOL_NUM=1 ;\n3:{line} ;\n"
    text = f"{head}{lines}/POS\n{POINT % beside}/END\n"
    return BRANDS["fanuc"].read({"a.ls": text.encode()}, cell, "arm")


def with_positioner(carries: str = "part") -> Cell:
    """Return the test cell with one external axis [mm] that carries the part, or the arm."""
    cell = cell_of("fanuc", True)
    group = cell.groups["arm"]
    external = replace(group.externals[0], carries=carries)  # type: ignore[arg-type]
    return replace(cell, groups={"arm": replace(group, externals=(external,))})


@pytest.mark.parametrize("groups", ["1,1,*,*,*", "1,*,1,*,*", "1,1,1,1,*", ""])
def test_a_group_that_the_cell_has_not_is_a_doubt_of_every_motion(groups: str) -> None:
    result = tp(cell_of("fanuc"), groups, SECOND)
    line = 3 if groups else 1
    assert [*doubts(result).values()] == [f"external axes {line}"]
    assert any("further motion groups, which are not read" in note for note in result.notes)


def test_a_motion_by_a_register_moves_the_further_groups_too() -> None:
    result = tp(cell_of("fanuc"), "1,1,*,*,*", "")
    assert [*doubts(result).values()] == ["external axes 3"]


@pytest.mark.parametrize(("groups", "beside"), [("1,*,*,*,*", SECOND), ("1,*,*,*,*", ""), ("", "")])
def test_a_program_of_the_first_group_alone_moves_no_other(groups: str, beside: str) -> None:
    result = tp(cell_of("fanuc"), groups, beside)
    assert [*doubts(result).values()] == [""]


def test_a_positioner_that_is_a_group_of_its_own_is_an_external_axis() -> None:
    (move,) = moves(tp(with_positioner(), "1,1,*,*,*", SECOND))
    assert move.to.ext == (0.5,)
    assert move.doubts == ()
    in_degrees = tp(with_positioner(), "1,1,*,*,*", SECOND.replace(" mm", "deg"))
    assert reasons(in_degrees) == ["a point without E1..E1"]


def test_a_track_that_is_a_group_of_its_own_is_none() -> None:
    """Frames of a group on a track do not ride on it in a cell, and do on such a controller."""
    result = tp(with_positioner("arm"), "1,1,*,*,*", SECOND)
    assert reasons(result) == ["a point without E1..E1"]


def test_a_frame_on_the_positioner_needs_coordinated_motion() -> None:
    cell = with_positioner()
    frame = replace(cell.frames["body"], parent="group:arm.track/carriage")
    moving = replace(cell, frames={**cell.frames, "body": frame})
    result = tp(moving, "1,1,*,*,*", SECOND)
    assert reasons(result) == ["a frame on an axis of a further motion group, without COORD"]
    coordinated = tp(cell, "1,1,*,*,*", SECOND, "L P[1] 100mm/sec FINE COORD")
    assert reasons(coordinated) == ["motion option COORD"]
