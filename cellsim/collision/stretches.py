"""The leaves of pairs in groups: each is a stretch of one motion, of which one thing is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cellsim.collision.deepest import seen_over
from cellsim.collision.result import motions_at, times_at
from cellsim.collision.spans import (
    LEAF_U0,
    LEAF_U1,
    LEAF_V0,
    NEED,
    STATE,
    VALUE,
)
from cellsim.collision.support import Ints
from cellsim.collision.work import HIT
from cellsim.domain.timeline import GroupTrack, Motion
from cellsim.geometry import Array

# What lasts less [s] is no stretch of its own; `domain.strokes` gives three of 1e-7 to no time.
MOMENT_S = 1e-6


class Stretch(NamedTuple):
    """Leaves of one state within one motion.

    Attributes:
        rows: In order of their beginnings, shape (n, LEAF_COLUMNS).
        worst: The values of the leaf that it is told by. motion: That this leaf lies in.
        t0, t1: From the beginning of the first leaf to the end of the last on the track [s].
    """

    rows: Array
    worst: list[float]
    motion: Motion | None
    t0: float
    t1: float

    @property
    def state(self) -> int:
        """State of all its leaves."""
        return int(self.worst[STATE])


def stretches_of(
    leaves: Sequence[Array], track: GroupTrack, two: bool
) -> Iterator[tuple[Stretch, ...]]:
    """Yield the stretches of each pair: neighbours of the same state within one motion.

    Of two clocks, all of one state within one motion: their leaves lie in a plane, not in a row.

    Args:
        leaves: Of each pair, at least one, shape (n, LEAF_COLUMNS). track: Of its first group.
        two: It has a second one.
    """
    rows, owner, motion = _in_order(leaves, track, two)
    firsts = _firsts(rows, owner, motion, two)
    edges = [*firsts.tolist(), len(rows)]
    worst = rows[_worst(rows, firsts)]
    highs = np.maximum.reduceat(rows[:, LEAF_U1], firsts)
    made = [
        Stretch(rows[a:b], leaf, moves, t0, t1)
        for (a, b), leaf, moves, t0, t1 in zip(
            pairwise(edges), worst.tolist(), _of_leaves(worst, track),
            times_at(track, rows[firsts, LEAF_U0]).tolist(), times_at(track, highs).tolist(),
            strict=True,
        )
    ]  # fmt: skip
    ends = np.searchsorted(owner[firsts], np.arange(len(leaves) + 1)).tolist()
    low, high = rows[firsts, LEAF_U0].tolist(), highs.tolist()
    for a, b in pairwise(ends):
        yield tuple(made[k] for k in _without_edges(range(a, b), made, low, high))


def _in_order(leaves: Sequence[Array], track: GroupTrack, two: bool) -> tuple[Array, Ints, Ints]:
    """Return leaves of all pairs, those of a stretch together; number of their pair, motion."""
    rows, counts = np.concatenate(leaves), [len(own) for own in leaves]
    owner = np.repeat(np.arange(len(leaves)), counts)
    rows = rows[np.lexsort((rows[:, LEAF_V0], rows[:, LEAF_U0], owner))]
    motion = _motions(rows, track)
    if two:
        order = np.lexsort((motion, rows[:, STATE], owner))
        rows, motion = rows[order], motion[order]
    return rows, owner, motion


def _firsts(rows: Array, owner: Ints, motion: Ints, two: bool) -> Ints:
    """Return where stretches begin."""
    new = np.ones(len(rows), dtype=bool)
    state = rows[:, STATE]
    new[1:] = (state[1:] != state[:-1]) | (motion[1:] != motion[:-1]) | (owner[1:] != owner[:-1])
    if two:
        return np.flatnonzero(new)
    starts, reached, u1 = [], -np.inf, rows[:, LEAF_U1].tolist()
    for k, (other, u0) in enumerate(zip(new.tolist(), rows[:, LEAF_U0].tolist(), strict=True)):
        if other or u0 > reached + 1e-9:
            starts.append(k)
            reached = u1[k]
        reached = max(reached, u1[k])
    return np.array(starts, dtype=np.int64)


def _worst(rows: Array, firsts: Ints) -> Ints:
    """Return the leaves that stretches are told by: of overlaps the one that was seen deepest."""
    short = np.where(rows[:, STATE] == HIT, seen_over(rows), rows[:, VALUE] - rows[:, NEED])
    least = np.repeat(np.minimum.reduceat(short, firsts), np.diff(firsts, append=len(rows)))
    hits = np.flatnonzero(short == least)
    return np.asarray(hits[np.searchsorted(hits, firsts)])


def _of_leaves(leaves: Array, track: GroupTrack) -> list[Motion | None]:
    """Return the motion that each leaf lies in: its worst instant may be where the next begins."""
    if not track.motions:
        return [None] * len(leaves)
    numbers = motions_at(track, (leaves[:, LEAF_U0] + leaves[:, LEAF_U1]) / 2)
    return [track.motions[k] for k in numbers.tolist()]


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


def _without_edges(
    own: Sequence[int], made: Sequence[Stretch], low: Sequence[float], high: Sequence[float]
) -> list[int]:
    """Return a pair's stretches, in order, without those undecided ones that touch a violation."""
    found = [k for k in own if made[k].worst[STATE] > 0.0]
    for k in own:
        if made[k].worst[STATE] > 0.0:
            continue
        if not any(low[k] <= high[i] + 1e-9 and low[i] <= high[k] + 1e-9 for i in found):
            found.append(k)
    return sorted(found, key=lambda k: (low[k], -made[k].worst[STATE]))
