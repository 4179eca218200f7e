"""Safe URDF reading: bounded, no entities, every element with its line and column."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cellsim.domain.files.xmltree import Element, parse_xml
from cellsim.domain.files.yamltext import read_text, shown
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose


@dataclass(frozen=True, eq=False)
class Shape:
    """One visual or collision shape of a link.

    Attributes:
        kind: box, cylinder, sphere, capsule or mesh.
        size: box edges, cylinder and capsule (r, length), sphere (r,) [m]; mesh scale (x, y, z).
        origin: `link_T_shape`.
        filename: As written, for a mesh.
        line: Where it stands.
    """

    kind: str
    size: tuple[float, ...]
    origin: Pose
    filename: str = ""
    line: int = 0


@dataclass(frozen=True, eq=False)
class UrdfLink:
    """A link; mass, com and inertia are None where the file gives none."""

    name: str
    collisions: tuple[Shape, ...]
    visuals: tuple[Shape, ...]
    mass: float | None
    com: Array | None
    inertia: Array | None
    line: int


@dataclass(frozen=True, eq=False)
class UrdfJoint:
    """A joint as written; limits in rad or m, None where the file gives none."""

    name: str
    kind: str
    parent: str
    child: str
    origin: Pose
    rpy: tuple[float, float, float]
    axis: Array
    lower: float | None
    upper: float | None
    speed: float | None
    effort: float | None
    mimic: str
    line: int


@dataclass(frozen=True, eq=False)
class Urdf:
    """A robot description as written: links and joints by name, in the order of the file."""

    name: str
    file: str
    links: dict[str, UrdfLink] = field(default_factory=dict)
    joints: dict[str, UrdfJoint] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """Name of the one link that is no child."""
        children = {joint.child for joint in self.joints.values()}
        return next(name for name in self.links if name not in children)


def read_urdf(path: str | Path) -> Urdf:
    """Return a URDF file as written.

    Errors: BadInput with file, line and column: not XML, entities, unknown link, two roots,
    a circle, a value that is not a number.
    """
    return parse_urdf(read_text(path), shown(path))


def parse_urdf(text: str, file: str) -> Urdf:
    """Return a URDF text as written; `file` is for messages."""
    root = parse_xml(text, file)
    if root.tag != "robot":
        raise _bad(file, root, f"root element is <{root.tag}>", "<robot>")
    urdf = Urdf(root.attributes.get("name", ""), file)
    for element in root.all("link"):
        link = _link(element, file)
        if link.name in urdf.links:
            raise _bad(file, element, f"link '{link.name}' is given twice")
        urdf.links[link.name] = link
    for element in root.all("joint"):
        joint = _joint(element, file, urdf)
        if joint.name in urdf.joints:
            raise _bad(file, element, f"joint '{joint.name}' is given twice")
        urdf.joints[joint.name] = joint
    _check_tree(urdf, root)
    return urdf


def _bad(file: str, at: Element, message: str, expected: str = "") -> BadInput:
    return BadInput(message, file=file, line=at.line, column=at.column, expected=expected)


def _numbers(at: Element | None, key: str, default: str, count: int, file: str) -> list[float]:
    text = at.attributes.get(key, default) if at is not None else default
    try:
        values = [float(word) for word in text.split()]
    except ValueError:
        values = []
    if len(values) != count or not all(math.isfinite(v) for v in values):
        place = at if at is not None else Element("", {}, 1, 1)
        raise _bad(file, place, f'{key}="{text[:40]}"', f"{count} finite numbers")
    return values


def _optional(at: Element | None, key: str, file: str) -> float | None:
    if at is None or key not in at.attributes:
        return None
    return _numbers(at, key, "", 1, file)[0]


def _origin(element: Element, file: str) -> tuple[Pose, tuple[float, float, float]]:
    origin = element.first("origin")
    xyz = _numbers(origin, "xyz", "0 0 0", 3, file)
    roll, pitch, yaw = _numbers(origin, "rpy", "0 0 0", 3, file)
    return Pose.from_xyz_rpy(xyz, (roll, pitch, yaw)), (roll, pitch, yaw)


def _name(element: Element, file: str) -> str:
    name = element.attributes.get("name", "")
    if not name:
        raise _bad(file, element, f"<{element.tag}> without a name")
    return name


def _link(element: Element, file: str) -> UrdfLink:
    mass, com, inertia = None, None, None
    inertial = element.first("inertial")
    if inertial is not None:
        mass = _optional(inertial.first("mass"), "value", file)
        place, _ = _origin(inertial, file)
        com, tensor = place.p, inertial.first("inertia")
        if tensor is not None:
            keys = ("ixx", "ixy", "ixz", "iyy", "iyz", "izz")
            xx, xy, xz, yy, yz, zz = (_numbers(tensor, key, "0", 1, file)[0] for key in keys)
            own = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
            inertia = place.R @ own @ place.R.T
    shapes = [tuple(_shapes(element, tag, file)) for tag in ("collision", "visual")]
    return UrdfLink(_name(element, file), shapes[0], shapes[1], mass, com, inertia, element.line)


def _shapes(link: Element, tag: str, file: str) -> Iterator[Shape]:
    for element in link.all(tag):
        geometry = element.first("geometry")
        shape = geometry.children[0] if geometry is not None and geometry.children else None
        if shape is None:
            raise _bad(file, element, f"<{tag}> without a geometry")
        place, _ = _origin(element, file)
        if shape.tag == "box":
            yield Shape("box", tuple(_numbers(shape, "size", "", 3, file)), place, "", shape.line)
        elif shape.tag in ("cylinder", "capsule"):
            size = tuple(_numbers(shape, key, "", 1, file)[0] for key in ("radius", "length"))
            yield Shape(shape.tag, size, place, "", shape.line)
        elif shape.tag == "sphere":
            radius = _numbers(shape, "radius", "", 1, file)
            yield Shape("sphere", tuple(radius), place, "", shape.line)
        elif shape.tag == "mesh":
            scale = tuple(_numbers(shape, "scale", "1 1 1", 3, file))
            yield Shape("mesh", scale, place, shape.attributes.get("filename", ""), shape.line)
        else:
            raise _bad(file, shape, f"shape <{shape.tag}>", "box, cylinder, sphere or mesh")


def _joint(element: Element, file: str, urdf: Urdf) -> UrdfJoint:
    ends = []
    for tag in ("parent", "child"):
        at = element.first(tag)
        name = at.attributes.get("link", "") if at is not None else ""
        if name not in urdf.links:
            raise _bad(file, at or element, f"{tag} link '{name}' does not exist")
        ends.append(name)
    origin, rpy = _origin(element, file)
    limit, mimic = element.first("limit"), element.first("mimic")
    axis = np.array(_numbers(element.first("axis"), "xyz", "1 0 0", 3, file))
    length = float(np.linalg.norm(axis))
    kind = element.attributes.get("type", "")
    if length < 1e-9 and kind != "fixed":
        raise _bad(file, element.first("axis") or element, "axis has no length")
    return UrdfJoint(
        name=_name(element, file),
        kind=kind,
        parent=ends[0],
        child=ends[1],
        origin=origin,
        rpy=rpy,
        axis=axis / max(length, 1e-9),
        lower=_optional(limit, "lower", file),
        upper=_optional(limit, "upper", file),
        speed=_optional(limit, "velocity", file),
        effort=_optional(limit, "effort", file),
        mimic=mimic.attributes.get("joint", "?") if mimic is not None else "",
        line=element.line,
    )


def _check_tree(urdf: Urdf, root: Element) -> None:
    parents: dict[str, str] = {}
    for joint in urdf.joints.values():
        if joint.child in parents:
            message = f"link '{joint.child}' hangs on two joints"
            raise BadInput(message, file=urdf.file, line=joint.line)
        parents[joint.child] = joint.parent
    roots = [name for name in urdf.links if name not in parents]
    if len(roots) != 1:
        found = ", ".join(roots[:4]) or "none"
        raise _bad(urdf.file, root, f"{len(roots)} links without a parent ({found})", "one")
    for name in parents:
        seen = {name}
        while name in parents:
            name = parents[name]
            if name in seen:
                raise _bad(urdf.file, root, f"the links form a circle through '{name}'")
            seen.add(name)
