"""robot.urdf built from a Robot: primitives only where pieces allow, hulls as inline file names."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from cellsim.domain.files.robot import load_robot, robot_file
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.geometry import Array, Piece, Pose

_HEADER = (
    "Built from robot.yaml by `cellsim robot urdf`; do not edit. "
    "effort or velocity 0: not published."
)


def build_urdf(robot: Robot) -> str:
    """Return the URDF of a robot; the flange is the link tool0.

    Pieces become box, cylinder and sphere (a capsule: one cylinder, two spheres); hulls become
    `meshes/LINK_NUMBER.stl`, written by `write_urdf`.
    """
    lines = [
        '<?xml version="1.0"?>',
        f"<robot name={quoteattr(robot.name)}>",
        f"  <!-- {_HEADER} -->",
    ]
    for link in robot.links:
        lines += _link(link)
    lines.append('  <link name="tool0"/>')
    for joint, parent, child in zip(robot.joints, robot.links, robot.links[1:], strict=False):
        lines += _joint(joint, parent.name, child.name)
    lines += [
        '  <joint name="flange" type="fixed">',
        f"    {_origin(robot.flange)}",
        f"    <parent link={quoteattr(robot.links[-1].name)}/>",
        '    <child link="tool0"/>',
        "  </joint>",
        "</robot>",
    ]
    return "\n".join(lines) + "\n"


def write_urdf(name_or_path: str | Path) -> Path:
    """Write robot.urdf, and the meshes of hull pieces, beside a robot.yaml; return its path."""
    robot, folder = load_robot(name_or_path), robot_file(name_or_path).parent
    for link in robot.links:
        for number, piece in enumerate(link.solid.pieces if link.solid else ()):
            if piece.kind == "hull":
                (folder / "meshes").mkdir(exist_ok=True)
                (folder / _mesh_name(link, number)).write_bytes(_stl(piece))
    path = folder / "robot.urdf"
    path.write_text(build_urdf(robot), encoding="utf-8")
    return path


def _link(link: Link) -> list[str]:
    if link.solid is None and link.mass is None:
        return [f"  <link name={quoteattr(link.name)}/>"]
    lines = [f"  <link name={quoteattr(link.name)}>"]
    if link.mass is not None and link.com is not None and link.inertia is not None:
        lines += _inertial(link.mass, Pose(np.eye(3), np.array(link.com)), link.inertia)
    shapes = [
        shape
        for number, piece in enumerate(link.solid.pieces if link.solid else ())
        for shape in _shapes(piece, _mesh_name(link, number))
    ]
    color = " ".join(_number(value) for value in link.solid.color) if link.solid else ""
    material = [f'      <material name="paint"><color rgba="{color}"/></material>']
    for tag, extra in (("visual", material), ("collision", [])):
        for origin, geometry in shapes:
            lines += [f"    <{tag}>", f"      {origin}", f"      <geometry>{geometry}</geometry>"]
            lines += [*extra, f"    </{tag}>"]
    return [*lines, "  </link>"]


def _inertial(mass: float, com: Pose, inertia: Array) -> list[str]:
    keys = {
        "ixx": (0, 0),
        "ixy": (0, 1),
        "ixz": (0, 2),
        "iyy": (1, 1),
        "iyz": (1, 2),
        "izz": (2, 2),
    }
    values = " ".join(f'{key}="{_number(inertia[place])}"' for key, place in keys.items())
    return [
        "    <inertial>",
        f"      {_origin(com)}",
        f'      <mass value="{_number(mass)}"/>',
        f"      <inertia {values}/>",
        "    </inertial>",
    ]


def _shapes(piece: Piece, mesh: str) -> list[tuple[str, str]]:
    """Return (origin, geometry) elements of a piece."""
    origin = _origin(piece.pose)
    if piece.kind == "box":
        size = " ".join(_number(value) for value in piece.size)
        return [(origin, f'<box size="{size}"/>')]
    if piece.kind == "hull":
        return [(origin, f"<mesh filename={quoteattr(mesh)}/>")]
    radius = _number(piece.size[0])
    if piece.kind == "sphere":
        return [(origin, f'<sphere radius="{radius}"/>')]
    tube = (origin, f'<cylinder radius="{radius}" length="{_number(piece.size[1])}"/>')
    if piece.kind == "cylinder":
        return [tube]
    ends = [Pose.translation(0, 0, side * piece.size[1] / 2) for side in (-1, 1)]
    caps = [(_origin(piece.pose @ end), f'<sphere radius="{radius}"/>') for end in ends]
    return [tube, *caps]


def _joint(joint: Joint, parent: str, child: str) -> list[str]:
    limits = {
        "lower": joint.lower,
        "upper": joint.upper,
        "effort": joint.torque or 0.0,
        "velocity": joint.speed or 0.0,
    }
    values = " ".join(f'{key}="{_number(value)}"' for key, value in limits.items())
    return [
        f'  <joint name={quoteattr(joint.name)} type="{joint.kind}">',
        f"    {_origin(joint.origin)}",
        f"    <parent link={quoteattr(parent)}/>",
        f"    <child link={quoteattr(child)}/>",
        f'    <axis xyz="{" ".join(_number(value) for value in joint.axis)}"/>',
        f"    <limit {values}/>",
        "  </joint>",
    ]


def _origin(pose: Pose) -> str:
    xyz = " ".join(_number(value) for value in pose.p)
    rpy = " ".join(_number(value) for value in pose.rpy())
    return f'<origin xyz="{xyz}" rpy="{rpy}"/>'


def _number(value: float) -> str:
    """Return a number with 12 significant digits, far below every tolerance."""
    return f"{0.0 if abs(value) < 1e-12 else float(value):.12g}"


def _mesh_name(link: Link, number: int) -> str:
    return f"meshes/{link.name}_{number}.stl"


def _stl(piece: Piece) -> bytes:
    """Return a hull as binary STL in its own frame [m]."""
    from cellsim.geometry.mesh import piece_mesh, stl_bytes

    return stl_bytes(*piece_mesh(Piece("hull", (), Pose.identity(), piece.points)))
