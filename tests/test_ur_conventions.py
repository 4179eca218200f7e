"""URScript's rotation vectors, poses and speeds against the maker's table and by hand."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from controllers_support import cell_of, random_q
from round_trips import line, round_trip

from cellsim.domain.program import Move, Speed, Target
from cellsim.geometry import Pose, rotation_axis
from cellsim.units import deg


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


def test_urscript_speed_of_a_percentage_is_never_faster_than_asked() -> None:
    slowest = min(j.speed or 0.0 for j in cell_of("ur").groups["arm"].robot.joints)
    for percent in (1.0, 33.3, 50.0, 100.0):
        move = Move(kind="joint", to=Target(q=(0.2,) * 6), speed=Speed(percent, "%"))
        _, before, _ = round_trip("ur", move)
        asked = percent / 100.0 * slowest
        assert asked - 1.01e-4 <= before.speed.value <= asked


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
