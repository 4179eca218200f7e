"""Convex pieces from drawings in mm, their union as a closed mesh, and both as files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cellsim.domain.files.flow import flow
from cellsim.geometry import Array

if TYPE_CHECKING:
    from manifold3d import Manifold

Point = tuple[float, float]
Corners = Array


@dataclass(frozen=True, eq=False)
class Hull:
    """A named convex piece: the hull of its corners [mm], shape (n, 3)."""

    name: str
    corners: Corners


@dataclass(frozen=True, eq=False)
class Drill:
    """A round hole to cut: centre and unit direction [mm], diameter, length both ways."""

    centre: tuple[float, float, float]
    direction: tuple[float, float, float]
    diameter: float
    length: float


def box(name: str, low: Sequence[float], high: Sequence[float]) -> Hull:
    """Return an upright box between two corners [mm]."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    return Hull(name, np.array([[x, y, z] for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)]))


def plate(name: str, outline: Sequence[Point], low: float, high: float, axis: str = "y") -> Hull:
    """Return a convex outline, in the plane across `axis`, between two values of that axis [mm].

    The outline is (x, z) for axis y, (x, y) for axis z, (y, z) for axis x.
    """
    at = {"x": 0, "y": 1, "z": 2}[axis]
    corners = [np.insert(np.array(p), at, v) for v in (low, high) for p in outline]
    return Hull(name, np.array(corners))


def turned_box(name: str, centre: Sequence[float], size: Sequence[float], yaw_deg: float) -> Hull:
    """Return a box of full edges [mm] about its centre, turned about z [deg]."""
    half = box(name, [-v / 2 for v in size], [v / 2 for v in size]).corners
    c, s = math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg))
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    return Hull(name, half @ turn.T + np.array(centre))


def cylinder(
    name: str, start: Sequence[float], end: Sequence[float], radius: float, sides: int = 32
) -> Hull:
    """Return a prism of `sides` faces around a cylinder, so that it encloses it [mm]."""
    a, b = np.array(start, dtype=float), np.array(end, dtype=float)
    z = (b - a) / np.linalg.norm(b - a)
    x = np.cross(np.eye(3)[int(np.argmin(np.abs(z)))], z)
    x = x / np.linalg.norm(x)
    angle = 2 * math.pi * (np.arange(sides) + 0.5) / sides
    out = radius / math.cos(math.pi / sides)
    ring = out * (np.cos(angle)[:, None] * x + np.sin(angle)[:, None] * np.cross(z, x))
    return Hull(name, np.vstack([a + ring, b + ring]))


def union_mesh(pieces: Iterable[Hull], drills: Iterable[Drill] = ()) -> tuple[Array, Array]:
    """Return (vertices [mm], faces) of the pieces joined and drilled; closed."""
    from manifold3d import Manifold

    body = Manifold()
    for piece in pieces:
        body = body + Manifold.hull_points(np.ascontiguousarray(piece.corners, dtype=np.float64))
    for drill in drills:
        body = body - _bit(drill)
    mesh = body.simplify(1e-4).to_mesh64()
    vertices = np.asarray(mesh.vert_properties)[:, :3].astype(np.float64)
    return vertices, np.asarray(mesh.tri_verts).astype(np.int64)


def _bit(drill: Drill) -> Manifold:
    from manifold3d import Manifold

    axis = np.array(drill.direction) * drill.length
    centre = np.array(drill.centre)
    bit = cylinder("bit", (centre - axis).tolist(), (centre + axis).tolist(), drill.diameter / 2)
    scale = math.cos(math.pi / 32)
    middle = bit.corners - centre
    along = (middle @ np.array(drill.direction))[:, None] * np.array(drill.direction)
    return Manifold.hull_points(np.ascontiguousarray(centre + along + (middle - along) * scale))


def write_stl(path: Path, vertices: Array, faces: Array) -> None:
    """Write a binary STL [mm]; the same mesh gives the same bytes."""
    corners = vertices[faces].astype("<f4")
    order = np.lexsort(np.round(corners.mean(axis=1), 3).T)
    corners = corners[order]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = normal / np.where(length > 0, length, 1)
    record = np.zeros(len(corners), dtype=[("n", "<f4", 3), ("v", "<f4", (3, 3)), ("a", "<u2")])
    record["n"], record["v"] = normal, corners
    header = b"cellsim, mm".ljust(80, b" ")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + np.array([len(corners)], dtype="<u4").tobytes() + record.tobytes())


def write_pieces(path: Path, pieces: Iterable[Hull]) -> None:
    """Write a pieces file: one convex hull a line [mm]; the mesh is their union, to rounding."""
    lines = ["format: cellsim/pieces@1", "deviation_mm: 0.01", "pieces:"]
    for piece in pieces:
        points = [[round(float(v), 3) + 0.0 for v in p] for p in piece.corners]
        lines.append("- " + flow({"shape": "hull", "name": piece.name, "points_mm": points}))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_body(
    folder: Path, name: str, pieces: Sequence[Hull], drills: Sequence[Drill] = ()
) -> None:
    """Write meshes/NAME.stl and pieces/NAME.yaml of one body."""
    write_stl(folder / "meshes" / f"{name}.stl", *union_mesh(pieces, drills))
    write_pieces(folder / "pieces" / f"{name}.yaml", pieces)
