"""INFORM positions, pulses and RCONF against the manual and against ways that share no code."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from brandkit.yaskawa import PULSES
from controllers_support import cell_of, random_q, with_controller
from inform_moves import HOME, YASKAWA, move, q_of, relative_cell, text_of

from cellsim.controllers.yaskawa.configuration import rconf
from cellsim.controllers.yaskawa.rconf import joints
from cellsim.domain.controller import AxisMap
from cellsim.domain.program import Program, Routine, Target
from cellsim.errors import Refused
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics.fk import flange_pose, tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_all
from cellsim.units import deg


@pytest.mark.parametrize("ry", [0.0, 89.9999, 90.0, -90.0, -45.0])
@pytest.mark.parametrize("rx", [0.0, 180.0, -179.9999, 37.5])
def test_angles_mean_rz_ry_rx_near_gimbal_lock_too(ry: float, rx: float) -> None:
    """DX100 manual 4.3.1.1: the frame is rotated in the order of Rz, Ry, Rx."""
    from cellsim.controllers.yaskawa.digits import position_numbers

    R = (
        rotation_axis([0, 0, 1], 25 * deg)
        @ rotation_axis([0, 1, 0], ry * deg)
        @ rotation_axis([1, 0, 0], rx * deg)
    )
    numbers = position_numbers(Pose(R, np.array([1.2345674, -0.5, 0.25])))
    assert numbers[:3] == (1234.567, -500.0, 250.0)
    again = (
        rotation_axis([0, 0, 1], numbers[5] * deg)
        @ rotation_axis([0, 1, 0], numbers[4] * deg)
        @ rotation_axis([1, 0, 0], numbers[3] * deg)
    )
    assert Pose(R, np.zeros(3)).distance(Pose(again, np.zeros(3)))[1] < 2e-6
    if abs(ry) < 89.0:
        assert numbers[3:] == pytest.approx((rx, ry, 25.0), abs=1e-9)


# NX100 manual 149235-1CD 3.9: Flip -90 < R <= 90, 270 < R <= 360, -360 < R <= -270;
# No flip 90 < R <= 270, -270 < R <= -90.
FLIP = (-359.0, -271.0, -89.0, 0.0, 89.0, 271.0, 359.0)
NO_FLIP = (-269.0, -181.0, -179.0, -91.0, 91.0, 179.0, 181.0, 269.0)


@pytest.mark.parametrize(("r", "no_flip"), [(r, 0) for r in FLIP] + [(r, 1) for r in NO_FLIP])
def test_flip_windows_of_nx100_are_those_of_its_manual(r: float, no_flip: int) -> None:
    cell = with_controller(cell_of("yaskawa"), type="NX100")
    chain, axes = chain_of(cell, "arm"), cell.groups["arm"].controller.axes
    q = q_of(20.0, 10.0, -15.0, r, -50.0, 30.0)
    name = rconf(chain, axes, q, "NX100")
    assert name is not None
    digits = [int(d) for d in name.split(",")]
    assert digits[0] == no_flip
    assert digits[3] == int(abs(r) > 180.0)
    found = joints(flange_pose(chain, np.array(q)), digits, cell, cell.groups["arm"])
    assert len(found) == 1
    assert found[0] == pytest.approx(q, abs=1e-9)


@pytest.mark.parametrize(("b", "no_flip"), [(0.5, 0), (50.0, 0), (-0.5, 1), (-50.0, 1)])
@pytest.mark.parametrize("r", [-135.0, -40.0, 0.0, 95.0, 170.0])
def test_flip_of_yrc1000_is_the_sign_of_b(r: float, b: float, no_flip: int) -> None:
    """YMConnect: 'Flip: B axis is in positive direction', 'NoFlip .. (Theta B < 0 degrees)'."""
    cell = cell_of("yaskawa")
    chain, axes = chain_of(cell, "arm"), cell.groups["arm"].controller.axes
    q = q_of(20.0, 10.0, -15.0, r, b, 30.0)
    name = rconf(chain, axes, q, "YRC1000micro")
    assert name is not None
    digits = [int(d) for d in name.split(",")]
    assert digits[0] == no_flip
    found = joints(flange_pose(chain, np.array(q)), digits, cell, cell.groups["arm"])
    assert len(found) == 1
    assert found[0] == pytest.approx(q, abs=1e-8)


def test_flip_of_other_controllers_is_known_where_r_and_b_agree() -> None:
    cell = with_controller(cell_of("yaskawa"), type="DX200", pulses=())
    chain = chain_of(cell, "arm")
    for r, b, digit in [(20.0, 50.0, 0), (160.0, -50.0, 1), (20.0, -50.0, None)]:
        q = q_of(20.0, 10.0, -15.0, r, b, 30.0)
        flange = flange_pose(chain, np.array(q))
        group = cell.groups["arm"]
        found = [joints(flange, (d, 0, 0, 0, 0, 0), cell, group) for d in (0, 1)]
        counts = [len(f) for f in found]
        if digit is None:
            # either wrist may be meant by either digit: nothing is guessed, nothing is written
            assert counts == [2, 2]
            with pytest.raises(Refused, match="RCONF"):
                text_of(cell, move("joint", Target(q=q), frame="world"))
            continue
        assert counts[digit] == 1
        assert found[digit][0] == pytest.approx(q, abs=1e-8)


@pytest.mark.parametrize("controller", ["YRC1000", "NX100"])
def test_rconf_names_one_of_all_ways_to_stand(controller: str) -> None:
    """Every answer of inverse kinematics, all branches and turns: each has its own RCONF."""
    cell = with_controller(cell_of("yaskawa"), type=controller)
    chain, axes = chain_of(cell, "arm"), cell.groups["arm"].controller.axes
    rng = random.Random(4)
    count = 0
    for _ in range(12):
        q = random_q(cell, rng)
        if min(abs(q[3]), abs(q[4]), abs(q[5]), abs(abs(q[3]) - 90 * deg)) < 0.05:
            continue
        goal = flange_pose(chain, np.array(q))
        ways = solve_all(chain, goal)
        names = [rconf(chain, axes, way, controller) for way in ways]
        assert len(set(names)) == len(ways)
        for way, name in zip(ways, names, strict=True):
            assert name is not None
            found = joints(goal, [int(d) for d in name.split(",")], cell, cell.groups["arm"])
            assert len(found) == 1
            assert found[0] == pytest.approx(tuple(way), abs=1e-7)
            count += 1
    assert count > 60


def test_elbow_and_wrist_digits_by_the_arms_own_picture() -> None:
    """Side view worked out with sines: elbow above the line from L to the wrist, wrist in front."""
    cell = cell_of("yaskawa")
    chain, axes = chain_of(cell, "arm"), cell.groups["arm"].controller.axes
    for low, up in itertools.product((-50.0, 0.0, 60.0), (-80.0, -20.0, 30.0, 80.0)):
        a, b = low * deg, (low - up) * deg
        shoulder = np.array([0.325, 0.65])
        elbow = shoulder + 1.15 * np.array([math.sin(a), math.cos(a)])
        forward, upward = (
            np.array([math.cos(b), -math.sin(b)]),
            np.array([math.sin(b), math.cos(b)]),
        )
        wrist = elbow + 0.3 * upward + 1.225 * forward
        line, arm = wrist - shoulder, elbow - shoulder
        above = float(line[0] * arm[1] - line[1] * arm[0]) > 0.0
        rear = wrist[0] < 0.0
        name = rconf(chain, axes, q_of(0.0, low, up, 10.0, -40.0, 5.0), "YRC1000")
        assert name is not None
        lower = not above if not rear else above
        assert name.split(",")[1:3] == [str(int(lower)), str(int(rear))]


def test_base_coordinates_begin_at_the_height_of_the_l_axis() -> None:
    """ROS-Industrial: base_link-base of the GP180 is 650 mm up; the printed z is that much less."""
    cell = relative_cell()
    home = Target(q=q_of(*HOME))
    text = text_of(cell, move("joint", home, frame="world"))
    numbers = text.split("C00000=")[1].split("\n")[0].split(",")
    there = tcp_pose(chain_of(cell, "arm"), np.array(home.q), cell.tools["gripper"].tcps["tcp"])
    base = cell.groups["arm"].base.inverse() @ there
    assert float(numbers[2]) == pytest.approx(1000.0 * base.p[2] - 650.0, abs=6e-4)
    assert float(numbers[0]) == pytest.approx(1000.0 * base.p[0], abs=6e-4)
    assert "///POSTYPE BASE\n" in text
    assert "////FRAME BASE\n" in text


def test_pulses_have_sign_zero_and_ratio_of_the_table() -> None:
    cell = cell_of("yaskawa")
    degrees = (10.0, 20.0, -10.0, 0.0, -80.0, 40.0)
    text = text_of(cell, move("joint", Target(q=q_of(*degrees)), frame="world"))
    wanted = ",".join(str(round(d * p)) for d, p in zip(degrees, PULSES, strict=True))
    assert wanted == "14355,-26005,-14220,0,78460,20500"
    assert f"C00000={wanted}\n" in text
    assert "///ATTR SC,RW\n" in text


def test_coupled_axes_are_pulses_of_what_the_pendant_shows() -> None:
    """U shown against the ground: q3 = U + L; 30 degrees of q3 with L at 20 are 10 of U."""
    cell = cell_of("yaskawa")
    axes = list(cell.groups["arm"].controller.axes)
    axes[2] = AxisMap("U", "deg", deg, 0.0, (("L", 1.0),))
    cell = with_controller(cell, axes=tuple(axes))
    text = text_of(cell, move("joint", Target(q=q_of(0, 20, 30, 0, -80, 0)), frame="world"))
    assert "C00000=0,-26005,14220,0,78460,0\n" in text


def test_a_position_that_rconf_does_not_tell_is_refused_or_said_in_pulses() -> None:
    """At B = 0 R and T turn about one line: no RCONF tells them apart."""
    singular = move("joint", Target(q=q_of(0, 0, 0, 30, 0, 10)))
    program = Program("p", "arm", (Routine("main", (singular, move("linear", singular.to))),))
    with pytest.raises(Refused, match="RCONF"):
        YASKAWA.quantise(program, relative_cell())
    quantised = YASKAWA.quantise(program, cell_of("yaskawa"))
    assert any("pulse job instead of a relative one" in note for note in quantised.notes)


def test_frames_of_a_job_one_numbered_else_the_base() -> None:
    cell = relative_cell()
    over = Target(q=q_of(10, 10, -10, 20, -80, 0))
    one = text_of(cell, move("joint", over), move("linear", over))
    assert "////FRAME USER 3\n" in one
    assert "///USER 3\n" in one
    two = text_of(
        cell, move("joint", over), move("linear", over), move("linear", over, frame="pallet")
    )
    assert "////FRAME BASE\n" in two
    assert "USER" not in two


def test_a_measured_frame_and_a_fixed_one_in_one_job_are_refused() -> None:
    cell = with_controller(cell_of("yaskawa"), frames={"body": 3, "agv": 7})
    over = Target(q=q_of(10, 10, -10, 20, -80, 0))
    mixed = Program(
        "p", "arm", (Routine("m", (move("joint", over), move("linear", over, frame="agv"))),)
    )
    with pytest.raises(Refused, match="one job; call one for each"):
        YASKAWA.quantise(mixed, cell)
    text = text_of(cell, move("joint", over, frame="agv"), move("linear", over, frame="agv"))
    assert "////FRAME USER 7\n" in text
    assert "///ATTR SC,RW,RJ\n" in text


def test_a_positioner_is_a_station_in_pulses() -> None:
    """What carries the part is EC of group 2; the track of the arm is BC of group 1."""
    on_track = cell_of("yaskawa", on_track=True)
    group = on_track.groups["arm"]
    station = replace(group.externals[0], carries="part")
    cell = replace(on_track, groups={"arm": replace(group, externals=(station,))})
    target = Target(q=(*q_of(*HOME), 2.0))
    text = text_of(cell, move("joint", target, frame="world"))
    assert "///NPOS 1,0,1,0,0,0\n" in text
    assert "EC00000=161000\n" in text
    assert "///GROUP1 RB1\n///GROUP2 ST1\n" in text
    assert "MOVJ C00000 EC00000 VJ=50.00 PL=0\n" in text
    assert "BC00000=161000\n" in text_of(on_track, move("joint", target, frame="world"))
