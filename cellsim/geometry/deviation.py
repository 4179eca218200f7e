"""How far a mesh lies outside its exact pieces (proved), and how far the pieces overshoot it."""

from __future__ import annotations

import numpy as np

from cellsim.geometry.meshtree import distance_to, inside, tree_of
from cellsim.geometry.pose import Array
from cellsim.geometry.solid import Piece, Solid
from cellsim.geometry.tessellate import Faces, piece_mesh

_ROUNDS = 8
_MAX_TRIANGLES = 200_000
_TOUCHES = 1e-9


def mesh_deviation(
    solid: Solid, vertices: Array, faces: Faces, tolerance_m: float = 5e-4
) -> tuple[float, float]:
    """Return (outer, inner) deviation [m] between a mesh and the pieces of a solid.

    outer: an upper bound of how far the mesh reaches outside the union of pieces. The distance
    to a convex piece is convex, so on a triangle it is greatest at a corner; triangles are
    halved until bound and largest corner value agree to the tolerance or the budget ends.
    inner: how far sampled points of the pieces' surfaces lie outside the mesh; not a bound.

    Args:
        solid: Its pieces, in the frame of the mesh.
        vertices: [m], shape (n, 3). faces: shape (m, 3).
        tolerance_m: How exactly the outer bound is wanted.
    """
    return _outer(solid, vertices, faces, tolerance_m), _inner(solid, vertices, faces)


def reached_outside(solid: Solid, vertices: Array, faces: Faces) -> float:
    """Return how far the farthest corner of a mesh lies outside all pieces of a solid [m].

    A corner that was looked at: the mesh certainly reaches that far out.
    """
    corners = vertices[np.unique(faces)]
    distances = np.array([piece_distance(piece, corners) for piece in solid.pieces])
    return float(distances.min(axis=0).max())


def piece_distance(piece: Piece, points: Array) -> Array:
    """Return the distance [m] of points, shape (n, 3), to a piece; 0 inside it."""
    local = piece.pose.inverse() @ points
    if piece.kind == "hull":
        return _hull_distance(piece.points, local)
    if piece.kind == "box":
        beyond = np.maximum(np.abs(local) - np.array(piece.size) / 2, 0.0)
        return np.asarray(np.linalg.norm(beyond, axis=1))
    radius = piece.size[0]
    half = piece.size[1] / 2 if len(piece.size) > 1 else 0.0
    along = np.maximum(np.abs(local[:, 2]) - half, 0.0)
    across = np.hypot(local[:, 0], local[:, 1])
    if piece.kind == "cylinder":
        return np.hypot(np.maximum(across - radius, 0.0), along)
    return np.maximum(np.hypot(across, along) - radius, 0.0)


def _outer(solid: Solid, vertices: Array, faces: Faces, tolerance: float) -> float:
    corners = vertices[faces]
    least = 0.0
    for round_ in range(_ROUNDS + 1):
        flat = corners.reshape(-1, 3)
        distances = np.array([piece_distance(piece, flat) for piece in solid.pieces])
        least = max(least, float(distances.min(axis=0).max()))
        bounds = distances.reshape(len(distances), -1, 3).max(axis=2).min(axis=0)
        open_ = bounds > least + tolerance
        last = round_ == _ROUNDS or 4 * np.count_nonzero(open_) > _MAX_TRIANGLES
        if last or not open_.any():
            return float(bounds.max()) if last and open_.any() else least + tolerance * (least > 0)
        corners = _quarters(corners[open_])
    return least


def _quarters(corners: Array) -> Array:
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
    stacks = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([np.stack(stack, axis=1) for stack in stacks])


def _inner(solid: Solid, vertices: Array, faces: Faces) -> float:
    """Return the largest distance of a sample outside the mesh; 0 within 1e-9 m of its surface."""
    tree = tree_of(vertices[faces])
    farthest = 0.0
    for piece in solid.pieces:
        points, triangles = piece_mesh(piece)
        samples = np.vstack([points, points[triangles].mean(axis=1)])
        away = distance_to(tree, samples)
        away = np.where(away > max(farthest, _TOUCHES), away, 0.0)
        far = np.flatnonzero(away)
        outside = far[~inside(samples[far], tree.corners, tree)]
        farthest = max(farthest, float(away[outside].max(initial=0.0)))
    return farthest


def _hull_distance(points: Array, queries: Array) -> Array:
    from scipy.spatial import ConvexHull

    hull = ConvexHull(points)
    normals, offsets = hull.equations[:, :3].T, hull.equations[:, 3]
    chunks = np.array_split(queries, 1 + len(queries) * len(offsets) // 2_000_000)
    signed = [(chunk @ normals + offsets).max(axis=1) for chunk in chunks]
    outside = np.concatenate(signed) > 0.0
    out = np.zeros(len(queries))
    if outside.any():
        out[outside] = distance_to(tree_of(points[hull.simplices]), queries[outside])
    return out
