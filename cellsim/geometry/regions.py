"""Mesh topology: welded vertices, face pairs across edges, smooth regions and their boundaries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.geometry.pose import Array
from cellsim.geometry.solid import Solid

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
_WELD = 1e-6


@dataclass(frozen=True, eq=False)
class Mesh:
    """A closed triangle mesh with its topology.

    Attributes:
        vertices: Welded to 1 um [m], shape (n, 3). faces: shape (m, 3), counter-clockwise.
        normals: Unit, shape (m, 3). areas: [m2], shape (m,).
        pairs: Faces on both sides of an edge, shape (k, 2). shared: its vertices, shape (k, 2).
        angles: Between the normals of a pair [rad], shape (k,). convex: outer edge, shape (k,).
    """

    vertices: Array
    faces: Ints
    normals: Array
    areas: Array
    pairs: Ints
    shared: Ints
    angles: Array
    convex: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def smooth_mesh(solid: Solid) -> Mesh:
    """Return the topology of a solid's mesh, or of its only piece where it has no mesh."""
    from cellsim.geometry.mesh import solid_mesh

    return mesh_of(*solid_mesh(solid))


def mesh_of(vertices: Array, faces: Ints) -> Mesh:
    """Return the topology of a triangle mesh [m]; flat triangles are dropped."""
    keys, index = np.unique(
        np.round(vertices / _WELD).astype(np.int64), axis=0, return_inverse=True
    )
    points: Array = keys.astype(np.float64) * _WELD
    f = index.reshape(-1)[np.asarray(faces, dtype=np.int64)]
    cross = np.cross(points[f[:, 1]] - points[f[:, 0]], points[f[:, 2]] - points[f[:, 0]])
    length = np.linalg.norm(cross, axis=1)
    keep = length > 1e-12
    f, cross, length = f[keep], cross[keep], length[keep]
    normals: Array = cross / length[:, None]
    pairs, shared = _pairs(f, len(points))
    a, b = normals[pairs[:, 0]], normals[pairs[:, 1]]
    sine = np.linalg.norm(np.cross(a, b), axis=1)
    angles = np.arctan2(sine, (a * b).sum(axis=1))
    middle = points[f].mean(axis=1)
    convex = ((middle[pairs[:, 1]] - middle[pairs[:, 0]]) * a).sum(axis=1) <= 0.0
    return Mesh(points, f, normals, length / 2, pairs, shared, angles, convex)


def _pairs(faces: Ints, count: int) -> tuple[Ints, Ints]:
    """Return face pairs that share an edge in opposite directions, and the edges."""
    start = faces.ravel()
    end = np.roll(faces, -1, axis=1).ravel()
    owner = np.repeat(np.arange(len(faces)), 3)
    code, mirror = start * count + end, end * count + start
    order = np.argsort(code, kind="stable")
    at = np.searchsorted(code[order], mirror)
    at = np.minimum(at, len(order) - 1)
    other = order[at]
    match = (code[other] == mirror) & (start < end)
    pairs = np.stack([owner[match], owner[other[match]]], axis=1)
    return pairs, np.stack([start[match], end[match]], axis=1)


def smooth_regions(mesh: Mesh, limit: float) -> Ints:
    """Return a region number per face; faces that meet at less than `limit` [rad] share it."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    near = mesh.pairs[mesh.angles < limit]
    size = len(mesh.faces)
    graph = coo_matrix((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def boundary_loops(mesh: Mesh, member: Ints) -> list[Ints]:
    """Return the closed boundaries of a region as vertex indices, material on the left."""
    f = mesh.faces[member]
    start, end = f.ravel(), np.roll(f, -1, axis=1).ravel()
    inner = set(zip(start.tolist(), end.tolist(), strict=True))
    follow: dict[int, list[int]] = {}
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        if (b, a) not in inner:
            follow.setdefault(a, []).append(b)
    loops = []
    for first in sorted(follow):
        while follow.get(first):
            loop, here = [], first
            while follow.get(here):
                loop.append(here)
                here = follow[here].pop()
                if here == first:
                    break
            if here == first and len(loop) > 2:
                loops.append(np.array(loop, dtype=np.int64))
    return loops
