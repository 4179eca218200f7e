"""Loops over all pairs of a scene: clearance of many configurations, one certified edge."""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.certify import begin
from cellsim.collision.compiled import compiled, inner
from cellsim.collision.epa import space_for
from cellsim.collision.gjk import aim, distance
from cellsim.collision.paths import Path, carry, links_at, relative
from cellsim.collision.spans import LEAF_COLUMNS, LEAST_COLUMNS, PAD, U0, required_over
from cellsim.collision.support import Ints, Shapes, gap_of_spheres
from cellsim.collision.walk import walk
from cellsim.collision.work import (
    LEAVES,
    REL,
    A,
    B,
    Limits,
    Rows,
    pair_in,
    pieces_of,
    room_for,
    roomy,
    work_for,
)
from cellsim.geometry import Array


@compiled
def least_margins(
    s: Shapes, path: Path, rows: Rows, Q: Array, far: float, enough: float, worst: Ints
) -> Array:
    """Return the least of clearance minus requirement over all pairs [m], for each row of Q.

    Lower bounds (separations along normals), not worked out above `far`, nor any further once one
    is below `enough`. `worst` takes the number of the pair, shape (n,).
    """
    links, poses = np.zeros((path.links.shape[0], 3, 4)), np.zeros((3, 3, 4))
    space, n = space_for(), np.zeros(3)
    found = np.full(Q.shape[0], far)
    for c in range(Q.shape[0]):
        links_at(path, Q[c], links)
        for k in range(rows.who.shape[0]):
            who = rows.who[k]
            carry(links, who[2], rows.link_T_body[k, A], poses[A])
            carry(links, who[3], rows.link_T_body[k, B], poses[B])
            relative(poses[A], poses[B], poses[REL])
            need = rows.spans[k, PAD] + required_over(rows.spans[k], poses, poses, 0.0)
            if gap_of_spheres(s.bodies, who[0], who[1], poses[REL]) - need < found[c]:
                gap = _least_of_pieces(s, who[0], who[1], poses[REL], found[c] + need, space, n)
                if gap - need < found[c] - 1e-12:
                    found[c], worst[c] = gap - need, k
                    if found[c] < enough:
                        break
    return found


@inner
def _least_of_pieces(
    s: Shapes, a: int, b: int, T: Array, least: float, space: Array, n: Array
) -> float:
    """Return a lower bound of the distance of two bodies [m], or `least` if it is not below."""
    for i in range(s.own[a, 0], s.own[a, 1]):
        for j in range(s.own[b, 0], s.own[b, 1]):
            if gap_of_spheres(s.cores.rows, i, j, T) < least:
                aim(s.cores, i, j, T, n)
                least = min(least, distance(s.cores, i, j, T, n, least, space)[0])
    return least


@compiled
def body_distances(s: Shapes, a: int, b: int, T: Array) -> Array:
    """Return lower bounds of the distance of two bodies [m] for `a_T_b`, (n, 3, 4) -> (n,)."""
    found, space, n = np.full(T.shape[0], math.inf), space_for(), np.zeros(3)
    for k in range(T.shape[0]):
        found[k] = _least_of_pieces(s, a, b, T[k], math.inf, space, n)
    return found


@compiled
def edge_certified(s: Shapes, path: Path, rows: Rows, spare: float, limits: Limits) -> bool:
    """Whether all pairs are certified over the path with `spare` more than required [m]."""
    e, leaves, least = room_for(256), np.zeros((16, LEAF_COLUMNS)), np.full(LEAST_COLUMNS, math.inf)
    for k in range(rows.who.shape[0]):
        pair = pair_in(rows, k)
        _, na, _, nb = pieces_of(s, pair)
        w, e = work_for(path, pair.joints.shape[0], na, nb), roomy(e, 0, 4 * na * nb)
        begin(w.told, limits, math.inf)
        rows.spans[k, U0], rows.spans[k, PAD] = 0.0, rows.spans[k, PAD] + spare
        u1 = path.t.size - 1.0
        leaves, e = walk(s, path, pair, w, e, rows.spans, k, 0.0, u1, limits, leaves, least)
        rows.spans[k, PAD] -= spare
        if w.told[LEAVES] > 0.0:
            return False
    return True
