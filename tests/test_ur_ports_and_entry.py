"""URScript: which function runs, which port an index means, and when get_inverse_kin is solved.

Source: script manual e-Series (Script Directory, with optimovej): 17.7 get_digital_in ("n:8-9 go to
the tool digital inputs"), 17.44 set_digital_out ("Ports 8-9 should be changed to 0-1" of the tool),
17.43, 17.47, 17.48 (ranges), 15.13 get_inverse_kin ("the currently active tcp of the controller").
"""

from __future__ import annotations

import numpy as np
import pytest
from controllers_support import cell_of
from small_texts import left, read

from cellsim.domain.program import Assign, Call, If, Move, Program, Raw, SetSignal
from cellsim.domain.walk import statements_of, within
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

TCP = "set_tcp(p[0,0,0.25,0,0,0])"
TIP = "set_tcp(p[0,0.1,0.3,0.4,0,0])"
HOME = "[0,-1.57,1.57,-1.57,-1.57,0]"


def script(text: str) -> Program:
    """Return the program of a script file."""
    return read("ur", {"job.script": text})


def lines(*body: str) -> Program:
    """Return the program of one function."""
    return script("\n".join(("def t():", TCP, *body, "end", "")))


def first_joints(program: Program) -> list[tuple[int, float]]:
    """Return line and first joint of every motion in the order of the routines."""
    moves = [s for r in program.routines for s in within(r.body) if isinstance(s, Move)]
    return [(m.line, round(m.to.q[0], 3)) for m in moves if m.to.q is not None]


@pytest.mark.parametrize(
    ("call", "port"),
    [
        ("set_digital_out(7, True)", 7),
        ("set_digital_out(8, True)", 16),
        ("set_digital_out(9, True)", 17),
        ("set_standard_digital_out(7, True)", 7),
        ("set_configurable_digital_out(7, True)", 15),
        ("set_tool_digital_out(1, True)", 17),
    ],
)
def test_an_index_means_the_port_that_the_manual_says(call: str, port: int) -> None:
    (one,) = (s for s in lines(call).routines[0].body if isinstance(s, SetSignal))
    assert one.signal == f"do{port}"


@pytest.mark.parametrize(
    "call",
    [
        "set_digital_out(10, True)",
        "set_standard_digital_out(8, True)",
        "set_configurable_digital_out(8, True)",
        "set_tool_digital_out(2, True)",
        "set_standard_digital_out(-1, True)",
    ],
)
def test_an_index_that_the_controller_does_not_have_is_not_another_port(call: str) -> None:
    program = lines(call)
    assert left(program) == [call]
    assert not any(isinstance(s, SetSignal) for s in program.routines[0].body)


@pytest.mark.parametrize(
    ("asked", "port"),
    [
        ("get_digital_in(8)", "di16"),
        ("get_digital_out(9)", "do17"),
        ("get_standard_digital_in(8)", None),
        ("get_tool_digital_in(2)", None),
        ("get_standard_digital_in(1.5)", None),
    ],
)
def test_an_index_that_is_asked_for_is_the_same_port_or_not_known(
    asked: str, port: str | None
) -> None:
    (one,) = (
        s for s in lines(f"if {asked}:", "sleep(1)", "end").routines[0].body if isinstance(s, If)
    )
    assert (one.condition.op, one.condition.name) == (
        ("unknown", asked.partition("(")[0]) if port is None else ("signal", port)
    )


def test_the_function_that_a_script_calls_is_its_program_wherever_it_stands() -> None:
    main = f"def main():\n{TCP}\nhelper()\nmovej([1,-1.57,1.57,0,1,0])\nend\n"
    helper = "def helper():\nmovej([2,-1.57,1.57,0,1,0])\nend\n"
    for text in (main + helper, helper + main):
        program = script(text + "main()\n")
        assert program.routines[0].name == program.name == "main"
        assert left(program) == []
    # Sent without a call it is the last one, as before.
    assert script(helper + main).routines[0].name == "main"


def test_lines_beside_the_functions_run_in_their_order() -> None:
    program = script(
        f"{TCP}\ndef go(x):\nmovej([x,-1.57,1.57,0,1,0])\nend\n"
        "def home():\nmovej([3,-1.57,1.57,0,1,0])\nend\n"
        "movej([2,-1.57,1.57,0,1,0])\nhome()\ngo(1)\n"
    )
    entry = program.routines[0]
    assert (entry.name, left(program)) == ("job", [])
    made = [s.routine if isinstance(s, Call) else s.line for s in entry.body]
    assert made == [8, "home", "go_1"]
    assert dict(first_joints(program)) == {8: 2.0, 6: 3.0, 3: 1.0}


def test_lines_beside_a_function_that_nothing_calls_are_not_passed_over() -> None:
    text = "movej([2,-1.57,1.57,0,1,0])\ndef p():\n" + TCP + "\nsleep(1)\nend\n"
    assert left(script(text)) == ["movej([2,-1.57,1.57,0,1,0])"]


def test_inverse_kinematics_is_solved_for_the_tcp_of_its_own_line() -> None:
    """Second way: where the flange stands with the joints that are read."""
    pose = "p[0.4,-0.2,0.3,0,3.1,0]"
    program = lines(f"q = get_inverse_kin({pose}, {HOME})", TIP, "movej(q)", TCP, f"movel({pose})")
    assert left(program) == []
    first, second = (s for s in program.routines[0].body if isinstance(s, Move))
    assert (first.tool, second.tool) == ("gripper.tip", "gripper")
    cell = cell_of("ur")
    assert first.to.q is not None
    assert second.to.pose is not None
    chain, tcps = chain_of(cell, "arm"), cell.tools["gripper"].tcps
    with_tcp = tcp_pose(chain, np.array(first.to.q), tcps["tcp"])
    wanted = world_T_frame(cell, "group:arm.base") @ second.to.pose
    metres, angle = with_tcp.distance(wanted)
    assert max(metres, angle) < 1e-6


def test_inverse_kinematics_without_a_known_tcp_is_not_solved() -> None:
    program = lines(
        "set_tcp(x)", f"q = get_inverse_kin(p[0.4,-0.2,0.3,0,3.1,0], {HOME})", TCP, "movej(q)"
    )
    assert left(program)[-1] == "movej(q)"


def test_a_name_that_a_reading_sets_again_is_not_what_it_was() -> None:
    program = lines("x = 0", "x = read_input_integer_register(3)", "if x == 1:", "sleep(1)", "end")
    sets = [s for s in program.routines[0].body if isinstance(s, Assign)]
    assert [(s.name, s.value.op) for s in sets] == [("x", "const"), ("x", "unknown")]
    assert left(program) == []


@pytest.mark.parametrize("name", ["get_grip", "is_open", "read_grip", "pose_of_part"])
def test_a_function_of_nobody_s_manual_is_not_a_reading(name: str) -> None:
    assert left(lines(f"x = {name}()")) == [f"x = {name}()"]


def test_a_thread_that_runs_beside_the_program_may_set_its_names_and_its_tcp() -> None:
    program = lines(
        "thread watch():", "x = 1", TIP, "end", "x = 0", "run watch()",
        "if x == 1:", "sleep(1)", "end", TCP, f"movej({HOME})",
    )  # fmt: skip
    (one,) = (s for s in program.routines[0].body if isinstance(s, Assign))
    assert (one.name, one.value.op) == ("x", "unknown")
    assert "run watch()" in left(program)


@pytest.mark.parametrize(
    ("call", "result"),
    [
        # Script manual e-Series, 16.20, 16.22, 16.24, 16.13: example commands and their values.
        ("pose_add(p[.2,.5,.1,1.57,0,0], p[.2,.5,.6,1.57,0,0])", (0.4, 1.0, 0.7, 3.14, 0, 0)),
        ("pose_inv(p[.2,.5,.1,1.57,0,3.14])", (0.19324, 0.41794, -0.29662, 1.23993, 0, 2.47985)),
        (
            "pose_trans(p[.2,.5,.1,1.57,0,0], p[.2,.5,.6,1.57,0,0])",
            (0.4, -0.0996, 0.60048, 3.14, 0, 0),
        ),
        ("interpolate_pose(p[.2,.2,.4,0,0,0], p[.2,.2,.6,0,0,0], .5)", (0.2, 0.2, 0.5, 0, 0, 0)),
    ],
)
def test_pose_functions_give_what_the_manual_s_examples_return(
    call: str, result: tuple[float, ...]
) -> None:
    (move,) = (s for s in lines(f"movel({call})").routines[0].body if isinstance(s, Move))
    assert move.to.pose is not None
    metres, angle = move.to.pose.distance(Pose.from_rotvec(result[:3], result[3:]))
    assert metres < 6e-6  # the manual prints five digits
    assert angle < 1e-4


@pytest.mark.parametrize(
    "line",
    [f"servoj({HOME}, t=0.1)", "speedl([0,0,0.1,0,0,0], 0.5, 1)", f"optimovej({HOME})"],
)
def test_a_line_that_moves_and_is_not_understood_leaves_the_robot_elsewhere(line: str) -> None:
    """Manual 14.23, 14.37, 14.42: they move; where a move behind them begins is not known."""
    kept = next(
        s
        for s in statements_of(lines(line, "movel(p[0.4,-0.2,0.3,0,3.1,0])"))
        if isinstance(s, Raw)
    )
    assert (kept.text, kept.moves) == (line, True)
