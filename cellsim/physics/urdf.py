"""URDFs that cellsim writes for PyBullet: exact pieces as collision shapes, inertia in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cellsim.geometry import Array, Piece, Pose, Solid
from cellsim.geometry.mass import mass_properties, piece_volume
from cellsim.geometry.tessellate import piece_mesh, solid_mesh

# For links without a published or estimated mass: a welded steel frame, mostly air.
DENSITY = 1000.0
_JOINTS = {0: "fixed", 1: "revolute", 2: "prismatic"}


@dataclass(frozen=True, eq=False)
class Block:
    """One rigid link: its solid (or None) and its mass [kg], com [m], inertia [kg m2]."""

    name: str
    solid: Solid | None
    mass: float
    com: Array
    inertia: Array


@dataclass(frozen=True, eq=False)
class Edge:
    """A joint from block `parent` to block `child`: `parent_T_joint`, axis, kind 0, 1 or 2."""

    parent: int
    child: int
    origin: Pose
    axis: Array
    kind: int


def block(
    name: str,
    solid: Solid | None,
    mass: float | None,
    com: Sequence[float] | None = None,
    inertia: Array | None = None,
) -> Block:
    """Return a link; what is not given comes from the volume of the pieces."""
    pieces = solid.pieces if solid else ()
    if not pieces:
        m = mass or 1e-3
        return Block(name, solid, m, np.zeros(3), np.eye(3) * m * 1e-3)
    m = mass if mass is not None else DENSITY * sum(piece_volume(p) for p in pieces)
    centre, own = mass_properties(pieces, m)
    if com is not None:
        centre = np.asarray(com, dtype=float)
    return Block(name, solid, m, centre, own if inertia is None else np.asarray(inertia))


def write_urdf(blocks: Sequence[Block], edges: Sequence[Edge], folder: Path, stem: str) -> Path:
    """Write a URDF with its meshes into folder and return its path; links are l0, l1, ..."""
    lines = ['<?xml version="1.0"?>', f'<robot name="{stem}">']
    for number, link in enumerate(blocks):
        lines += _link(link, number, folder, stem)
    for number, edge in enumerate(edges):
        lines += _joint(edge, number)
    lines.append("</robot>")
    path = folder / f"{stem}.urdf"
    path.write_text("\n".join(lines) + "\n")
    return path


def _link(link: Block, number: int, folder: Path, stem: str) -> list[str]:
    I = link.inertia
    numbers = " ".join(
        f'{key}="{value!r}"'
        for key, value in zip(
            ("ixx", "ixy", "ixz", "iyy", "iyz", "izz"),
            (float(I[i, j]) for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))),
            strict=True,
        )
    )
    lines = [f'<link name="l{number}">', "<inertial>", _origin(Pose(np.eye(3), link.com))]
    lines += [f'<mass value="{link.mass!r}"/>', f"<inertia {numbers}/>", "</inertial>"]
    if link.solid is not None:
        lines += _visual(link.solid, folder, f"{stem}_{number}")
        for k, piece in enumerate(link.solid.pieces):
            lines += _collision(piece, folder, f"{stem}_{number}_{k}")
    return [*lines, "</link>"]


def _visual(solid: Solid, folder: Path, stem: str) -> list[str]:
    vertices, faces = solid_mesh(solid)
    _obj(folder / f"{stem}.obj", vertices, faces)
    rgba = " ".join(f"{c:.3f}" for c in solid.color)
    return [
        f'<visual><geometry><mesh filename="{folder / stem}.obj"/></geometry>',
        f'<material name="{stem}"><color rgba="{rgba}"/></material></visual>',
    ]


def _collision(piece: Piece, folder: Path, stem: str) -> list[str]:
    size = [repr(float(v)) for v in piece.size]
    origin = _origin(piece.pose)
    if piece.kind == "box":
        shape = f'<box size="{" ".join(size)}"/>'
    elif piece.kind == "sphere":
        shape = f'<sphere radius="{size[0]}"/>'
    elif piece.kind in ("cylinder", "capsule"):
        shape = f'<{piece.kind} radius="{size[0]}" length="{size[1]}"/>'
    else:
        vertices, faces = piece_mesh(piece)
        _obj(folder / f"{stem}.obj", vertices, faces)
        shape, origin = f'<mesh filename="{folder / stem}.obj"/>', _origin(Pose.identity())
    return ["<collision>", origin, f"<geometry>{shape}</geometry>", "</collision>"]


def _joint(edge: Edge, number: int) -> list[str]:
    axis = " ".join(repr(float(v)) for v in edge.axis)
    lines = [
        f'<joint name="j{number}" type="{_JOINTS[edge.kind]}">',
        f'<parent link="l{edge.parent}"/><child link="l{edge.child}"/>',
        _origin(edge.origin),
    ]
    if edge.kind:
        lines.append(f'<axis xyz="{axis}"/><limit lower="-1e3" upper="1e3" effort="1e6" '
                     'velocity="1e3"/>')  # fmt: skip
    return [*lines, "</joint>"]


def _origin(pose: Pose) -> str:
    xyz = " ".join(repr(float(v)) for v in pose.p)
    rpy = " ".join(repr(float(v)) for v in pose.rpy())
    return f'<origin xyz="{xyz}" rpy="{rpy}"/>'


def _obj(path: Path, vertices: Array, faces: np.ndarray) -> None:
    """Write a mesh with one normal per face, so that it is drawn with hard edges."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    n = np.cross(b - a, c - a)
    n /= np.maximum(np.linalg.norm(n, axis=1), 1e-12)[:, None]
    rows = [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in vertices]
    rows += [f"vn {x:.4f} {y:.4f} {z:.4f}" for x, y, z in n]
    rows += [
        f"f {i + 1}//{k + 1} {j + 1}//{k + 1} {m + 1}//{k + 1}" for k, (i, j, m) in enumerate(faces)
    ]
    path.write_text("\n".join(rows) + "\n")
