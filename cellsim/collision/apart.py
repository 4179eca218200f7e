"""How far two groups on one clock may be apart: which knots of theirs may be at the same time.

Let ub(x, y) be an upper bound of T(x) - T(y), the times of two instants, over every timing. With
ub(x, x) = 0, from what the instants follow (`domain.pace`):

    ub(x, y) <= max over the p that x follows of ub(p, y) + most,   for T(x) <= max T(p) + most
    ub(x, y) <= ub(x, p) - least for each p that y follows,         for T(y) >= T(p) + least

A wait for one another, or for the same thing, brings both together again: what was open before it
cancels. A wait for a signal that is taken back is bounded so only where it comes before that, by
these same bounds. A stay of one is over before a stay of the other begins, in every timing, where
the bound of (end - beginning) is below minus the skew; all other stays may be at once.

Source: Baccelli, Cohen, Olsder, Quadrat 1992 (timed event graphs, max-plus).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from cellsim.domain.pace import NEVER, Pace, Stays
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array

# Boxes along the way of one group at most, as long as it has fewer stops; how long one is: the
# share of what its time is uncertain by, or so many seconds.
MOST_BOXES, SHARE, PIECE_S = 1000, 0.05, 0.04
_HAIR_S = 1e-9


def narrowed(timeline: Timeline, a: str, b: str, free: Array) -> Array:
    """Return what of the rectangles free for two groups may be at once on their clock.

    Args:
        free: What signals leave free, (a0, a1, b0, b1) in knots, shape (n, 4).

    Returns:
        Boxes along the nominal clock, shape (m, 4); `free` where nothing else is known.
    """
    number = timeline.job.cell.clock_of(a, b)
    if number is None or len(timeline.paces) <= number:
        return free
    pace = timeline.paces[number]
    if a not in pace.stays or b not in pace.stays:
        return free
    boxes = np.array(list(_boxes(pace, a, b, timeline.job.cell.clocks[number].skew_s)))
    low = np.maximum(boxes[None, :, ::2], free[:, None, ::2])
    high = np.minimum(boxes[None, :, 1::2], free[:, None, 1::2])
    found = np.stack([low[..., 0], high[..., 0], low[..., 1], high[..., 1]], axis=2)
    return np.asarray(found[(low <= high).all(axis=2)].reshape(-1, 4))


def _boxes(pace: Pace, a: str, b: str, skew: float) -> Iterator[tuple[float, ...]]:
    bound, mine, theirs = bounds(pace, skew)[0], pace.stays[a], pace.stays[b]
    last: list[float] | None = None
    for first, stop in _pieces(mine, skew):
        where = np.flatnonzero(_meeting(bound, mine, (first, stop), theirs, skew))
        if not len(where):
            continue
        us = mine.knots[first, 0], mine.knots[stop, 1]
        vs = theirs.knots[where, 0].min(), theirs.knots[where, 1].max()
        if last is not None and last[2:] == [*vs] and last[1] == us[0]:
            last[1] = us[1]
            continue
        if last is not None:
            yield tuple(last)
        last = [float(x) for x in (*us, *vs)]
    if last is not None:
        yield tuple(last)


def _meeting(
    bound: Array, mine: Stays, piece: tuple[int, int], theirs: Stays, skew: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which stays of the other group may be at once with stays first..last, shape (n,)."""
    first, last = piece
    ours, theirs_end = mine.before[last], theirs.before
    end = mine.most[:, last, None] + bound[:, ours][:, theirs.after] - theirs.least
    if ours == NEVER:
        end = np.full_like(end, math.inf)
    begin = theirs.most + bound[:, theirs_end, mine.after[first]] - mine.least[:, first, None]
    begin[:, theirs_end == NEVER] = math.inf
    late = end >= -skew - _HAIR_S
    soon = begin >= -skew - _HAIR_S
    return np.asarray((late & soon).any(axis=0))


def _pieces(stays: Stays, skew: float) -> list[tuple[int, int]]:
    """Return (first, last) of stays that are taken together: moving, from the same instants.

    Each piece lasts a share of what its time is uncertain by, so that it adds little to that.
    """
    changes = np.diff(stays.after) | np.diff(stays.before) | stays.stands[1:] | stays.stands[:-1]
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(stays.after)]
    starts, open_ = stays.least.max(axis=0), (stays.most - stays.least).min(axis=0) + skew
    size = 1.0
    while True:
        found = [piece for first, stop in pairwise(edges)
                 for piece in _cut(starts, open_, first, stop, size)]  # fmt: skip
        if len(found) <= max(MOST_BOXES, 2 * len(edges)):
            return found
        size *= 1.5


def _cut(
    starts: Array, open_: Array, first: int, stop: int, size: float
) -> Iterator[tuple[int, int]]:
    while first < stop:
        reach = starts[first] + size * max(SHARE * open_[first], PIECE_S)
        behind = first + int(np.searchsorted(starts[first:stop], reach, side="right"))
        behind = max(behind, first + 1)
        yield first, behind - 1
        first = behind


def bounds(pace: Pace, skew: float) -> tuple[Array, tuple[int, ...]]:
    """Return ub(x, y) [s] for all instants, shape (cases, count, count); and the waits that may
    miss, in some timing, what they wait for: nothing bounds these.

    skew: How far the groups may be from the times of the run against one another [s].
    """
    n, cases = pace.count, len(pace.least)
    before: list[list[int]] = [[] for _ in range(n)]
    for edge, (instant, _) in enumerate(pace.follows):
        before[instant].append(edge)
    since = _since(pace, before)
    found = np.full((cases, n, n), math.inf)
    missed = []
    for x in range(n):
        row = np.full((cases, n), -math.inf if before[x] else math.inf)
        for edge in before[x]:
            delays = pace.most[:, edge] > -math.inf
            most = pace.most[delays, edge, None]
            row[delays] = np.maximum(row[delays], found[delays, pace.follows[edge, 1]] + most)
        found[:, x] = _reached(row, x, since)
        overs = pace.sights[pace.sights[:, 0] == x, 1]
        late = (found[:, x, overs] >= -skew).any(axis=1)
        if late.any():
            missed.append(x)
            row[late] = math.inf
            found[:, x] = _reached(row, x, since)
    return found, tuple(missed)


def _since(pace: Pace, before: Sequence[Sequence[int]]) -> Array:
    """Return how long after each instant each other comes at least, [case, later, earlier]."""
    n, cases = pace.count, len(pace.least)
    since = np.full((cases, n, n), -math.inf)
    for y in range(n):
        since[:, y, y] = 0.0
        for edge in before[y]:
            chain = since[:, pace.follows[edge, 1]] + pace.least[:, edge, None]
            since[:, y] = np.maximum(since[:, y], chain)
    return since


def _reached(row: Array, x: int, since: Array) -> Array:
    """Return ub(x, y) for all y, shape (cases, n), from bounds `row` over what x follows."""
    row = row.copy()
    row[:, x] = np.minimum(row[:, x], 0.0)
    return np.asarray((row[:, None, :] - since).min(axis=2))
