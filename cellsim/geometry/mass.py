"""Mass, centre and inertia of exact pieces of even density."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cellsim.geometry.pose import Array
from cellsim.geometry.solid import Piece


def piece_volume(piece: Piece) -> float:
    """Return the volume of a piece [m3]."""
    return _own(piece)[0]


def mass_properties(pieces: Sequence[Piece], mass: float) -> tuple[Array, Array]:
    """Return (centre, inertia about it) of pieces that share a mass by their volumes.

    Overlaps count twice: an estimate for bodies whose true masses are not published.

    Args:
        pieces: At least one, in the solid's frame.
        mass: Of all pieces together [kg].

    Returns:
        Centre [m], shape (3,); inertia [kg m2], shape (3, 3), in the solid's axes.
    """
    parts = []
    for piece in pieces:
        volume, centre, unit = _own(piece)
        R = piece.pose.R
        parts.append((volume, piece.pose @ centre, R @ unit @ R.T))
    total = sum(volume for volume, _, _ in parts)
    com = sum((volume * centre for volume, centre, _ in parts), np.zeros(3)) / total
    inertia = np.zeros((3, 3))
    for volume, centre, unit in parts:
        d = centre - com
        share = mass * volume / total
        inertia += share * (unit + float(d @ d) * np.eye(3) - np.outer(d, d))
    return com, inertia


def _own(piece: Piece) -> tuple[float, Array, Array]:
    """Return (volume, centre, inertia per kg about the centre) in the piece's own frame."""
    zero = np.zeros(3)
    if piece.kind == "box":
        x, y, z = piece.size
        return x * y * z, zero, np.diag([y * y + z * z, x * x + z * z, x * x + y * y]) / 12
    if piece.kind == "sphere":
        r = piece.size[0]
        return 4 / 3 * math.pi * r**3, zero, 0.4 * r * r * np.eye(3)
    if piece.kind in ("cylinder", "capsule"):
        r, h = piece.size
        tube = math.pi * r * r * h
        across, along = tube * (3 * r * r + h * h) / 12, tube * r * r / 2
        if piece.kind == "capsule":
            ball = 4 / 3 * math.pi * r**3
            across += ball * (0.4 * r * r + h * h / 4 + 3 * h * r / 8)
            along += ball * 0.4 * r * r
            tube += ball
        return tube, zero, np.diag([across, across, along]) / tube
    return _hull(piece.points)


def _hull(points: Array) -> tuple[float, Array, Array]:
    """Sum tetrahedra from an inner point to every face of the hull."""
    from scipy.spatial import ConvexHull

    inside = points.mean(axis=0)
    tets = points[ConvexHull(points).simplices] - inside
    volumes = np.abs(np.linalg.det(tets)) / 6
    total = float(volumes.sum())
    sums = tets.sum(axis=1)
    centre = (volumes[:, None] * sums / 4).sum(axis=0) / total
    second = np.einsum("t,tij,tik->jk", volumes, tets, tets)
    second += np.einsum("t,tj,tk->jk", volumes, sums, sums)
    second = second / 20 / total - np.outer(centre, centre)
    return total, inside + centre, float(np.trace(second)) * np.eye(3) - second
