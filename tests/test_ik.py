"""Inverse kinematics: every branch that FK confirms, windings, lines."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tiny_cells import big_arm, group_cell, seven_axes, skew_arm, track, ur10e

from cellsim.domain.cell import External
from cellsim.domain.files.robot import load_robot
from cellsim.geometry import Pose
from cellsim.kinematics import (
    branch_name,
    chain_of,
    flange_pose,
    link_poses,
    solve_all,
    solve_near,
    solve_path,
)
from cellsim.kinematics.eaik_adapter import is_known
from cellsim.kinematics.ik import branches, windings_near


def chain_for(make):
    """Return the chain of a robot alone in a cell."""
    return chain_of(group_cell(make()), "r")


ARMS = sorted(
    path.parent.name
    for path in (Path(__file__).parent.parent / "robots").glob("*/robot.yaml")
    if load_robot(path.parent).kind == "arm"
)


@pytest.mark.parametrize("name", ARMS)
def test_every_shipped_arm_finds_its_seed_among_branches_that_fk_confirms(name):
    robot = load_robot(name)
    chain = chain_of(group_cell(robot), "r")
    for seed in np.random.default_rng(7).uniform(chain.lower, chain.upper, (4, robot.dof)):
        target = flange_pose(chain, seed)
        answers = solve_all(chain, target)
        assert answers
        assert max(max(flange_pose(chain, q).distance(target)) for q in answers) <= 2e-9
        if robot.dof == 6:
            assert min(np.abs(q - seed).max() for q in answers) < 1e-6


@pytest.mark.parametrize("make", [ur10e, big_arm, skew_arm])
def test_fk_confirms_every_branch_and_the_seed_is_among_them(make):
    chain = chain_for(make)
    assert is_known(chain) == (make is not skew_arm)
    Q = np.random.default_rng(5).uniform(chain.lower, chain.upper, (12, 6))
    for seed in Q:
        target = flange_pose(chain, seed)
        answers = solve_all(chain, target)
        for q in answers:
            metres, radians = flange_pose(chain, q).distance(target)
            assert metres <= 2e-9
            assert radians <= 2e-9
            assert np.all(q >= chain.lower - 1e-9)
            assert np.all(q <= chain.upper + 1e-9)
        assert min(np.abs(q - seed).max() for q in answers) < 1e-6


def test_branches_of_a_spherical_wrist_have_eight_different_names():
    chain = chain_for(big_arm)
    target = flange_pose(chain, np.array([0.3, -0.6, 0.1, 0.5, 0.9, 0.2]))
    found = branches(chain, target)
    assert len(found) == 8
    assert len({branch_name(chain, q) for q in found}) == 8


def test_answers_are_sorted_and_the_same_every_time():
    chain = chain_for(ur10e)
    target = flange_pose(chain, np.array([0.3, -1.1, 1.4, 0.5, 0.9, 0.2]))
    first, second = solve_all(chain, target), solve_all(chain, target)
    assert [q.tobytes() for q in first] == [q.tobytes() for q in second]
    assert [tuple(q) for q in first] == sorted(tuple(q) for q in first)


def test_every_winding_inside_the_limits_is_there():
    chain = chain_for(ur10e)
    q = np.array([0.3, -1.1, 1.4, 0.5, 0.9, 0.2])
    answers = solve_all(chain, flange_pose(chain, q))
    turns = {tuple(np.round((a - q) / (2 * math.pi)).astype(int)) for a in answers
             if np.abs(np.sin((a - q) / 2)).max() < 1e-6}  # fmt: skip
    assert len(turns) == 2**5
    far = q + np.array([-1, 1, 0, -1, -1, -1]) * 2 * math.pi
    assert np.allclose(windings_near(chain, q, far), far)


def test_a_pose_out_of_reach_has_no_answer():
    for make in (ur10e, big_arm, skew_arm):
        assert solve_all(chain_for(make), Pose.translation(9, 0, 0)) == []


def test_a_track_value_shifts_the_target():
    external = External(track(), "world", Pose.identity(), "arm")
    chain = chain_of(group_cell(big_arm(), (external,)), "r")
    seed = np.array([0.3, 0.1, -0.4, 0.5, 0.9, 0.2, 1.7])
    answers = solve_all(chain, flange_pose(chain, seed), ext=(1.7,))
    assert min(np.abs(q - seed).max() for q in answers) < 1e-6
    with pytest.raises(ValueError, match="1 external axes"):
        solve_all(chain, flange_pose(chain, seed), ext=(1.0, 2.0))


def test_seven_axes_reach_every_pose_in_many_ways():
    chain = chain_for(seven_axes)
    target = flange_pose(chain, np.array([0.3, 0.5, 0.2, -1.2, 0.4, 0.6, 0.1]))
    answers = solve_all(chain, target)
    assert len(answers) > 20
    for q in answers:
        assert flange_pose(chain, q).distance(target)[0] <= 2e-9


def test_solve_near_stays_on_the_branch():
    chain = chain_for(big_arm)
    q = np.array([0.3, 0.1, -0.4, 0.5, 0.9, 0.2])
    near = solve_near(chain, flange_pose(chain, q), q + 0.02)
    assert near is not None
    assert np.abs(near - q).max() < 1e-8
    assert solve_near(chain, Pose.translation(9, 0, 0), q) is None


def test_a_line_is_followed_and_ends_where_it_leaves_the_reach():
    chain = chain_for(big_arm)
    q = np.array([0.3, 0.1, -0.4, 0.5, 0.9, 0.2])
    start = flange_pose(chain, q)
    steps = np.linspace(0.0, 4.0, 801)
    line = np.stack([(Pose.translation(x, 0, 0) @ start).matrix for x in steps])
    followed = solve_path(chain, line, q)
    assert 50 < len(followed) < len(line)
    reached = link_poses(chain, followed)[:, -1]
    assert np.abs(reached - line[: len(followed)]).max() < 1e-8
    assert np.abs(np.diff(followed, axis=0)).max() < 0.5
