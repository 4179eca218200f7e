"""How deep two convex cores overlap: a polytope inside their difference, grown to its surface.

Begun with the tetrahedron about 0 that GJK ends with. The face nearest to 0 is pushed out to the
farthest point of the difference along its normal, until it does not give way any more: then its
normal is that of the least depth. Source: van den Bergh 2001, the expanding polytope algorithm.

Nothing here decides: the separation along any normal that comes out is a valid lower bound.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.compiled import bare, compiled, tight
from cellsim.collision.support import BALL, Cores, difference
from cellsim.geometry import Array

# A face is as good as the surface within this [m], and within this part of its distance from 0
# where whoever asks wants more than there can be.
SURFACE, ROUGHLY = 2e-6, 0.02
# Corners, faces and edges of the polytope at most, in rows of the space behind the simplex's five.
CORNERS, FACES, EDGES = 44, 96, 96
CORNER0, FACE0 = 5, 5 + CORNERS
EDGE0 = FACE0 + FACES
# Columns of a face: its corners, its unit normal, its distance from 0.
NORMAL, AWAY, COLUMNS = 3, 6, 7


@compiled
def space_for() -> Array:
    """Return working space for GJK and for a polytope."""
    return np.empty((EDGE0 + EDGES, COLUMNS))


@bare
def _face(S: Array, k: int, a: int, b: int, c: int) -> bool:
    """Write face abc, turned as its corners are, to row k; return whether it has a normal."""
    ux, uy, uz = S[b, 0] - S[a, 0], S[b, 1] - S[a, 1], S[b, 2] - S[a, 2]
    vx, vy, vz = S[c, 0] - S[a, 0], S[c, 1] - S[a, 1], S[c, 2] - S[a, 2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    size = math.sqrt(x * x + y * y + z * z)
    S[k, 0], S[k, 1], S[k, 2] = a, b, c
    if size < 1e-18:
        S[k, NORMAL], S[k, NORMAL + 1], S[k, NORMAL + 2], S[k, AWAY] = 0.0, 0.0, 0.0, math.inf
        return False
    x, y, z = x / size, y / size, z / size
    S[k, NORMAL], S[k, NORMAL + 1], S[k, NORMAL + 2] = x, y, z
    S[k, AWAY] = x * S[a, 0] + y * S[a, 1] + z * S[a, 2]
    return True


@bare
def _tetrahedron(S: Array) -> bool:
    """Make the four faces of the simplex, outwards; return whether all have a normal."""
    for k in range(4):
        for r in range(3):
            S[CORNER0 + k, r] = S[k, r]
    good = True
    for d in range(4):
        a, b, c = CORNER0 + (d + 1) % 4, CORNER0 + (d + 2) % 4, CORNER0 + (d + 3) % 4
        good = _face(S, FACE0 + d, a, b, c) and good
        x, y, z = S[FACE0 + d, NORMAL], S[FACE0 + d, NORMAL + 1], S[FACE0 + d, NORMAL + 2]
        p = CORNER0 + d
        if x * S[p, 0] + y * S[p, 1] + z * S[p, 2] > S[FACE0 + d, AWAY]:
            good = _face(S, FACE0 + d, a, c, b) and good
    return good


@tight
def _edge(S: Array, edges: int, a: float, b: float) -> int:
    """Add edge ab of a face that is taken away, or take away its twin; return their number."""
    for e in range(EDGE0, EDGE0 + edges):
        if S[e, 0] == b and S[e, 1] == a:
            last = EDGE0 + edges - 1
            S[e, 0], S[e, 1] = S[last, 0], S[last, 1]
            return edges - 1
    if edges < EDGES:
        S[EDGE0 + edges, 0], S[EDGE0 + edges, 1] = a, b
    return edges + 1


@tight
def _grow(S: Array, faces: int, corner: int) -> int:
    """Take a new corner into the polytope; return the number of faces, -1 if there is no room."""
    x, y, z = S[corner, 0], S[corner, 1], S[corner, 2]
    edges, k = 0, FACE0
    while k < FACE0 + faces:
        over = S[k, NORMAL] * x + S[k, NORMAL + 1] * y + S[k, NORMAL + 2] * z - S[k, AWAY]
        if over <= 1e-12:
            k += 1
            continue
        for r in range(3):
            edges = _edge(S, edges, S[k, r], S[k, (r + 1) % 3])
            if edges > EDGES:
                return -1
        faces -= 1
        for column in range(COLUMNS):
            S[k, column] = S[FACE0 + faces, column]
    if edges < 3 or faces + edges > FACES:
        return -1
    for e in range(EDGE0, EDGE0 + edges):
        _face(S, FACE0 + faces, int(S[e, 0]), int(S[e, 1]), corner)
        faces += 1
    return faces


@bare
def complete(c: Cores, i: int, j: int, T: Array, S: Array, count: int) -> int:
    """Add corners to a segment or triangle that holds 0, up to a tetrahedron; return their number.

    Args:
        S: With the corners in its first rows. count: How many there are.
    """
    while 1 < count < 4:
        x, y, z = S[1, 0] - S[0, 0], S[1, 1] - S[0, 1], S[1, 2] - S[0, 2]
        u, v, w = 0.0, 0.0, 0.0
        if count == 3:
            u, v, w = S[2, 0] - S[0, 0], S[2, 1] - S[0, 1], S[2, 2] - S[0, 2]
        elif abs(x) <= abs(y) and abs(x) <= abs(z):
            u = 1.0
        elif abs(y) <= abs(z):
            v = 1.0
        else:
            w = 1.0
        x, y, z = y * w - z * v, z * u - x * w, x * v - y * u
        size = math.sqrt(x * x + y * y + z * z)
        if size < 1e-12:
            break
        x, y, z, most = x / size, y / size, z / size, 0.0
        base = x * S[0, 0] + y * S[0, 1] + z * S[0, 2]
        for sign in (1.0, -1.0):
            px, py, pz = difference(c, i, j, T, sign * x, sign * y, sign * z)
            off = abs(x * px + y * py + z * pz - base)
            if off > most:
                most, S[count, 0], S[count, 1], S[count, 2] = off, px, py, pz
        if most < 1e-9:
            break
        count += 1
    return count


@bare
def expand_polytope(
    c: Cores, i: int, j: int, T: Array, n: Array, enough: float, space: Array
) -> tuple[float, bool]:
    """Return the best separation of overlapping pieces found [m], and whether it is as good as any.

    Its normal is left in n. Where a round side is about as near all around, there are not corners
    enough to tell.

    Args:
        T: `i_T_j` of their bodies, shape (3, 4).
        enough: What is wanted [m]; inf: the least depth, whatever it is.
        space: With the corners of a tetrahedron about 0 in the first four rows, see `space_for`.
    """
    best, faces, corner = -math.inf, 4, CORNER0 + 4
    if not _tetrahedron(space):
        return best, False
    balls = c.rows[i, BALL] + c.rows[j, BALL]
    while faces > 0:
        k = FACE0
        for f in range(FACE0 + 1, FACE0 + faces):
            if space[f, AWAY] < space[k, AWAY]:
                k = f
        away = space[k, AWAY]
        x, y, z = -space[k, NORMAL], -space[k, NORMAL + 1], -space[k, NORMAL + 2]
        if x == 0.0 and y == 0.0 and z == 0.0:
            break
        px, py, pz = difference(c, i, j, T, x, y, z)
        along = x * px + y * py + z * pz
        if along - balls > best:
            best, n[0], n[1], n[2] = along - balls, x, y, z
        near = SURFACE
        if -away - balls < enough < math.inf:
            near = max(near, ROUGHLY * away)
        if best >= enough or -along - away <= near:
            return best, True
        if corner == FACE0:
            break
        space[corner, 0], space[corner, 1], space[corner, 2] = px, py, pz
        faces = _grow(space, faces, corner)
        corner += 1
    return best, False
