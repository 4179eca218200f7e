"""How far a mesh lies outside its exact pieces (proved), and how far the pieces overshoot it."""

from __future__ import annotations

import numpy as np

from cellsim.geometry.pose import Array
from cellsim.geometry.solid import Piece, Solid
from cellsim.geometry.tessellate import Faces, piece_mesh

_ROUNDS = 8
_MAX_TRIANGLES = 200_000
_SAMPLES = 3_000_000


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
    farthest = 0.0
    for piece in solid.pieces:
        points, triangles = piece_mesh(piece)
        samples = np.vstack([points, points[triangles].mean(axis=1)])
        samples = samples[:: 1 + len(samples) * len(faces) // _SAMPLES]
        outside = samples[winding_number(samples, vertices, faces) < 0.5]
        if len(outside):
            farthest = max(farthest, float(_surface_distance(outside, vertices[faces]).max()))
    return farthest


def winding_number(points: Array, vertices: Array, faces: Faces) -> Array:
    """Return the winding number of a mesh about points, shape (n,): 1 inside, 0 outside.

    Source: van Oosterom and Strackee 1983, the solid angle of a plane triangle.
    """
    out = np.empty(len(points))
    step = max(1, 100_000 // len(faces))
    for start in range(0, len(points), step):
        corners = vertices[faces][None] - points[start : start + step, None, None]
        a, b, c = corners[:, :, 0], corners[:, :, 1], corners[:, :, 2]
        la, lb, lc = (np.linalg.norm(v, axis=2) for v in (a, b, c))
        above = np.einsum("pfi,pfi->pf", a, np.cross(b, c))
        ab, bc, ca = (np.einsum("pfi,pfi->pf", *pair) for pair in ((a, b), (b, c), (c, a)))
        below = la * lb * lc + ab * lc + bc * la + ca * lb
        out[start : start + step] = np.arctan2(above, below).sum(axis=1) / (2 * np.pi)
    return out


def _hull_distance(points: Array, queries: Array) -> Array:
    from scipy.spatial import ConvexHull

    hull = ConvexHull(points)
    normals, offsets = hull.equations[:, :3].T, hull.equations[:, 3]
    chunks = np.array_split(queries, 1 + len(queries) * len(offsets) // 2_000_000)
    signed = [(chunk @ normals + offsets).max(axis=1) for chunk in chunks]
    outside = np.concatenate(signed) > 0.0
    out = np.zeros(len(queries))
    if outside.any():
        out[outside] = _surface_distance(queries[outside], points[hull.simplices])
    return out


def _surface_distance(points: Array, triangles: Array) -> Array:
    """Return the distance [m] of points (n, 3) to the nearest of triangles (m, 3, 3)."""
    out = np.empty(len(points))
    step = max(1, 200_000 // len(triangles))
    for start in range(0, len(points), step):
        out[start : start + step] = _to_triangles(points[start : start + step], triangles)
    return out


def _to_triangles(points: Array, triangles: Array) -> Array:
    """Return the least of the distances to the three edges and, above the face, to the plane."""
    best = np.full(len(points), np.inf)
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    normals = np.cross(b - a, c - a)
    lengths = np.linalg.norm(normals, axis=1)
    above = np.ones((len(points), len(triangles)), dtype=bool)
    for start, end in ((a, b), (b, c), (c, a)):
        edge = end - start
        offset = points[:, None] - start
        square = np.maximum(np.einsum("mi,mi->m", edge, edge), 1e-30)
        t = np.clip(np.einsum("nmi,mi->nm", offset, edge) / square, 0.0, 1.0)
        gap = offset - t[:, :, None] * edge
        best = np.minimum(best, np.sqrt(np.einsum("nmi,nmi->nm", gap, gap)).min(axis=1))
        above &= np.einsum("nmi,mi->nm", offset, np.cross(normals, edge)) >= 0.0
    height = np.abs(np.einsum("nmi,mi->nm", points[:, None] - a, normals))
    height = np.where(above & (lengths > 1e-15), height / np.maximum(lengths, 1e-30), np.inf)
    return np.asarray(np.minimum(best, height.min(axis=1)))
