"""Joints, poses and sources of every brand against ways to know apart from writer and reader."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from brandkit import CELLS, KITS
from controllers_support import bytes_of, cell_of, random_q, with_controller
from round_trips import round_trip
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.domain.controller import AxisMap
from cellsim.domain.program import Move, Program, Routine, Speed, Target
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.units import deg


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


def test_every_brand_lists_conventions_with_their_sources() -> None:
    for brand, row in BRANDS.items():
        rules = row.rules(cell_of(brand).groups["arm"].controller)
        assert rules.brand == brand
        assert len({c.id for c in rules.conventions}) == len(rules.conventions)
        assert all(c.text and c.source for c in rules.conventions)
        assert any(c.evidence == "assumed" for c in rules.conventions)


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
