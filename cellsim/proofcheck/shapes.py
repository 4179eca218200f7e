"""Convex pieces as arrays, their support function, and the gap along a normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cellsim.geometry import Array, Core, Solid
from cellsim.proofcheck.course import Ints
from cellsim.proofcheck.jit import lean

# Columns of a row: ball radius, disc axis and radius, centre and radius of a sphere around it all.
BALL, AXIS, DISC, MIDDLE, ROUND = 0, 1, 4, 5, 8
# Normals are single precision numbers; what is left of their length is divided out.
NOT_UNIT = 1e-5


class Pieces(NamedTuple):
    """All bodies [m], each in its own frame.

    Attributes:
        points: Core points, shape (p, 3). spans: first and one past the last of each piece.
        rows: Of each piece, shape (m, 9). bodies: of each body (only the sphere), shape (b, 9).
        own: First piece of each body and one past the last, shape (b, 2).
    """

    points: Array
    spans: Ints
    rows: Array
    bodies: Array
    own: Ints


def pieces_of(solids: Sequence[Solid]) -> Pieces:
    """Return the pieces of all solids in their order."""
    cores = [piece.core() for solid in solids for piece in solid.pieces]
    ends = np.cumsum([0, *(len(core.points) for core in cores)])
    counts = np.cumsum([0, *(len(solid.pieces) for solid in solids)])
    rows = np.array([_row(core) for core in cores]).reshape(-1, 9)
    bodies = np.array([_around(rows[a:b]) for a, b in pairwise(counts)])
    return Pieces(
        np.concatenate([core.points for core in cores]),
        np.stack([ends[:-1], ends[1:]], axis=1).astype(np.int64),
        rows,
        bodies.reshape(-1, 9),
        np.stack([counts[:-1], counts[1:]], axis=1).astype(np.int64),
    )


def _row(core: Core) -> list[float]:
    middle = (core.points.max(axis=0) + core.points.min(axis=0)) / 2
    away = core.points - middle
    far = float(np.sqrt((away**2).sum(axis=1)).max())
    radius = far + core.disc_radius
    along = away @ core.disc_axis
    if (
        core.disc_radius > 0.0
        and float(np.abs(away - np.outer(along, core.disc_axis)).max()) < 1e-12
    ):
        radius = math.hypot(far, core.disc_radius) + 1e-12
    return [core.radius, *core.disc_axis, core.disc_radius, *middle, radius + core.radius]


def _around(rows: Array) -> list[float]:
    """Return a row whose sphere holds the spheres of the given rows."""
    centres, radii = rows[:, MIDDLE:ROUND], rows[:, ROUND]
    low = (centres - radii[:, None]).min(axis=0)
    high = (centres + radii[:, None]).max(axis=0)
    middle = (low + high) / 2
    far = np.sqrt(((centres - middle) ** 2).sum(axis=1)) + radii
    return [0.0, 0.0, 0.0, 0.0, 0.0, *middle, float(far.max())]


@lean
def highest(s: Pieces, i: int, x: float, y: float, z: float) -> float:
    """Return the support function of piece i along a unit (x, y, z) [m], body frame."""
    best = -math.inf
    for k in range(s.spans[i, 0], s.spans[i, 1]):
        best = max(best, s.points[k, 0] * x + s.points[k, 1] * y + s.points[k, 2] * z)
    radius = s.rows[i, DISC]
    if radius > 0.0:
        ax, ay, az = s.rows[i, AXIS], s.rows[i, AXIS + 1], s.rows[i, AXIS + 2]
        cx, cy, cz = y * az - z * ay, z * ax - x * az, x * ay - y * ax
        best += radius * math.sqrt(cx * cx + cy * cy + cz * cz)
    return float(best + s.rows[i, BALL])


@lean
def gap_along(s: Pieces, i: int, j: int, A: Array, B: Array, n: Array) -> float:
    """Return how far planes with normal n keep piece i and piece j apart [m]: a lower bound.

    Args:
        A, B: World poses of the two bodies, shape (3, 4).
        n: Unit vector from i to j, in the frame of i's body; -inf where it is none.
    """
    # Proofs hold normals in single precision, and numba's float() would compute on in it: a unit
    # vector that is one to 6e-8 only.
    nx, ny, nz = np.float64(n[0]), np.float64(n[1]), np.float64(n[2])
    length = math.sqrt(nx * nx + ny * ny + nz * nz)
    if not abs(length - 1.0) < NOT_UNIT:
        return -math.inf
    nx, ny, nz = nx / length, ny / length, nz / length
    wx = A[0, 0] * nx + A[0, 1] * ny + A[0, 2] * nz
    wy = A[1, 0] * nx + A[1, 1] * ny + A[1, 2] * nz
    wz = A[2, 0] * nx + A[2, 1] * ny + A[2, 2] * nz
    mx = B[0, 0] * wx + B[1, 0] * wy + B[2, 0] * wz
    my = B[0, 1] * wx + B[1, 1] * wy + B[2, 1] * wz
    mz = B[0, 2] * wx + B[1, 2] * wy + B[2, 2] * wz
    apart = wx * (B[0, 3] - A[0, 3]) + wy * (B[1, 3] - A[1, 3]) + wz * (B[2, 3] - A[2, 3])
    return float(apart - highest(s, i, nx, ny, nz) - highest(s, j, -mx, -my, -mz))


@lean
def centre(T: Array, rows: Array, k: int, out: Array) -> None:
    """Write the centre of the sphere of row k in the world, shape (3,)."""
    for r in range(3):
        out[r] = T[r, 3]
        for c in range(3):
            out[r] += T[r, c] * rows[k, MIDDLE + c]
