"""The joint box that the box of a frame maps to: no frame of it takes a joint beyond."""

from __future__ import annotations

import numpy as np
import pytest
from jointbox_support import Case, chain_named, drawn, followed, forward, measured

from cellsim.geometry import Pose
from cellsim.kinematics.ik import solve_all
from cellsim.motion.jointbox import joint_boxes, wrist_of

# Of the door gripper's approach to a front door, and of a nutrunner's arm.
DOOR = np.array([*np.radians([52.447, 133.283, 141.738, 81.188, -29.834, 190.132]), 2.0])
RANGE = 0.008, np.radians(0.5)


def door(half: float = 0.0) -> Case:
    chain = chain_named("door")
    return Case(chain, np.array([0.0, 0.0, 0.5]), *RANGE, DOOR, np.full(7, half))


@pytest.mark.parametrize("half", [0.0, 0.003, 0.01])
def test_no_frame_of_the_box_takes_a_joint_beyond_its_own(half: float) -> None:
    case, rng = door(half), np.random.default_rng(7)
    boxes = case.boxes()
    off, rest = measured(case, rng, 400)
    assert np.isfinite(off).all()
    assert np.all(off[:, :6] <= boxes.most[0, :6])
    assert np.all(rest[:, :6] <= boxes.rest[0, :6])
    assert np.all(boxes.most[0, 6:] == 0.0)
    # Measured: 0.97, 0.92 and 0.75.
    assert (off.max(axis=0)[:6] / boxes.most[0, :6]).max() > 0.7


def test_nor_where_arm_frame_and_range_are_drawn() -> None:
    rng, held = np.random.default_rng(3), 0
    for k in range(24):
        case = drawn(chain_named(("door", "hyundai_hh050", "kuka_kr210_r2700_2")[k % 3]), rng)
        boxes = case.boxes()
        if not np.isfinite(boxes.most).all():
            continue
        held += 1
        off, rest = measured(case, rng, 60)
        assert np.all(off[:, :6] <= boxes.most[0, :6]), case
        assert np.all(rest[:, :6] <= boxes.rest[0, :6]), case
    assert held >= 8


def test_what_is_linear_in_the_shift_is_its_difference_quotient() -> None:
    case, e = door(), 1e-4
    shares = e * np.concatenate([np.eye(6), -np.eye(6)]).reshape(12, 2, 3)
    q = np.repeat(case.q[None], 12, axis=0)
    made = followed(case.chain, case.origin, q, case.range_m * shares[:, 0],
                    case.range_rad * shares[:, 1])  # fmt: skip
    slope = (made[:6] - made[6:]) / (2.0 * e)
    np.testing.assert_allclose(case.boxes().slope[0], slope.T, atol=1e-7)


def test_the_second_way_to_solve_finds_what_all_branches_hold() -> None:
    case, rng = door(), np.random.default_rng(5)
    moved, turn = rng.normal(size=(6, 3)) * 0.004, rng.normal(size=(6, 3)) * 0.004
    q = np.repeat(case.q[None], 6, axis=0)
    made = followed(case.chain, case.origin, q, moved, turn)
    for row, flange in zip(made, forward(case.chain, made)[0], strict=True):
        branches = solve_all(case.chain, Pose.from_matrix(flange), row[6:])
        assert min(np.abs(b - row).max() for b in branches) < 1e-7


def test_at_a_singularity_and_for_a_wide_box_nothing_is_proven() -> None:
    case = door()
    straight = case.q.copy()
    straight[4] = 0.0
    q = np.array([straight, case.q])
    half = np.array([np.zeros(7), np.full(7, 0.3)])
    found = joint_boxes(case.chain, case.origin, *RANGE, q, half)
    assert np.isinf(found.most[:, :6]).all()
    assert np.isinf(found.rest[:, :6]).all()
    assert np.isinf(case.boxes().most).sum() == 0


def test_the_wrist_lies_on_its_last_two_axes() -> None:
    for name in ("door", "ur10e", "hyundai_hh050"):
        chain = chain_named(name)
        q = np.repeat(0.3 * np.arange(chain.dof)[None], 2, axis=0)
        q[1, 5] += 1.0
        T, axes, points = forward(chain, q)
        tip = np.append(wrist_of(chain), 1.0)
        places = (T @ tip)[:, :3]
        np.testing.assert_allclose(places[0], places[1], atol=1e-9)
        away = places[0] - points[0, 5]
        assert np.linalg.norm(np.cross(axes[0, 5], away)) < 1e-9
