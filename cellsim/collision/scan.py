"""Loops over all pairs of a scene: clearance of many configurations, one certified edge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cellsim.collision.certify import Limits, Pair, gap_of_spheres
from cellsim.collision.compiled import compiled
from cellsim.collision.gjk import distance
from cellsim.collision.paths import Path, carry, links_at, relative
from cellsim.collision.spans import PAD, required_over
from cellsim.collision.support import Ints, Shapes
from cellsim.collision.walk import certify
from cellsim.geometry import Array


class Rows(NamedTuple):
    """All pairs of a scene as arrays.

    Attributes:
        body: (a, b, link a, link b, first joint, one past the last) per pair, shape (n, 6).
        T_a, T_b: `link_T_body`, shape (n, 3, 4).
        joints, slides: Of all pairs, one after the other.
        spans: Requirements, shape (n, SPAN_COLUMNS).
    """

    body: Ints
    T_a: Array
    T_b: Array
    joints: Ints
    slides: Ints
    spans: Array


@compiled
def least_margins(
    s: Shapes, path: Path, rows: Rows, Q: Array, far: float, enough: float, worst: Ints
) -> Array:
    """Return the least of clearance minus requirement over all pairs [m], for each row of Q.

    Lower bounds (separations along normals), not worked out above `far`, nor any further once one
    is below `enough`. `worst` takes the number of the pair, shape (n,).
    """
    links = np.zeros((path.parent.size, 3, 4))
    A, B, T = np.zeros((3, 4)), np.zeros((3, 4)), np.zeros((3, 4))
    S, v, n = np.zeros((4, 3)), np.zeros(3), np.zeros(3)
    found = np.full(Q.shape[0], far)
    for c in range(Q.shape[0]):
        links_at(path, Q[c], links)
        for k in range(rows.body.shape[0]):
            a, b = rows.body[k, 0], rows.body[k, 1]
            carry(links, rows.body[k, 2], rows.T_a[k], A)
            carry(links, rows.body[k, 3], rows.T_b[k], B)
            relative(A, B, T)
            need = rows.spans[k, PAD] + required_over(rows.spans[k], A, A, B, B, 0.0)
            gap = gap_of_spheres(
                T, s.body_centre[a], s.body_bound[a], s.body_centre[b], s.body_bound[b]
            )
            if gap - need < found[c]:
                gap = _least_of_pieces(s, a, b, T, found[c] + need, S, v, n)
                if gap - need < found[c] - 1e-12:
                    found[c], worst[c] = gap - need, k
                    if found[c] < enough:
                        break
    return found


@compiled
def _least_of_pieces(
    s: Shapes, a: int, b: int, T: Array, least: float, S: Array, v: Array, n: Array
) -> float:
    """Return a lower bound of the distance of two bodies [m], or `least` if it is not below."""
    for i in range(s.pieces[a], s.pieces[a + 1]):
        for j in range(s.pieces[b], s.pieces[b + 1]):
            gap = gap_of_spheres(T, s.centre[i], s.bound[i], s.centre[j], s.bound[j])
            if gap >= least:
                continue
            for r in range(3):
                n[r] = T[r, 3] - s.centre[i, r]
                for c in range(3):
                    n[r] += T[r, c] * s.centre[j, c]
            least = min(least, distance(s, i, j, T, n, least, S, v)[0])
    return least


@compiled
def edge_certified(s: Shapes, path: Path, rows: Rows, spare: float, limits: Limits) -> bool:
    """Whether all pairs are certified over the path with `spare` more than required [m]."""
    row = np.zeros((1, rows.spans.shape[1]))
    for k in range(rows.body.shape[0]):
        j0, j1 = rows.body[k, 4], rows.body[k, 5]
        for c in range(row.shape[1]):
            row[0, c] = rows.spans[k, c]
        row[0, 0], row[0, 1] = 0.0, path.t.size - 1.0
        row[0, PAD] += spare
        pair = Pair(
            rows.body[k, 0],
            rows.body[k, 1],
            rows.body[k, 2],
            rows.body[k, 3],
            rows.T_a[k],
            rows.T_b[k],
            rows.joints[j0:j1],
            j1 - j0,
            rows.slides[j0:j1],
        )
        if certify(s, path, pair, row, limits).leaves.shape[0] > 0:
            return False
    return True
