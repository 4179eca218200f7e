"""What is kept of a pair's run from chunk to chunk: what its result needs, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from cellsim.collision.result import Floats
from cellsim.collision.spans import (
    LEAF_COLUMNS,
    LEAST_REQUIRED,
    LEAST_SEEN,
    LEAST_U0,
    LEAST_U1,
    LEAST_VALUE,
    SPAN,
    SPAN_COLUMNS,
    STATE,
    VALUE,
    Outcome,
)
from cellsim.collision.support import Ints
from cellsim.collision.work import HIT, SHORT
from cellsim.geometry import Array

# A place in a span is short of its end, where the next motion begins.
_MOST_PART = np.float32(1.0 - 1e-6)
_DOWN = np.float32(-np.inf)


class Low(NamedTuple):
    """Where spans come nearest: clearance [m], knot, and what is required there [m]."""

    value: float
    u: float
    required: float


class Kept(NamedTuple):
    """What is kept of the least clearances of spans.

    Attributes:
        least: See `PairCourse.least`, shape (n, 2). needed: See `PairCourse.needed`.
        seen: Least clearances seen [m], shape (n,). low: The least of `least`.
    """

    least: Floats
    needed: Array
    seen: Floats
    low: Low


# Nothing yet; never written to.
_NO_LEAVES = np.zeros((0, LEAF_COLUMNS))
_NO_SPANS = np.zeros((0, SPAN_COLUMNS))
_NO_COUNTS = np.zeros(2)


@dataclass(eq=False)
class Gathered:
    """A pair's run so far.

    Attributes:
        leaves: Intervals that are not free; SPAN counts the rows of `spans`, shape (n, 13).
        spans: The requirements of these, shape (m, SPAN_COLUMNS).
        counts: Intervals and distances. number: Of all spans, those certified again counted again.
    """

    leaves: Array = field(default_factory=lambda: _NO_LEAVES)
    spans: Array = field(default_factory=lambda: _NO_SPANS)
    counts: Array = field(default_factory=lambda: _NO_COUNTS)
    number: int = 0
    _chunks: list[int] = field(default_factory=list)
    _ranges: list[Array] = field(default_factory=list)
    _least: list[Floats] = field(default_factory=list)
    _needed: list[Array] = field(default_factory=list)
    _seen: list[Floats] = field(default_factory=list)
    _lows: list[Low] = field(default_factory=list)
    _owners: list[tuple[int, int]] = field(default_factory=list)

    def take(self, chunk: int, spans: Array, ranges: Array, outcome: Outcome, kept: Kept) -> None:
        """Take in the outcome of further spans.

        Args:
            chunk: Number of the stretch of the path that they are in.
            ranges: Knots of each span or box, shape (n, 2) or (n, 4); kept as it is.
            kept: What `kept_of` keeps of the outcome; it is kept as it is.
        """
        seen = kept.seen
        self._chunks.append(chunk)
        self._ranges.append(ranges)
        self._least.append(kept.least)
        self._needed.append(kept.needed)
        self._lows.append(kept.low)
        self.counts, self.number = self.counts + outcome.counts, self.number + len(seen)
        if len(outcome.leaves):
            owners = outcome.leaves[:, SPAN].astype(np.int64)
            # A collision is told by its depth: its bounds say nothing of the distance.
            seen[owners[outcome.leaves[:, STATE] == HIT]] = -np.inf
            which, owner = np.unique(owners, return_inverse=True)
            leaves = outcome.leaves.copy()
            leaves[:, SPAN] = len(self.spans) + owner.ravel()
            self.leaves = np.concatenate([self.leaves, leaves])
            self.spans = np.concatenate([self.spans, spans[which]])
            self._owners += [(chunk, int(i)) for i in which]
        self._seen.append(seen)

    def least_in(self, chunk: int) -> Floats:
        """Return the least certified clearance of each span in a chunk [m], shape (n,)."""
        return self._least[self._chunks.index(chunk)][:, 0]

    def raise_to(self, chunk: int, which: Ints, outcome: Outcome, kept: Kept) -> None:
        """Take in what spans, certified again, are certified for beyond what is known."""
        k = self._chunks.index(chunk)
        old, new, needed = self._least[k], kept.least, self._needed[k]
        more = new[:, 0] > old[which, 0]
        old[which[more]] = new[more]
        needed = np.broadcast_to(needed, old[:, 0].shape)
        (self._lows[k],) = _lows(old, self._ranges[k], needed, np.zeros(1, dtype=np.int64))
        if self._owners:
            known = dict(zip(which.tolist(), old[which, 0].tolist(), strict=True))
            self._raise_leaves(chunk, known)
        self.counts, self.number = self.counts + outcome.counts, self.number + len(which)

    def _raise_leaves(self, chunk: int, known: dict[int, float]) -> None:
        """Raise the values of shortfalls to what is known of the whole span."""
        for row, (at, i) in enumerate(self._owners):
            if at == chunk and i in known:
                short = (self.leaves[:, SPAN] == row) & (self.leaves[:, STATE] == SHORT)
                self.leaves[short, VALUE] = np.maximum(self.leaves[short, VALUE], known[i])

    def worst(self) -> Low:
        """Return where all spans come nearest."""
        return min(self._lows, key=_value)

    def course(self) -> tuple[tuple[Array, ...], Floats, Array]:
        """Return knots of the spans, clearance and where, required: what `PairCourse` keeps."""
        least = self._least[0] if len(self._least) == 1 else np.concatenate(self._least)
        return tuple(self._ranges), least, self.needed()

    def needed(self) -> Array:
        """Return what is required in each span [m], shape (n,), or (1,) where it is the same."""
        first = self._needed[0]
        if len(self._needed) == 1 or all(len(n) == 1 and n[0] == first[0] for n in self._needed):
            return first
        parts = zip(self._needed, self._least, strict=True)
        return np.concatenate([np.broadcast_to(n, (len(x),)) for n, x in parts])

    def least(self) -> float:
        """Return the least certified clearance of all spans [m]."""
        return self.worst().value

    def seen(self) -> Floats:
        """Return the least clearance seen in each span [m]: upper bounds, shape (n,)."""
        return np.concatenate(self._seen)

    def split(self, rows: Array) -> dict[int, Array]:
        """Return rows of all spans by the chunk that they are in."""
        ends = np.cumsum([len(least) for least in self._least])[:-1]
        return dict(zip(self._chunks, np.split(rows, ends), strict=True))


def kept_of(outcomes: Sequence[Outcome], ranges: Sequence[Array]) -> Iterator[Kept]:
    """Yield what is kept of each outcome, worked out for all at once."""
    if not outcomes:
        return
    least, on = np.concatenate([outcome.least for outcome in outcomes]), np.concatenate(ranges)
    small, seen = _compact(least, on), least[:, LEAST_SEEN].astype(np.float32)
    needed = least[:, LEAST_REQUIRED].copy()
    ends = np.cumsum([len(outcome.least) for outcome in outcomes])
    firsts = ends - [len(outcome.least) for outcome in outcomes]
    same = np.minimum.reduceat(needed, firsts) == np.maximum.reduceat(needed, firsts)
    some, lows = needed[firsts, None], _lows(small, on, needed, firsts)
    rows = zip(firsts.tolist(), ends.tolist(), same.tolist(), some, lows, strict=True)
    for first, end, one, need, low in rows:
        yield Kept(small[first:end], need if one else needed[first:end], seen[first:end], low)


def _lows(least: Floats, ranges: Array, needed: Array, firsts: Ints) -> list[Low]:
    """Return where each stretch of spans comes nearest; firsts: where each begins."""
    value = np.minimum.reduceat(least[:, 0], firsts)
    reached = least[:, 0] == np.repeat(value, np.diff(firsts, append=len(least)))
    hits = np.flatnonzero(reached)
    at = hits[np.searchsorted(hits, firsts)]
    first, part = ranges[at, 0], least[at, 1].astype(np.float64)
    u = first + part * (ranges[at, 1] - first)
    return list(map(Low, value.tolist(), u.tolist(), needed[at].tolist()))


def _value(low: Low) -> float:
    return low.value


def _compact(least: Array, ranges: Array) -> Floats:
    """Return clearance [m], rounded down, and the place of it as a part of its span, (n, 2)."""
    found = np.empty((len(least), 2), dtype=np.float32)
    # Where a bound of a way fails, what is certified may be less than single precision holds: -inf.
    with np.errstate(over="ignore"):
        np.nextafter(least[:, LEAST_VALUE].astype(np.float32), _DOWN, out=found[:, 0])
    first = ranges[:, 0]
    at, length = 0.5 * (least[:, LEAST_U0] + least[:, LEAST_U1]), ranges[:, 1] - first
    part = (at - first) / np.maximum(length, 1e-9)
    np.minimum(np.maximum(part, 0.0), _MOST_PART, out=found[:, 1], casting="same_kind")
    return found
