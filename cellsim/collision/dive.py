"""Where two bodies on one path are deepest in each other, by our own bound, in compiled code.

What is certified of the leaves of a stretch bounds the depth in them from above: they are gone
through from the one that may be deepest until no other can be deeper by TOLERANCE_M.

In a leaf the depth of two convex pieces is taken for a concave function of time. It is where they
only shift against each other, at an even pace: the distance from a point inside their Minkowski
difference to its surface. In the short turns of a leaf it nearly is.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import bare, compiled
from cellsim.collision.epa import space_for
from cellsim.collision.gjk import aim, distance
from cellsim.collision.paths import Path, carry, joints_at, links_at, relative, row_of
from cellsim.collision.spans import LEAF_U0, LEAF_U1, LOWER, NEED, NUMBER, WORST
from cellsim.collision.support import Ints, Shapes, gap_of_spheres
from cellsim.collision.work import REL, A, B, Pair, pieces_of
from cellsim.geometry import Array

TOLERANCE_M = 5e-5
# Leaves that are searched at most: where a depth is held for long, many may be deeper by a little.
MOST_LEAVES = 32
# Steps of a search, and how near two points of a line are, as a part of the leaf.
MOST_CUTS = 20
STEP = 1.0 / 256.0
# A depth that a leaf may have beyond what is found, and seems not to [m]: looked at again, and so
# are other pieces, less deep by this at most.
UNLIKELY_M, LIKELY_M = 3e-4, 2e-3
# Columns of what is found of a stretch.
AT, PIECES, DEPTH = range(3)


class Dip(NamedTuple):
    """Working space.

    Attributes:
        q, links: Of the instant being worked out; shapes (dof,), (L, 3, 4).
        poses: `world_T_a`, `world_T_b`, `a_T_b`, shape (3, 3, 4). there: `a_T_b`, shape (3, 4).
        normal: Of the pieces that are looked at. space: See `epa.space_for`.
    """

    q: Array
    links: Array
    poses: Array
    there: Array
    normal: Array
    space: Array


@compiled
def dive(s: Shapes, path: Path, pair: Pair, leaves: Array, most: Array, firsts: Ints) -> Array:
    """Return knot, number of the piece pair and depth [m] where stretches are deepest, (n, 3).

    Args:
        leaves: Of all stretches, all with an overlap, shape (m, LEAF_COLUMNS).
        most: Bound of the depth in each leaf [m]. firsts: Where each begins, shape (n + 1,).
    """
    d = Dip(
        np.zeros(path.knots.shape[2]),
        np.zeros((path.links.shape[0], 3, 4)),
        np.zeros((3, 3, 4)),
        np.zeros((3, 4)),
        np.zeros(3),
        space_for(),
    )
    found, open_ = np.zeros((firsts.size - 1, 3)), most.copy()
    for k in range(firsts.size - 1):
        _stretch(s, path, pair, d, leaves[firsts[k] : firsts[k + 1]],
                 open_[firsts[k] : firsts[k + 1]], found[k])  # fmt: skip
    return found


@bare
def _stretch(
    s: Shapes, path: Path, pair: Pair, d: Dip, leaves: Array, open_: Array, found: Array
) -> None:
    """Write where a stretch is deepest; open_ is used up."""
    leaf = 0
    for k in range(leaves.shape[0]):
        own = leaves[k, LOWER] - min(leaves[k, NEED], 0.0)
        if own < leaves[leaf, LOWER] - min(leaves[leaf, NEED], 0.0):
            leaf = k
    found[AT], found[PIECES] = leaves[leaf, WORST], leaves[leaf, NUMBER]
    d.normal[:] = 0.0
    found[DEPTH] = _depth(s, path, pair, d, found[AT], int(found[PIECES]))
    for _ in range(min(leaves.shape[0], MOST_LEAVES)):
        next_ = 0
        for k in range(leaves.shape[0]):
            if open_[k] > open_[next_]:
                next_ = k
        if open_[next_] <= found[DEPTH] + TOLERANCE_M:
            break
        most, open_[next_] = open_[next_], -math.inf
        number = int(leaves[next_, NUMBER])
        if _in_leaf(s, path, pair, d, leaves[next_], number, most, found):
            leaf = next_
    low, high = leaves[leaf, LEAF_U0], leaves[leaf, LEAF_U1]
    _others(s, path, pair, d, found[AT], low, high, int(found[PIECES]), found)


@bare
def _others(
    s: Shapes, path: Path, pair: Pair, d: Dip, u: float, low: float, high: float, own: int,
    found: Array,
) -> bool:  # fmt: skip
    """Keep where pieces that may be deeper at u than what is found are deepest; see `_between`.

    Args:
        own: Number of the pieces that are left out.
    """
    first_a, na, first_b, nb = pieces_of(s, pair)
    _look(path, pair, d, u)
    deeper = False
    for r in range(3):
        for c in range(4):
            d.there[r, c] = d.poses[REL, r, c]
    for number in range(na * nb):
        i, j = first_a + number // nb, first_b + number % nb
        # Two spheres overlap by what their pieces do, or more.
        if number == own or -gap_of_spheres(s.cores.rows, i, j, d.there) <= found[DEPTH]:
            continue
        d.normal[:] = 0.0
        if _depth(s, path, pair, d, u, number) > found[DEPTH] - LIKELY_M:
            deeper = _between(s, path, pair, d, low, high, number, found) or deeper
    return deeper


@bare
def _look(path: Path, pair: Pair, d: Dip, u: float) -> None:
    """Work out where both bodies are at u."""
    links, row = d.links, row_of(path, u)
    if row >= 0:
        links = path.table[row]
    else:
        joints_at(path, u, d.q)
        links_at(path, d.q, links)
    carry(links, pair.who[2], pair.link_T_body[A], d.poses[A])
    carry(links, pair.who[3], pair.link_T_body[B], d.poses[B])
    relative(d.poses[A], d.poses[B], d.poses[REL])


@bare
def _depth(s: Shapes, path: Path, pair: Pair, d: Dip, u: float, number: int) -> float:
    """Return how deep two pieces overlap at u [m], or a little more; below 0 they are apart."""
    _look(path, pair, d, u)
    first_a, _, first_b, nb = pieces_of(s, pair)
    i, j, T = first_a + number // nb, first_b + number % nb, d.poses[REL]
    if d.normal[0] == 0.0 and d.normal[1] == 0.0 and d.normal[2] == 0.0:
        aim(s.cores, i, j, T, d.normal)
    return -float(distance(s.cores, i, j, T, d.normal, math.inf, d.space)[0])


@bare
def _keep(found: Array, u: float, number: int, depth: float) -> bool:
    """Keep an instant if it is deeper than what is found, and say whether it is."""
    if depth <= found[DEPTH]:
        return False
    found[AT], found[PIECES], found[DEPTH] = u, number, depth
    return True


@bare
def _in_leaf(
    s: Shapes, path: Path, pair: Pair, d: Dip, leaf: Array, number: int, most: float, found: Array
) -> bool:
    """Keep where two pieces are deepest in a leaf; return whether it is deeper than was found.

    Where much more was not excluded, they are looked at at three instants between, and other
    pieces too.

    Args:
        most: Bound of the depth in the leaf [m].
    """
    low, high = leaf[LEAF_U0], leaf[LEAF_U1]
    d.normal[:] = 0.0
    deeper = _between(s, path, pair, d, low, high, number, found)
    half = 0.25 * (high - low)
    for k in range(1, 4):
        if half <= 0.0 or most <= found[DEPTH] + UNLIKELY_M:
            break
        x = low + k * half
        if _depth(s, path, pair, d, x, number) > found[DEPTH] + TOLERANCE_M:
            deeper = _between(s, path, pair, d, x - half, x + half, number, found) or deeper
        deeper = _others(s, path, pair, d, x, low, high, number, found) or deeper
    return deeper


@bare
def _between(
    s: Shapes, path: Path, pair: Pair, d: Dip, low: float, high: float, number: int, found: Array
) -> bool:
    """Keep where two pieces are deepest between two knots; return whether deeper than was found.

    From both sides: a line through two near points bounds a concave function beyond them.
    """
    step = STEP * (high - low)
    x1, y1 = high, _depth(s, path, pair, d, high, number)
    deeper = _keep(found, x1, number, y1)
    if step <= 0.0:
        return deeper
    slope1 = (y1 - _depth(s, path, pair, d, high - step, number)) / step
    if slope1 >= 0.0:
        return deeper
    x0, y0 = low, _depth(s, path, pair, d, low, number)
    deeper = _keep(found, x0, number, y0) or deeper
    slope0 = (_depth(s, path, pair, d, low + step, number) - y0) / step
    if slope0 <= 0.0:
        return deeper
    for _ in range(MOST_CUTS):
        x = (y1 - y0 + slope0 * x0 - slope1 * x1) / (slope0 - slope1)
        if y0 + slope0 * (x - x0) <= found[DEPTH] + TOLERANCE_M:
            break
        if not x0 + step < x < x1 - step:
            x = 0.5 * (x0 + x1)
        y = _depth(s, path, pair, d, x, number)
        deeper = _keep(found, x, number, y) or deeper
        slope = (_depth(s, path, pair, d, x + step, number) - y) / step
        if slope > 0.0:
            x0, y0, slope0 = x, y, slope
        else:
            x1, y1, slope1 = x, y, slope
    return deeper
