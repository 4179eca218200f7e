"""A normal for two convex pieces: GJK when they are apart, a search over normals when not.

Nothing here decides: whatever normal comes out, `separation` along it is a valid lower bound. A
poor normal costs time or leaves an interval undecided. Source of the iteration: Gilbert, Johnson,
Keerthi 1988; closest point on a triangle: Ericson 2005, section 5.1.5.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.compiled import bare, lean, tight
from cellsim.collision.epa import complete, expand_polytope, space_for
from cellsim.collision.support import (
    BALL,
    CENTRE,
    Cores,
    Shapes,
    difference,
    separation,
)
from cellsim.geometry import Array

MOST_STEPS = 60


@tight
def _edge(S: Array, a: int, b: int, out: Array) -> int:
    """Write the point of edge ab nearest to 0 to `out`; return a bit mask of the corners used."""
    dd, ad = 0.0, 0.0
    for k in range(3):
        d = S[b, k] - S[a, k]
        dd += d * d
        ad -= S[a, k] * d
    t = ad / dd if dd > 0.0 else 0.0
    mask = (1 << a) | (1 << b)
    if t <= 0.0:
        t, mask = 0.0, 1 << a
    elif t >= 1.0:
        t, mask = 1.0, 1 << b
    for k in range(3):
        out[k] = S[a, k] + t * (S[b, k] - S[a, k])
    return mask


@tight
def _face(S: Array, a: int, b: int, c: int, out: Array) -> int:
    """Write the point of triangle abc nearest to 0 to `out`; return the mask of corners used."""
    d1, d2, d3, d4, d5, d6 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(3):
        ab, ac = S[b, k] - S[a, k], S[c, k] - S[a, k]
        d1 -= ab * S[a, k]
        d2 -= ac * S[a, k]
        d3 -= ab * S[b, k]
        d4 -= ac * S[b, k]
        d5 -= ab * S[c, k]
        d6 -= ac * S[c, k]
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    if va > 0.0 and vb > 0.0 and vc > 0.0:
        total = va + vb + vc
        for k in range(3):
            out[k] = (va * S[a, k] + vb * S[b, k] + vc * S[c, k]) / total
        return (1 << a) | (1 << b) | (1 << c)
    best, mask = math.inf, 0
    x, y, z = 0.0, 0.0, 0.0
    for e in range(3):
        p = b if e == 1 else a
        r = b if e == 0 else c
        used = _edge(S, p, r, out)
        size = out[0] * out[0] + out[1] * out[1] + out[2] * out[2]
        if size < best:
            best, mask, x, y, z = size, used, out[0], out[1], out[2]
    out[0], out[1], out[2] = x, y, z
    return mask


@tight
def _outside(S: Array, a: int, b: int, c: int, d: int) -> bool:
    """Whether 0 and corner d lie on different sides of face abc (or the body is flat)."""
    ux, uy, uz = S[b, 0] - S[a, 0], S[b, 1] - S[a, 1], S[b, 2] - S[a, 2]
    vx, vy, vz = S[c, 0] - S[a, 0], S[c, 1] - S[a, 1], S[c, 2] - S[a, 2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    here = -(nx * S[a, 0] + ny * S[a, 1] + nz * S[a, 2])
    there = nx * (S[d, 0] - S[a, 0]) + ny * (S[d, 1] - S[a, 1]) + nz * (S[d, 2] - S[a, 2])
    return bool(here * there <= 0.0)


@tight
def _body(S: Array, out: Array) -> int:
    """Write the point of the tetrahedron nearest to 0 to `out`; return the mask, 15 = inside."""
    best, mask = math.inf, 15
    x, y, z = 0.0, 0.0, 0.0
    for d in range(4):
        a = 1 if d == 0 else 0
        b = 2 if d <= 1 else 1
        c = 2 if d == 3 else 3
        if _outside(S, a, b, c, d):
            used = _face(S, a, b, c, out)
            size = out[0] * out[0] + out[1] * out[1] + out[2] * out[2]
            if size < best:
                best, mask, x, y, z = size, used, out[0], out[1], out[2]
    out[0], out[1], out[2] = x, y, z
    return mask


@tight
def _shrink(S: Array, count: int, out: Array) -> int:
    """Reduce the simplex to the corners its nearest point to 0 needs; return their number."""
    if count == 1:
        out[0], out[1], out[2] = S[0, 0], S[0, 1], S[0, 2]
        return 1
    if count == 2:
        mask = _edge(S, count - 2, count - 1, out)
    elif count == 3:
        mask = _face(S, count - 3, count - 2, count - 1, out)
    else:
        mask = _body(S, out)
    kept = 0
    for k in range(count):
        if mask & (1 << k):
            S[kept, 0], S[kept, 1], S[kept, 2] = S[k, 0], S[k, 1], S[k, 2]
            kept += 1
    return kept


@lean
def distance(
    c: Cores, i: int, j: int, T: Array, n: Array, enough: float, space: Array
) -> tuple[float, float]:
    """Return (lower, upper) bound of the distance of piece i and piece j [m].

    Args:
        T: `i_T_j` of their bodies, shape (3, 4).
        n: Normal to begin with, from i to j, in the frame of i; the best one found is left there.
        enough: Stop as soon as the lower bound is at least this.
        space: Working space, see `epa.space_for`.

    The lower bound is `separation` along n. The upper bound is that of GJK and only as good as
    floating point (a finding that relies on it is confirmed elsewhere); where the pieces overlap
    it is not above 0, and the lower bound is minus the depth or less.
    """
    balls, S, v = c.rows[i, BALL] + c.rows[j, BALL], space, space[4]
    size = math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])
    x, y, z = (n[0] / size, n[1] / size, n[2] / size) if size > 0.0 else (0.0, 0.0, 1.0)
    best, upper, count = -math.inf, math.inf, 0
    for _ in range(MOST_STEPS):
        wx, wy, wz = difference(c, i, j, T, x, y, z)
        lower = x * wx + y * wy + z * wz
        if lower > best:
            best, n[0], n[1], n[2] = lower, x, y, z
        if best - balls >= enough or upper - best <= 1e-7 + 1e-4 * max(best - balls, 0.0):
            break
        S[count, 0], S[count, 1], S[count, 2] = wx, wy, wz
        count = _shrink(S, count + 1, v)
        length = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
        if count == 4 or length < 1e-9:
            lower, good = -math.inf, False
            if complete(c, i, j, T, S, count) == 4:
                lower, good = expand_polytope(c, i, j, T, n, enough, space)
            if not good:
                lower = _search(c, i, j, T, n)
            return lower, max(lower, -balls)
        if length >= upper * (1.0 - 1e-12):
            break
        upper = length
        x, y, z = v[0] / length, v[1] / length, v[2] / length
    if best - balls < enough and upper - best > 1e-6 + 2e-4 * max(best - balls, 0.0):
        lower = _search(c, i, j, T, n)
        return lower, max(upper - balls, lower)
    return best - balls, max(upper, best) - balls


@bare
def _search(c: Cores, i: int, j: int, T: Array, n: Array) -> float:
    """Return the best separation over face normals, then climb from the best one.

    For overlapping pieces the separation along the normal of least depth is minus the depth. Also
    where GJK comes to rest early, as over the flat end of a cylinder.
    """
    best = separation(c, i, j, T, n[0], n[1], n[2])
    for piece in range(2):
        k = i if piece == 0 else j
        for r in range(c.spans[k, 2], c.spans[k, 3]):
            x, y, z = c.normals[r, 0], c.normals[r, 1], c.normals[r, 2]
            if piece == 1:
                x, y, z = (
                    T[0, 0] * x + T[0, 1] * y + T[0, 2] * z,
                    T[1, 0] * x + T[1, 1] * y + T[1, 2] * z,
                    T[2, 0] * x + T[2, 1] * y + T[2, 2] * z,
                )
            for sign in (1.0, -1.0):
                value = separation(c, i, j, T, sign * x, sign * y, sign * z)
                if value > best:
                    best, n[0], n[1], n[2] = value, sign * x, sign * y, sign * z
    step = 0.3
    wx, wy, wz = difference(c, i, j, T, n[0], n[1], n[2])
    for _ in range(24):
        along = wx * n[0] + wy * n[1] + wz * n[2]
        gx, gy, gz = wx - along * n[0], wy - along * n[1], wz - along * n[2]
        g = math.sqrt(gx * gx + gy * gy + gz * gz)
        if g < 1e-12 or step < 1e-4:
            break
        x, y, z = n[0] + step * gx / g, n[1] + step * gy / g, n[2] + step * gz / g
        size = math.sqrt(x * x + y * y + z * z)
        x, y, z = x / size, y / size, z / size
        px, py, pz = difference(c, i, j, T, x, y, z)
        value = x * px + y * py + z * pz - c.rows[i, BALL] - c.rows[j, BALL]
        if value > best:
            best, n[0], n[1], n[2], wx, wy, wz = value, x, y, z, px, py, pz
        else:
            step *= 0.5
    return best


@lean
def aim(c: Cores, i: int, j: int, T: Array, n: Array) -> None:
    """Write the direction from the middle of piece i to that of piece j, in the frame of i."""
    for r in range(3):
        n[r] = T[r, 3] - c.rows[i, CENTRE + r]
        for k in range(3):
            n[r] += T[r, k] * c.rows[j, CENTRE + k]


def pair_distance(s: Shapes, i: int, j: int, T: Array) -> tuple[float, float, Array]:
    """Return (lower, upper, normal) for piece i and piece j, `i_T_j` of shape (3, 4)."""
    n = np.zeros(3)
    aim(s.cores, i, j, T, n)
    low, high = distance(s.cores, i, j, T, n, np.inf, space_for())
    return low, high, n
