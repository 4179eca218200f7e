"""KRL's angles, status and turn against numbers worked out apart from writer and reader."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from controllers_support import cell_of, random_q
from round_trips import line, round_trip

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Move, Speed, Target
from cellsim.geometry import Pose, rotation_axis, rotation_rpy
from cellsim.kinematics.fk import link_poses, tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.units import deg


@pytest.mark.parametrize("b", [0.0, 89.9999, 90.0, -90.0, -45.0])
@pytest.mark.parametrize("c", [0.0, 180.0, -179.9999, 37.5])
def test_krl_prints_abc_that_mean_the_rotation_near_gimbal_lock_too(b: float, c: float) -> None:
    R = (
        rotation_axis([0, 0, 1], 25 * deg)
        @ rotation_axis([0, 1, 0], b * deg)
        @ rotation_axis([1, 0, 0], c * deg)
    )
    pose = Pose(R, np.array([1.234567, -0.5, 0.25]))
    text, before, after = round_trip("kuka", line(pose, "body"))
    assert "X 1234.567,Y -500.000,Z 250.000" in text
    assert before.to.pose is not None
    assert after.to.pose is not None
    assert before.to.pose.distance(pose)[1] < 1.8e-6
    assert after.to.pose.distance(pose)[0] < 5e-7


def test_krl_plain_angles_are_printed_as_they_are() -> None:
    pose = Pose(rotation_rpy(170 * deg, -20 * deg, 10 * deg), np.zeros(3))
    text, _, _ = round_trip("kuka", line(pose, "body"))
    assert "A 10.0000,B -20.0000,C 170.0000" in text


def status_and_turn(degrees: tuple[float, ...], behind: bool) -> tuple[int, int]:
    """Status and turn from the manual's words: overhead, A3 not below zero, A5 below zero."""
    status = 1 * behind + 2 * (degrees[2] >= 0.0) + 4 * (degrees[4] < 0.0)
    return status, sum(1 << i for i, v in enumerate(degrees) if v < 0.0)


@pytest.mark.parametrize("seed", range(12))
def test_krl_pose_with_status_and_turn_is_the_joints_it_was_made_from(seed: int) -> None:
    cell = cell_of("kuka")
    group = cell.groups["arm"]
    chain = chain_of(cell, "arm")
    rng = random.Random(seed)
    while True:
        q = random_q(cell, rng)
        degrees = tuple(v / a.factor for v, a in zip(q, group.controller.axes, strict=True))
        if abs(degrees[2]) > 30.0 and min(abs(v) for v in degrees) > 1.0:
            break
    shoulder, wrist = (link_poses(chain, np.array([q]))[0][i] for i in (2, 6))
    forward = shoulder[:2, 3] - link_poses(chain, np.array([q]))[0][1][:2, 3]
    behind = float((wrist[:2, 3] - (shoulder[:2, 3] - forward)) @ forward) < 0.0
    status, turn = status_and_turn(degrees, behind)
    frame_T_tcp = world_T_frame(cell, "body").inverse() @ tcp_pose(
        chain, np.array(q), cell.tools["gripper"].tcps["tcp"]
    )
    x, y, z = 1000.0 * frame_T_tcp.p
    roll, pitch, yaw = (math.degrees(v) for v in frame_T_tcp.rpy())
    text = (
        "DEF a( )\n$TOOL=TOOL_DATA[1]\n$BASE=BASE_DATA[3]\nBAS(#VEL_PTP,50)\n"
        f"PTP {{X {x:.9f},Y {y:.9f},Z {z:.9f},A {yaw:.9f},B {pitch:.9f},C {roll:.9f},"
        f"S {status},T {turn}}}\nEND\n"
    )
    result = BRANDS["kuka"].read({"a.src": text.encode()}, cell, "arm")
    assert result.notes == ()
    move = result.program.routines[0].body[0]
    assert isinstance(move, Move)
    assert move.to.q is not None
    assert np.allclose(move.to.q, q, atol=1e-6)
    other = text.replace(f"T {turn}}}", f"T {turn ^ 1}}}")
    changed = BRANDS["kuka"].read({"a.src": other.encode()}, cell, "arm").program
    again = changed.routines[0].body[0]
    assert not isinstance(again, Move) or not np.allclose(again.to.q or (), q, atol=1e-3)


def test_krl_status_and_turn_that_disagree_are_not_understood() -> None:
    text = (
        "DEF a( )\n$TOOL=TOOL_DATA[1]\n$BASE=BASE_DATA[3]\nBAS(#VEL_PTP,50)\n"
        "PTP {X 100,Y 0,Z 900,A 0,B 90,C 0,S 6,T 3}\nEND\n"
    )
    result = BRANDS["kuka"].read({"a.src": text.encode()}, cell_of("kuka"), "arm")
    assert "disagree" in result.raw_lines[0].reason


@pytest.mark.parametrize(
    ("status", "understood"),
    [(2, True), (0, False), (3, False), (18, True), (10, False), (34, False), (66, False)],
)
def test_krl_status_bits_that_fit_no_joints_of_that_turn_are_not_understood(
    status: int, understood: bool
) -> None:
    """T 10: A3 is not below zero (98 deg), so bit 1 is set; x of the wrist is in front."""
    text = (
        "DEF a( )\n$TOOL=TOOL_DATA[1]\n$BASE=BASE_DATA[5]\nBAS(#VEL_PTP,50)\n"
        f"PTP {{X 1500,Y 0,Z 1200,A 0,B 90,C 0,S {status},T 10}}\nEND\n"
    )
    result = BRANDS["kuka"].read({"a.src": text.encode()}, cell_of("kuka"), "arm")
    assert (result.raw_lines == ()) is understood
    if understood:
        (move,) = (s for s in result.program.routines[0].body if isinstance(s, Move))
        assert math.degrees((move.to.q or ())[2]) == pytest.approx(98.0, abs=1.0)


def test_krl_flange_at_home_is_a_0_b_90_c_0_in_the_robots_base() -> None:
    """KUKA's own home position reads so on every pendant; x of the flange points down."""
    home = tuple(v * deg for v in (0.0, -90.0, 90.0, 0.0, 0.0, 0.0))
    move = Move(
        kind="linear",
        to=Target(q=home),
        speed=Speed(100.0, "mm/s"),
        frame="group:arm.base",
        tool="gripper",
    )
    text, _, _ = round_trip("kuka", move)
    assert "X 2015.000,Y 0.000,Z 1910.000,A 0.0000,B 90.0000,C 0.0000" in text
