"""A line not understood is told with the name of what is missing, and with what there is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.program import Move
from cellsim.domain.walk import statements_of
from cellsim.geometry import Pose
from cellsim.messages import said
from cellsim.simulate.moves import flange_T_tcp_of


def _krl(*lines: str) -> ReadResult:
    body = "\n".join(("$TOOL=TOOL_DATA[1]", "$BASE=$NULLFRAME", *lines))
    return BRANDS["kuka"].read({"a.src": f"DEF a( )\n{body}\nEND\n".encode()}, KUKA, "arm")


KUKA = cell_of("kuka")
FAST = "BAS(#VEL_PTP,50)"
JOINTS = "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}"
LINE = "LIN {X 900,Y 0,Z 900,A 0,B 0,C 180}"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((JOINTS,), "$VEL_AXIS[1] is not known here"),
        (("$VEL_AXIS[1]=50", JOINTS), "$VEL_AXIS[2] is not known here"),
        ((FAST, "$VEL_AXIS[3]=20", JOINTS), "$VEL_AXIS is not the same for all axes"),
        ((FAST, "$OV_PRO=n", JOINTS), "$OV_PRO is not known here"),
        ((FAST, f"{JOINTS} C_PTP"), "$APO.CPTP is not known here"),
        ((FAST, f"{JOINTS} C_DIS"), "the size of a PTP corner by C_DIS is not known here"),
        ((LINE,), "$VEL.CP is not known here"),
        (("$VEL.CP=0.5", f"{LINE} C_DIS"), "$APO.CDIS is not known here"),
    ],
)
def test_krl_names_the_variable_that_no_number_is_known_of(
    lines: tuple[str, ...], reason: str
) -> None:
    assert _krl(*lines).raw_lines[-1].reason == reason


def _rapid(
    tool: str, data: str = "", cell: Cell | None = None, word: str = "MoveAbsJ"
) -> ReadResult:
    place = "[[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]]"
    if word != "MoveAbsJ":
        place = "[[900,0,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]]"
    text = (
        f"MODULE A\n{data}\nPROC main()\n{word} {place}, v500, fine, {tool};\nENDPROC\nENDMODULE\n"
    )
    return BRANDS["abb"].read({"A.mod": text.encode()}, cell or cell_of("abb"), "arm")


def _with_flange_tcp(cell: Cell) -> Cell:
    held = cell.tools[cell.groups["arm"].tool]
    more = replace(held, tcps={**held.tcps, "bare": Pose.identity()})
    return replace(cell, tools={**cell.tools, held.name: more})


def test_joints_with_tool0_are_read_where_the_cell_has_a_tcp_at_the_flange() -> None:
    held = cell_of("abb").groups["arm"].tool
    (refused,) = _rapid("tool0").raw_lines
    assert refused.reason.startswith("tool0: the speed is that of the flange")
    assert f"a TCP of {held} at xyz_mm [0, 0, 0]" in refused.reason
    cell = _with_flange_tcp(cell_of("abb"))
    result = _rapid("tool0", cell=cell)
    (move,) = (s for s in statements_of(result.program) if isinstance(s, Move))
    assert move.tool == f"{held}.bare"
    assert flange_T_tcp_of(cell, "arm", move.tool).distance(Pose.identity()) == (0.0, 0.0)
    (note,) = (n for n in result.notes if "tool0" in n)
    assert said("ko", note) != note
    assert _rapid("tool0", cell=cell, word="MoveL").raw_lines[0].reason.startswith("tool0 is the")


def test_a_tooldata_of_no_tool_is_told_with_the_tools_there_are() -> None:
    load = "[1,[0,0,50],[1,0,0,0],0,0,0]"
    far = f"PERS tooldata tx:=[TRUE,[[0,0,777],[1,0,0,0]],{load}];"
    (raw,) = _rapid("tx", far).raw_lines
    assert "no tool of the cell has its TCP at [0, 0, 777] mm; " in raw.reason
    for name, tool in cell_of("abb").tools.items():
        x, y, z = (f"{1e3 * v:.10g}" for v in next(iter(tool.tcps.values())).p)
        assert f"{name} at [{x}, {y}, {z}] mm" in raw.reason
    held = cell_of("abb").tools[cell_of("abb").groups["arm"].tool]
    x, y, z = (1e3 * v for v in next(iter(held.tcps.values())).p)
    turned = f"PERS tooldata tx:=[TRUE,[[{x},{y},{z}],[0,0,0,1]],{load}];"
    (raw,) = _rapid("tx", turned).raw_lines
    assert f"turned by 180.000 deg from {held.name}" in raw.reason


def test_a_pose_out_of_reach_is_said_to_be_out_of_reach() -> None:
    far = LINE.replace("X 900", "X 99000").replace("LIN", "PTP").replace("}", ",S 2,T 2}")
    assert _krl(FAST, far).raw_lines[-1].reason == "no joint position reaches the pose"
