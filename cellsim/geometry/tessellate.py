"""Pieces and solids as closed triangle meshes, to draw and to export."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cellsim.geometry.pose import Array
from cellsim.geometry.solid import Piece, Solid

Faces = NDArray[np.int64]
_SEGMENTS = 32


def solid_mesh(solid: Solid) -> tuple[Array, Faces]:
    """Return what to draw of a solid: its own mesh, else its tessellated pieces.

    Returns:
        Vertices [m], shape (n, 3), in the solid's frame; faces, shape (m, 3), outward.
    """
    if len(solid.faces):
        return solid.vertices, np.asarray(solid.faces, dtype=np.int64)
    return merge_meshes([piece_mesh(piece) for piece in solid.pieces])


def merge_meshes(meshes: list[tuple[Array, Faces]]) -> tuple[Array, Faces]:
    """Return meshes as one, without joining vertices."""
    if not meshes:
        return np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64)
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in meshes[:-1]])
    faces = [faces + start for (_, faces), start in zip(meshes, starts, strict=True)]
    return np.vstack([vertices for vertices, _ in meshes]), np.vstack(faces)


def piece_mesh(piece: Piece, segments: int = _SEGMENTS) -> tuple[Array, Faces]:
    """Return a closed mesh inscribed in a piece (vertices on its surface), in the solid's frame.

    Round pieces lie outside their mesh by at most r (1 - cos(pi / segments)).
    """
    if piece.kind == "hull":
        vertices, faces = _hull(piece.points)
    elif piece.kind == "box":
        vertices, faces = _hull_box(piece.size)
    else:
        vertices, faces = _turned(_profile(piece, segments), segments)
    return piece.pose @ vertices, faces


def _hull(points: Array) -> tuple[Array, Faces]:
    from scipy.spatial import ConvexHull

    hull = ConvexHull(points)
    faces = hull.simplices.astype(np.int64)
    a, b, c = (points[faces[:, i]] for i in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), hull.equations[:, :3]) < 0.0
    faces[inward] = faces[inward][:, ::-1]
    used, renumbered = np.unique(faces, return_inverse=True)
    return points[used], renumbered.reshape(-1, 3).astype(np.int64)


def _hull_box(size: tuple[float, ...]) -> tuple[Array, Faces]:
    signs = [[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]
    return np.array(signs) * np.array(size) / 2, np.array(faces, dtype=np.int64)


def _profile(piece: Piece, segments: int) -> Array:
    """Return (radius, height) points from the lower to the upper pole, poles with radius 0."""
    if piece.kind == "cylinder":
        radius, length = piece.size
        half = length / 2
        return np.array([[0.0, -half], [radius, -half], [radius, half], [0.0, half]])
    radius = piece.size[0]
    half = piece.size[1] / 2 if piece.kind == "capsule" else 0.0
    angles = np.linspace(-math.pi / 2, math.pi / 2, segments // 2 + 1)
    ring = radius * np.cos(angles)
    ring[[0, -1]] = 0.0
    heights = radius * np.sin(angles)
    if piece.kind == "sphere":
        return np.column_stack([ring, heights])
    middle = segments // 4
    lower = np.column_stack([ring[: middle + 1], heights[: middle + 1] - half])
    upper = np.column_stack([ring[middle:], heights[middle:] + half])
    return np.vstack([lower, upper])


def _turned(profile: Array, segments: int) -> tuple[Array, Faces]:
    """Turn a profile about z; its first and last point are the poles."""
    angles = np.arange(segments) * (2 * math.pi / segments)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    rings = [np.column_stack([r * circle, np.full(segments, z)]) for r, z in profile[1:-1]]
    poles = np.array([[0.0, 0.0, profile[0, 1]], [0.0, 0.0, profile[-1, 1]]])
    here = np.arange(segments)
    after = (here + 1) % segments
    count = len(rings) * segments
    faces = [np.column_stack([after, here, np.full(segments, count)])]
    for ring in range(len(rings) - 1):
        low, high = ring * segments, (ring + 1) * segments
        faces.append(np.column_stack([here + low, after + low, after + high]))
        faces.append(np.column_stack([here + low, after + high, here + high]))
    top = count - segments
    faces.append(np.column_stack([here + top, after + top, np.full(segments, count + 1)]))
    return np.vstack([*rings, poles]), np.vstack(faces).astype(np.int64)
