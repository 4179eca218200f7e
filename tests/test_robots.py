"""Robots: figures against poses computed elsewhere, published reach, outlines, URDF."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from robots_shipped import ARMS, NAMES, SHIPPED, link_poses, robot, scales

from cellsim.domain.files.data import data_names, find_data
from cellsim.domain.files.robot import load_robot, robot_file, robot_of
from cellsim.domain.files.robot_dump import dump_robot
from cellsim.domain.files.robot_text import RobotText
from cellsim.domain.files.urdf_read import parse_urdf
from cellsim.domain.files.yamltext import load_yaml, parse_yaml, validate
from cellsim.domain.robot import Robot
from cellsim.errors import BadInput, TooNew, UnknownName
from cellsim.geometry import Array, rotation_axis

HYUNDAI = ("S", "H", "V", "R2", "B", "R1")
MAKERS = ("Hyundai", "KUKA", "Universal", "ABB", "FANUC", "Yaskawa", "Kawasaki", "Doosan")


def test_there_are_sixteen_robots_of_eight_makers_a_track_and_a_positioner() -> None:
    devices = [robot(name) for name in NAMES]
    assert len(devices) >= 16
    for maker in MAKERS:
        assert any(maker in device.maker for device in devices), maker
    assert {device.kind for device in devices} == {"arm", "track", "positioner"}
    assert any(device.dof == 7 for device in devices)
    assert set(NAMES) <= set(data_names("robots"))


@pytest.mark.parametrize("name", NAMES)
def test_flange_poses_equal_those_computed_elsewhere(name: str) -> None:
    text, _ = load_yaml(robot_file(SHIPPED / name), RobotText)
    device = robot(name)
    for case in text.fk_test:
        flange = link_poses(device, np.array(case.q) * scales(device))[-1]
        assert np.abs(flange.p - np.array(case.flange_xyz_mm) * 1e-3).max() <= 1e-6
        assert np.abs(flange.R - np.array(case.flange_rotation)).max() <= 1e-6
    assert text.fk_test or device.maker == "cellsim"


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_source_and_recalled_ones_are_named(name: str) -> None:
    text, _ = load_yaml(robot_file(SHIPPED / name), RobotText)
    given = {"kinematics", "limits", "speed", "acceleration", "solids"}
    given |= {"payload"} if text.payload_kg else set()
    given |= {"mass"} if text.mass_kg else set()
    given |= {"reach"} if text.reach else set()
    given |= {"wrist_limits"} if text.wrist_limits else set()
    torques = [getattr(joint, "torque_nm", None) for joint in text.joints]
    given |= {"torque"} if any(torques) else set()
    assert given <= set(text.sources)
    assert "solids" in text.assumed
    for figure, source in text.sources.items():
        assert "recalled" not in source or figure in text.assumed or ";" in source, figure


def points_of_reach(device: Robot, measured_to: str) -> tuple[int, Array]:
    """Return (link index, point in that link) that the published reach is measured to."""
    if measured_to == "flange":
        return device.dof, device.flange.p
    wrist = device.dof - 1  # the link after the last joint but one: its frame is on both axes
    return wrist, np.zeros(3)


def reach_of(device: Robot, measured_to: str) -> float:
    """Maximise the horizontal distance from axis 1 by coordinate search from several starts."""
    link, point = points_of_reach(device, measured_to)
    lower = np.array([joint.lower for joint in device.joints])
    upper = np.array([joint.upper for joint in device.joints])
    rng = np.random.default_rng(5)
    q, step = np.stack([rng.uniform(lower, upper) for _ in range(4)]), np.full(4, 0.8)
    here = horizontals(device, q, link, point)
    while (step > 1e-5).any():
        moved = np.zeros(4, dtype=bool)
        for i in range(1, device.dof):
            for side in (step, -step):
                trial = q.copy()
                trial[:, i] = np.clip(trial[:, i] + side, lower[i], upper[i])
                there = horizontals(device, trial, link, point)
                better = (there > here + 1e-12) & (step > 1e-5)
                q[better], here[better] = trial[better], there[better]
                moved |= better
        step = np.where(moved, step, step / 2)
    assert here[0] == pytest.approx(horizontal(device, q[0], link, point), abs=1e-9)
    return float(here.max())


def horizontals(device: Robot, q: Array, link: int, point: Array) -> Array:
    """Return the distances from axis 1 of a point in a link [m], for q of shape (n, dof)."""
    R, p = np.broadcast_to(np.eye(3), (len(q), 3, 3)), np.zeros((len(q), 3))
    for joint, angle in zip(device.joints[:link], q.T, strict=False):
        p, R = p + R @ joint.origin.p, R @ joint.origin.R
        if joint.kind == "prismatic":
            p = p + angle[:, None] * (R @ joint.axis)
            continue
        x, y, z = joint.axis
        K = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        s, c = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
        R = R @ (np.eye(3) + s * K + (1.0 - c) * (K @ K))
    return np.hypot(*(p + R @ point)[:, :2].T)


def horizontal(device: Robot, q: Array, link: int, point: Array) -> float:
    p = link_poses(device, q)[link] @ point[None]
    return float(np.hypot(p[0, 0], p[0, 1]))


@pytest.mark.parametrize("name", ARMS)
def test_reach_equals_the_published_figure_or_says_why_not(name: str) -> None:
    device = robot(name)
    text, _ = load_yaml(robot_file(SHIPPED / name), RobotText)
    assert text.reach is not None
    assert device.reach is not None
    if device.reach_measured_to == "nominal":
        assert text.reach.why
        return
    if device.reach_measured_to == "shoulder to wrist":
        poses = link_poses(device, np.zeros(device.dof))
        found = float(np.linalg.norm(poses[6].p - poses[2].p))
    else:
        found = reach_of(device, device.reach_measured_to)
    assert abs(found - device.reach) <= 0.005


@pytest.mark.parametrize("name", NAMES)
def test_urdf_and_yaml_agree_when_read_by_an_independent_reader(name: str) -> None:
    device = robot(name)
    urdf = parse_urdf((SHIPPED / name / "robot.urdf").read_text(encoding="utf-8"), name)
    assert urdf.root == device.links[0].name
    for joint, link in zip(device.joints, device.links[1:], strict=True):
        read = urdf.joints[joint.name]
        assert (read.kind, read.child) == (joint.kind, link.name)
        assert np.allclose(read.origin.matrix, joint.origin.matrix, atol=1e-11)
        assert np.allclose(read.axis, joint.axis, atol=1e-11)
        limits = (read.lower, read.upper, read.speed, read.effort)
        wanted = (joint.lower, joint.upper, joint.speed or 0.0, joint.torque or 0.0)
        assert np.allclose(np.array(limits, dtype=float), wanted, rtol=1e-11)
    masses = [link.mass for link in urdf.links.values() if link.mass is not None]
    assert device.mass is None or math.isclose(sum(masses), device.mass, rel_tol=1e-9)


def test_writing_and_reading_robot_yaml_loses_nothing() -> None:
    for name in NAMES:
        text, lines = load_yaml(robot_file(SHIPPED / name), RobotText)
        document = parse_yaml(dump_robot(text), name)
        again = validate(document, RobotText)
        assert again == text
        assert robot_of(again, lines, SHIPPED / name).name == name


def test_fanuc_coupling_and_identity_of_the_others_stand_in_the_data() -> None:
    fanuc = robot("fanuc_r2000ic_210f")
    assert fanuc.couplings == (("J3", "J2", 1.0),)
    assert fanuc.controller_base.p.tolist() == [0.0, 0.0, 0.67]
    for axis, joint in zip(
        robot("hyundai_hs220").axes, ["S", "H", "V", "R2", "B", "R1"], strict=True
    ):
        assert (axis.name, axis.unit, axis.offset, axis.coupling) == (joint, "deg", 0.0, ())
        assert math.isclose(axis.factor, math.pi / 180)
    assert "controller_axes" not in robot("hyundai_hs220").assumed


def test_kuka_zero_pose_is_stretched_out_and_outside_the_limits() -> None:
    kuka = robot("kuka_kr210_r2700_2")
    assert kuka.joints[1].upper < 0.0
    flange = link_poses(kuka, np.zeros(6))[-1]
    assert flange.R[:, 2].tolist() == [1.0, 0.0, 0.0]
    turned = link_poses(kuka, np.array([0.5, 0, 0, 0, 0, 0]))[-1]
    assert turned.p[1] < 0.0, "positive A1 turns clockwise seen from above"


def test_hyundai_h_90_is_upright_and_v_0_is_a_horizontal_forearm() -> None:
    for name in ("hyundai_hs220", "hyundai_hs180", "hyundai_hh050", "hyundai_hh020"):
        poses = link_poses(robot(name), np.radians([0, 90, 0, 0, 0, 0]))
        assert np.allclose(poses[3].p[:2], poses[2].p[:2], atol=1e-12)
        assert np.allclose(poses[5].p[2], poses[4].p[2], atol=1e-12)
        assert np.allclose(poses[-1].R[:, 2], [1, 0, 0], atol=1e-12)


def test_hyundai_axes_turn_as_the_arrows_in_the_manual() -> None:
    """S+ to the left, H+ backward, V+ and B+ up, R2+ and R1+ by the right hand about +x."""
    device = robot("hyundai_hs220")
    zero = np.radians([0, 90, 0, 0, 0, 0])
    at = link_poses(device, zero)[-1]
    moved = [link_poses(device, zero + 0.1 * np.eye(6)[i])[-1] for i in range(6)]
    assert moved[0].p[1] > at.p[1] + 0.1
    assert moved[1].p[0] < at.p[0] - 0.1
    assert moved[2].p[2] > at.p[2] + 0.1
    assert moved[4].p[2] > at.p[2] + 0.01
    for i in (3, 5):
        turn = moved[i].R @ at.R.T
        assert np.allclose(turn, rotation_axis([1, 0, 0], 0.1), atol=1e-12)


def test_the_tool_of_every_arm_points_down_at_home() -> None:
    for name in ARMS:
        device = robot(name)
        flange = link_poses(device, np.array(device.home))[-1]
        assert np.allclose(flange.R[:, 2], [0, 0, -1], atol=1e-9), name


def edited(old: str, new: str) -> BadInput:
    source = (SHIPPED / "ur5e" / "robot.yaml").read_text(encoding="utf-8")
    assert source.count(old) >= 1, old
    with pytest.raises(BadInput) as caught:
        load_text(source.replace(old, new, 1))
    return caught.value


def load_text(text: str) -> Robot:
    document = parse_yaml(text, "robot.yaml")
    return robot_of(validate(document, RobotText), document.lines, SHIPPED)


def test_bad_robot_files_are_refused_with_their_line() -> None:
    cases = {
        ("format: cellsim/robot@1", "format: cellsim/robot@2"): "newer",
        ("payload_kg: 5", "payload_kg: -5"): "payload_kg",
        ("speed_deg_s: 180", "speed_rad_s: 3"): "speed_rad_s",
        ("limits_deg: [-360, 360]", "limits_deg: [360, -360]"): "not below",
        ("axis: [0, 0, 1]", "axis: [0, 0, 0.5]"): "unit vector",
        ("name: shoulder\n", "name: base\n"): "twice",
        ("home: [0, -90", "home: [0, -900"): "outside its limits",
        ("radius_mm: 69.3", "radius_mm: .nan"): "not a number",
        ("shape: cylinder", "shape: cone"): "cone",
    }
    for (old, new), words in cases.items():
        error = edited(old, new)
        assert words in str(error), (words, str(error))
        assert error.line >= 1
    assert isinstance(edited("robot@1", "robot@7"), TooNew)


def test_a_mesh_outside_the_robot_folder_is_refused() -> None:
    error = edited("- name: forearm\n", "- name: forearm\n    mesh: ../../pyproject.stl\n")
    assert "leaves the robot's folder" in str(error)


def test_robots_are_found_by_name_and_unknown_ones_name_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownName, match="did you mean 'hyundai_hs220'"):
        find_data("robots", "hyundai_hs200")
    with pytest.raises(UnknownName):
        find_data("robots", "../robots/ur5e")
    folder = tmp_path / "robots" / "mine"
    folder.mkdir(parents=True)
    text = (SHIPPED / "ur5e" / "robot.yaml").read_text(encoding="utf-8")
    (folder / "robot.yaml").write_text(text.replace("name: ur5e", "name: mine"), encoding="utf-8")
    monkeypatch.setenv("CELLSIM_PATH", str(tmp_path))
    assert find_data("robots", "mine") == folder
    assert load_robot("mine").name == "mine"
