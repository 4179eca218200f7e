"""RAPID's confdata, quaternions and frames against published numbers and other code."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from controllers_support import cell_of, random_q
from rapid_moves import ABB, KIT, line, written

from cellsim.controllers.abb.branch import joints_of, with_conf
from cellsim.controllers.abb.conf import conf_text
from cellsim.domain.cell import Frame
from cellsim.domain.program import FINE, Label, Move, Speed, Target
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics.fk import flange_pose, link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import branches, solve_all
from cellsim.units import deg


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


def test_poses_after_a_label_have_no_configuration_and_say_so() -> None:
    start = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(200.0, "mm/s"), tool="gripper")
    text, _ = written(start, Label("again"), line(0.3, zone=FINE))
    assert "ConfL\\Off;\r\n    MoveL p20" in text


def test_two_tools_of_one_shape_are_told_apart_by_their_names() -> None:
    """tLeftGun is left_gun, whatever else a name may begin with (tl)."""
    from cellsim.controllers.abb.places import _same_name

    assert _same_name("tLeftGun", "left_gun")
    assert _same_name("tlGun", "gun")
    assert not _same_name("tRightGun", "left_gun")
