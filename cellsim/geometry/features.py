"""Features computed from closed meshes: holes, openings, planes, edges.

A mesh is cut into smooth regions (faces that meet at less than 20 degrees). The outer boundary of
a region runs counter-clockwise about its mean normal, that of an opening clockwise; so holes and
window rims need no search in space. Every place is `body_T_feature`: z out of the material against
the approach, x along the longest direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cellsim.geometry.pose import Array, Pose
from cellsim.geometry.regions import Mesh, boundary_loops, smooth_mesh, smooth_regions
from cellsim.units import deg, mm

_FLAT = 0.5 * deg
_SMOOTH = 20.0 * deg
_SHARP = 30.0 * deg

__all__ = ["Place", "edges", "faces", "holes", "rims", "smooth_mesh"]


@dataclass(frozen=True, eq=False)
class Place:
    """One member of a feature: its pose and its characteristic sizes [m], largest first."""

    pose: Pose
    size: tuple[float, ...]


def holes(
    mesh: Mesh, smallest: float, largest: float, facing: Array | None = None, within: float = 0.5
) -> list[Place]:
    """Return the round holes of a diameter range [m], largest first.

    Args:
        mesh: Closed mesh. smallest, largest: Diameters [m].
        facing: Unit direction that the hole's mouth must face within `within` [rad], None = any.
    """
    found = []
    for normal, loop in _openings(mesh):
        if len(loop) < 8 or (facing is not None and not _faces(normal, facing, within)):
            continue
        centre, plane, spread = _plane(loop, normal)
        if spread > 0.05 * mm:
            continue
        x, y = _across(plane)
        flat = np.stack([(loop - centre) @ x, (loop - centre) @ y], axis=1)
        fit = np.linalg.lstsq(
            np.c_[2 * flat, np.ones(len(flat))], (flat**2).sum(axis=1), rcond=None
        )[0]
        radii = np.linalg.norm(flat - fit[:2], axis=1)
        radius = float(radii.mean())
        if np.abs(radii - radius).max() > max(0.02 * radius, 0.05 * mm):
            continue
        if smallest <= 2 * radius <= largest:
            p = centre + fit[0] * x + fit[1] * y
            found.append(Place(Pose(np.stack([x, y, plane], axis=1), p), (2 * radius,)))
    return sorted(found, key=_by_size)


def rims(mesh: Mesh, facing: Array, within: float) -> list[Place]:
    """Return the openings of the surface that faces a direction, longest rim first.

    z is the normal of the rim's best plane, x its principal direction; size is (length, width).
    """
    found = []
    for normal, loop in _openings(mesh):
        if not _faces(normal, facing, within):
            continue
        centre, plane, _ = _plane(loop, normal)
        length = float(np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1).sum())
        x, y = _across(plane)
        flat = np.stack([(loop - centre) @ x, (loop - centre) @ y], axis=1)
        middle, second = _polygon_moments(flat)
        p = centre + middle[0] * x + middle[1] * y
        found.append((length, _principal(p, x, y, plane, second, loop)))
    return [place for _, place in sorted(found, key=lambda item: -round(item[0], 7))]


def faces(mesh: Mesh, facing: Array, within: float) -> list[Place]:
    """Return the planes that face a direction, largest area first; size is (length, width)."""
    found = []
    labels = smooth_regions(mesh, _FLAT)
    for label in range(int(labels.max()) + 1 if len(labels) else 0):
        member = np.flatnonzero(labels == label)
        area = mesh.areas[member]
        normal = area @ mesh.normals[member]
        normal = normal / np.linalg.norm(normal)
        if not _faces(normal, facing, within):
            continue
        corners = mesh.vertices[mesh.faces[member]]
        p = area @ corners.mean(axis=1) / area.sum()
        x, y = _across(normal)
        flat = np.stack([(corners - p) @ x, (corners - p) @ y], axis=2)
        second = np.einsum("t,tki,tkj->ij", area, flat, flat) / 12
        sums = flat.sum(axis=1)
        second = second + np.einsum("t,ti,tj->ij", area, sums, sums) / 12
        place = _principal(p, x, y, normal, second, corners.reshape(-1, 3))
        found.append((float(area.sum()), place))
    return [place for _, place in sorted(found, key=lambda item: -round(item[0], 9))]


def edges(mesh: Mesh, facing: Array | None = None, within: float = 0.5) -> list[Place]:
    """Return straight sharp outer edges, longest first: x along the edge, z between its faces."""
    sharp = np.flatnonzero((mesh.angles > _SHARP) & mesh.convex)
    runs: dict[tuple[float, ...], list[int]] = {}
    for k in sharp:
        a, b = mesh.vertices[mesh.shared[k]]
        along = (b - a) / np.linalg.norm(b - a)
        along = along if along[int(np.argmax(np.abs(along)))] > 0 else -along
        z = mesh.normals[mesh.pairs[k]].sum(axis=0)
        foot = a - (a @ along) * along
        measures = np.concatenate([along * 1e3, foot / mm, z * 1e2])
        key = tuple(float(v) for v in np.round(measures))
        runs.setdefault(key, []).append(int(k))
    found = []
    for members in runs.values():
        ends = mesh.vertices[mesh.shared[members]].reshape(-1, 3)
        z = mesh.normals[mesh.pairs[members[0]]].sum(axis=0)
        z = z / np.linalg.norm(z)
        if facing is not None and not _faces(z, facing, within):
            continue
        a, b = mesh.vertices[mesh.shared[members[0]]]
        x = (b - a) / np.linalg.norm(b - a)
        x = x if x[int(np.argmax(np.abs(x)))] > 0 else -x
        reach = ends @ x
        p = a + ((reach.min() + reach.max()) / 2 - a @ x) * x
        x = x - (x @ z) * z
        x = x / np.linalg.norm(x)
        pose = Pose(np.stack([x, np.cross(z, x), z], axis=1), p)
        found.append(Place(pose, (float(np.ptp(reach)),)))
    return sorted(found, key=_by_size)


def _by_size(place: Place) -> tuple[float, ...]:
    return (-round(place.size[0], 6), *np.round(place.pose.p, 6).tolist())


def _openings(mesh: Mesh) -> list[tuple[Array, Array]]:
    """Return (mean normal of the region, loop points) of every inner boundary of a region."""
    found = []
    labels = smooth_regions(mesh, _SMOOTH)
    for label in range(int(labels.max()) + 1 if len(labels) else 0):
        member = np.flatnonzero(labels == label)
        normal = mesh.areas[member] @ mesh.normals[member]
        length = float(np.linalg.norm(normal))
        if length < 0.5 * float(mesh.areas[member].sum()):
            continue
        normal = normal / length
        for indices in boundary_loops(mesh, member):
            loop = mesh.vertices[indices]
            if float(_area_vector(loop) @ normal) < 0.0:
                found.append((normal, loop))
    return found


def _faces(normal: Array, facing: Array, within: float) -> bool:
    return float(normal @ facing) >= math.cos(within) - 1e-9


def _area_vector(loop: Array) -> Array:
    centred = loop - loop.mean(axis=0)
    total: Array = np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0) / 2
    return total


def _plane(loop: Array, normal: Array) -> tuple[Array, Array, float]:
    """Return (centre of the outline, unit normal on the side of `normal`, largest distance)."""
    after = np.roll(loop, -1, axis=0)
    weight = np.linalg.norm(after - loop, axis=1)
    centre = weight @ (loop + after) / 2 / weight.sum()
    vector = _area_vector(loop)
    vector = vector / np.linalg.norm(vector)
    vector = vector if float(vector @ normal) > 0 else -vector
    return centre, vector, float(np.abs((loop - centre) @ vector).max())


def _across(z: Array) -> tuple[Array, Array]:
    """Return unit x, y of a right-handed frame on z; x near the body's x where that can be."""
    seed = np.array([1.0, 0.0, 0.0]) if abs(z[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    x = seed - (seed @ z) * z
    x = x / np.linalg.norm(x)
    return x, np.cross(z, x)


def _polygon_moments(flat: Array) -> tuple[Array, Array]:
    """Return (centroid, second moments about it) of a plane polygon, shapes (2,), (2, 2)."""
    after = np.roll(flat, -1, axis=0)
    cross = flat[:, 0] * after[:, 1] - flat[:, 1] * after[:, 0]
    area = cross.sum() / 2
    centroid: Array = ((flat + after) * cross[:, None]).sum(axis=0) / (6 * area)
    p, q = flat - centroid, after - centroid
    turn = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    s = p + q
    second = np.einsum("n,ni,nj->ij", turn, p, p) + np.einsum("n,ni,nj->ij", turn, q, q)
    second = (second + np.einsum("n,ni,nj->ij", turn, s, s)) / 24
    return centroid, second * np.sign(area)


def _principal(p: Array, x: Array, y: Array, z: Array, second: Array, points: Array) -> Place:
    """Return the place at p on the plane z with x along the largest second moment."""
    angle = 0.5 * math.atan2(2 * second[0, 1], second[0, 0] - second[1, 1])
    long = math.cos(angle) * x + math.sin(angle) * y
    long = long if long[int(np.argmax(np.abs(np.round(long, 6))))] > 0 else -long
    pose = Pose(np.stack([long, np.cross(z, long), z], axis=1), p)
    flat = (points - p) @ pose.R[:, :2]
    extent = np.ptp(flat, axis=0)
    return Place(pose, (float(extent[0]), float(extent[1])))
