"""Forward kinematics, frames, bodies and loads, each with a second way to know the answer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tiny_cells import big_arm, box, group_cell, seven_axes, track, ur10e

from cellsim.domain.cell import External, Frame
from cellsim.domain.equipment import Fixture, Hinge, Part, Tool
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics import (
    bodies_of,
    branch_name,
    chain_of,
    flange_pose,
    jacobian,
    link_poses,
    tcp_pose,
    world_T_fixture,
    world_T_frame,
    world_T_part,
)
from cellsim.kinematics.dynamics import inverse_dynamics, wrist_load
from cellsim.kinematics.fk import link_poses_reference
from cellsim.kinematics.mass import GRAVITY, Mass
from cellsim.kinematics.pinocchio_adapter import flange_by_pinocchio
from cellsim.kinematics.rtb_adapter import flange_by_rtb

ROBOTS = [ur10e, big_arm, seven_axes]


def on_track():
    """Return a cell with the big arm on a track that stands at y = 1 and is turned by 90 deg."""
    stand = Pose.from_xyz_rpy((0, 1, 0), (0, 0, math.pi / 2))
    external = External(track(), "world", stand, "arm")
    return group_cell(big_arm(), (external,), base=Pose.translation(0, 0, 0.1))


@pytest.mark.parametrize("make", ROBOTS)
def test_batch_kernel_numpy_pinocchio_and_roboticstoolbox_agree(make):
    robot = make()
    chain = chain_of(group_cell(robot), "r")
    Q = np.random.default_rng(1).uniform(chain.lower, chain.upper, (20, chain.dof))
    poses = link_poses(chain, Q)
    for q, row in zip(Q, poses, strict=True):
        assert np.abs(link_poses_reference(chain, q) - row).max() < 1e-12
        assert np.abs(flange_by_pinocchio(robot, q).matrix - row[-1]).max() < 1e-12
    for q, row in zip(Q[:3], poses[:3], strict=True):
        assert np.abs(flange_by_rtb(robot, q).matrix - row[-1]).max() < 1e-12


def test_jacobian_is_the_derivative_of_the_tcp_pose():
    chain = chain_of(on_track(), "r")
    q = chain.home + 0.1
    tool = Pose.from_xyz_rpy((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    J = jacobian(chain, q, tool)
    here = tcp_pose(chain, q, tool)
    for k in range(chain.dof):
        step = np.zeros(chain.dof)
        step[k] = 1e-6
        there = tcp_pose(chain, q + step, tool)
        turn = Pose(there.R @ here.R.T, np.zeros(3)).rotvec()
        assert np.abs(np.r_[there.p - here.p, turn] / 1e-6 - J[:, k]).max() < 1e-5


def test_track_comes_first_in_the_chain_and_last_in_q():
    chain = chain_of(on_track(), "r")
    assert chain.link_names[:3] == ("r/track/rail", "r/track/carriage", "r/base")
    assert chain.link_names[-1] == "r/flange"
    assert chain.order == (6, 0, 1, 2, 3, 4, 5)
    moved = chain.home + np.eye(7)[6] * 0.7
    shift = flange_pose(chain, moved).p - flange_pose(chain, chain.home).p
    assert np.allclose(shift, [0, 0.7, 0], atol=1e-12)


def test_a_positioner_is_a_branch_that_does_not_move_the_arm():
    external = External(track(), "world", Pose.translation(2, 0, 0), "part")
    cell = group_cell(ur10e(), (external,))
    chain = chain_of(cell, "r")
    assert len(chain.branch) == 1
    moved = chain.home + np.eye(7)[6] * 0.3
    assert np.allclose(flange_pose(chain, moved).p, flange_pose(chain, chain.home).p)
    plate = world_T_frame(cell, "group:r.positioner/flange", {"r": moved})
    assert np.allclose(plate.p, [2.8, 0, 0.2])


def test_frames_chain_through_parts_fixtures_and_flanges():
    cell = group_cell(ur10e())
    cell = replace(
        cell,
        frames={
            "table": Frame("table", "world", Pose.translation(1, 0, 0.5)),
            "corner": Frame("corner", "fixture:plate", Pose.translation(0.1, 0.1, 0)),
            "camera": Frame("camera", "group:r.flange", Pose.translation(0, 0, 0.1)),
        },
        fixtures={"plate": Fixture("plate", box("p", 1, 1, 0.1), "table", Pose.identity())},
    )
    assert np.allclose(world_T_frame(cell, "corner").p, [1.1, 0.1, 0.5])
    assert np.allclose(world_T_fixture(cell, "plate").p, [1, 0, 0.5])
    q = np.linspace(0.1, 0.6, 6)
    expected = flange_pose(chain_of(cell, "r"), q) @ Pose.translation(0, 0, 0.1)
    assert expected.distance(world_T_frame(cell, "camera", {"r": q}))[0] < 1e-12


def test_a_hinged_part_hangs_at_its_angle():
    hinge = Hinge("pillar", Pose.translation(0, 0, 1), np.array([0.0, 0, 1]), 0, 1.2, 0.5, "bolts")
    part = Part("door", box("d", 1, 0.1, 1), 20.0, (0, 0, 0), np.eye(3), "", Pose.identity(), hinge)
    cell = replace(
        group_cell(ur10e()),
        frames={"pillar": Frame("pillar", "world", Pose.translation(3, 0, 0))},
        parts={"door": part},
    )
    world_T_door = world_T_part(cell, "door")
    assert np.allclose(world_T_door.p, [3, 0, 1])
    assert np.allclose(world_T_door.R, rotation_axis([0, 0, 1], 0.5))


@pytest.mark.parametrize(
    ("parents", "message"),
    [
        ({"a": "b", "b": "a"}, "circle: a -> b -> a"),
        ({"a": "a"}, "circle: a -> a"),
    ],
)
def test_cyclic_frames_are_bad_input(parents, message):
    frames = {name: Frame(name, parent, Pose.identity()) for name, parent in parents.items()}
    with pytest.raises(BadInput, match=message):
        world_T_frame(replace(group_cell(ur10e()), frames=frames), "a")


def test_a_robot_that_stands_on_its_own_flange_is_bad_input():
    cell = group_cell(ur10e())
    group = replace(cell.groups["r"], frame="group:r.flange")
    with pytest.raises(BadInput, match="r -> r"):
        chain_of(replace(cell, groups={"r": group}), "r")


def test_an_unknown_frame_names_the_nearest():
    frames = {"pick": Frame("pick", "world", Pose.identity())}
    with pytest.raises(UnknownName, match="did you mean 'pick'"):
        world_T_frame(replace(group_cell(ur10e()), frames=frames), "pik")


def test_bodies_are_links_tool_fixtures_and_parts():
    cell = on_track()
    tool = Tool("jaw", box("jaw", 0.1, 0.1, 0.2), 3.0, (0, 0, 0.1), np.eye(3), {})
    group = replace(cell.groups["r"], tool="jaw")
    cell = replace(cell, groups={"r": group}, tools={"jaw": tool})
    bodies = {body.name: body for body in bodies_of(cell)}
    assert bodies["r/tool:jaw"].parent == "r/flange"
    assert bodies["r/L2"].parent == "r/L2"
    assert set(bodies) >= {"r/base", "r/L1", "r/L2"}


def test_gravity_torque_is_mass_times_arm_times_g_and_power_is_conserved():
    robot = big_arm()
    chain = chain_of(group_cell(robot), "r")
    q = np.array(robot.home)
    load = Mass(25.0, np.array([0.1, 0.0, 0.2]), 0.5 * np.eye(3))
    zero = np.zeros(6)
    with_load = inverse_dynamics(robot, q, zero, zero, [load])
    without = inverse_dynamics(robot, q, zero, zero)
    J = jacobian(chain, q, Pose.translation(*load.com))
    assert np.allclose(with_load - without, 25.0 * GRAVITY * J[2], atol=1e-9)
    rising = inverse_dynamics(robot, q, zero, np.eye(6)[1], [load])
    assert rising[0, 1] - with_load[0, 1] > 0.0


def test_wrist_load_of_a_point_mass_is_the_closed_form():
    robot = big_arm()
    chain = chain_of(group_cell(robot), "r")
    q = np.array([[0.0, -0.3, 0.3, 0.0, 0.8, 0.0]])
    load = Mass(30.0, np.array([0.0, 0.0, 0.3]), np.zeros((3, 3)))
    by_joint = {w.joint: w for w in wrist_load(chain, robot, q, [load])}
    distance = 0.1 + 0.12 + 0.3
    assert by_joint["J5"].inertia[0] == pytest.approx(30.0 * distance**2)
    lever = abs(flange_pose(chain, q[0]).R[0, 2]) * distance
    assert by_joint["J5"].torque[0] == pytest.approx(30.0 * GRAVITY * lever)
    assert by_joint["J6"].torque[0] == pytest.approx(0.0, abs=1e-9)
    turned = wrist_load(chain, robot, q, [load], np.array([0.0, 0.0, 35.0]))
    assert {w.joint: w.torque[0] for w in turned}["J6"] == pytest.approx(35.0)


def test_wrist_load_equals_what_pinocchio_adds_for_the_load():
    robot = big_arm()
    chain = chain_of(group_cell(robot), "r")
    load = Mass(30.0, np.array([0.05, -0.1, 0.3]), 0.4 * np.eye(3))
    for q in np.random.default_rng(3).uniform(-1, 1, (5, 6)):
        zero = np.zeros(6)
        static = inverse_dynamics(robot, q, zero, zero, [load]) - inverse_dynamics(
            robot, q, zero, zero
        )
        for k, wrist in enumerate(wrist_load(chain, robot, q[None], [load]), start=3):
            assert wrist.torque[0] == pytest.approx(abs(static[0, k]), abs=1e-9)
            unit = np.eye(6)[k]
            loaded = inverse_dynamics(robot, q, zero, unit, [load])
            inertial = loaded - inverse_dynamics(robot, q, zero, unit) - static
            assert wrist.inertia[0] == pytest.approx(inertial[0, k], abs=1e-9)


def test_a_link_without_mass_cannot_give_torques():
    robot = ur10e()
    bare = replace(robot, links=tuple(replace(link, mass=None) for link in robot.links))
    with pytest.raises(BadInput, match="no mass figures for link 'L1'"):
        inverse_dynamics(bare, np.zeros(6), np.zeros(6), np.zeros(6))


def test_branch_names_change_exactly_with_elbow_and_wrist():
    chain = chain_of(group_cell(big_arm()), "r")
    q = np.array([0.0, 0.3, -0.2, 0.2, 0.8, 0.1])
    name = branch_name(chain, q)
    assert name.startswith("front/up/")
    flipped = q * np.array([1, 1, 1, 1, -1, 1])
    assert branch_name(chain, flipped).split("/")[:2] == name.split("/")[:2]
    assert branch_name(chain, flipped) != name
    assert branch_name(chain_of(group_cell(seven_axes()), "r"), np.zeros(7)) == ""
