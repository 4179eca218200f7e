"""Tools, frames, path data and values that a text sets itself are not taken from the cell."""

from __future__ import annotations

import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Move, Program, Raw
from cellsim.domain.walk import within

DAT = """DEFDAT t
DECL E6POS XP1={X 200,Y 100,Z 50,A 0,B 0,C 180,S 2,T 2}
DECL E6POS XP2={X 200,Y 50,Z 50,A 40,B 0,C 180,S 2,T 2}
DECL FDAT FP1={TOOL_NO 1,BASE_NO 5,IPO_FRAME #BASE,POINT2[] " "}
DECL LDAT LVAR={VEL 2.0,ACC 100.0,APO_DIST 20.0,APO_FAC 50.0,ORI_TYP #VAR,CIRC_TYP #BASE}
DECL LDAT LOLD={VEL 2.0,ACC 100.0,APO_DIST 20.0,APO_FAC 50.0}
DECL LDAT LCON={VEL 2.0,ACC 100.0,APO_DIST 20.0,APO_FAC 50.0,ORI_TYP #CONSTANT,CIRC_TYP #BASE}
DECL LDAT LARC={VEL 2.0,ACC 100.0,APO_DIST 20.0,APO_FAC 50.0,ORI_TYP #VAR,CIRC_TYP #PATH}
ENDDAT
"""
INLINE = "LDAT_ACT={}\nFDAT_ACT=FP1\nBAS(#CP_PARAMS,0.25)\n{}\n"
PLAIN = "$TOOL=TOOL_DATA[1]\n$BASE=BASE_DATA[5]\n$VEL.CP=0.25\n"


def read(brand: str, files: dict[str, str]) -> Program:
    """Return the program that texts mean in the test cell."""
    texts = {name: text.encode() for name, text in files.items()}
    return BRANDS[brand].read(texts, cell_of(brand), "arm").program


def left(program: Program) -> list[str]:
    """Return the texts that are not understood."""
    every = [s for r in program.routines for s in within(r.body)]
    return [s.text for s in every if isinstance(s, Raw) and not s.harmless]


def krl(body: str) -> list[str]:
    """Return what is not understood of the lines of a KRL program."""
    return left(read("kuka", {"t.src": f"DEF t( )\n{body}\nEND\n", "t.dat": DAT}))


def script(body: str) -> Program:
    """Return the program of lines of URScript."""
    lines = "".join(f"  {line}\n" for line in body.splitlines())
    return read("ur", {"t.script": f"def t():\n  set_tcp(p[0,0,0.25,0,0,0])\n{lines}end\n"})


@pytest.mark.parametrize(
    ("data", "motion", "known"),
    [
        ("LVAR", "LIN XP1", True),
        ("LOLD", "LIN XP1", True),
        ("LCON", "LIN XP1", False),
        ("LARC", "LIN XP1", True),
        ("LARC", "CIRC XP1,XP2", False),
        ("LVAR", "CIRC XP1,XP2", True),
    ],
)
def test_the_orientation_of_path_data_is_not_overlooked(
    data: str, motion: str, known: bool
) -> None:
    """A path with ORI_TYP #CONSTANT keeps the tool as it stands: no line to the point's angles."""
    assert krl(INLINE.format(data, motion)) == ([] if known else [motion])


def test_the_orientation_type_of_a_single_spline_motion() -> None:
    with_type = "SLIN XP1 WITH $VEL.CP=0.1, $ORI_TYPE=SORI_TYP({})"
    assert krl(PLAIN + with_type.format("LVAR")) == []
    assert krl(PLAIN + with_type.format("LCON")) == [with_type.format("LCON")]
    arc = "SCIRC XP1, XP2 WITH $VEL.CP=0.1, $CIRC_TYPE=SCIRC_TYP({})"
    assert krl(PLAIN + arc.format("LVAR")) == []
    assert krl(PLAIN + arc.format("LARC")) == [arc.format("LARC")]


@pytest.mark.parametrize(
    "line",
    [
        "BASE_DATA[5]={X 1,Y 2,Z 3,A 0,B 0,C 0}",
        "BASE_DATA[5]=BASE_DATA[3]",
        "BASE_DATA[5]=XP1",
        "TOOL_DATA[1]={X 0,Y 0,Z 251,A 0,B 0,C 0}",
    ],
)
def test_numbered_data_of_another_value_are_not_the_cell_s(line: str) -> None:
    assert krl(f"{line}\n{PLAIN}LIN XP1") == [line]


def test_numbered_data_as_the_cell_has_them_change_nothing() -> None:
    assert krl(f"TOOL_DATA[1]={{X 0,Y 0,Z 250,A 0,B 0,C 0}}\n{PLAIN}LIN XP1") == []


@pytest.mark.parametrize("name", ["FP1", "FDAT_ACT"])
def test_inline_data_with_a_text_in_them_say_tool_and_base(name: str) -> None:
    line = f'{name}={{TOOL_NO 1,BASE_NO 3,IPO_FRAME #BASE,POINT2[] " "}}'
    assert krl(f"{line}\n{INLINE.format('LVAR', 'LIN XP1')}")[0] == line


@pytest.mark.parametrize("name", ["pallet", "gripper"])
def test_data_that_rapid_does_not_declare_but_sets(name: str) -> None:
    """Taken by their name alone they would be the cell's, whatever the program made of them."""
    text = """MODULE T
CONST robtarget p1:=[[200,100,50],[0,1,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
PROC main()
{}MoveL p1,v100,fine,gripper\\WObj:=pallet;
ENDPROC
ENDMODULE
"""
    assert left(read("abb", {"t.mod": text.format("")})) == []
    found = left(read("abb", {"t.mod": text.format(f"{name}:=other;\n")}))
    assert found == ["MoveL p1,v100,fine,gripper\\WObj:=pallet;"]


POSE = "p[0.4,0.2,0.3,3.14,0,0]"


@pytest.mark.parametrize(
    "body",
    [
        f"x={POSE}\nwhile get_standard_digital_in(0):\n  movel(x)\n  x[0]=x[0]+0.05\nend",
        f"x={POSE}\nif get_standard_digital_in(0):\n  x[0]=0.5\nend\nmovel(x)",
        f"x={POSE}\ni=0\nwhile i<3:\n  x[0]=x[0]+0.05\n  movel(x)\n  i=i+1\nend",
        f"x={POSE}\ndef f(x):\n  movel(x)\nend\nf(get_actual_tcp_pose())",
    ],
)
def test_a_pose_with_a_changed_element_is_not_the_first_one(body: str) -> None:
    program = script(body)
    every = [s for r in program.routines for s in within(r.body)]
    assert not [s for s in every if isinstance(s, Move)]
    assert "movel(x)" in left(program)


def test_an_element_on_a_straight_way_is_followed() -> None:
    assert left(script(f"x={POSE}\nx[0]=0.5\nmovel(x)")) == []


@pytest.mark.parametrize(
    "line", ["dob1=5", "dow1=5", "go1=5", "sft_u5=Shift(10,0,0,0,0,0)", "sft_u5=up"]
)
def test_outputs_by_the_byte_and_a_shift_that_the_job_sets(line: str) -> None:
    """A byte of outputs is no variable; a shift of the job's own is not the measured one."""
    job = (
        'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }\n'
        "     var up=Shift(5.0,0,0,0,0,0)\n"
        f"     {line}\n"
        "S1   move P,tg=Pose(0,90,0,0,-30,0),spd=50%,accu=0,tool=1\n"
        "     end\n"
    )
    assert left(read("hyundai", {"0101_t.job": job})) == [line]
