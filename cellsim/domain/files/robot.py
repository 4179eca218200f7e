"""robot.yaml to Robot: units to SI, names checked, masses estimated where none are given."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from cellsim.domain.controller import AxisMap
from cellsim.domain.files.data import find_data
from cellsim.domain.files.pieces import piece_of
from cellsim.domain.files.robot_text import (
    CombinedText,
    JointText,
    LinkText,
    PlaceText,
    RevoluteText,
    RobotText,
)
from cellsim.domain.files.yamltext import Lines, load_yaml
from cellsim.domain.robot import CombinedLimit, Joint, Link, Robot, WristLimit
from cellsim.errors import UnknownName
from cellsim.geometry import Array, Pose, Solid
from cellsim.geometry.mass import mass_properties, piece_volume
from cellsim.units import deg, mm


def load_robot(name_or_path: str | Path) -> Robot:
    """Return the robot of a name (`hyundai_hs220`), of a folder or of a robot.yaml.

    Errors: UnknownName; BadInput with file, line and column.
    """
    path = robot_file(name_or_path)
    text, lines = load_yaml(path, RobotText)
    return robot_of(text, lines, path.parent)


def robot_file(name_or_path: str | Path) -> Path:
    """Return the robot.yaml of a name, a folder or a file."""
    given = str(name_or_path)
    if isinstance(name_or_path, str) and "/" not in given and not given.endswith(".yaml"):
        return find_data("robots", given) / "robot.yaml"
    path = Path(name_or_path)
    return path / "robot.yaml" if path.is_dir() else path


def robot_of(text: RobotText, lines: Lines, folder: Path) -> Robot:
    """Return the robot that a checked text says; `folder` holds its meshes."""
    _check(text, lines)
    scales = [deg if joint.kind == "revolute" else mm for joint in text.joints]
    axes = _axes(text)
    robot = Robot(
        name=text.name,
        maker=text.maker,
        model=text.model,
        kind=text.kind,
        joints=tuple(_joint(joint) for joint in text.joints),
        links=_links(text, lines, folder),
        flange=pose_of(text.flange),
        home=tuple(value * scale for value, scale in zip(text.home, scales, strict=True)),
        payload=text.payload_kg,
        wrist_limits=tuple(
            WristLimit(wrist.joint, wrist.torque_nm, wrist.inertia_kgm2)
            for wrist in text.wrist_limits
        ),
        reach=text.reach.mm * mm if text.reach and text.reach.mm else None,
        reach_measured_to=text.reach.measured_to if text.reach else "",
        touching=tuple((*pair.links, pair.reason) for pair in text.touching),
        couplings=tuple(
            (axis.name, driver, factor) for axis in axes for driver, factor in axis.coupling
        ),
        sources=dict(text.sources.items()),
        assumed=tuple(text.assumed),
        axes=axes,
        mass=text.mass_kg,
        combined_limits=tuple(_combined(text, limit) for limit in text.combined_limits),
        controller=text.controller,
        controller_base=pose_of(text.controller_base),
    )
    return _with_masses(robot)


def pose_of(text: PlaceText) -> Pose:
    """Return the pose [m] of a place in a file; multiples of 90 deg are exact."""
    rotation = Pose.from_xyz_rpy(rpy=[v * deg for v in text.rpy_deg]).R
    if all(v % 90 == 0 for v in text.rpy_deg):
        rotation = np.round(rotation)
    return Pose(rotation, np.array(text.xyz_mm) * mm)


def _joint(text: JointText) -> Joint:
    axis = np.array(text.axis) / np.linalg.norm(text.axis)
    if isinstance(text, RevoluteText):
        unit, limits = deg, text.limits_deg
        speed, band, torque = text.speed_deg_s, text.acceleration_deg_s2, text.torque_nm
        jerk, rms, curve = text.jerk_deg_s3, text.torque_rms_nm, text.torque_at_deg_s
    else:
        unit, limits = mm, text.limits_mm
        speed, band, torque = text.speed_mm_s, text.acceleration_mm_s2, text.force_n
        jerk, rms, curve = text.jerk_mm_s3, text.force_rms_n, text.force_at_mm_s
    return Joint(
        name=text.name,
        kind=text.kind,
        origin=pose_of(text.origin),
        axis=axis,
        lower=limits[0] * unit,
        upper=limits[1] * unit,
        speed=None if speed is None else speed * unit,
        acceleration=None if band is None else (band[0] * unit, band[1] * unit),
        jerk_time=text.jerk_time_s,
        torque=torque,
        jerk=None if jerk is None else jerk * unit,
        torque_rms=rms,
        torque_at_speed=tuple((v * unit, most) for v, most in sorted(curve)),
    )


def _combined(text: RobotText, limit: CombinedText) -> CombinedLimit:
    """Return a limit on axes together in SI; its axes are of one kind, `_check` has seen to it."""
    kinds = {joint.name: joint.kind for joint in text.joints}
    unit = deg if kinds[next(iter(limit.factors))] == "revolute" else mm
    lower, upper = (value * unit for value in limit.limits)
    return CombinedLimit(tuple(limit.factors.items()), lower, upper, limit.why)


def _axes(text: RobotText) -> tuple[AxisMap, ...]:
    """Return the printed-value maps; identity where the file gives none."""
    given = {axis.name: axis for axis in text.controller_axes}
    out = []
    for joint in text.joints:
        unit: Literal["deg", "mm"] = "deg" if joint.kind == "revolute" else "mm"
        scale = deg if unit == "deg" else mm
        axis = given.get(joint.name)
        factor, offset = (axis.factor, axis.offset) if axis else (1.0, 0.0)
        coupling = tuple(axis.coupling.items()) if axis else ()
        name = joint.name
        out.append(AxisMap(name, unit, factor * scale, offset * scale, coupling))
    return tuple(out)


def _links(text: RobotText, lines: Lines, folder: Path) -> tuple[Link, ...]:
    return tuple(_link(link, text, lines, index, folder) for index, link in enumerate(text.links))


def _link(link: LinkText, text: RobotText, lines: Lines, index: int, folder: Path) -> Link:
    pieces = []
    for i, piece in enumerate(link.pieces):
        try:
            pieces.append(piece_of(piece))
        except ValueError as error:
            raise lines.error(str(error), "links", index, "pieces", i) from None
    solid = None
    if pieces:
        solid = Solid(
            name=link.name,
            pieces=tuple(pieces),
            grade=text.solids.grade,
            margin_m=text.solids.margin_mm * mm,
            deviation_m=link.deviation_mm * mm,
            color=(*(link.color or text.solids.color), 1.0),
        )
        if link.mesh is not None:
            solid = _with_mesh(solid, folder, link.mesh, lines, index)
    com = None
    if link.com_mm is not None:
        x, y, z = link.com_mm
        com = (x * mm, y * mm, z * mm)
    inertia = None if link.inertia_kgm2 is None else _inertia(link.inertia_kgm2)
    return Link(link.name, solid, link.mass_kg, com, inertia)


def _with_mesh(solid: Solid, folder: Path, mesh: str, lines: Lines, index: int) -> Solid:
    from cellsim.geometry.mesh import load_mesh

    path = (folder / mesh).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise lines.error(f"mesh '{mesh}' leaves the robot's folder", "links", index, "mesh")
    vertices, faces = load_mesh(path)
    return replace(solid, vertices=vertices, faces=faces)


def _inertia(six: tuple[float, ...]) -> Array:
    """Return the matrix of (xx, yy, zz, xy, xz, yz) [kg m2]."""
    xx, yy, zz, xy, xz, yz = six
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def _with_masses(robot: Robot) -> Robot:
    """Spread the mass that no link claims over the other links' solids by volume."""
    open_links = [link for link in robot.links if link.mass is None and link.solid is not None]
    if robot.mass is None or not open_links:
        return robot
    rest = robot.mass - sum(link.mass or 0.0 for link in robot.links)
    if rest <= 0.0:
        return robot
    volumes = {
        link.name: sum(piece_volume(p) for p in link.solid.pieces)
        for link in open_links
        if link.solid is not None
    }
    total = sum(volumes.values())
    links = []
    for link in robot.links:
        if link.name in volumes and link.solid is not None:
            mass = rest * volumes[link.name] / total
            com, inertia = mass_properties(link.solid.pieces, mass)
            links.append(Link(link.name, link.solid, mass, tuple(com.tolist()), inertia))
        else:
            links.append(link)
    assumed = tuple(dict.fromkeys((*robot.assumed, "links.mass")))
    return replace(robot, links=tuple(links), assumed=assumed)


def _check(text: RobotText, lines: Lines) -> None:
    """Refuse what types cannot: counts, names, limits, axes."""
    count = len(text.joints)
    for key, wanted in (("links", count + 1), ("home", count)):
        if len(getattr(text, key)) != wanted:
            raise lines.error(
                f"{key} has {len(getattr(text, key))} values", key, expected=f"{wanted}"
            )
    joints = [joint.name for joint in text.joints]
    for key, names in (("joints", joints), ("links", [link.name for link in text.links])):
        for i, name in enumerate(names):
            if name in names[:i]:
                raise lines.error(f"name '{name}' is given twice", key, i, "name")
    for i, joint in enumerate(text.joints):
        _check_joint(joint, text.home[i], lines, i)
    for key, used, names in _references(text):
        for path, name in used:
            if name not in names:
                file, line, column = lines.at(*path)
                raise UnknownName(key, name, names, file=file, line=line, column=column)
    for i, limit in enumerate(text.combined_limits):
        kinds = {j.kind for j in text.joints if j.name in limit.factors}
        if len(kinds) != 1 or not limit.limits[0] < limit.limits[1]:
            expected = "turning axes or sliding axes, and a lower limit below an upper one"
            raise lines.error("no limit on axes together", "combined_limits", i, expected=expected)
    for i, pose in enumerate(text.fk_test):
        if len(pose.q) != count:
            raise lines.error(f"q has {len(pose.q)} values", "fk_test", i, "q", expected=f"{count}")


def _check_joint(joint: JointText, home: float, lines: Lines, index: int) -> None:
    revolute = isinstance(joint, RevoluteText)
    key = "limits_deg" if revolute else "limits_mm"
    lower, upper = joint.limits_deg if isinstance(joint, RevoluteText) else joint.limits_mm
    if not lower < upper:
        raise lines.error(f"{key}: {lower:g} is not below {upper:g}", "joints", index, key)
    if not lower <= home <= upper:
        raise lines.error(f"home {home:g} of {joint.name} is outside its limits", "home", index)
    if abs(math.hypot(*joint.axis) - 1.0) > 1e-3:
        raise lines.error("axis is not a unit vector", "joints", index, "axis", expected="length 1")


def _references(
    text: RobotText,
) -> tuple[tuple[str, list[tuple[tuple[str | int, ...], str]], list[str]], ...]:
    joints = [joint.name for joint in text.joints]
    links = [link.name for link in text.links]
    uses: list[tuple[tuple[str | int, ...], str]] = []
    uses += [(("wrist_limits", i, "joint"), w.joint) for i, w in enumerate(text.wrist_limits)]
    for i, limit in enumerate(text.combined_limits):
        uses += [(("combined_limits", i, "factors", name), name) for name in limit.factors]
    for i, axis in enumerate(text.controller_axes):
        uses.append((("controller_axes", i, "name"), axis.name))
        uses += [(("controller_axes", i, "coupling", other), other) for other in axis.coupling]
    pairs = [
        (("touching", i, "links"), name)
        for i, pair in enumerate(text.touching)
        for name in pair.links
    ]
    return (("joint", uses, joints), ("link", [*pairs], links))
