"""A second test of an interval: along one normal, points hardly leave the straight line they go.

Take one unit normal n that stands still relative to b, and let the joints go on the straight line
from q(u0) to q(u1), s from 0 to 1. Seen from b, a point p of a has the acceleration

    |p''| <= sum_i sum_k |dq_i| |dq_k| R_min(i, k) =: 8 bow,

with the joints counted from a and R_i the largest distance of points of a from axis i: the second
derivative by joints i and k is axis k x (axis i x (p - origin i)), i the inner of the two. It is 0
where k slides, and where i slides |axis i| = 1 stands for R_i. So n.p lies above its straight line
by at most 4 s (1 - s) bow, the support function of a along n does so too, and with the separations
h0 and h1 along n at the two ends the signed distance is at least

    min over s of (1 - s) h0 + s h1 - 4 s (1 - s) bow.

The path itself is off that line by `STRAY` of each joint at most, which moves points by R_j as far.
|dq_j| is at most the variation, and R_j of `lipschitz` holds wherever each joint is no farther from
both of its ends together than its variation: on the path, on the line, and between the two.

For two spheres no normal is needed: the middle of one is within bow of the straight segment
between its places, seen from the other.

The travel of `lipschitz` shrinks with the interval, bow with its square.
"""

from __future__ import annotations

import math

from cellsim.collision.compiled import bare, tight
from cellsim.collision.support import BOUND, CENTRE
from cellsim.geometry import Array


@tight
def least_between(h0: float, h1: float, bow: float) -> float:
    """Return the least of (1 - s) h0 + s h1 - 4 s (1 - s) bow over s from 0 to 1 [m]."""
    apart = abs(h1 - h0)
    if apart >= 4.0 * bow:
        return float(min(h0, h1))
    return float(0.5 * (h0 + h1) - bow - apart * apart / (16.0 * bow))


@tight
def swept_gap(rows: Array, i: int, j: int, T0: Array, T1: Array, from_a: bool) -> float:
    """Return the distance [m] of one bounding sphere from another's straight way.

    Args:
        T0, T1: `i_T_j` at the two ends, shape (3, 4).
        from_a: The way of j seen from i; else that of i seen from j.
    """
    x0, y0, z0 = _middle(rows, i, j, T0, from_a)
    x1, y1, z1 = _middle(rows, i, j, T1, from_a)
    return float(nearest(x0, y0, z0, x1, y1, z1) - rows[i, BOUND] - rows[j, BOUND])


@bare
def nearest(x0: float, y0: float, z0: float, x1: float, y1: float, z1: float) -> float:
    """Return how near a straight segment between two points comes to 0."""
    dx, dy, dz = x1 - x0, y1 - y0, z1 - z0
    size, s = dx * dx + dy * dy + dz * dz, 0.0
    if size > 0.0:
        s = min(max(-(x0 * dx + y0 * dy + z0 * dz) / size, 0.0), 1.0)
    x, y, z = x0 + s * dx, y0 + s * dy, z0 + s * dz
    return float(math.sqrt(x * x + y * y + z * z))


@tight
def _middle(rows: Array, i: int, j: int, T: Array, from_a: bool) -> tuple[float, float, float]:
    """Return the middle of j seen from i, from the middle of i; or the other way round."""
    ax, ay, az = rows[i, CENTRE], rows[i, CENTRE + 1], rows[i, CENTRE + 2]
    bx, by, bz = rows[j, CENTRE], rows[j, CENTRE + 1], rows[j, CENTRE + 2]
    x = T[0, 0] * bx + T[0, 1] * by + T[0, 2] * bz + T[0, 3] - ax
    y = T[1, 0] * bx + T[1, 1] * by + T[1, 2] * bz + T[1, 3] - ay
    z = T[2, 0] * bx + T[2, 1] * by + T[2, 2] * bz + T[2, 3] - az
    if from_a:
        return x, y, z
    return (
        -(T[0, 0] * x + T[1, 0] * y + T[2, 0] * z),
        -(T[0, 1] * x + T[1, 1] * y + T[2, 1] * z),
        -(T[0, 2] * x + T[1, 2] * y + T[2, 2] * z),
    )


@tight
def turned(T0: Array, T1: Array, n: Array, first: int, from_a: bool) -> tuple[float, float, float]:
    """Return at another instant, in the frame of i, the normal that stands still seen from j.

    Args:
        T0, T1: `i_T_j` at its own and at the other instant, shape (3, 4).
        n: Row with the normal in columns `first`... from_a: It stands still seen from i.
    """
    x, y, z = n[first], n[first + 1], n[first + 2]
    if from_a:
        return x, y, z
    u = T0[0, 0] * x + T0[1, 0] * y + T0[2, 0] * z
    v = T0[0, 1] * x + T0[1, 1] * y + T0[2, 1] * z
    w = T0[0, 2] * x + T0[1, 2] * y + T0[2, 2] * z
    return (
        T1[0, 0] * u + T1[0, 1] * v + T1[0, 2] * w,
        T1[1, 0] * u + T1[1, 1] * v + T1[1, 2] * w,
        T1[2, 0] * u + T1[2, 1] * v + T1[2, 2] * w,
    )
