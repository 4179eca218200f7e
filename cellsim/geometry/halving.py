"""A tree over points: their order and the spans of its nodes, halved along the longest side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cellsim.geometry.pose import Array

Ints = NDArray[np.int64]
# A node of at most as many points is a leaf.
_LEAF = 8


def halved(middles: Array) -> tuple[Ints, Ints]:
    """Return the order of points, shape (m, 3), and the spans of nodes, breadth first.

    All nodes of a level at once, in numpy: a sort in numba compiles longer than it ever runs.
    """
    order, used = np.arange(len(middles)), 1
    level = np.array([[0, len(middles), -1]])
    levels = [level]
    while len(level):
        cut = level[:, 1] - level[:, 0] > _LEAF
        first, last = level[cut, 0], level[cut, 1]
        level[cut, 2] = used + 2 * np.arange(len(first))
        order = order[_sorted_within(middles[order], first, last)]
        half = (first + last) // 2
        below = np.stack([first, half, half, last], axis=1).reshape(-1, 2)
        level = np.concatenate([below, np.full((len(below), 1), -1)], axis=1)
        levels.append(level)
        used += len(level)
    return order, np.concatenate(levels)


def _sorted_within(placed: Array, first: Ints, last: Ints) -> Ints:
    """Return the order that sorts each stretch first..last along its longest side, ties as before.

    Args:
        placed: Points in their order so far, shape (m, 3).
        first, last: Disjoint stretches, in order.
    """
    if not len(first):
        return np.arange(len(placed))
    ends, padded = np.stack([first, last], axis=1).ravel(), np.concatenate([placed, placed[:1]])
    most, least = np.maximum.reduceat(padded, ends)[::2], np.minimum.reduceat(padded, ends)[::2]
    axis, counts = (most - least).argmax(axis=1), last - first
    steps = np.zeros(len(placed) + 1, dtype=np.int64)
    steps[first] += 1
    steps[last] -= 1
    inside = np.cumsum(steps)[:-1] > 0
    which, along = np.arange(len(placed)), np.zeros(len(placed))
    which[inside] = np.repeat(first, counts)
    along[inside] = placed[inside, np.repeat(axis, counts)]
    return np.lexsort((along, which))
