"""After a line that nobody can follow, in RAPID, TP and INFORM: see test_states_lost.py."""

from __future__ import annotations

from controllers_support import cell_of
from states_lost import doubts, read
from states_said import tp

from cellsim.controllers.brands import BRANDS

AXES = "MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v100,fine,gripper;"
MOVEL = "MoveL [[500,0,500],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v100,fine,gripper;"
LOST_BY_TEST = "acceleration 4, path mode 4, speed 4, tool 4"
PROC = "acceleration {0}, {1}path mode {0}, {2}speed {0}, tool {0}"


def rapid(*lines: str, more: str = "") -> dict[int, str]:
    text = "\n".join(["MODULE a", "PROC main()", *lines, "ENDPROC", more, "ENDMODULE", ""])
    return doubts(read("abb", {"a.mod": text}))


def test_rapid_a_procedure_that_no_module_holds_may_set_all() -> None:
    found = rapid(AXES, "rUnknown;", AXES, MOVEL, "PDispOff;", MOVEL)
    asked = "configuration 4, "
    assert found == {
        3: "",
        5: PROC.format(4, "", ""),
        6: PROC.format(4, asked, "shift of targets 4, "),
        8: PROC.format(4, asked, ""),
    }


def test_rapid_settings_that_cannot_be_evaluated_are_gone_until_they_are_set_again() -> None:
    found = rapid(
        "AccSet n,100;", AXES, "AccSet 50,100;", AXES, "VelSet 50,n;", AXES, "VelSet 100,5000;",
        "PDispSet foo(1);", AXES, MOVEL, "PDispOff;", MOVEL,
    )  # fmt: skip
    assert found == {
        4: "? acceleration 3", 6: "", 8: "? speed 7", 11: "", 12: "? shift of targets 10", 14: "",
    }  # fmt: skip


def test_rapid_external_axes_that_are_switched_are_lost_where_the_group_has_some() -> None:
    text = f"MODULE a\nPROC main()\nDeactUnit STN1;\n{AXES}\nENDPROC\nENDMODULE\n"
    track = AXES.replace("[9E9,", "[100,")
    for on_track, line, told in ((False, AXES, ""), (True, track, "external axes 3")):
        files = {"a.mod": text.replace(AXES, line).encode()}
        result = BRANDS["abb"].read(files, cell_of("abb", on_track), "arm")
        assert doubts(result) == {4: told}


def test_rapid_branches_loops_and_calls() -> None:
    found = rapid("IF di1=1 THEN", "AccSet n,100;", "ENDIF", AXES)
    assert found == {6: "? acceleration 4"}
    found = rapid("WHILE TRUE DO", AXES, "rUnknown;", "ENDWHILE")
    assert found == {4: PROC.format(5, "", "")}
    found = rapid("rLose;", AXES, more="PROC rLose()\nVelSet n,100;\nENDPROC")
    assert found == {4: "? speed 7"}


def test_rapid_a_function_that_a_test_asks_may_set_all() -> None:
    found = rapid("TEST nPick()", "CASE 1:", AXES, "ENDTEST", AXES)
    assert found == {5: LOST_BY_TEST, 7: LOST_BY_TEST}
    assert rapid("TEST Abs(nX)", "CASE 1:", AXES, "ENDTEST", AXES) == {5: "", 7: ""}


def test_rapid_instructions_that_set_nothing_else_lose_nothing() -> None:
    quiet = [
        "SetDO do1,1;", "WaitTime 0.5;", "TPWrite \"a\";", "nX:=nY*2;", "WaitDI di1,1;",
        "IF nX>Abs(nY) THEN", "ENDIF", "ClkReset c1;", "PulseDO do2;",
    ]  # fmt: skip
    assert rapid(*quiet, AXES) == {12: ""}


def test_tp_a_program_that_is_not_given_may_set_all() -> None:
    found = tp("UFRAME_NUM=3", "UTOOL_NUM=1", "J P[1] 50% FINE", "CALL FOO", "J P[1] 50% FINE")
    assert {k: v[:9] for k, v in found.items()} == {3: "", 5: "? frame 4"}


def test_tp_numbers_and_speeds_that_cannot_be_evaluated() -> None:
    go, active = "J P[1] 50% FINE", "J P[2] 50% FINE"
    found = tp(
        "UFRAME_NUM=3", "UTOOL_NUM=1", active, "UFRAME_NUM=R[7]", go, active, "UFRAME_NUM=3",
        active, "OVERRIDE=R[1]%", go, "OVERRIDE=50%", go, "PAYLOAD[2]", go, "PAYLOAD[1]", go,
    )  # fmt: skip
    assert found == {
        3: "", 5: "", 6: "? frame 4", 8: "", 10: "speed 9", 12: "", 14: "payload 13", 16: "",
    }  # fmt: skip


JOB = (
    "/JOB\n//NAME A\n//POS\n///NPOS 2,0,0,0,0,0\n///TOOL 1\n///POSTYPE PULSE\n///PULSE\n"
    "C00000=0,0,0,0,88268,0\nC00001=0,-13003,0,0,88268,0\n//INST\n///DATE 2019/05/14 08:21\n"
    "///ATTR SC,RW\n///GROUP1 RB1\nNOP\n"
)
MOVJ, OWN, MODAL = "MOVJ C00000 VJ=10.00 PL=0", "MOVL C00001 V=100.0 PL=0", "MOVL C00000 PL=0"


def inform(*lines: str) -> dict[int, str]:
    """Return what motions are told, lines counted from the first after NOP, in doubts too."""
    before = JOB.count("\n")
    text = JOB + "\n".join(lines) + "\nEND\n"
    result = read("yaskawa", {"A.JBI": text})
    told = doubts(result, before)
    return {line - before: t for line, t in told.items()}


def test_inform_a_job_that_is_not_given_may_set_speed_and_shift() -> None:
    found = inform(
        "SPEED V=50.0", MODAL, "CALL JOB:FOO", OWN, MODAL, "SPEED V=50.0", MODAL, "SFTOF", MODAL
    )
    shift = "shift of targets 3"
    assert found == {2: "", 4: shift, 5: f"{shift}, speed 3", 7: shift, 9: ""}
    assert inform("FOOBAR X=1", MOVJ) == {2: "shift of targets 1"}


def test_inform_values_that_cannot_be_evaluated() -> None:
    found = inform(
        "SPEED V=D001", OWN, MODAL, "SFTON P001 BF", OWN, "SFTOF", OWN, "SETTOOL TL#(1) P002", OWN
    )
    assert found == {2: "", 3: "? speed 1", 5: "? shift of targets 4", 7: "", 9: "? tool 8"}


def test_inform_branches_and_loops() -> None:
    found = inform("SPEED V=50.0", "IFTHENEXP B000=1", "SPEED V=D001", "ENDIF", MODAL)
    assert found == {5: "? speed 3"}
    found = inform("WHILEEXP IN#(1)=ON", MOVJ, "CALL JOB:FOO", "ENDWHILE", MOVJ)
    assert found == {2: "shift of targets 3", 5: "shift of targets 3"}
