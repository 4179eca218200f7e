"""Each brand's numbers against numbers worked out apart from its writer and its reader."""

from __future__ import annotations

import itertools
import math
import random
import re
from dataclasses import replace

import numpy as np
import pytest
from brandkit import CELLS, KITS
from controllers_support import bytes_of, cell_of, differences, random_q, with_controller

from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.controller import AxisMap
from cellsim.domain.program import (
    Delay,
    Label,
    Move,
    Program,
    Routine,
    Speed,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.geometry import Pose, rotation_axis, rotation_rpy
from cellsim.kinematics.fk import link_poses, tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.units import deg, mm


def round_trip(brand: str, move: Move, cell: object = None) -> tuple[str, Move, Move]:
    """Return text, the quantised motion, and the motion that was read."""
    at = cell_of(brand) if cell is None else cell
    start = replace(move, kind="joint", to=Target(q=(0.1,) * 6), speed=Speed(50.0, "%"), via=None)
    program = Program("p", "arm", (Routine("main", (start, move)),))
    quantised = BRANDS[brand].quantise(program, at)  # type: ignore[arg-type]
    text = BRANDS[brand].write(quantised, at)  # type: ignore[arg-type]
    result = BRANDS[brand].read(bytes_of(text), at, "arm")  # type: ignore[arg-type]
    assert list(differences(quantised, result.program)) == []
    before, after = quantised.routines[0].body[1], result.program.routines[0].body[-1]
    assert isinstance(before, Move)
    assert isinstance(after, Move)
    return "".join(f.text for f in text.files), before, after


def line(pose: Pose, frame: str) -> Move:
    return Move(
        kind="linear", to=Target(pose=pose), speed=Speed(100.0, "mm/s"), frame=frame, tool="gripper"
    )


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


@pytest.mark.parametrize("angle", [0.0, 1e-7, 1.0, math.pi - 1e-9, math.pi, -math.pi])
@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.6, 0.0, 0.8)])
def test_urscript_rotation_vector_means_the_rotation_near_a_half_turn_too(
    angle: float, axis: tuple[float, float, float]
) -> None:
    pose = Pose(rotation_axis(axis, angle), np.array([0.4, 0.1, 0.3]))
    _, before, after = round_trip("ur", line(pose, "group:arm.base"))
    assert before.to.pose is not None
    assert after.to.pose is not None
    assert after.to.pose.distance(pose)[1] < 2e-6


@pytest.mark.parametrize("brand", ["kuka", "ur"])
def test_line_to_joints_is_the_pose_that_fk_gives(brand: str) -> None:
    cell = cell_of(brand)
    rng = random.Random(3)
    for _ in range(5):
        q = random_q(cell, rng)
        move = Move(
            kind="linear",
            to=Target(q=q),
            speed=Speed(100.0, "mm/s"),
            frame="body",
            tool="gripper.tip",
        )
        _, _, after = round_trip(brand, move)
        tcp = cell.tools["gripper"].tcps["tip"]
        world_T_tcp = tcp_pose(chain_of(cell, "arm"), np.array(q), tcp)
        assert after.to.pose is not None
        world_T_read = world_T_frame(cell, after.frame) @ after.to.pose
        distance, turn = world_T_read.distance(world_T_tcp)
        assert distance < 1.5e-6
        assert turn < 4e-6


@pytest.mark.parametrize("brand", ["hyundai", "kuka"])
def test_coupled_and_turned_axes_print_what_the_pendant_shows(brand: str) -> None:
    """V shows the forearm against the ground: q3 = V + H; axis 5 counts the other way round."""
    cell = cell_of(brand)
    axes = list(cell.groups["arm"].controller.axes)
    second, third, fifth = axes[1].name, axes[2].name, axes[4].name
    axes[2] = AxisMap(third, "deg", deg, -0.5 * deg, ((second, 1.0),))
    axes[4] = AxisMap(fifth, "deg", -deg, 90 * deg)
    coupled = with_controller(cell, axes=tuple(axes))
    q = (0.0, 30 * deg, 49.5 * deg, 0.0, 60 * deg, 0.0)
    move = Move(kind="joint", to=Target(q=q), speed=Speed(50.0, "%"), tool="gripper")
    text, _, after = round_trip(brand, move, coupled)
    digits = "30.0000,A3 20.0000" if brand == "kuka" else "30.000,20.000"
    assert digits in text
    assert ("A5 30.0000" if brand == "kuka" else ",0.000,30.000,0.000)") in text
    assert after.to.q is not None
    assert np.allclose(after.to.q, q, atol=1e-12)


@pytest.mark.parametrize("seconds", [0.1, 59.99, 60.0, 60.1, 120.0, 120.1, 180.55])
@pytest.mark.parametrize("on_timeout", ["", "late"])
def test_hrscript_times_above_60_s_go_on_at_the_next_line(seconds: float, on_timeout: str) -> None:
    cell = cell_of("hyundai")
    ready = signal_is("ready", True)
    body = (Wait(ready, seconds, on_timeout), Delay(seconds), Label("late"))
    program = Program("slow", "arm", (Routine("main", body),))
    quantised = BRANDS["hyundai"].quantise(program, cell)
    text = BRANDS["hyundai"].write(quantised, cell)
    result = BRANDS["hyundai"].read(bytes_of(text), cell, "arm")
    assert list(differences(quantised, result.program)) == []
    times = re.findall(r"(?:wait di3,|delay )([\d.]+)", text.files[0].text)
    assert all(0.1 <= float(t) <= 60.0 for t in times)
    assert math.isclose(sum(map(float, times)), 2 * seconds, abs_tol=1e-9)


def test_hrscript_levels_come_from_the_controllers_own_table() -> None:
    cell = with_controller(cell_of("hyundai"), accu_mm=(0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0))
    rules = rules_of(cell)["arm"]
    assert rules.zone_distance_m["accu"][:7] == (
        0.0,
        2 * mm,
        4 * mm,
        8 * mm,
        16 * mm,
        32 * mm,
        64 * mm,
    )
    wanted = {7.9: 2.0, 8.0: 3.0, 8.1: 3.0, 1.0: 0.0, 500.0: 6.0}
    for distance, level in wanted.items():
        move = Move(
            kind="joint",
            to=Target(q=(0.2,) * 6),
            speed=Speed(50.0, "%"),
            zone=Zone("distance", distance, "mm"),
        )
        _, before, _ = round_trip("hyundai", move, cell)
        assert before.zone.value == level


def test_urscript_speed_of_a_percentage_is_never_faster_than_asked() -> None:
    slowest = min(j.speed or 0.0 for j in cell_of("ur").groups["arm"].robot.joints)
    for percent in (1.0, 33.3, 50.0, 100.0):
        move = Move(kind="joint", to=Target(q=(0.2,) * 6), speed=Speed(percent, "%"))
        _, before, _ = round_trip("ur", move)
        asked = percent / 100.0 * slowest
        assert asked - 1.01e-4 <= before.speed.value <= asked


def test_every_brand_lists_conventions_with_their_sources() -> None:
    for brand, row in BRANDS.items():
        rules = row.rules(cell_of(brand).groups["arm"].controller)
        assert rules.brand == brand
        assert len({c.id for c in rules.conventions}) == len(rules.conventions)
        assert all(c.text and c.source for c in rules.conventions)
        assert any(c.evidence == "assumed" for c in rules.conventions)


def test_measured_frame_becomes_a_shift_by_its_user_frame_number() -> None:
    cell = with_controller(cell_of("hyundai"), frames={"agv": 7})
    move = Move(
        kind="linear",
        to=Target(q=(0.2,) * 6),
        speed=Speed(100.0, "mm/s"),
        frame="agv",
        tool="gripper",
    )
    text, _, after = round_trip("hyundai", move, cell)
    assert "+sft_u7,spd=100mm/sec" in text
    assert "global sft_u7" in text
    assert after.frame == "agv"


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


DH_UR10E = (
    (0.0, 0.1807, 90.0),
    (-0.6127, 0.0, 0.0),
    (-0.57155, 0.0, 0.0),
    (0.0, 0.17415, 90.0),
    (0.0, 0.11985, -90.0),
    (0.0, 0.11655, 0.0),
)


@pytest.mark.parametrize("seed", range(4))
def test_urscript_pose_is_that_of_the_makers_dh_table(seed: int) -> None:
    rng = random.Random(seed)
    q = random_q(cell_of("ur"), rng)
    T = np.eye(4)
    for (a, d, alpha), theta in zip(DH_UR10E, q, strict=True):
        R = rotation_axis([0, 0, 1], theta) @ rotation_axis([1, 0, 0], alpha * deg)
        step = np.eye(4)
        step[:3, :3], step[:3, 3] = R, [a * math.cos(theta), a * math.sin(theta), d]
        T = T @ step
    by_table = Pose.from_matrix(T) @ Pose.translation(0.0, 0.0, 0.25)
    move = Move(
        kind="linear", to=Target(q=q), speed=Speed(100.0, "mm/s"), tool="gripper", frame="body"
    )
    _, _, after = round_trip("ur", move)
    assert after.to.pose is not None
    distance, angle = after.to.pose.distance(by_table)
    assert distance < 1.5e-6
    assert angle < 4e-6


@pytest.mark.parametrize(("brand", "on_track"), CELLS)
def test_poses_become_the_joints_that_the_robot_arrives_with(brand: str, on_track: bool) -> None:
    """A joint motion and a line to poses: what is read stands there, on one branch."""
    cell = cell_of(brand, on_track)
    chain = chain_of(cell, "arm")
    q = (*KITS[brand].home, *((1.5,) if on_track else ()))
    tcp = cell.tools["gripper"].tcps["tcp"]
    near = tcp_pose(chain, np.array(q), tcp)
    goals = [Pose(near.R, near.p + np.array(d)) for d in ((0.1, 0.05, -0.1), (0.15, 0.05, -0.2))]
    world_T_body = world_T_frame(cell, "body")
    first, second = (Target(pose=world_T_body.inverse() @ g, ext=q[6:]) for g in goals)
    common = {"frame": "body", "tool": "gripper"}
    body = (
        Move(kind="joint", to=Target(q=q), speed=Speed(50.0, "%"), **common),  # type: ignore[arg-type]
        Move(kind="joint", to=first, speed=Speed(50.0, "%"), **common),  # type: ignore[arg-type]
        Move(kind="linear", to=second, speed=Speed(100.0, "mm/s"), **common),  # type: ignore[arg-type]
    )
    program = Program("poses", "arm", (Routine("main", body),))
    quantised = BRANDS[brand].quantise(program, cell)
    text = BRANDS[brand].write(quantised, cell)
    read = BRANDS[brand].read(bytes_of(text), cell, "arm").program
    assert list(differences(quantised, read)) == []
    joints = [np.array(q)]
    for move, goal in zip(read.routines[0].body[1:], goals, strict=True):
        assert isinstance(move, Move)
        if move.to.q is None:
            assert move.to.pose is not None
            reached = world_T_frame(cell, move.frame) @ move.to.pose
        else:
            joints.append(np.array(move.to.q))
            reached = tcp_pose(chain, joints[-1], tcp)
        distance, angle = reached.distance(goal)
        assert distance < 1.2e-4
        assert angle < 1e-4
    assert max(float(np.abs(b - a).max()) for a, b in itertools.pairwise(joints)) < 0.5
