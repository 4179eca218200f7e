"""Support functions of packed convex pieces, and the separation along a unit normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import compiled
from cellsim.geometry import Array, Core, Piece, Solid

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
MOST_NORMALS = 96


class Shapes(NamedTuple):
    """Solids as flat arrays [m]; piece i of body b is in the frame of b.

    Attributes:
        points: Core points, shape (p, 3); piece i has rows first[i]..first[i+1].
        radius, disc_axis, disc_radius: See `cellsim.geometry.Core`; (m,), (m, 3), (m,).
        centre, bound: Bounding sphere of each piece, (m, 3), (m,).
        normals: Face normals worth trying when two pieces overlap; nfirst as `first`.
        pieces: Body b has pieces pieces[b]..pieces[b+1], shape (bodies + 1,).
        body_centre, body_bound: Bounding sphere of each body.
    """

    points: Array
    first: Ints
    radius: Array
    disc_axis: Array
    disc_radius: Array
    centre: Array
    bound: Array
    normals: Array
    nfirst: Ints
    pieces: Ints
    body_centre: Array
    body_bound: Array


def pack(solids: Sequence[Solid]) -> Shapes:
    """Return the solids as flat arrays; their order is the body number."""
    pieces = [piece for solid in solids for piece in solid.pieces]
    cores = [piece.core() for piece in pieces]
    spheres = [bounding_sphere(core) for core in cores]
    normals = [face_normals(piece) for piece in pieces]
    counts = np.cumsum([0] + [len(solid.pieces) for solid in solids])
    centre = np.array([c for c, _ in spheres]).reshape(-1, 3)
    bound = np.array([r for _, r in spheres], dtype=np.float64)
    body_centre, body_bound = np.zeros((len(solids), 3)), np.zeros(len(solids))
    for b in range(len(solids)):
        own = slice(counts[b], counts[b + 1])
        low = (centre[own] - bound[own, None]).min(axis=0)
        high = (centre[own] + bound[own, None]).max(axis=0)
        body_centre[b] = (low + high) / 2
        body_bound[b] = (np.linalg.norm(centre[own] - body_centre[b], axis=1) + bound[own]).max()
    return Shapes(
        np.concatenate([c.points for c in cores]) if cores else np.zeros((0, 3)),
        np.cumsum([0] + [len(c.points) for c in cores]).astype(np.int64),
        np.array([c.radius for c in cores], dtype=np.float64),
        np.array([c.disc_axis for c in cores], dtype=np.float64).reshape(-1, 3),
        np.array([c.disc_radius for c in cores], dtype=np.float64),
        centre,
        bound,
        np.concatenate(normals) if normals else np.zeros((0, 3)),
        np.cumsum([0] + [len(n) for n in normals]).astype(np.int64),
        counts.astype(np.int64),
        body_centre,
        body_bound,
    )


def bounding_sphere(core: Core) -> tuple[Array, float]:
    """Return centre [m] and radius [m] of a sphere that holds the piece."""
    centre = (core.points.min(axis=0) + core.points.max(axis=0)) / 2
    offsets = core.points - centre
    far = float(np.linalg.norm(offsets, axis=1).max())
    across = offsets - np.outer(offsets @ core.disc_axis, core.disc_axis)
    if core.disc_radius > 0.0 and float(np.abs(across).max()) < 1e-12:
        return centre, math.hypot(far, core.disc_radius) + core.radius
    return centre, far + core.disc_radius + core.radius


def face_normals(piece: Piece) -> Array:
    """Return unit face normals in the solid frame, one of each opposite two, shape (k, 3)."""
    if piece.kind == "box":
        return piece.pose.R.T.copy()
    if piece.kind in ("cylinder", "capsule"):
        return piece.pose.R.T[2:3].copy()
    if piece.kind == "sphere" or len(piece.points) < 4:
        return np.zeros((0, 3))
    from scipy.spatial import ConvexHull

    normals = ConvexHull(piece.points).equations[:, :3]
    kept: list[Array] = []
    for n in normals:
        if all(abs(float(n @ k)) < 1.0 - 1e-9 for k in kept):
            kept.append(n)
        if len(kept) == MOST_NORMALS:
            break
    return np.array(kept) @ piece.pose.R.T


@compiled
def support(s: Shapes, i: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the farthest point of piece i along (x, y, z), without its ball, in its body frame."""
    best, row = -math.inf, s.first[i]
    for k in range(s.first[i], s.first[i + 1]):
        value = s.points[k, 0] * x + s.points[k, 1] * y + s.points[k, 2] * z
        if value > best:
            best, row = value, k
    px, py, pz = s.points[row, 0], s.points[row, 1], s.points[row, 2]
    r = s.disc_radius[i]
    if r > 0.0:
        ax, ay, az = s.disc_axis[i, 0], s.disc_axis[i, 1], s.disc_axis[i, 2]
        along = ax * x + ay * y + az * z
        ux, uy, uz = x - along * ax, y - along * ay, z - along * az
        length = math.sqrt(ux * ux + uy * uy + uz * uz)
        if length > 0.0:
            f = r / length
            px, py, pz = px + f * ux, py + f * uy, pz + f * uz
    return px, py, pz


@compiled
def difference(
    s: Shapes, i: int, j: int, T: Array, x: float, y: float, z: float
) -> tuple[float, float, float]:
    """Return the point of piece j minus piece i (cores, no balls) that lies least along (x, y, z).

    Args:
        T: `i_T_j` of the bodies of i and j, shape (3, 4); the result is in the frame of i.
    """
    ax, ay, az = support(s, i, x, y, z)
    lx = -(T[0, 0] * x + T[1, 0] * y + T[2, 0] * z)
    ly = -(T[0, 1] * x + T[1, 1] * y + T[2, 1] * z)
    lz = -(T[0, 2] * x + T[1, 2] * y + T[2, 2] * z)
    bx, by, bz = support(s, j, lx, ly, lz)
    return (
        T[0, 0] * bx + T[0, 1] * by + T[0, 2] * bz + T[0, 3] - ax,
        T[1, 0] * bx + T[1, 1] * by + T[1, 2] * bz + T[1, 3] - ay,
        T[2, 0] * bx + T[2, 1] * by + T[2, 2] * bz + T[2, 3] - az,
    )


@compiled
def separation(s: Shapes, i: int, j: int, T: Array, x: float, y: float, z: float) -> float:
    """Return min n·j - max n·i [m] for n = (x, y, z) made unit; -inf where n has no direction.

    For every n this is a lower bound of the signed distance (minus the penetration depth where
    the pieces overlap) of piece i and piece j: the planes with normal n that touch them are that
    far apart. It is never clamped.
    """
    length = math.sqrt(x * x + y * y + z * z)
    if not (length > 1e-300 and length < 1e300):
        return -math.inf
    x, y, z = x / length, y / length, z / length
    wx, wy, wz = difference(s, i, j, T, x, y, z)
    return x * wx + y * wy + z * wz - s.radius[i] - s.radius[j]
