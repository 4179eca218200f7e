"""The acceleration that a text sets is the motion's, or a note says that it is not looked at."""

from __future__ import annotations

import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Move
from cellsim.domain.walk import statements_of

DAT = """DEFDAT t
DECL E6POS XP1={X 200,Y 100,Z 50,A 0,B 0,C 180,S 2,T 2}
DECL FDAT FP1={TOOL_NO 1,BASE_NO 5,IPO_FRAME #BASE,POINT2[] " "}
DECL LDAT L40={VEL 2.0,ACC 40.0,APO_DIST 20.0,APO_FAC 50.0,ORI_TYP #VAR,CIRC_TYP #BASE}
DECL LDAT L100={VEL 2.0,ACC 100.0,APO_DIST 20.0,APO_FAC 50.0,ORI_TYP #VAR,CIRC_TYP #BASE}
DECL PDAT P40={VEL 100.0,ACC 40.0,APO_DIST 100.0}
ENDDAT
"""
PLAIN = "$TOOL=TOOL_DATA[1]\n$BASE=BASE_DATA[5]\n$VEL.CP=0.25\nBAS(#VEL_PTP,50)\n"
LINE = "LDAT_ACT={}\nFDAT_ACT=FP1\nBAS(#CP_PARAMS,0.25)\nLIN XP1"
AXES = "{A1 0,A2 -90,A3 90,A4 0,A5 10,A6 0}"


def krl(body: str) -> ReadResult:
    files = {"t.src": f"DEF t( )\n{body}\nEND\n".encode(), "t.dat": DAT.encode()}
    return BRANDS["kuka"].read(files, cell_of("kuka"), "arm")


def accelerations(result: ReadResult) -> list[float | None]:
    return [s.accel for s in statements_of(result.program) if isinstance(s, Move)]


@pytest.mark.parametrize(
    ("body", "percent"),
    [
        (LINE.format("L40"), 40.0),
        (LINE.format("L100"), None),
        (LINE.format("L40") + "\nBAS(#INITMOV,0)\n" + PLAIN + "LIN XP1", None),
        ("LDAT_ACT=L40\nFDAT_ACT=FP1\nBAS(#CP_DAT)\nBAS(#FRAMES)\nLIN XP1", 40.0),
        (f"PDAT_ACT=P40\nFDAT_ACT=FP1\nBAS(#PTP_PARAMS,50)\nPTP {AXES}", 40.0),
        (PLAIN + "SLIN XP1 WITH $VEL.CP=0.1, $ACC=SACC_CP(L40)", 40.0),
        (PLAIN + f"$ACC_AXIS[1]=100\nBAS(#ACC_PTP,30)\nPTP {AXES}", 30.0),
    ],
)
def test_krl_acceleration_in_percent_is_the_motion_s(body: str, percent: float | None) -> None:
    result = krl(body)
    assert not result.raw_lines
    assert accelerations(result)[-1] == percent
    assert not any("acceleration" in note for note in result.notes)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("$ACC.CP=0.1\nLIN XP1", "$ACC.CP"),
        ("BAS(#ACC_CP,0.1)\nLIN XP1", "$ACC.CP"),
        ("LIN XP1\n$ACC.ORI1=10", "$ACC.ORI1"),
        ("$VEL.ORI1=5\nLIN XP1", "$VEL.ORI1"),
        ("$VEL.ORI2=5\nLIN XP1", "$VEL.ORI2"),
        ("SLIN XP1 WITH $VEL.CP=0.1, $ACC.CP=0.1", "$ACC.CP"),
        ("SLIN XP1 WITH $VEL.CP=0.1, $VEL.ORI1=5", "$VEL.ORI1"),
        ("SLIN XP1 WITH $VEL.CP=0.1, $GEAR_JERK[1]=20", "$GEAR_JERK"),
    ],
)
def test_krl_figures_without_a_share_are_noted_and_the_motion_is_read(body: str, name: str) -> None:
    result = krl(PLAIN + body)
    assert not result.raw_lines
    assert accelerations(result) == [None]
    assert [n for n in result.program.notes if n.startswith(f"{name}:") and "not looked at" in n]


def test_krl_without_such_figures_has_no_note() -> None:
    result = krl(PLAIN + f"$VEL_EXTAX[1]=10\nLIN XP1\nPTP {AXES}\n$ACC.CP=0.1\nPTP {AXES}")
    assert not [n for n in result.program.notes if "not looked at" in n]


@pytest.mark.parametrize("more", ["0,0,2", "a=0.5,t=2", "a=0.5,v=0.1,t=2.0", "1.2,0.25,2"])
def test_a_time_of_urscript_holds_alone(more: str) -> None:
    """With t above zero a and v are not looked at (URScript manual, movej and movel)."""
    pose = "p[0.4,0.1,0.3,0,3.14,0]"
    text = f"def t():\n  set_tcp(p[0,0,0.25,0,0,0])\n  movel({pose},{more})\nend\n"
    result = BRANDS["ur"].read({"t.script": text.encode()}, cell_of("ur"), "arm")
    (move,) = [s for s in statements_of(result.program) if isinstance(s, Move)]
    assert (move.speed.value, move.speed.unit, move.accel) == (2.0, "s", None)
