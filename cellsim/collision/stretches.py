"""The leaves of a pair in groups: each is a stretch of one motion, of which one thing is told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cellsim.collision.result import motions_at
from cellsim.collision.spans import LEAF_U0, LEAF_U1, LEAF_V0, STATE
from cellsim.collision.support import Ints
from cellsim.domain.timeline import GroupTrack, Motion
from cellsim.geometry import Array

# What lasts less [s] is no stretch of its own; `domain.strokes` gives three of 1e-7 to no time.
MOMENT_S = 1e-6


def stretches_of(leaves: Array, track: GroupTrack, two: bool) -> list[Array]:
    """Return the leaves in groups: neighbours of the same state within one motion.

    Of two clocks, all of one state within one motion: their leaves lie in a plane, not in a row.

    Args:
        leaves: Of one pair, shape (n, LEAF_COLUMNS). track: Of its first group.
        two: It has a second one.
    """
    if not len(leaves):
        return []
    leaves = leaves[np.lexsort((leaves[:, LEAF_V0], leaves[:, LEAF_U0]))]
    motion = _motions(leaves, track)
    if two:
        return _without_edges(_by_motion(leaves, motion))
    new = (leaves[1:, STATE] != leaves[:-1, STATE]) | (motion[1:] != motion[:-1])
    ends, starts, reached = leaves[:, LEAF_U1].tolist(), [], -np.inf
    for k, (other, u0) in enumerate(
        zip([True, *new.tolist()], leaves[:, LEAF_U0].tolist(), strict=True)
    ):
        if other or u0 > reached + 1e-9:
            starts.append(k)
            reached = ends[k]
        reached = max(reached, ends[k])
    return _without_edges([leaves[a:b] for a, b in pairwise([*starts, len(leaves)])])


def _motions(leaves: Array, track: GroupTrack) -> Ints:
    """Return the number of the motion of the first group that each leaf lies in, shape (n,).

    One that lasts no time counts as the next: a phase of a fixture that ends as it begins.
    """
    if not track.motions:
        return np.zeros(len(leaves), dtype=np.int64)
    found = motions_at(track, (leaves[:, LEAF_U0] + leaves[:, LEAF_U1]) / 2)
    for k in set(found.tolist()):
        told = k
        while told + 1 < len(track.motions) and _moment(track, track.motions[told]):
            told += 1
        if told != k:
            found[found == k] = told
    return found


def _moment(track: GroupTrack, motion: Motion) -> bool:
    return bool(track.t[motion.last] - track.t[motion.first] < MOMENT_S)


def _by_motion(leaves: Array, motion: Ints) -> list[Array]:
    """Return the leaves of each state within each motion of the first group."""
    keys = np.stack([leaves[:, STATE], motion], axis=1)
    groups, owner = np.unique(keys, axis=0, return_inverse=True)
    return [leaves[owner.ravel() == k] for k in range(len(groups))]


def _without_edges(groups: list[Array]) -> list[Array]:
    """Return the groups without those undecided ones that touch a violation."""
    found = [g for g in groups if g[0, STATE] > 0.0]
    for group in groups:
        if group[0, STATE] > 0.0:
            continue
        low, high = group[:, LEAF_U0].min(), group[:, LEAF_U1].max()
        for other in found:
            if low <= other[:, LEAF_U1].max() + 1e-9 and other[:, LEAF_U0].min() <= high + 1e-9:
                break
        else:
            found.append(group)
    # The leaves of each are in order of their beginnings.
    return sorted(found, key=lambda g: (g.item(0, LEAF_U0), -g.item(0, STATE)))
