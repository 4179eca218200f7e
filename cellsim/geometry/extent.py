"""How thin a body is, and how large."""

from __future__ import annotations

import numpy as np

from cellsim.geometry.pose import Array, Pose
from cellsim.geometry.solid import Piece, Solid


def least_edge(solid: Solid) -> float:
    """Return the least edge of the box around a body [m], along its own axes or its pieces'."""
    frames = [Pose.identity(), *(piece.pose for piece in solid.pieces)]
    return min(float(_edges(solid.pieces, frame).min()) for frame in frames)


def greatest_edge(solid: Solid) -> float:
    """Return the greatest edge of the box around a body along its own axes [m]."""
    return float(_edges(solid.pieces, Pose.identity()).max())


def _edges(pieces: tuple[Piece, ...], frame: Pose) -> Array:
    """Return the edges of the box around pieces along the axes of a frame [m], shape (3,)."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for piece in pieces:
        core = piece.core()
        points = core.points @ frame.R
        disc = core.disc_radius * np.sqrt(np.clip(1.0 - (core.disc_axis @ frame.R) ** 2, 0.0, 1.0))
        reach = core.radius + (disc if core.disc_radius > 0.0 else np.zeros(3))
        low, high = (
            np.minimum(low, points.min(axis=0) - reach),
            np.maximum(high, points.max(axis=0) + reach),
        )
    return np.asarray(high - low)


def diagonal(solid: Solid) -> float:
    """Return the diagonal of the box around a body along its own axes [m]; no two points of it are
    farther apart."""
    return float(np.linalg.norm(_edges(solid.pieces, Pose.identity()))) if solid.pieces else 0.0
