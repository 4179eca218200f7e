"""Whether a point lies in a piece that is no hull, and a point in two of them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.geometry import Array, Piece, Pose

# A point is taken to what lies this far inside of a piece [m], to be certainly in it.
_INSIDE_M = 1e-6
_TURNS = 24


class Place(NamedTuple):
    """A `Pose` for one look: R, shape (3, 3), p [m], shape (3,), as they come and not copied."""

    R: Array
    p: Array


def to_and_fro(
    a: Piece, b: Piece, world_T_a: Pose | Place, world_T_b: Pose | Place, point: Array
) -> Array | None:
    """Return a point in both pieces, or None: from one piece to the other, each time the nearest.

    It comes as near to both as any point is. Source: von Neumann's alternating projections.
    """
    for _ in range(_TURNS):
        for piece, world_T_body in ((a, world_T_a), (b, world_T_b)):
            point = _nearest_in(piece, world_T_body, point)
        if holds(a, world_T_a, point) and holds(b, world_T_b, point):
            return point
    return None


def _local(piece: Piece, world_T_body: Pose | Place, point: Array) -> list[float]:
    at = world_T_body.R.T.dot(point - world_T_body.p) - piece.pose.p
    return list(piece.pose.R.T.dot(at).tolist())


def _nearest_in(piece: Piece, world_T_body: Pose | Place, point: Array) -> Array:
    """Return the point a little inside a piece, which is no hull, that is nearest to a point."""
    x, y, z = _local(piece, world_T_body, point)
    if piece.kind == "box":
        most = [max(edge / 2 - _INSIDE_M, 0.0) for edge in piece.size]
        local = [min(max(v, -m), m) for v, m in zip((x, y, z), most, strict=True)]
    else:
        radius, half = piece.size[0] - _INSIDE_M, 0.0
        if len(piece.size) > 1:
            half = piece.size[1] / 2 - (_INSIDE_M if piece.kind == "cylinder" else 0.0)
        middle = min(max(z, -half), half)
        off = math.hypot(x, y) if piece.kind == "cylinder" else math.hypot(x, y, z - middle)
        part = min(1.0, max(radius, 0.0) / off) if off > 0.0 else 1.0
        rest = 0.0 if piece.kind == "cylinder" else part * (z - middle)
        local = [part * x, part * y, middle + rest]
    at = piece.pose.R.dot(np.array(local)) + piece.pose.p
    return np.asarray(world_T_body.R.dot(at) + world_T_body.p)


def holds(piece: Piece, world_T_body: Pose | Place, point: Array) -> bool:
    """Whether a point lies in a piece that is no hull; `piece_distance` of one point, quicker."""
    (x, y, z), size = _local(piece, world_T_body, point), piece.size
    if piece.kind == "box":
        return 2 * abs(x) <= size[0] and 2 * abs(y) <= size[1] and 2 * abs(z) <= size[2]
    along = max(abs(z) - size[1] / 2, 0.0) if len(size) > 1 else abs(z)
    if piece.kind == "cylinder":
        return along == 0.0 and math.hypot(x, y) <= size[0]
    return math.hypot(x, y, along) <= size[0]
