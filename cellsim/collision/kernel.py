"""coal, and a point in both: the second and third opinion on what our bound says.

The only importer of coal. It proposes normals where ours are poor and confirms overlaps; it never
clears anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from cellsim.collision.within import Place, holds, to_and_fro
from cellsim.geometry import Array, Piece, Pose, Solid


@dataclass(frozen=True, eq=False)
class Contact:
    """What coal says of two pieces: signed distance [m], unit normal from a to b, two points."""

    distance: float
    normal: Array
    points: tuple[Array, Array]


@lru_cache(maxsize=4096)
def _shape(piece: Piece) -> Any:
    import coal

    if piece.kind == "sphere":
        return coal.Sphere(piece.size[0])
    if piece.kind == "capsule":
        return coal.Capsule(piece.size[0], piece.size[1])
    if piece.kind == "cylinder":
        return coal.Cylinder(piece.size[0], piece.size[1])
    if piece.kind == "box":
        return coal.Box(*piece.size)
    points = coal.StdVec_Vec3s()
    for p in piece.points:
        points.append(p)
    return coal.Convex.convexHull(points, True, "Qt")


def contact(a: Piece, b: Piece, world_T_a: Pose, world_T_b: Pose) -> Contact:
    """Return coal's signed distance of two pieces; `world_T_*` are the poses of their bodies."""
    return contacts()(a, b, [np.column_stack([T.R, T.p]) for T in (world_T_a, world_T_b)])


def contacts() -> Callable[[Piece, Piece, Iterable[Array]], Contact]:
    """Return a function of (a, b, (world_T_a, world_T_b) each (3, 4)) like `contact`.

    In half of its time, because what coal needs for an answer is made once.
    """
    import coal

    ask, signed, result = coal.distance, _signed(), coal.DistanceResult()
    at_a, at_b = coal.Transform3s(), coal.Transform3s()

    def seen(a: Piece, b: Piece, places: Iterable[Array]) -> Contact:
        for at, T in zip((at_a, at_b), places, strict=True):
            at.setTransform(T[:, :3], T[:, 3])
        result.clear()
        value = ask(_shape(a), at_a * _place(a), _shape(b), at_b * _place(b), signed, result)
        points = np.array(result.getNearestPoint1()), np.array(result.getNearestPoint2())
        return Contact(float(value), np.array(result.normal).reshape(3), points)

    return seen


@cache
def _signed() -> Any:
    """Return the request of a distance that is negative where shapes overlap."""
    import coal

    request = coal.DistanceRequest()
    request.enable_signed_distance = True
    return request


def _at(pose: Pose) -> Any:
    import coal

    return coal.Transform3s(pose.R, pose.p)


@lru_cache(maxsize=4096)
def _place(piece: Piece) -> Any:
    return _at(piece.pose)


def _inner_points(piece: Piece, world_T_body: Pose) -> Array:
    """Return points of the piece whose hull lies inside it [m], world frame, shape (n, 3)."""
    core = piece.core()
    points = core.points
    turns = 2 * math.pi * np.arange(24) / 24
    if core.disc_radius > 0.0:
        x = piece.pose.R[:, 0] * core.disc_radius
        y = piece.pose.R[:, 1] * core.disc_radius
        ring = np.outer(np.cos(turns), x) + np.outer(np.sin(turns), y)
        points = (points[:, None] + ring[None]).reshape(-1, 3)
    if core.radius > 0.0:
        tilt = np.linspace(-math.pi / 2, math.pi / 2, 13)
        ball = np.array(
            [
                [math.cos(e) * math.cos(t), math.cos(e) * math.sin(t), math.sin(e)]
                for e in tilt
                for t in turns
            ]
        )
        points = (points[:, None] + core.radius * ball[None]).reshape(-1, 3)
    return world_T_body @ points


def shared_point(
    a: Piece, b: Piece, world_T_a: Pose | Place, world_T_b: Pose | Place, found: Contact
) -> Array | None:
    """Return a point that certainly lies in both pieces [m], shape (3,), or None if none is found.

    Half way between the deepest points that coal names, or where the way to and fro between both
    pieces ends, as their own formulas say. Else, and for hulls, a linear program finds one.

    Args:
        found: What `contact` says of them.
    """
    if a.kind != "hull" and b.kind != "hull":
        first, second = found.points
        middle = first + 0.5 * (second - first)
        if holds(a, world_T_a, middle) and holds(b, world_T_b, middle):
            return np.asarray(middle)
        point = to_and_fro(a, b, world_T_a, world_T_b, middle)
        if point is not None:
            return point
    return common_point(a, b, Pose(world_T_a.R, world_T_a.p), Pose(world_T_b.R, world_T_b.p))


def common_point(a: Piece, b: Piece, world_T_a: Pose, world_T_b: Pose) -> Array | None:
    """Return a point that certainly lies in both pieces [m], shape (3,), or None if none is found.

    A linear program over the corners of inner polyhedra (HiGHS); shares nothing with GJK.
    """
    from scipy.optimize import linprog

    A, B = _inner_points(a, world_T_a), _inner_points(b, world_T_b)
    rows = np.zeros((5, len(A) + len(B)))
    rows[:3, : len(A)], rows[:3, len(A) :] = A.T, -B.T
    rows[3, : len(A)], rows[4, len(A) :] = 1.0, 1.0
    answer = linprog(np.zeros(rows.shape[1]), A_eq=rows, b_eq=np.array([0, 0, 0, 1.0, 1.0]))
    if answer.status != 0:
        return None
    return np.asarray(answer.x[: len(A)] @ A, dtype=np.float64)


def bodies_within(a: Solid, b: Solid, world_T_a: Pose, world_T_b: Pose, gap: float) -> bool:
    """Whether the surfaces of two bodies come within a gap above 0 [m], by meshes or pieces.

    A yes takes a tenth of the time of `bodies_apart`, which has to find the nearest place.
    """
    import coal

    T_a, T_b = _at(world_T_a), _at(world_T_b)
    request = coal.CollisionRequest()
    request.security_margin = gap
    for first, local_a in _surfaces(a):
        for second, local_b in _surfaces(b):
            result = coal.CollisionResult()
            if coal.collide(first, T_a * local_a, second, T_b * local_b, request, result):
                return True
    return False


def bodies_meet(a: Solid, b: Solid, world_T_a: Pose, world_T_b: Pose) -> bool:
    """Whether two bodies share space by their meshes, each by its pieces where it has no mesh.

    A mesh is a surface to coal: a body wholly inside another is found by winding numbers.
    """
    import coal

    T_a, T_b = _at(world_T_a), _at(world_T_b)
    for first, local_a in _surfaces(a):
        for second, local_b in _surfaces(b):
            result = coal.CollisionResult()
            request = coal.CollisionRequest()
            if coal.collide(first, T_a * local_a, second, T_b * local_b, request, result):
                return True
    a_T_b = world_T_a.inverse() @ world_T_b
    return _inside(a, b, a_T_b) or _inside(b, a, a_T_b.inverse())


def bodies_apart(a: Solid, b: Solid, world_T_a: Pose, world_T_b: Pose) -> float:
    """Return coal's distance [m] of two bodies by their meshes, or pieces; not above 0: they meet.

    A mesh is a surface: a body wholly inside another one has a distance to it.
    """
    import coal

    T_a, T_b = _at(world_T_a), _at(world_T_b)
    least = math.inf
    for first, local_a in _surfaces(a):
        for second, local_b in _surfaces(b):
            request, result = coal.DistanceRequest(), coal.DistanceResult()
            value = coal.distance(first, T_a * local_a, second, T_b * local_b, request, result)
            least = min(least, float(value))
    return least


@lru_cache(maxsize=256)
def _surfaces(solid: Solid) -> tuple[tuple[Any, Any], ...]:
    """Return coal shapes of a body with their poses in its frame."""
    import coal

    if len(solid.faces):
        return ((_mesh(solid), coal.Transform3s()),)
    return tuple((_shape(piece), _place(piece)) for piece in solid.pieces)


def _mesh(solid: Solid) -> Any:
    import coal

    made = coal.BVHModelOBBRSS()
    made.beginModel(len(solid.faces), len(solid.vertices))
    points, triangles = coal.StdVec_Vec3s(), coal.StdVec_Triangle()
    for vertex in solid.vertices:
        points.append(vertex)
    for i, j, k in solid.faces:
        triangles.append(coal.Triangle(int(i), int(j), int(k)))
    made.addSubModel(points, triangles)
    made.endModel()
    return made


@lru_cache(maxsize=256)
def _points(solid: Solid) -> Array:
    """Return one point of each connected thing a body is made of, shape (n, 3), body frame."""
    if not len(solid.faces):
        return np.stack([piece.pose.p for piece in solid.pieces])
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = np.concatenate([solid.faces[:, :2], solid.faces[:, 1:]])
    count = len(solid.vertices)
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
    used = np.unique(solid.faces)
    labels = connected_components(graph, directed=False)[1][used]
    return np.asarray(solid.vertices[used[np.unique(labels, return_index=True)[1]]])


@lru_cache(maxsize=256)
def _box(solid: Solid) -> tuple[Array, Array]:
    """Return the corners [m] of the box about a mesh, body frame."""
    corners = solid.vertices[np.unique(solid.faces)]
    return corners.min(axis=0), corners.max(axis=0)


def _inside(solid: Solid, other: Solid, solid_T_other: Pose) -> bool:
    """Whether a point of another body lies inside one with a mesh (pieces: coal has found it).

    The winding number of a closed mesh about a point outside its box is 0: only points in the box
    are looked at.
    """
    from cellsim.geometry.meshtree import inside

    if not len(solid.faces):
        return False
    points, (low, high) = solid_T_other @ _points(other), _box(solid)
    points = points[((points >= low) & (points <= high)).all(axis=1)]
    if not len(points):
        return False
    return bool(inside(points, solid.vertices[solid.faces]).any())
