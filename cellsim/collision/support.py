"""Support functions of packed convex pieces, and the separation along a unit normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import lean, tight
from cellsim.geometry import Array, Core, Piece, Solid

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
MOST_NORMALS = 96


# Columns of a piece or body row: ball radius, disc axis and radius, bounding sphere; the segment
# CENTRE +- HALF which the core points are within GIRTH of, and |HALF| + GIRTH + DISC_RADIUS.
BALL, DISC, DISC_RADIUS, CENTRE, BOUND = 0, 1, 4, 5, 8
HALF, GIRTH, REACH = 9, 12, 13
ROW = 14


class Cores(NamedTuple):
    """Convex pieces as flat arrays [m], each in the frame of its body.

    Attributes:
        points: Core points, shape (p, 3).
        rows: BALL, DISC (3), DISC_RADIUS, CENTRE (3), BOUND, HALF (3), GIRTH, REACH of each piece,
            shape (m, 14); see `cellsim.geometry.Core` for the first three, then a bounding sphere.
        spans: First point, one past the last, first normal, one past the last, shape (m, 4).
        normals: Face normals worth trying where two pieces overlap, shape (k, 3).
    """

    points: Array
    rows: Array
    spans: Ints
    normals: Array


class Shapes(NamedTuple):
    """Bodies as unions of pieces.

    Attributes:
        cores: All pieces.
        own: First piece of each body and one past its last, shape (bodies, 2).
        bodies: Their bounding spheres in the columns of a piece row, shape (bodies, 14).
    """

    cores: Cores
    own: Ints
    bodies: Array


def pack(solids: Sequence[Solid]) -> Shapes:
    """Return the solids as flat arrays; their order is the body number."""
    pieces = [piece for solid in solids for piece in solid.pieces]
    packed = [_packed(piece) for piece in pieces]
    rows = np.array([row for row, _, _ in packed]).reshape(-1, ROW)
    points, normals = [p for _, p, _ in packed], [n for _, _, n in packed]
    ends = np.cumsum([[0, 0]] + [[len(p), len(n)] for p, n in zip(points, normals, strict=True)], 0)
    index = np.stack([ends[:-1, 0], ends[1:, 0], ends[:-1, 1], ends[1:, 1]], axis=1)
    counts = np.cumsum([0] + [len(solid.pieces) for solid in solids])
    bodies = np.zeros((len(solids), ROW))
    for b in range(len(solids)):
        own = rows[counts[b] : counts[b + 1]]
        low = (own[:, CENTRE:BOUND] - own[:, BOUND, None]).min(axis=0)
        high = (own[:, CENTRE:BOUND] + own[:, BOUND, None]).max(axis=0)
        centre = (low + high) / 2
        bodies[b, CENTRE:BOUND] = centre
        away = np.linalg.norm(own[:, CENTRE:BOUND] - centre, axis=1)
        bodies[b, BOUND] = (away + own[:, BOUND]).max()
    none = np.zeros((0, 3))
    cores = Cores(
        np.concatenate([none, *points]),
        rows,
        np.ascontiguousarray(index, dtype=np.int64),
        np.concatenate([none, *normals]),
    )
    own_pieces = np.stack([counts[:-1], counts[1:]], axis=1).astype(np.int64)
    return Shapes(cores, np.ascontiguousarray(own_pieces), bodies)


@lru_cache(maxsize=16_384)
def _packed(piece: Piece) -> tuple[list[float], Array, Array]:
    """Return row, core points and face normals of a piece."""
    core = piece.core()
    return _row(core), core.points, face_normals(piece)


def _row(core: Core) -> list[float]:
    centre, bound = bounding_sphere(core)
    half, girth = _spine(core.points - centre)
    reach = float(np.linalg.norm(half)) + girth + core.disc_radius
    return [core.radius, *core.disc_axis, core.disc_radius, *centre, bound, *half, girth, reach]


def _spine(offsets: Array) -> tuple[Array, float]:
    """Return half of a segment about the middle and how far points are from it at most [m].

    Along the direction from the first point to another that leaves least. What is not slender has
    no segment: then all of its size is girth.
    """
    far = float(np.sqrt((offsets**2).sum(axis=1)).max())
    ways = offsets[1:] - offsets[0]
    lengths = np.sqrt((ways**2).sum(axis=1))
    ways = ways[lengths > 1e-9] / lengths[lengths > 1e-9, None]
    if not len(ways):
        return np.zeros(3), far
    places = (offsets[:, None] * ways).sum(axis=2)
    aside = offsets[:, None] - places[:, :, None] * ways
    girths = np.sqrt((aside**2).sum(axis=2)).max(axis=0)
    best = int(np.argmin(girths))
    if girths[best] > far / 2:
        return np.zeros(3), far
    return np.abs(places[:, best]).max() * ways[best], float(girths[best])


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


@tight
def support(c: Cores, i: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the farthest point of piece i along a unit (x, y, z), without its ball, body frame."""
    best, row = -math.inf, c.spans[i, 0]
    for k in range(c.spans[i, 0], c.spans[i, 1]):
        value = c.points[k, 0] * x + c.points[k, 1] * y + c.points[k, 2] * z
        if value > best:
            best, row = value, k
    px, py, pz = c.points[row, 0], c.points[row, 1], c.points[row, 2]
    r = c.rows[i, DISC_RADIUS]
    if r > 0.0:
        ax, ay, az = c.rows[i, DISC], c.rows[i, DISC + 1], c.rows[i, DISC + 2]
        along = ax * x + ay * y + az * z
        ux, uy, uz = x - along * ax, y - along * ay, z - along * az
        length = math.sqrt(ux * ux + uy * uy + uz * uz)
        if length > 1e-12:
            # Twice, because what is left of a nearly parallel direction need not be square to it.
            ux, uy, uz = ux / length, uy / length, uz / length
            along = ax * ux + ay * uy + az * uz
            ux, uy, uz = ux - along * ax, uy - along * ay, uz - along * az
            f = r / math.sqrt(ux * ux + uy * uy + uz * uz)
            px, py, pz = px + f * ux, py + f * uy, pz + f * uz
    return px, py, pz


@tight
def difference(
    c: Cores, i: int, j: int, T: Array, x: float, y: float, z: float
) -> tuple[float, float, float]:
    """Return the point of piece j minus piece i (cores, no balls) that lies least along (x, y, z).

    Args:
        T: `i_T_j` of the bodies of i and j, shape (3, 4); the result is in the frame of i.
    """
    ax, ay, az = support(c, i, x, y, z)
    lx = -(T[0, 0] * x + T[1, 0] * y + T[2, 0] * z)
    ly = -(T[0, 1] * x + T[1, 1] * y + T[2, 1] * z)
    lz = -(T[0, 2] * x + T[1, 2] * y + T[2, 2] * z)
    bx, by, bz = support(c, j, lx, ly, lz)
    return (
        T[0, 0] * bx + T[0, 1] * by + T[0, 2] * bz + T[0, 3] - ax,
        T[1, 0] * bx + T[1, 1] * by + T[1, 2] * bz + T[1, 3] - ay,
        T[2, 0] * bx + T[2, 1] * by + T[2, 2] * bz + T[2, 3] - az,
    )


@tight
def separation(c: Cores, i: int, j: int, T: Array, x: float, y: float, z: float) -> float:
    """Return min n·j - max n·i [m] for n = (x, y, z) made unit; -inf where n has no direction.

    For every n this is a lower bound of the signed distance (minus the penetration depth where
    the pieces overlap) of piece i and piece j: the planes with normal n that touch them are that
    far apart. It is never clamped.
    """
    length = math.sqrt(x * x + y * y + z * z)
    if not (length > 1e-300 and length < 1e300):
        return -math.inf
    x, y, z = x / length, y / length, z / length
    wx, wy, wz = difference(c, i, j, T, x, y, z)
    return float(x * wx + y * wy + z * wz - c.rows[i, BALL] - c.rows[j, BALL])


@lean
def gap_of_spheres(rows: Array, i: int, j: int, T: Array) -> float:
    """Return the distance [m] of the bounding spheres of rows i and j; `i_T_j`, shape (3, 4)."""
    total = 0.0
    for r in range(3):
        d = T[r, 3] - rows[i, CENTRE + r]
        for k in range(3):
            d += T[r, k] * rows[j, CENTRE + k]
        total += d * d
    return float(math.sqrt(total) - rows[i, BOUND] - rows[j, BOUND])
