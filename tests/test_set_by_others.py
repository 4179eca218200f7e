"""What another routine sets, or a line by a value: it holds for all motions and loops behind it."""

from __future__ import annotations

import pytest
from controllers_support import cell_of
from readings import body, raw_lines, reasons
from states_lost import doubts, read
from states_said import LIN, POINTS, PTP, SET, krl, tp

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Assign, Delay, Expr, Loop, Move, Raw, Wait
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.units import deg

# KRL: a DEF that has no INT i of its own sets that of the .dat (KSS 8.2 SI, variables).
MOVED = [
    "DEF sub( )\ni=5\nEND\n",
    "DEF sub( )\nFOR i=1 TO 2\n$OUT[1]=TRUE\nENDFOR\nEND\n",
    "DEF sub( )\nother( )\nEND\nDEF other( )\ni=5\nEND\n",
]
OWN = "DEF sub( )\nINT i\nFOR i=1 TO 2\n$OUT[1]=TRUE\nENDFOR\nEND\n"


def counted(more: str, head: str = "FOR i=1 TO 5") -> ReadResult:
    text = f"DEF p( )\n{head}\nsub( )\nENDFOR\nEND\n{more}"
    return read("kuka", {"p.src": text, "p.dat": "DEFDAT p\nINT i=0\nINT n=5\nENDDAT\n"})


@pytest.mark.parametrize("more", MOVED)
def test_krl_a_counter_that_a_called_subprogram_sets_is_what_the_loop_asks(more: str) -> None:
    begin, loop, behind = (s for s in counted(more).program.routines[0].body)
    assert isinstance(begin, Assign)
    assert isinstance(loop, Loop)
    assert isinstance(behind, Assign)
    assert begin.name == behind.name == "i"
    assert loop.count is None, "how often is not known before"
    assert behind.value.op == "unknown"


def test_krl_a_counter_of_its_own_name_in_a_subprogram_is_another() -> None:
    (loop,) = counted(OWN).program.routines[0].body
    assert isinstance(loop, Loop)
    assert loop.count == 5


def test_krl_a_loop_to_an_end_that_a_called_subprogram_sets_is_not_understood() -> None:
    """Whether ENDFOR looks at the end again is in no manual that was read."""
    moved = counted("DEF sub( )\nn=2\nEND\n", "FOR i=1 TO n")
    assert raw_lines(moved) == [2, 3]
    kept = counted("DEF sub( )\nINT n\nn=2\nEND\n", "FOR i=1 TO n")
    assert raw_lines(kept) == []


def in_base(frame: str) -> str:
    """Return {X ..,C ..} of a frame of the test cell in the robot's base."""
    cell = cell_of("kuka")
    pose: Pose = world_T_frame(cell, "group:arm.base").inverse() @ world_T_frame(cell, frame)
    c, b, a = (v / deg for v in pose.rpy())
    x, y, z = (1000.0 * v for v in pose.p)
    return f"{{X {x:.6f},Y {y:.6f},Z {z:.6f},A {a:.6f},B {b:.6f},C {c:.6f}}}"


@pytest.mark.parametrize(
    "lines",
    [
        ["LOOP", LIN, "$BASE={}", "ENDLOOP"],
        ["again:", LIN, "$BASE={}", "GOTO again"],
        ["FOR i=1 TO 3", LIN, "shift( )", "ENDFOR"],
    ],
)
def test_krl_a_base_by_its_value_holds_in_the_next_round(lines: list[str]) -> None:
    """The first pass runs in base 3, the next ones in the one that the line behind it sets."""
    value = in_base("pallet")
    text = "\n".join(["DEF p( )", "INT i", *SET, *lines, "END", "DEF shift( )", "$BASE={}", "END"])
    result = read("kuka", {"p.src": text.replace("{}", value) + "\n"})
    assert "tool or base is not known here" in reasons(result)
    assert not [s for s in body(result) if isinstance(s, Move)]
    plain = read("kuka", {"p.src": "\n".join(["DEF p( )", *SET, f"$BASE={value}", LIN, "END", ""])})
    assert [s.frame for s in body(plain) if isinstance(s, Move)] == ["pallet"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("$BASE.X=10", "? frame 6"),
        ("$TOOL.Z=10", "? tool 6"),
        ("$VEL={CP 0.5,ORI1 200,ORI2 200}", "? speed 6"),
        ("TOOL_DATA[1].X=5", "tool 6"),
        ("BASE_DATA[n]={X 0,Y 0,Z 0,A 0,B 0,C 0}", "frame 6"),
        ("BASE_DATA[3].X=BASE_DATA[3].X+1", "frame 6"),
        ("IF BASE_DATA[3].X>5 THEN\nENDIF", ""),
    ],
)
def test_krl_a_component_of_what_motions_run_with_is_lost(line: str, told: str) -> None:
    found = krl(*SET, *line.split("\n"), LIN)
    assert [*found.values()] == [told]


def test_krl_a_number_set_again_behind_an_unknown_subprogram_may_mean_something_else() -> None:
    """TOOL_DATA, BASE_DATA and LOAD_DATA are global: $config.dat as it is delivered."""
    found = krl(*SET, "$OV_PRO=100", "grasp( )", *SET, "$OV_PRO=100", "$IPO_MODE=#BASE", LIN)
    assert found == {14: "frame 7, payload 7, tool 7"}


def test_krl_motions_that_are_not_understood_move_and_unknown_calls_may() -> None:
    for line in ("LIN P[i]", "CIRC_REL {X 1},{X 2}", "ASYPTP {E1 5}", "grasp( )"):
        result = read("kuka", {"p.src": "\n".join(["DEF p( )", *SET, PTP, line, LIN, "END", ""])})
        assert [s.moves for s in body(result) if isinstance(s, Raw) and s.line == 7] == [True], line
    result = read("kuka", {"p.src": "\n".join(["DEF p( )", *SET, LIN, "grasp( )", "LIN_REL {Z 9}",
                                               "END", ""])})  # fmt: skip
    assert "LIN_REL from a place that is not known" in reasons(result)


TARGETS = """CONST robtarget p1:=[[800,0,900],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
PERS robtarget p2:=[[800,0,900],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
LOCAL PERS robtarget p3:=[[800,0,900],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
VAR num n:=1;
VAR num k:=2;
CONST num c:=3;
"""


def rapid(*lines: str, more: str = "") -> ReadResult:
    text = "\n".join(["MODULE m", TARGETS, "PROC main()", *lines, "ENDPROC", more, "ENDMODULE", ""])
    return read("abb", {"m.mod": text})


def sent(result: ReadResult) -> list[tuple[str, Expr]]:
    every = [s for r in range(len(result.program.routines)) for s in body(result, r)]
    return [(s.name, s.value) for s in every if isinstance(s, Assign) and s.line > 8]


@pytest.mark.parametrize("word", ["VAR", "PERS"])
def test_rapid_a_parameter_that_is_handed_over_itself_changes_the_variable(word: str) -> None:
    """RAPID kernel 3HAC050946, parameters: VAR, PERS and INOUT hand over the data itself."""
    result = rapid("q n;", more=f"PROC q({word} num x)\nx:=3;\nENDPROC")
    assert [name for name, _ in sent(result)] == ["n"]
    inner = rapid("VAR num own;", "q own;", more=f"PROC q({word} num x)\nx:=3;\nENDPROC")
    assert [r.text for r in inner.raw_lines if r.line == 11] == ["q own;"]


def test_rapid_a_copy_that_the_routine_sets_is_not_the_constant_it_came_from() -> None:
    result = rapid(
        "q c;", more="PROC q(num x)\nx:=x+1;\nIF x=4 THEN\nSetDO lamp,1;\nENDIF\nENDPROC"
    )
    names = [name for name, _ in sent(result)]
    assert names == ["x_of_q", "x_of_q"]
    untouched = rapid("q c;", more="PROC q(num x)\nn:=x;\nENDPROC")
    assert [(name, value.value) for name, value in sent(untouched)] == [("n", 3.0)]


def test_rapid_a_function_that_sets_what_it_is_handed_is_no_expression() -> None:
    result = rapid("n:=f(k);", more="FUNC num f(VAR num x)\nx:=x+1;\nRETURN x;\nENDFUNC")
    assert 10 in raw_lines(result)
    copy = rapid("n:=f(k);", more="FUNC num f(num x)\nx:=x+1;\nRETURN x;\nENDFUNC")
    assert raw_lines(copy) == []


@pytest.mark.parametrize(("point", "told"), [("p1", ""), ("p2", "target"), ("p3", "")])
def test_rapid_data_that_an_unknown_procedure_can_set_is_lost(point: str, told: str) -> None:
    """Constants keep their value, LOCAL data is known in its module alone."""
    found = doubts(rapid("rUnknown;", f"MoveL {point},v100,fine,gripper;"))
    (states,) = found.values()
    assert ("target 10" in states.split(", ")) is bool(told)


@pytest.mark.parametrize(
    "line",
    ["WaitForPart;", "ReadyPos;", "StopConveyor;", "WriteLog;", "MoveHome;", "n:=ReadPose();"],
)
def test_rapid_a_routine_that_is_not_given_is_none_of_the_instructions_it_is_named_like(
    line: str,
) -> None:
    """The names of the system are recalled from 3HAC050917; WaitForPart is none of them."""
    (found,) = doubts(rapid(line, "MoveL p1,v100,fine,gripper;")).values()
    assert "acceleration 10" in found
    quiet = ("StopMove;", "WriteStrBin dev,s;", "WaitSyncTask s,t;", "TPErase;", "CopyFile a,b;")
    (known,) = doubts(rapid(*quiet, "MoveL p1,v100,fine,gripper;")).values()
    assert known == ""


@pytest.mark.parametrize(
    "asked", [("IF g() THEN", "ENDIF"), ("WHILE g() DO", "ENDWHILE"), ("IF k=2 AND g() n:=2;",)]
)
def test_rapid_a_function_that_a_condition_asks_may_move(asked: tuple[str, ...]) -> None:
    """A branch on a value that is not known may be taken both ways: the motion is on both."""
    moving = "FUNC bool g()\nMoveJ p1,v100,fine,gripper;\nRETURN TRUE;\nENDFUNC"
    made = [s for s in body(rapid(*asked, more=moving)) if s.line == 10]
    told = [s.moves for s in made if isinstance(s, Raw)]
    assert told == [True] * (1 + sum(isinstance(s, Loop) for s in made))
    quiet = [line.replace("g()", "IsMechUnitActive(STN1)") for line in asked]
    assert not [s for s in body(rapid(*quiet)) if isinstance(s, Raw) and s.line == 10]


@pytest.mark.parametrize(
    "line",
    ['MoveLSync p1,v100,fine,gripper,"q";', "SearchL di1,p2,p1,v100,gripper;",
     "MoveLGO p1,v100,fine,gripper\\Value:=1,go1;"],
)  # fmt: skip
def test_rapid_motions_that_are_not_understood_move(line: str) -> None:
    kept = [s for s in body(rapid(line)) if isinstance(s, Raw) and s.line == 10]
    assert [s.moves for s in kept] == [True]


def test_rapid_synchronised_motions_say_why_they_are_not_read() -> None:
    move = "MoveL p1\\ID:=10,v100,fine,gripper;"
    result = rapid("SyncMoveOn s1,tl;", move, "SyncMoveOff s2;", "MoveL p1,v100,fine,gripper;")
    assert reasons(result)[1].startswith("\\ID: one of several robots that move together")
    assert [*doubts(result).values()][-1:] == [""], "nothing but the motions between is lost"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("$MNUFRAME[1,3]=PR[1]", "? frame 4"),
        ("$MNUTOOL[1,1]=PR[1]", "? tool 4"),
        ("$MNUTOOLNUM[1]=2", "? tool 4"),
        ("$MCR.$GENOVERRIDE=50", "speed 4"),
        ("$WAITTMOUT=200", ""),
    ],
)
def test_tp_a_system_variable_that_motions_run_with_is_lost(line: str, told: str) -> None:
    motion = "J P[2] 50% FINE" if "NUM[" in line else "J P[1] 50% FINE"
    found = tp("UFRAME_NUM=3", "UTOOL_NUM=1", "J P[1] 50% FINE", line, motion)
    assert found == {3: "", 5: told}


def test_tp_a_program_that_is_not_given_may_move_the_robot() -> None:
    text = "/PROG A\n/ATTR\n/MN\n1: CALL FOO ;\n2: S P[1] 100mm/sec FINE ;\n3: DO[1]=R[1] ;\n"
    result = read("fanuc", {"a.ls": f"{text}/POS\n/END\n"})
    kept = [s for s in body(result) if isinstance(s, Raw) and not s.harmless]
    assert [s.moves for s in kept] == [True, True, False]


@pytest.mark.parametrize("line", ["WAIT R[19:settle]", "WAIT R[19](sec)", "WAIT R[19] sec"])
def test_tp_a_wait_for_a_register_alone_is_a_time(line: str) -> None:
    """Public listings have `WAIT R[19:VAC SETTLE]`; the help, 26: a time is in seconds."""
    text = f"/PROG A\n/ATTR\n/MN\n1: R[19]=2 ;\n2: {line} ;\n3: WAIT R[20] ;\n/POS\n/END\n"
    result = read("fanuc", {"a.ls": text})
    waits = [s for s in body(result) if isinstance(s, Delay | Wait)]
    assert [s.seconds for s in waits if isinstance(s, Delay)] == [2.0]
    assert len(waits) == 1
    assert reasons(result) == ["a time that is no number before it runs"]


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("a AND NOT b AND c", False), ("a AND NOT b AND NOT c", False), ("a AND NOT b", True),
        ("(a AND NOT b) AND c", True), ("a AND NOT (b AND c)", True), ("a AND NOT b OR c", True),
    ],
)  # fmt: skip
def test_rapid_an_and_behind_and_not_may_belong_to_what_is_negated(
    condition: str, known: bool
) -> None:
    """A public parser of RAPID has NOT in the row of OR, below AND: b AND c would be negated."""
    more = "PROC q()\nVAR bool a;\nVAR bool b;\nVAR bool c;\nIF {} THEN\nENDIF\nENDPROC"
    result = rapid("q;", more=more.format(condition))
    assert ("condition" not in reasons(result)) is known


@pytest.mark.parametrize("option", ["TB .10sec,CALL B", "TA .10sec,CALL B", "DB 10.0mm,CALL B"])
def test_tp_a_program_that_a_motion_calls_near_its_point_may_set_what_the_next_runs_with(
    option: str,
) -> None:
    """The program of a TIME BEFORE runs its statements too, OVERRIDE and UFRAME among them."""
    head = "UFRAME_NUM=3", "UTOOL_NUM=1"
    lines = [*head, f"J P[1] 50% CNT50 {option}", "J P[1] 50% FINE"]
    count = "".join(f"{i}: {line} ;\n" for i, line in enumerate(lines, 1))
    files = {"a.ls": f"/PROG A\n/ATTR\n/MN\n{count}/POS\n{POINTS}/END\n"}
    whole = read("fanuc", {"a.ls": files["a.ls"].replace("CALL B", "DO[2]=ON")})
    assert [s.line for s in body(whole) if isinstance(s, Move)] == [6, 7]
    found = body(read("fanuc", files))
    assert [s.line for s in found if isinstance(s, Move)] == [6]
    assert [s.line for s in found if isinstance(s, Raw) and not s.harmless] == [6, 7]
