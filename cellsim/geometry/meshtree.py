"""Distance to a triangle mesh and inside or outside of it, by a tree of triangles, in numba.

What lies far away counts as one dipole with its first moment, within a proven bound of what that
leaves out; a point that the bound cannot decide is decided by all triangles, one by one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cellsim.geometry.halving import Ints, halved
from cellsim.geometry.jit import kernel
from cellsim.geometry.pose import Array

_DEPTH = 64
# What a winding number may be off for all that is taken from afar: an integer stays decided.
_OFF = 0.4
# Fewer points than this are cheaper to hold against all triangles than a tree is to grow.
_FEW = 16
# Columns of a node: box, centre, radius, from how far away it may be a dipole, area, N, M.
_LOW, _HIGH, _CENTRE, _FAR, _AREA, _NORMAL, _MOMENT = 0, 3, 6, 9, 10, 11, 14


class MeshTree(NamedTuple):
    """Triangles in the order of a tree over them.

    Attributes:
        corners: [m], shape (m, 3, 3), outward. rows: Of each node, shape (n, 23).
        spans: Of each node its first triangle, one past its last, and its first child (the second
            follows), -1 where it has none, shape (n, 3).
    """

    corners: Array
    rows: Array
    spans: Ints


def tree_of(corners: Array) -> MeshTree:
    """Return the tree over triangles, shape (m, 3, 3), m > 0."""
    order, spans = halved(np.ascontiguousarray(corners.mean(axis=1)))
    placed = np.ascontiguousarray(corners[order])
    return MeshTree(placed, _measured(placed, spans), spans)


def distance_to(tree: MeshTree, points: Array) -> Array:
    """Return the distance [m] of points, shape (n, 3), to the nearest triangle."""
    return _distances(tree.corners, tree.rows, tree.spans, np.ascontiguousarray(points))


def winding_number(points: Array, corners: Array) -> Array:
    """Return how often triangles, shape (m, 3, 3), wind about points, shape (n,).

    1 inside a closed mesh, 0 outside it; on its surface anything between.

    Source: van Oosterom and Strackee 1983, the solid angle of a plane triangle.
    """
    return _windings(np.ascontiguousarray(corners), np.ascontiguousarray(points))


def inside(points: Array, corners: Array, tree: MeshTree | None = None) -> NDArray[np.bool_]:
    """Return at which points the winding number is over one half, shape (n,).

    Args:
        tree: That over the same triangles, where there is one.

    Source: Barill, Dickson, Schmidt, Levin, Jacobson 2018, with the bound of the remainder.
    """
    if tree is None and len(points) < _FEW:
        return np.asarray(winding_number(points, corners) > 0.5)
    tree = tree or tree_of(corners)
    return _insides(tree.corners, tree.rows, tree.spans, np.ascontiguousarray(points))


@kernel
def _measured(corners: Array, spans: Ints) -> Array:
    """Return the rows of nodes.

    On a patch of area A within r of its centre p the integral of n.K(q - x), K(y) = y / |y|**3, is
    N.K + M:DK at p - x, off by at most A r**2 / 2 times the largest second derivative of K there,
    3! / (d - r)**4. From `far` on that is at most _OFF 4 pi A / (area of the mesh), and summed over
    patches at most _OFF of a winding.
    """
    rows = np.zeros((len(spans), 23))
    normals, areas, whole = np.empty((len(corners), 3)), np.empty(len(corners)), 0.0
    for t in range(len(corners)):
        areas[t] = _normal_of(corners[t], normals[t])
        whole += areas[t]
    for node in range(len(spans)):
        first, last, row = spans[node, 0], spans[node, 1], rows[node]
        for k in range(3):
            low, high = math.inf, -math.inf
            for t in range(first, last):
                for i in range(3):
                    low, high = min(low, corners[t, i, k]), max(high, corners[t, i, k])
            row[_LOW + k], row[_HIGH + k], row[_CENTRE + k] = low, high, 0.5 * (low + high)
        square = 0.0
        for t in range(first, last):
            row[_AREA] += areas[t]
            for i in range(3):
                row[_NORMAL + i] += normals[t, i]
            for j in range(3):
                away = (corners[t, 0, j] + corners[t, 1, j] + corners[t, 2, j]) / 3.0
                away -= row[_CENTRE + j]
                for i in range(3):
                    row[_MOMENT + 3 * i + j] += normals[t, i] * away
            for i in range(3):
                off = 0.0
                for k in range(3):
                    off += (corners[t, i, k] - row[_CENTRE + k]) ** 2
                square = max(square, off)
        row[_FAR] = math.sqrt(square) + (3.0 * square * whole / (_OFF * 4.0 * math.pi)) ** 0.25
    return rows


@kernel
def _normal_of(t: Array, n: Array) -> float:
    """Write the normal of a triangle, as long as its area [m²], and return that."""
    ux, uy, uz = t[1, 0] - t[0, 0], t[1, 1] - t[0, 1], t[1, 2] - t[0, 2]
    vx, vy, vz = t[2, 0] - t[0, 0], t[2, 1] - t[0, 1], t[2, 2] - t[0, 2]
    n[0], n[1], n[2] = (
        0.5 * (uy * vz - uz * vy),
        0.5 * (uz * vx - ux * vz),
        0.5 * (ux * vy - uy * vx),
    )
    return math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])


@kernel
def _insides(corners: Array, rows: Array, spans: Ints, points: Array) -> NDArray[np.bool_]:
    out = np.empty(len(points), dtype=np.bool_)
    stack = np.empty(_DEPTH, dtype=np.int64)
    for k in range(len(points)):
        x, y, z = points[k, 0], points[k, 1], points[k, 2]
        angle, far, top = 0.0, 0.0, 1
        stack[0] = 0
        while top:
            top -= 1
            node = stack[top]
            row = rows[node]
            vx, vy, vz = row[_CENTRE] - x, row[_CENTRE + 1] - y, row[_CENTRE + 2] - z
            square = vx * vx + vy * vy + vz * vz
            if square > row[_FAR] * row[_FAR]:
                angle += _dipole(row, vx, vy, vz, square)
                far += row[_AREA]
            elif spans[node, 2] < 0:
                for t in range(spans[node, 0], spans[node, 1]):
                    angle += _solid_angle(corners[t], x, y, z)
            else:
                stack[top], stack[top + 1] = spans[node, 2], spans[node, 2] + 1
                top += 2
        number = angle / (4.0 * math.pi)
        off = _OFF * far / rows[0, _AREA] + 1e-9 if far > 0.0 else 0.0
        if abs(number - 0.5) <= off:
            number = _winding(corners, x, y, z)
        out[k] = number > 0.5
    return out


@kernel
def _dipole(row: Array, x: float, y: float, z: float, square: float) -> float:
    n, m = row[_NORMAL:_MOMENT], row[_MOMENT:]
    across = x * (m[0] * x + m[1] * y + m[2] * z) + y * (m[3] * x + m[4] * y + m[5] * z)
    across += z * (m[6] * x + m[7] * y + m[8] * z)
    trace = m[0] + m[4] + m[8]
    plain = n[0] * x + n[1] * y + n[2] * z
    return float((plain + trace - 3.0 * across / square) / (square * math.sqrt(square)))


@kernel
def _solid_angle(t: Array, x: float, y: float, z: float) -> float:
    ax, ay, az = t[0, 0] - x, t[0, 1] - y, t[0, 2] - z
    bx, by, bz = t[1, 0] - x, t[1, 1] - y, t[1, 2] - z
    cx, cy, cz = t[2, 0] - x, t[2, 1] - y, t[2, 2] - z
    la = math.sqrt(ax * ax + ay * ay + az * az)
    lb = math.sqrt(bx * bx + by * by + bz * bz)
    lc = math.sqrt(cx * cx + cy * cy + cz * cz)
    above = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    below = la * lb * lc + (ax * bx + ay * by + az * bz) * lc
    below += (bx * cx + by * cy + bz * cz) * la + (cx * ax + cy * ay + cz * az) * lb
    return 2.0 * math.atan2(above, below)


@kernel
def _winding(corners: Array, x: float, y: float, z: float) -> float:
    angle = 0.0
    for t in range(len(corners)):
        angle += _solid_angle(corners[t], x, y, z)
    return angle / (4.0 * math.pi)


@kernel
def _windings(corners: Array, points: Array) -> Array:
    out = np.empty(len(points))
    for k in range(len(points)):
        out[k] = _winding(corners, points[k, 0], points[k, 1], points[k, 2])
    return out


@kernel
def _distances(corners: Array, rows: Array, spans: Ints, points: Array) -> Array:
    out = np.empty(len(points))
    stack = np.empty(_DEPTH, dtype=np.int64)
    for k in range(len(points)):
        best, top = math.inf, 1
        stack[0] = 0
        while top:
            top -= 1
            node = stack[top]
            if _to_box(rows[node], points[k]) >= best:
                continue
            child = spans[node, 2]
            if child < 0:
                for t in range(spans[node, 0], spans[node, 1]):
                    best = min(best, _to_triangle(corners[t], points[k]))
                continue
            near = 1 if _to_box(rows[child + 1], points[k]) < _to_box(rows[child], points[k]) else 0
            stack[top], stack[top + 1] = child + 1 - near, child + near
            top += 2
        out[k] = math.sqrt(best)
    return out


@kernel
def _to_box(row: Array, p: Array) -> float:
    """Return the square of the distance of a point to a node's box [m²]."""
    square = 0.0
    for k in range(3):
        beyond = max(row[_LOW + k] - p[k], p[k] - row[_HIGH + k], 0.0)
        square += beyond * beyond
    return square


@kernel
def _to_triangle(t: Array, p: Array) -> float:
    """Return the square of the distance [m²]: to the edges and, over the face, to its plane."""
    ux, uy, uz = t[1, 0] - t[0, 0], t[1, 1] - t[0, 1], t[1, 2] - t[0, 2]
    vx, vy, vz = t[2, 0] - t[0, 0], t[2, 1] - t[0, 1], t[2, 2] - t[0, 2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    best, above = math.inf, True
    for k in range(3):
        a, b = t[k], t[(k + 1) % 3]
        ex, ey, ez = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        ox, oy, oz = p[0] - a[0], p[1] - a[1], p[2] - a[2]
        square = max(ex * ex + ey * ey + ez * ez, 1e-30)
        s = min(max((ox * ex + oy * ey + oz * ez) / square, 0.0), 1.0)
        gx, gy, gz = ox - s * ex, oy - s * ey, oz - s * ez
        best = min(best, gx * gx + gy * gy + gz * gz)
        side = ox * (ny * ez - nz * ey) + oy * (nz * ex - nx * ez) + oz * (nx * ey - ny * ex)
        above &= side >= 0.0
    length = nx * nx + ny * ny + nz * nz
    if above and length > 1e-30:
        height = (p[0] - t[0, 0]) * nx + (p[1] - t[0, 1]) * ny + (p[2] - t[0, 2]) * nz
        best = min(best, height * height / length)
    return best
