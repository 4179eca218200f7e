"""RAPID conventions against published numbers and against other code: conf, quaternion, data."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, differences, random_q

from cellsim.controllers.abb.branch import joints_of, with_conf
from cellsim.controllers.abb.conf import conf_text
from cellsim.controllers.abb.splitting import with_short_routines
from cellsim.controllers.abb.standard import SPEEDS, ZONES
from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.program import (
    FINE,
    Call,
    Delay,
    Goto,
    Label,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Zone,
)
from cellsim.errors import Refused
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics.fk import flange_pose, link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import branches, solve_all
from cellsim.units import deg

KIT = KITS["abb"]
ABB = BRANDS["abb"]


def written(*body: Statement, cell: Cell | None = None) -> tuple[str, Program]:
    """Return the module text of statements, and the quantised program, which must come back."""
    at = cell or cell_of("abb")
    quantised = ABB.quantise(Program("p", "arm", (Routine("main", body),)), at)
    text = ABB.write(quantised, at)
    result = ABB.read(bytes_of(text), at, "arm")
    assert list(differences(quantised, result.program)) == []
    assert result.coverage.ratio == 1.0
    return text.files[0].text, quantised


def q_of(*degrees: float) -> np.ndarray:
    return np.array(degrees) * deg


def test_quadrants_are_those_of_a_controllers_own_pair() -> None:
    """Joint and robtarget of one IRB 7600: -5.4, -185.1, 210.7 deg are cf -1, -3, 2; A5 = 64."""
    cell = cell_of("abb")
    q = q_of(-5.4, 10.0, 5.0, -185.1, 64.0, 210.7)
    assert conf_text(q, cell, cell.groups["arm"], 0) == "-1 -3 2 0"
    assert with_conf(q[None], np.array([-1, -3, 2, 0]), cell, cell.groups["arm"]) == [True]


@pytest.mark.parametrize(
    ("axis", "value", "quadrant"),
    [
        *((0, 89.9, 0), (0, 90.0, 1), (0, -0.1, -1), (0, -90.0, -1), (0, -90.1, -2)),
        *((3, 180.0, 2), (3, -180.0, -2), (3, 269.9, 2)),
        *((5, -270.1, -4), (5, 359.9, 3), (5, 0.0, 0)),
    ],
)
def test_a_quadrant_is_the_floor_of_the_angle_over_90(
    axis: int, value: float, quadrant: int
) -> None:
    cell = cell_of("abb")
    q = q_of(5.0, 0.0, 0.0, 5.0, 40.0, 5.0)
    q[axis] = value * deg
    found = conf_text(q, cell, cell.groups["arm"], 0).split()
    assert int(found[{0: 0, 3: 1, 5: 2}[axis]]) == quadrant


def test_the_eight_ways_to_a_pose_have_the_eight_values_of_cfx() -> None:
    """The manual's table: 1 for axis 5 below zero, 2 behind the lower arm, 4 behind axis 1."""
    cell = cell_of("abb")
    group, chain = cell.groups["arm"], chain_of(cell, "arm")
    flange = flange_pose(chain, q_of(20.0, -15.0, 25.0, 40.0, 60.0, 15.0))
    every = branches(chain, flange)
    codes = {int(conf_text(q, cell, group, 0).split()[3]): q for q in every}
    assert sorted(codes) == list(range(8))
    for code, q in codes.items():
        base, axis2, axis3, wrist = (link_poses(chain, q[None])[0][i] for i in (1, 2, 3, 5))
        turned = [np.linalg.inv(base) @ m[:, 3] for m in (axis2, axis3, wrist)]
        shoulder, elbow, hand = ((v[0], v[2]) for v in turned)
        arm = math.atan2(elbow[0] - shoulder[0], elbow[1] - shoulder[1])
        reach = math.atan2(hand[0] - shoulder[0], hand[1] - shoulder[1])
        lean = (reach - arm + math.pi) % (2 * math.pi) - math.pi
        assert code == (q[4] < 0.0) + 2 * (lean < 0.0) + 4 * (hand[0] < 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_every_way_to_a_pose_has_a_configuration_of_its_own_and_comes_back_from_it(
    seed: int,
) -> None:
    cell = cell_of("abb")
    group, chain = cell.groups["arm"], chain_of(cell, "arm")
    rng = random.Random(seed)
    q0 = np.array([v + 0.02 for v in random_q(cell, rng)])
    flange = flange_pose(chain, q0)
    every = solve_all(chain, flange)
    confs = [conf_text(q, cell, group, 0) for q in every]
    assert len(set(confs)) == len(every) > 1
    for q, text in zip(every, confs, strict=True):
        conf = tuple(int(v) for v in text.split())
        back = joints_of(flange, conf, cell, group, ())
        assert not isinstance(back, str)
        assert np.allclose(back, q, atol=1e-9)
        fits = with_conf(np.array(every), np.array(conf), cell, group)
        assert fits.count(True) == 1


def test_at_zero_the_hand_looks_along_x_of_wobj0() -> None:
    """320 + 1142.5 + 200 in front, 780 + 1125 + 200 up; the gripper is 250 long; y by 90 deg."""
    home = Target(q=(0.0,) * 6, name="home")
    start = Move(kind="joint", to=home, speed=Speed(100.0, "mm/s"), tool="gripper")
    line = Move(kind="linear", to=home, speed=Speed(100.0, "mm/s"), tool="gripper")
    text, _ = written(start, line)
    pose = "[[1912.500,0.000,2105.000],[0.70710678,0,0.70710678,0],[0,0,0,0],"
    assert f"CONST robtarget home_2:={pose}" in text
    assert "MoveL home_2, v100, fine, tGripper;" in text


def test_the_quaternion_is_w_first_and_turns_the_tool_into_the_work_object() -> None:
    pose = Pose(rotation_axis([0, 0, 1], 90 * deg), np.array([0.4, 0.3, 0.2]))
    home = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(9.0, "mm/s"), tool="gripper")
    line = Move(
        kind="linear",
        to=Target(pose=pose, config="0 0 0 0"),
        speed=Speed(100.0, "mm/s"),
        tool="gripper",
        frame="pallet",
    )
    text, quantised = written(home, line)
    assert "[[400.000,300.000,200.000],[0.70710678,0,0,0.70710678],[0,0,0,0]," in text
    read = quantised.routines[0].body[1]
    assert isinstance(read, Move)
    assert read.to.pose is not None
    assert np.allclose(read.to.pose.R @ [1, 0, 0], [0, 1, 0], atol=1e-8)


def test_a_frame_in_a_frame_is_the_object_frame_in_its_user_frame() -> None:
    cell = cell_of("abb")
    sheet = Frame("sheet", "pallet", Pose.from_xyz_rpy((0.1, 0.0, 0.05), (0.0, 0.0, 0.3)))
    nested = replace(cell, frames={**cell.frames, "sheet": sheet})
    pose = Pose.translation(0.2, 0.1, 0.0)
    target = Target(pose=pose, config="0 0 0 0")
    home = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(9.0, "mm/s"), tool="gripper")
    line = Move(kind="linear", to=target, speed=Speed(100.0, "mm/s"), tool="gripper", frame="sheet")
    text, _ = written(home, line, cell=nested)
    turn = f"{math.cos(0.15):.8f},0,0,{math.sin(0.15):.8f}"
    assert f"[[100.000,0.000,50.000],[{turn}]]];" in text
    user = text.partition('wSheet:=[FALSE,TRUE,"",')[2].partition("]],")[0]
    # Either way round of a product of two frames is another place.
    swapped = text.replace(f"{user}]],[[100.000", "[[100.000", 1)
    assert swapped != text


def test_a_turned_user_frame_and_an_object_frame_are_multiplied_in_this_order() -> None:
    """uframe turns x into y and stands at 1000; oframe 100 along its x is 100 along y."""
    cell = cell_of("abb")
    group = replace(cell.groups["arm"], base=Pose.identity())
    turned = Pose(rotation_axis([0, 0, 1], 90 * deg), np.array([1.0, 0.1, 0.0]))
    at = replace(cell, groups={"arm": group}, frames={"odd": Frame("odd", "world", turned)})
    none = ",".join(["9E9"] * 6)
    text = (
        "MODULE a\nPERS tooldata gripper:=[TRUE,[[0,0,250],[1,0,0,0]],"
        "[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];\n"
        'PERS wobjdata w:=[FALSE,TRUE,"",[[1000,0,0],[0.70710678,0,0,0.70710678]],'
        "[[100,0,0],[1,0,0,0]]];\nPROC main()\n"
        f"MoveL [[0,0,0],[1,0,0,0],[0,0,0,0],[{none}]],v100,fine,gripper\\WObj:=w;\n"
        "ENDPROC\nENDMODULE\n"
    )
    move = ABB.read({"a.mod": text.encode()}, at, "arm").program.routines[0].body[0]
    assert isinstance(move, Move)
    assert move.frame == "odd"


def test_predefined_data_are_the_manuals_tables() -> None:
    """RAPID instructions, functions and data types: speeddata v5..v7000, zonedata z0..z200."""
    assert len(SPEEDS) == 25
    assert {5, 10, 100, 150, 1000, 2500, 7000} <= SPEEDS
    assert ZONES["z0"] == (0.3, 0.3, 0.3, 0.03, 0.3, 0.03)
    assert ZONES["z10"] == (10.0, 15.0, 15.0, 1.5, 15.0, 1.5)
    assert ZONES["z50"] == (50.0, 75.0, 75.0, 7.5, 75.0, 7.5)
    assert ZONES["z150"] == (150.0, 225.0, 225.0, 23.0, 225.0, 23.0)
    sizes = [float(name[1:]) or 0.3 for name in ZONES]
    assert sizes == [values[0] for values in ZONES.values()]


def test_per_cent_of_a_joint_motion_is_the_tcp_speed_of_the_same_time() -> None:
    """Axis 1 alone by 90 deg at 50 %: 55 deg/s at the radius of the TCP."""
    start, end = (0.0, 0.0, 0.0, 0.0, 90 * deg, 0.0), (90 * deg, 0.0, 0.0, 0.0, 90 * deg, 0.0)
    fast = Speed(50.0, "%")
    body = [Move(kind="joint", to=Target(q=q), speed=fast, tool="gripper") for q in (start, end)]
    _, quantised = written(*body)
    second = quantised.routines[0].body[1]
    assert isinstance(second, Move)
    assert second.speed.unit == "mm/s"
    assert second.speed.value == pytest.approx(0.5 * 110 * deg * 1462.5, rel=0.05)


def test_a_speed_without_a_known_way_is_that_of_the_axis_that_moves_the_tcp_most() -> None:
    cell = cell_of("abb")
    q = (0.0, 0.0, 0.0, 0.0, 90 * deg, 0.0)
    move = Move(kind="joint", to=Target(q=q), speed=Speed(10.0, "%"), tool="gripper")
    program = Program("p", "arm", (Routine("main", ()), Routine("second", (move,))))
    found = ABB.quantise(program, cell).routines[1].body[0]
    assert isinstance(found, Move)
    # Axis 2 stands 320 in front and 780 up, the TCP 1142.5 in front of it and 875 up.
    radius = math.hypot(1142.5, 875.0)
    assert found.speed.value == pytest.approx(0.1 * 110 * deg * max(radius, 1462.5), rel=0.05)


def line(x: float, **changes: object) -> Move:
    made = Move(
        kind="linear",
        to=Target(pose=Pose(rotation_axis([0, 1, 0], math.pi), np.array([x, 0.3, 0.1]))),
        speed=Speed(100.0, "mm/s"),
        tool="gripper",
        frame="pallet",
        zone=Zone("distance", 10.0, "mm"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_an_output_between_two_lines_is_set_in_the_corner_and_others_stop() -> None:
    start = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(200.0, "mm/s"), tool="gripper")
    on, off = SetSignal("lamp", True), SetSignal("lamp", False)
    text, quantised = written(
        start, line(0.3), on, line(0.4), off, Delay(0.1), line(0.5), line(0.6)
    )
    assert "MoveLDO p20, v100, z10, tGripper\\WObj:=wPallet, lamp, 1;" in text
    assert "MoveL p30, v100, fine, tGripper\\WObj:=wPallet;\r\n    SetDO lamp, 0;" in text
    assert "MoveL p40, v100, z10," in text
    last = quantised.routines[0].body[-1]
    assert isinstance(last, Move)
    assert last.zone == FINE


def test_poses_after_a_label_have_no_configuration_and_say_so() -> None:
    start = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(200.0, "mm/s"), tool="gripper")
    text, _ = written(start, Label("again"), line(0.3, zone=FINE))
    assert "ConfL\\Off;\r\n    MoveL p20" in text


def test_a_tool_without_mass_and_a_frame_that_moves_are_refused() -> None:
    cell = cell_of("abb")
    light = replace(cell, tools={**cell.tools, "gripper": replace(cell.tools["gripper"], mass=0.0)})
    with pytest.raises(Refused, match="without mass"):
        written(KIT.joint(tool="gripper"), cell=light)
    with pytest.raises(Refused, match="moves with"):
        written(KIT.joint(), KIT.line(frame="group:arm.flange"))
    on_agv = Frame("shelf", "agv", Pose.translation(0.1, 0.0, 0.0))
    riding = replace(cell, frames={**cell.frames, "shelf": on_agv})
    with pytest.raises(Refused, match="in measured frame 'agv'"):
        written(KIT.joint(), KIT.line(frame="shelf"), cell=riding)


def test_a_long_routine_is_calls_of_shorter_ones_cut_at_stops() -> None:
    start = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(200.0, "mm/s"), tool="gripper")
    near, far = (replace(line(x).to, config="0 0 0 0") for x in (0.3, 0.32))
    corner = Zone("distance", 5.0, "mm")
    body = [
        line(0.0, to=far if i % 2 else near, zone=corner if i % 35 else FINE) for i in range(210)
    ]
    _, whole = written(start, *body)
    short = with_short_routines(whole, 100)
    assert [r.name for r in short.routines] == ["main", "main_1", "main_2", "main_3"]
    assert [len(r.body) for r in short.routines[1:]] == [72, 70, 69]
    parts = tuple(s for r in short.routines[1:] for s in r.body)
    assert parts == whole.routines[0].body
    text = ABB.write(short, cell_of("abb"))
    read = ABB.read(bytes_of(text), cell_of("abb"), "arm").program
    assert list(differences(short, read)) == []


def test_a_routine_with_a_jump_stays_whole() -> None:
    jump = (Label("again"), *(Delay(0.1) for _ in range(20)), Goto("again"))
    program = Program("p", "arm", (Routine("main", jump),))
    assert with_short_routines(program, 10) is program


def test_names_of_points_do_not_hide_counters_and_a_name_means_one_thing() -> None:
    """A target named i inside of FOR i is another name; a routine named as a signal is refused."""
    move = KIT.joint(tool="gripper", speed=Speed(100.0, "mm/s"))
    named = replace(move, to=replace(move.to, name="i"))
    text, _ = written(Loop((named,), 2), Loop((Loop((Delay(0.1),), 2),), 3))
    assert "FOR i FROM 1 TO 2 DO\r\n      MoveAbsJ i_2\\NoEOffs" in text
    assert "FOR j FROM 1 TO 2 DO" in text
    twice = Program("p", "arm", (Routine("main", (Call("lamp"),)), Routine("lamp", (move,))))
    with pytest.raises(Refused, match="something else"):
        ABB.write(twice, cell_of("abb"))
