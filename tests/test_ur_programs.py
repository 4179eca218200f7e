"""Hand-written URScript: what each line means, read off the text by a person."""

from __future__ import annotations

import numpy as np
import pytest
from controllers_support import cell_of
from programs_support import read_program, said

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Move
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

BASE = "gripper/group:arm.base"
PROGRAMS: dict[str, tuple[list[str], list[int]]] = {
    "offsets.script": (
        [
            "8 joint J(0 -90 90 -90 -90 0) gripper 1.05 rad/s fine",
            f"9 linear X(400 300 350 90 0 180) {BASE} 0.25 m/s fine",
            f"10 linear X(400 300 400 90 0 180) {BASE} 0.1 m/s fine",
            f"11 linear X(400 300 450 90 0 180) {BASE} 0.1 m/s fine",
            f"12 linear X(400 200 300 90 0 180) {BASE} 0.05 m/s radius 10 mm",
        ],
        [13],
    ),
    "params.script": (
        [
            "3 approach=",
            "19 joint J(0 -85.944 85.944 -85.944 -85.944 0) gripper 1.05 rad/s fine",
            "20 call visit_1",
            "21 call visit_2",
            f"22 linear X(600 200 300 180 8.113 180) {BASE} 0.125 m/s fine",
            "24 creep__d=",
            "24 call creep",
            f"27 linear X(100 0 400 0 0 0) {BASE} 0.1 m/s fine",
            "7 do0=True",
            "8 delay 0.3",
            f"11 linear X(600 200 300 180 8.113 180) {BASE} 0.5 m/s radius 10 mm",
            "12 call grip_1",
            f"11 linear X(600 -200 300 180 8.113 180) {BASE} 0.25 m/s fine",
            "12 call grip_1",
            "15 creep__d=",
            f"16 linear X(600 200 300 180 8.113 180) {BASE} 0.2 m/s fine",
        ],
        [],
    ),
    "polyscope.script": (
        [
            "11 step_count_a1=",
            "21 loop while",
            "25 joint J(0.492 -89.591 102.413 -102.821 -90 90.492) gripper 1.0472 rad/s fine",
            "27 do16=True",
            f"28 linear X(-680 -180 400 0 0 180) {BASE} 0.1 m/s fine",
        ],
        [29],
    ),
    "opaque.script": (
        [
            "15 if",
            "16 delay 0.1",
            f"18 linear X(600 200 300 180 8.113 180) {BASE} 0.1 m/s fine",
            "19 change__z=",
            "19 call change",
            "4 change__z=",
        ],
        [5, 7, 8, 9, 10, 14, 20],
    ),
    # lists of poses by a counter, elements that are set, loops on known numbers, functions
    "lists.script": (
        [
            "15 speed=",
            "17 joint J(0 -85.944 85.944 -85.944 -85.944 0) gripper 1.05 rad/s fine",
            "18 r=",
            f"20 linear X(450 -300 300 0 0 179.909) {BASE} 0.25 m/s fine",
            f"22 linear X(400 -300 400 0 0 179.909) {BASE} 0.25 m/s fine",
            "23 call MoveAll",
            "24 k=",
            "26 k=",
            f"27 linear X(450 -300 300 0 0 179.909) {BASE} 0.25 m/s fine",
            "26 k=",
            f"27 linear X(440 -300 300 0 0 179.909) {BASE} 0.25 m/s fine",
            "31 x=",
            "32 twice__n=",
            "32 call twice",
            "32 twice__value1=",
            "32 if",
            f"33 linear X(425 -300 350 0 0 179.909) {BASE} 0.25 m/s fine",
            "35 loop while",
            "37 do0=True",
            "38 x=",
            "40 j=",
            "4 i=",
            f"6 linear X(400 -300 300 0 0 179.909) {BASE} 0.25 m/s fine",
            "7 delay 0.1",
            f"8 linear X(400 -300 450 0 0 179.909) {BASE} 0.25 m/s fine",
            "9 i=",
            f"6 linear X(500 -300 300 0 0 179.909) {BASE} 0.25 m/s fine",
            "7 delay 0.1",
            f"8 linear X(450 -300 350 0 0 179.909) {BASE} 0.25 m/s fine",
            "9 i=",
            f"6 linear X(600 -300 300 0 0 179.909) {BASE} 0.25 m/s fine",
            "7 delay 0.1",
            f"8 linear X(400 -300 450 0 0 179.909) {BASE} 0.25 m/s fine",
            "9 i=",
            "13 twice__value=",
        ],
        # Verbatim: a pose that is only known in the run, an element by a number that is not known.
        [30, 36, 41],
    ),
    "degrees.script": (
        [
            "5 joint J(10 -80 95 -105 -90 0) gripper 1.05 rad/s radius 20 mm",
            "6 joint J(11.459 -85.944 85.944 -91.673 -85.944 0) gripper 1.0472 rad/s fine",
            "7 joint J(10 -80 95 -105 -90 0) gripper 4 s fine",
        ],
        [],
    ),
    "handshake.script": (
        [
            "2 grip_close=True",
            "4 wait 5.0",
            "12 wait None",
            "15 lamp=False",
            "16 delay 0.25",
            "17 delay 0",
        ],
        [],
    ),
    "choose.script": (
        [
            "3 if",
            "4 joint J(0 -57.296 57.296 0 0 0) gripper 1.05 rad/s fine",
            "5 if",
            "6 joint J(57.296 -57.296 57.296 0 0 0) gripper 1.05 rad/s fine",
            "8 joint J(-57.296 -57.296 57.296 0 0 0) gripper 1.05 rad/s fine",
            "11 loop 3",
            "12 grip_close=True",
            "15 loop while",
            "16 delay 1",
        ],
        [],
    ),
    "inner.script": (
        [
            "11 call grip",
            "12 call leave",
            "13 linear X(500 100 400 180 2.383 180) gripper.tip/group:arm.base 0.2 m/s fine",
            "2 grip_close=True",
            "3 delay 0.3",
            "8 linear X(500 0 400 180 2.383 180) gripper.tip/group:arm.base 0.2 m/s fine",
        ],
        [],
    ),
    "arcs.script": (
        [
            "3 joint J(0 -85.944 85.944 -85.944 -85.944 0) nutrunner 1.05 rad/s radius 100 mm",
            "4 linear X(600 100 300 180 8.113 180) nutrunner/group:arm.base 0.5 m/s radius 15 mm",
            "5 circular X(700 100 300 180 8.113 180) over X(650 150 300 180 8.113 180)"
            " nutrunner/group:arm.base 0.3 m/s fine",
            "8 linear X(600 200 300 180 8.113 180) nutrunner/group:arm.base 3 s fine",
        ],
        [6, 7],
    ),
    "threads.script": (
        ["10 joint J(0 -85.944 85.944 -85.944 -85.944 0) gripper 1.05 rad/s fine"],
        [2, 3, 4, 5, 8, 11, 12],
    ),
    # the thread sets its outputs beside the motions; stopl after a blend is not understood
    "beside.script": (
        [
            "22 joint J(0 -89.954 89.954 0 89.954 0) gripper 0.5 rad/s radius 50 mm",
            "23 grip_close=True at now",
            "23 grip_close=False at now, 0.75 s later",
            "24 linear X(500 100 400 180 0.091 180) gripper/group:arm.base 0.1 m/s fine",
            "26 n=",
            "27 loop while",
            "28 n=",
            "29 if",
            "30 goto next_1",
            "32 linear X(500 200 400 180 0.091 180) gripper/group:arm.base 0.1 m/s fine",
            "33 if",
            "34 goto exit_1",
            "27 next_1:",
            "27 exit_1:",
            "37 call ready",
            "38 delay 0",
            "39 linear X(500 100 400 180 0.091 180) gripper/group:arm.base 0.1 m/s radius 20 mm",
            "16 if",
        ],
        [9, 10, 11, 12, 40, 41, 42, 43],
    ),
    "wrong_tcp.script": (
        [
            "3 joint J(0 -85.944 85.944 -85.944 -85.944 0) gripper 1.05 rad/s fine",
            "8 linear X(600 200 300 180 8.113 180) gripper.tip/group:arm.base 0.25 m/s fine",
        ],
        [4, 5, 6],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_hand_written_urscript_means_what_a_person_reads(name: str) -> None:
    expected, verbatim = PROGRAMS[name]
    result = read_program("ur", name)
    assert said("ur", result) == expected
    assert [r.line for r in result.raw_lines] == verbatim


def test_inverse_kinematics_takes_the_solution_nearest_to_qnear() -> None:
    """Forward kinematics gives the pose back, and the joints are beside qnear."""
    result = read_program("ur", "nearest.script")
    (move,) = (s for s in result.program.routines[0].body if isinstance(s, Move))
    assert move.to.q is not None
    cell = cell_of("ur")
    base_T_world = world_T_frame(cell, "group:arm.base").inverse()
    tcp = cell.tools["gripper"].tcps["tcp"]
    base_T_tcp = base_T_world @ tcp_pose(chain_of(cell, "arm"), np.array(move.to.q), tcp)
    assert np.allclose(base_T_tcp.p, [-0.68, -0.18, 0.3], atol=1e-8)
    near = np.radians([5, -85, 85, -95, -92, 88])
    assert float(np.abs(np.array(move.to.q) - near).max()) < 1.0
    assert [r.line for r in result.raw_lines] == [5, 6]


def test_pose_trans_is_the_product_of_the_manuals_example() -> None:
    """The script manual's example, as a public question quotes it with its result."""
    text = (
        "def a():\n  set_tcp(p[0, 0, 0.25, 0, 0, 0])\n"
        "  movel(pose_trans(p[0.2,0.5,0.1,1.57,0,0], p[0.2,0.5,0.6,1.57,0,0]))\nend\n"
    )
    (move,) = (
        BRANDS["ur"]
        .read({"a.script": text.encode()}, cell_of("ur"), "arm")
        .program.routines[0]
        .body
    )
    assert isinstance(move, Move)
    assert move.to.pose is not None
    assert np.allclose(move.to.pose.p, [0.4, -0.0996, 0.60048], atol=5e-5)
    assert np.allclose(move.to.pose.rotvec(), [3.14, 0.0, 0.0], atol=1e-9)


def test_a_script_without_a_function_is_a_script_node() -> None:
    text = (
        b"set_tcp(p[0,0,0.25,0,0,0])\nmovej([0,-1.5,1.5,-1.5,-1.5,0])\nset_digital_out(0, True)\n"
    )
    result = BRANDS["ur"].read({"my node.script": text}, cell_of("ur"), "arm")
    assert said("ur", result) == [
        "2 joint J(0 -85.944 85.944 -85.944 -85.944 0) gripper 1.05 rad/s fine",
        "3 do0=True",
    ]
    assert result.raw_lines == ()
    assert any("script node" in note for note in result.notes)
