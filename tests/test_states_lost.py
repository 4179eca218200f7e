"""After a line that nobody can follow, each motion says what it is not known to run with.

Each brand: a text, and by its lines what a person says of its motions. A mark before the states:
the motion cannot be said at all, since the value itself is gone.
"""

from __future__ import annotations

import pytest
from controllers_support import cell_of
from states_lost import doubts, read
from states_said import HEAD, LIN, PTP, ROUND, SET, STEP, hrscript, krl, tp

from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.program import Move, Program
from cellsim.domain.walk import statements_of

GRIPPERS = "gripper = 1, gripper.tip = 4, nutrunner = 2"


def test_krl_a_subprogram_that_is_not_there_may_set_all_until_it_is_set_again() -> None:
    found = krl(*SET, PTP, LIN, "grasp( )", PTP, LIN, "BAS(#TOOL,1)", PTP, *SET, LIN)
    assert found == {
        6: "",
        7: "",
        9: "acceleration 8, payload 8, speed 8, tool 8",
        10: "frame 8, orientation on the way 8, path mode 8, payload 8, speed 8, tool 8",
        12: "acceleration 8, payload 8, speed 8, tool 8",
        17: "frame 8, path mode 8, payload 8, speed 8, tool 8",
    }


def test_krl_a_base_that_cannot_be_evaluated_is_gone_for_poses_and_not_for_axes() -> None:
    found = krl(*SET, "$BASE=found", PTP, LIN, "$BASE=BASE_DATA[3]", LIN)
    assert found == {7: "", 8: "? frame 6", 10: ""}


def test_krl_each_state_is_lost_for_the_motions_that_run_with_it() -> None:
    found = krl(
        *SET, "$VEL.CP=x*2", PTP, LIN, "$VEL.CP=0.1", LIN, "$APO.CDIS=d", LIN, f"{LIN} C_DIS",
        "$IPO_MODE=#TCP", PTP, LIN, "$IPO_MODE=#BASE", LIN, "$LOAD=LOAD_DATA[n]", PTP,
        "$TOOL=t", PTP, "$TOOL=TOOL_DATA[1]", "$OV_PRO=n", PTP, "$OV_PRO=50",
        "TOOL_DATA[1]={X 0,Y 0,Z 7,A 0,B 0,C 0}", PTP, "$VEL_AXIS[3]=v", LIN,
    )  # fmt: skip
    assert found == {
        7: "", 8: "? speed 6", 10: "", 12: "", 13: "? corner 11", 15: "", 16: "? path mode 14",
        18: "", 20: "payload 19", 22: "? payload 19, tool 21", 25: "? payload 19, speed 24",
        28: "payload 19, tool 27", 30: "payload 19, tool 27",
    }  # fmt: skip


def test_krl_a_loss_on_one_way_of_an_if_reaches_what_stands_behind_it() -> None:
    found = krl(*SET, "IF $IN[1] THEN", "grasp( )", "ELSE", PTP, "ENDIF", PTP)
    assert found == {9: "", 11: "acceleration 7, payload 7, speed 7, tool 7"}


def test_krl_a_function_that_a_switch_asks_may_set_all() -> None:
    found = krl(*SET, "SWITCH pick( )", "CASE 1", PTP, "ENDSWITCH", PTP)
    assert [told.split(" ")[-1] for told in found.values()] == ["7", "7"]
    assert krl("INT x", *SET, "SWITCH x", "CASE 1", PTP, "ENDSWITCH", PTP) == {9: "", 11: ""}


def test_krl_a_loss_in_a_loop_comes_round_to_its_head() -> None:
    found = krl(*SET, "LOOP", PTP, "grasp( )", "ENDLOOP")
    assert found == {7: "acceleration 8, payload 8, speed 8, tool 8"}


def test_krl_a_loss_goes_into_a_subprogram_and_comes_out_of_one() -> None:
    lines = ["DEF p( )", *SET, PTP, "lose( )", PTP, "go( )", "END"]
    lines += ["DEF lose( )", "$TOOL=t", "END", "DEF go( )", PTP, "END", ""]
    found = doubts(read("kuka", {"p.src": "\n".join(lines)}))
    assert found == {6: "", 8: "? tool 12", 15: "? tool 12"}


def test_krl_lines_that_set_nothing_else_lose_nothing() -> None:
    quiet = [
        "$OUT[1]=TRUE", "WAIT SEC 0.5", "PULSE($OUT[2],TRUE,0.5)", "$TIMER[1]=0", "x=y*2",
        "$FLAG[3]=TRUE", "RET=EKI_Open(\"c\")", "IF x>2 THEN", "ENDIF", "$ANOUT[1]=0.3",
    ]  # fmt: skip
    assert krl(*SET, *quiet, PTP, LIN) == {16: "", 17: ""}


def test_hrscript_a_user_frame_that_cannot_be_evaluated_is_gone_until_selucrd() -> None:
    found = hrscript("selucrd 3", STEP, "ucrd=x+1", STEP, ROUND, "selucrd 3", STEP)
    assert found == {3: "", 5: "frame 4", 6: "frame 4", 8: ""}
    assert hrscript("selucrd 3", STEP, "selucrd n", STEP) == {3: "", 5: "frame 4"}
    assert hrscript("seltool n", STEP) == {3: "tool 2"}


def test_hrscript_a_system_variable_or_an_unknown_job_may_set_all() -> None:
    lost = "frame {0}, speed {0}, tool {0}"
    assert hrscript(STEP, "_tool=4", STEP) == {2: "", 4: lost.format(3)}
    assert hrscript(STEP, "call 777_x", STEP) == {2: "", 4: lost.format(3)}
    assert hrscript(STEP, "foo bar", ROUND) == {2: "", 4: "corner 3, " + lost.format(3)}


def test_hrscript_a_pose_that_another_job_can_set_is_a_target_lost() -> None:
    go = "move P,tg={},spd=50%,accu=0,tool=1"
    found = hrscript(
        "global p1=Pose(0,90,0,0,-30,0)", "var p2=Pose(0,90,0,0,-40,0)", "call 777_x",
        go.format("p1"), go.format("p2"),
    )  # fmt: skip
    assert found == {
        5: "frame 4, speed 4, target 4, tool 4",
        6: "frame 4, speed 4, tool 4",
    }


def test_hrscript_a_loss_in_a_branch_or_loop_reaches_what_is_behind_it() -> None:
    found = hrscript("selucrd 3", "if di1", "ucrd=2", "else", STEP, "endif", STEP)
    assert found == {6: "", 8: "frame 4"}
    found = hrscript("selucrd 3", "for i=1 to 3", STEP, "ucrd=4", "next", STEP)
    assert found == {4: "frame 5", 7: "frame 5"}
    assert hrscript("contpath 0", STEP, ROUND, "contpath 1", ROUND) == {3: "", 4: "corner 2", 6: ""}


def test_hrscript_lines_that_set_nothing_else_lose_nothing() -> None:
    quiet = ["do1=1", "x=2", "wait di1", "delay 0.5", 'print "a"', "name.x=foo(3)"]
    assert hrscript(*quiet, STEP) == {8: ""}


JOINTS = "movej([0,-1.57,1.57,0,0.5,0], a=1.4, v=1.05)"
TCP = "set_tcp(p[0,0,0.25,0,0,0])"


def urscript(*lines: str) -> dict[int, str]:
    text = "\n".join(["def a():", *(f"  {line}" for line in lines), "end", ""])
    return doubts(read("ur", {"a.script": text}))


def test_urscript_a_tcp_that_cannot_be_evaluated_is_gone_until_it_is_set_again() -> None:
    found = urscript(TCP, JOINTS, "set_tcp(x)", JOINTS, TCP, JOINTS)
    assert found == {3: "", 5: "? tool 4", 7: ""}


def test_urscript_a_function_that_the_script_does_not_hold_may_set_all() -> None:
    found = urscript(TCP, "rq_close()", JOINTS, TCP, JOINTS, "x = foo(1)", JOINTS)
    assert found == {
        4: "path mode 3, payload 3, tool 3",
        6: "path mode 3, payload 3",
        8: "path mode 3, path mode 7, payload 3, payload 7, tool 7",
    }


def test_urscript_a_function_that_is_not_given_may_set_all_for_the_value_of_a_return() -> None:
    """Whether anybody asks for that value or not; one that only tells sets nothing."""
    ready = ["def ready():", "  if get_digital_in(1):", "    return {}", "  end", "  return False"]
    lost = "path mode 4, payload 4, tool 4"
    for value, told in (("foo(1)", lost), ("not foo(1)", lost), ("get_digital_in(2)", "")):
        body = [line.format(value) for line in ready]
        assert urscript(*body, "end", TCP, JOINTS, "ready()", JOINTS) == {9: "", 11: told}
        asked = ["if ready():", "  sleep(1)", "end"]
        assert urscript(*body, "end", TCP, JOINTS, *asked, JOINTS) == {9: "", 13: told}


def test_urscript_a_payload_of_another_mass_is_lost() -> None:
    mass = cell_of("ur").tools["gripper"].mass
    found = urscript(TCP, "set_payload(99.0)", JOINTS, f"set_payload({mass})", JOINTS)
    assert found == {4: "payload 3", 6: ""}


def test_urscript_a_loss_in_a_branch_or_loop_reaches_what_is_behind_it() -> None:
    found = urscript(TCP, "if get_digital_in(1):", "rq_close()", "end", JOINTS)
    assert found == {6: "path mode 4, payload 4, tool 4"}
    found = urscript(TCP, "while get_digital_in(1):", JOINTS, "rq_close()", "end")
    assert found == {4: "path mode 5, payload 5, tool 5"}


def test_urscript_functions_that_only_tell_lose_nothing() -> None:
    quiet = [
        "textmsg(\"a\")", "set_standard_digital_out(1, True)", "sleep(0.5)",
        "x = get_actual_tcp_pose()", "socket_open(\"a\", 1)", "y = norm([1,2])", "sync()",
    ]  # fmt: skip
    assert urscript(TCP, *quiet, JOINTS) == {10: ""}


def test_a_tool_or_frame_number_that_the_cell_does_not_name_is_not_known() -> None:
    other = STEP.replace("tool=1", "tool=7")
    assert hrscript(STEP, other, "selucrd 9", STEP) == {2: "", 3: "tool 3", 5: "frame 5"}
    lines = ("BAS(#TOOL,7)", PTP, "BAS(#TOOL,1)", "BAS(#BASE,9)", LIN, "BAS(#BASE,3)", LIN)
    assert krl(*SET, *lines) == {7: "tool 7", 10: "frame 10", 12: ""}
    assert tp("UFRAME_NUM=3", "UTOOL_NUM=9", "J P[2] 50% FINE") == {3: "tool 3"}


def _again(program: Program) -> Program:
    group = cell_of("kuka").groups["arm"]
    return parse_program(dump_program(program, group), "p.program.yaml", cell_of("kuka"))


def test_a_number_that_the_cell_does_not_name_is_told_with_those_that_it_has() -> None:
    """No name is made of it that could be taken for one of the cell's."""
    found = read("kuka", {"p.src": "\n".join(["DEF p( )", *SET, "BAS(#TOOL,7)", LIN, "END", ""])})
    assert f"the text selects tool number 7; the cell has {GRIPPERS}" in found.notes
    (move,) = (s for s in statements_of(found.program) if isinstance(s, Move))
    assert move.tool == "tool number 7"
    (again,) = (s for s in statements_of(_again(found.program)) if isinstance(s, Move))
    assert (again.tool, again.doubts) == (move.tool, move.doubts)


UNREAD = {
    "kuka": ("p.src", "DEF p( )\n{}\nEND\n", "x=$y", "go(1)"),
    "abb": ("a.mod", "MODULE a\nPROC main()\n{}\nENDPROC\nENDMODULE\n", "n:=Any(n);", ""),
    "ur": ("a.script", "def a():\n  {}\nend\n", "x = foo(1)", "foo(1)"),
    "hyundai": (
        "0102_a.job",
        HEAD.replace("{", "{{").replace("}", "}}") + "\n     {}\n     end\n",
        "_x=1",
        "call 777_x",
    ),
}


@pytest.mark.parametrize("brand", UNREAD)
def test_a_line_that_is_kept_is_not_given_a_word_of_ours_as_its_reason(brand: str) -> None:
    """The reader calls it 'assign' or 'call'; no text says so."""
    name, frame, *lines = UNREAD[brand]
    for line in filter(None, lines):
        (kept,) = read(brand, {name: frame.format(line)}).raw_lines
        assert "'assign'" not in kept.reason
        assert "'call'" not in kept.reason
