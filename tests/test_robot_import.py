"""Robot import: each defect is named, what can be mended is, the chain stays the user's."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from cellsim.domain.files.robot import load_robot
from cellsim.domain.files.robot_import import Imported, import_robot
from cellsim.domain.files.urdf_chain import is_rounded
from cellsim.domain.files.urdf_read import parse_urdf, read_urdf
from cellsim.domain.robot import Robot
from cellsim.errors import BadInput
from cellsim.geometry import Array, Piece, Pose, rotation_axis
from cellsim.geometry.mesh import piece_mesh, stl_bytes

INERTIA = '<inertia ixx="0.1" iyy="0.1" izz="0.1" ixy="0" ixz="0" iyz="0"/>'
INERTIAL = f'<inertial><origin xyz="0 0 0.1"/><mass value="3"/>{INERTIA}</inertial>'
LIMITS = ('lower="-3" upper="3" effort="100" velocity="2"', 'lower="-2" upper="2" effort="50"')
CLEAN = f"""<robot name="Two Link">
  <link name="base_link">{INERTIAL}
    <collision><geometry><box size=".2 .2 .1"/></geometry></collision></link>
  <link name="arm">{INERTIAL}
    <collision><origin xyz="0 0 .3"/><geometry><mesh filename="MESH"/></geometry></collision></link>
  <link name="hand">{INERTIAL}
    <visual><geometry><sphere radius=".05"/></geometry></visual></link>
  <link name="tool0"/>
  <joint name="j1" type="revolute">
    <origin xyz="0 0 .1"/><parent link="base_link"/><child link="arm"/>
    <axis xyz="0 0 1"/><limit {LIMITS[0]}/></joint>
  <joint name="j2" type="revolute">
    <origin xyz="0 0 .6" rpy="1.5707963267948966 0 0"/><parent link="arm"/><child link="hand"/>
    <axis xyz="0 0 1"/><limit {LIMITS[1]} velocity="3"/></joint>
  <joint name="jt" type="fixed">
    <origin xyz="0 0 .1" rpy="0 0.3 0"/><parent link="hand"/><child link="tool0"/></joint>
</robot>
"""
TUBE = Piece("cylinder", (0.05, 0.6))


def project(tmp_path: Path, urdf: str = CLEAN, mesh: str = "../meshes/arm.stl") -> Path:
    """Write a package as users have them: package.xml, urdf/, meshes/."""
    package = tmp_path / "two_link_description"
    for folder in ("urdf", "meshes"):
        (package / folder).mkdir(parents=True, exist_ok=True)
    (package / "package.xml").write_text("<package/>", encoding="utf-8")
    (package / "meshes" / "arm.stl").write_bytes(stl_bytes(*piece_mesh(TUBE)))
    file = package / "urdf" / "two.urdf"
    file.write_text(urdf.replace("MESH", mesh), encoding="utf-8")
    return file


def imported(file: Path, tmp_path: Path) -> tuple[Imported, Robot]:
    result = import_robot(file, tmp_path / "robots")
    return result, load_robot(result.folder)


def ids(result: Imported) -> set[str]:
    return {defect.id for defect in result.defects}


def flange(device: Robot, q: Array) -> Pose:
    pose = Pose.identity()
    for joint, value in zip(device.joints, q, strict=True):
        pose = pose @ joint.origin @ Pose(rotation_axis(joint.axis, float(value)), np.zeros(3))
    return pose @ device.flange


def test_a_clean_urdf_has_no_defects_and_keeps_every_figure(tmp_path: Path) -> None:
    result, device = imported(project(tmp_path), tmp_path)
    assert result.defects == ()
    assert result.folder.name == device.name == "two_link"
    assert [joint.name for joint in device.joints] == ["j1", "j2"]
    assert [joint.torque for joint in device.joints] == [100.0, 50.0]
    assert np.allclose([joint.upper for joint in device.joints], [3.0, 2.0])
    assert device.mass == 9.0
    assert [link.mass for link in device.links] == [3.0, 3.0, 3.0]
    assert device.links[1].solid is not None
    assert device.links[1].solid.grade == "estimate"
    assert device.links[1].solid.deviation_m < 0.001
    assert len(device.links[1].solid.faces)
    assert "acceleration" in device.assumed
    assert device.payload is None


def test_the_imported_chain_moves_as_the_urdf_says(tmp_path: Path) -> None:
    _, device = imported(project(tmp_path), tmp_path)
    q = np.array([0.7, -1.1])
    by_hand = Pose.translation(0, 0, 0.1) @ Pose(rotation_axis([0, 0, 1], 0.7), np.zeros(3))
    by_hand = by_hand @ Pose.from_xyz_rpy((0, 0, 0.6), (math.pi / 2, 0, 0))
    by_hand = by_hand @ Pose(rotation_axis([0, 0, 1], -1.1), np.zeros(3))
    by_hand = by_hand @ Pose.from_xyz_rpy((0, 0, 0.1), (0, 0.3, 0))
    assert np.abs(flange(device, q).matrix - by_hand.matrix).max() < 1e-9


def test_the_urdf_we_write_for_it_reads_back(tmp_path: Path) -> None:
    result, device = imported(project(tmp_path), tmp_path)
    urdf = read_urdf(result.folder / "robot.urdf")
    assert list(urdf.joints) == ["j1", "j2", "flange"]
    mesh = urdf.links["arm"].collisions[0]
    assert (result.folder / mesh.filename).is_file()
    assert math.isclose(urdf.links["arm"].mass or 0.0, device.links[1].mass or -1.0)


CASES = {
    "effort-zero": ('effort="100"', 'effort="0"'),
    "velocity-zero": (' velocity="2"', ""),
    "limits-swapped": ('lower="-3" upper="3"', 'lower="3" upper="-3"'),
    "limits-missing": ('lower="-3" upper="3" ', ""),
    "continuous": ('name="j1" type="revolute"', 'name="j1" type="continuous"'),
    "pi-rounded": ("1.5707963267948966", "1.571"),
    "no-tool0": ('"tool0"', '"gripper_base"'),
    "no-inertia": (INERTIAL, ""),
    "bad-inertia": ('<mass value="3"/>', '<mass value="0"/>'),
    "mesh-missing": ("../meshes/arm.stl", "../meshes/other.stl"),
    "package-path": ("../meshes/", "package://two_link_description/meshes/"),
    "no-shape": ('<visual><geometry><sphere radius=".05"/></geometry></visual>', ""),
    "mesh-in-mm": ('arm.stl"', 'arm.stl" scale="1000 1000 1000"'),
    "mesh-mirrored": ('arm.stl"', 'arm.stl" scale="1 -1 1"'),
    "branch": (
        "</robot>",
        '<link name="f"/><joint name="jf" type="prismatic"><parent link="hand"/>'
        '<child link="f"/><limit lower="0" upper=".1" effort="1" velocity="1"/></joint></robot>',
    ),
    "mimic": (
        "</robot>",
        '<link name="f"/><joint name="jf" type="prismatic"><parent link="hand"/>'
        '<child link="f"/><mimic joint="j2"/></joint></robot>',
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_each_defect_is_named_with_its_line_and_mended(id: str, tmp_path: Path) -> None:
    old, new = CASES[id]
    source = CLEAN.replace("MESH", "../meshes/arm.stl")
    assert old in source
    count = 2 if id == "no-tool0" else 1
    result, device = imported(project(tmp_path, source.replace(old, new, count)), tmp_path)
    named = [defect for defect in result.defects if defect.id == id]
    assert len(named) == 1
    assert named[0].line > 1
    assert named[0].mended
    assert device.dof == 2
    assert all(joint.lower < joint.upper for joint in device.joints)


def test_mending_never_invents_a_figure(tmp_path: Path) -> None:
    source = CLEAN.replace('effort="100" velocity="2"', 'effort="0" velocity="0"')
    _, device = imported(project(tmp_path, source), tmp_path)
    joint = device.joints[0]
    assert (joint.torque, joint.speed, joint.acceleration) == (None, None, None)
    missing = CLEAN.replace('lower="-3" upper="3" ', "")
    _, device = imported(project(tmp_path / "b", missing), tmp_path / "b")
    assert "limits" in device.assumed


def test_a_rounded_quarter_turn_becomes_exact_and_a_calibrated_one_stays(tmp_path: Path) -> None:
    rounded = CLEAN.replace("1.5707963267948966", "1.571")
    _, device = imported(project(tmp_path, rounded), tmp_path)
    assert np.array_equal(device.joints[1].origin.R, np.round(device.joints[1].origin.R))
    calibrated = CLEAN.replace("1.5707963267948966", "1.5702468137")
    result, device = imported(project(tmp_path / "b", calibrated), tmp_path / "b")
    assert "pi-rounded" not in ids(result)
    assert abs(device.joints[1].origin.rpy()[0] - 1.5702468137) < 1e-12
    assert is_rounded(1.57, math.pi / 2)
    assert is_rounded(3.1415, math.pi)
    assert not is_rounded(1.5693, math.pi / 2)


@pytest.mark.parametrize("kind", ["obj", "dae", "glb"])
def test_other_mesh_types_are_read(kind: str, tmp_path: Path) -> None:
    import trimesh

    file = project(tmp_path, mesh=f"../meshes/arm.{kind}")
    vertices, faces = piece_mesh(TUBE)
    path = file.parent.parent / "meshes" / f"arm.{kind}"
    trimesh.Trimesh(vertices, faces, process=False).export(path)
    result, device = imported(file, tmp_path)
    assert ids(result) <= {"mesh-y-up"}
    solid = device.links[1].solid
    assert solid is not None
    points = solid.pieces[0].core().points
    assert np.allclose(np.ptp(points, axis=0), [0.1, 0.1, 0.6], atol=2e-3)
    assert np.allclose(points.mean(axis=0)[2], 0.3, atol=0.01)


def test_an_open_mesh_and_a_filled_hollow_are_named_with_their_size(tmp_path: Path) -> None:
    file = project(tmp_path)
    meshes = file.parent.parent / "meshes"
    vertices, faces = piece_mesh(TUBE)
    (meshes / "arm.stl").write_bytes(stl_bytes(vertices, faces[:-3]))
    result, _ = imported(file, tmp_path)
    assert any(d.id == "mesh-open" and "open edges" in d.what for d in result.defects)
    bars = [
        Piece("box", (0.05, 0.05, 0.5)),
        Piece("box", (0.5, 0.05, 0.05), Pose.translation(0.2, 0, 0.2)),
    ]
    parts = [piece_mesh(bar) for bar in bars]
    both = stl_bytes(*parts[0])[84:], stl_bytes(*parts[1])[84:]
    count = np.uint32(sum(len(f) for _, f in parts)).tobytes()
    (meshes / "arm.stl").write_bytes(b"two bars".ljust(80) + count + both[0] + both[1])
    result, _ = imported(file, tmp_path / "b")
    filled = next(d for d in result.defects if d.id == "hull-fills")
    assert "pieces outside mesh" in filled.mended


def test_a_mesh_outside_the_package_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.stl"
    secret.write_bytes(stl_bytes(*piece_mesh(TUBE)))
    names = (f"file://{secret}", "../../secret.stl", "package://x/../../../secret.stl")
    for number, name in enumerate(names):
        folder = tmp_path / f"p{number}"
        result, device = imported(project(tmp_path, mesh=name), folder)
        assert "mesh-missing" in ids(result)
        assert device.links[1].solid is None


def test_what_cannot_be_mended_is_bad_input_and_leaves_nothing(tmp_path: Path) -> None:
    mimic = CLEAN.replace('<axis xyz="0 0 1"/>', '<axis xyz="0 0 1"/><mimic joint="j2"/>', 1)
    floating = CLEAN.replace('name="j1" type="revolute"', 'name="j1" type="floating"')
    fixed = CLEAN.replace('type="revolute"', 'type="fixed"')
    nan = CLEAN.replace('upper="3"', 'upper="nan"')
    axis = CLEAN.replace('<axis xyz="0 0 1"/>', '<axis xyz="0 0 0"/>', 1)
    words = ("mimic", "floating", "no joint moves", "finite", "no length")
    for text, word in zip((mimic, floating, fixed, nan, axis), words, strict=True):
        with pytest.raises(BadInput, match=word):
            import_robot(project(tmp_path, text), tmp_path / "robots")
    assert not (tmp_path / "robots").exists() or not list((tmp_path / "robots").iterdir())


def test_a_gripper_at_the_end_is_no_axis_of_the_robot(tmp_path: Path) -> None:
    finger = (
        '<link name="{0}"/><joint name="{0}" type="prismatic"><parent link="hand"/>'
        '<child link="{0}"/><limit lower="0" upper=".1" effort="1" velocity="1"/>{1}</joint>'
    )
    fingers = finger.format("left", "") + finger.format("right", '<mimic joint="left"/>')
    source = CLEAN.replace("</robot>", fingers + "</robot>").replace('"tool0"', '"tip"')
    result, device = imported(project(tmp_path, source), tmp_path)
    assert [joint.name for joint in device.joints] == ["j1", "j2"]
    assert {"branch", "mimic", "no-tool0"} <= ids(result)


def test_an_existing_robot_is_never_written_over(tmp_path: Path) -> None:
    file = project(tmp_path)
    import_robot(file, tmp_path / "robots")
    with pytest.raises(BadInput, match="exists already"):
        import_robot(file, tmp_path / "robots")


def test_hostile_and_broken_xml_is_refused_with_its_place() -> None:
    bad = {
        '<!DOCTYPE r [<!ENTITY x "y">]><robot>&x;</robot>': "not allowed",
        "<robot><link name='a'></robot>": "mismatched",
        "<robot><link/></robot>": "without a name",
        "<robot><link name='a'/><link name='a'/></robot>": "twice",
        "<robot><link name='a'/><link name='b'/></robot>": "2 links without a parent",
        "<mujoco/>": "root element",
        "": "no element",
    }
    for text, word in bad.items():
        with pytest.raises(BadInput, match=word) as caught:
            parse_urdf(text, "x.urdf")
        assert caught.value.file == "x.urdf"
        assert caught.value.line == 1


def test_links_in_a_circle_are_refused() -> None:
    joint = '<joint name="{0}{1}" type="fixed"><parent link="{0}"/><child link="{1}"/></joint>'
    links = "".join(f'<link name="{name}"/>' for name in "abc")
    loop = f"<robot>{links}{joint.format('b', 'c')}{joint.format('c', 'b')}</robot>"
    with pytest.raises(BadInput, match="circle"):
        parse_urdf(loop, "x.urdf")
