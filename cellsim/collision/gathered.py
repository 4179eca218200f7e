"""What is kept of a pair's run from chunk to chunk: what its result needs, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from cellsim.collision.result import Floats, knots_at, motions_at
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
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array

# A place in a span is short of its end, where the next motion begins.
_MOST_PART = np.float32(1.0 - 1e-6)
_DOWN = np.float32(-np.inf)


class Kept(NamedTuple):
    """What is kept of the least clearances of spans.

    Attributes:
        least: See `PairCourse.least`, shape (n, 2). needed: See `PairCourse.needed`.
        seen: Least clearances seen [m], shape (n,).
    """

    least: Floats
    needed: Array
    seen: Floats


@dataclass(eq=False)
class Gathered:
    """A pair's run so far.

    Attributes:
        leaves: Intervals that are not free; SPAN counts the rows of `spans`, shape (n, 13).
        spans: The requirements of these, shape (m, SPAN_COLUMNS).
        counts: Intervals and distances. number: Of all spans, those certified again counted again.
    """

    leaves: Array = field(default_factory=lambda: np.zeros((0, LEAF_COLUMNS)))
    spans: Array = field(default_factory=lambda: np.zeros((0, SPAN_COLUMNS)))
    counts: Array = field(default_factory=lambda: np.zeros(2))
    number: int = 0
    _chunks: list[int] = field(default_factory=list)
    _ranges: list[Array] = field(default_factory=list)
    _least: list[Floats] = field(default_factory=list)
    _needed: list[Array] = field(default_factory=list)
    _seen: list[Floats] = field(default_factory=list)
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

    def raise_to(self, chunk: int, which: Ints, outcome: Outcome) -> None:
        """Take in what spans, certified again, are certified for beyond what is known."""
        k = self._chunks.index(chunk)
        old, new = self._least[k], _compact(outcome.least, self._ranges[k][which])
        more = new[:, 0] > old[which, 0]
        old[which[more]] = new[more]
        self._raise_leaves(chunk, dict(zip(which.tolist(), old[which, 0].tolist(), strict=True)))
        self.counts, self.number = self.counts + outcome.counts, self.number + len(which)

    def _raise_leaves(self, chunk: int, known: dict[int, float]) -> None:
        """Raise the values of shortfalls to what is known of the whole span."""
        for row, (at, i) in enumerate(self._owners):
            if at == chunk and i in known:
                short = (self.leaves[:, SPAN] == row) & (self.leaves[:, STATE] == SHORT)
                self.leaves[short, VALUE] = np.maximum(self.leaves[short, VALUE], known[i])

    def worst(self) -> tuple[float, float, float]:
        """Return the least clearance of all spans [m], the knot where it is, and the required."""
        k = min(range(len(self._least)), key=lambda k: self._least[k][:, 0].min())
        least, needed = self._least[k], self._needed[k]
        i = int(np.argmin(least[:, 0]))
        u0, u1 = self._ranges[k][i, :2]
        at = float(u0 + float(least[i, 1]) * (u1 - u0))
        return float(least[i, 0]), at, float(needed[i if len(needed) > 1 else 0])

    def course(self) -> tuple[tuple[Array, ...], Floats, Array]:
        """Return knots of the spans, clearance and where, required: what `PairCourse` keeps."""
        ranges, least = tuple(self._ranges), np.concatenate(self._least)
        return ranges, least, self.needed()

    def needed(self) -> Array:
        """Return what is required in each span [m], shape (n,), or (1,) where it is the same."""
        first = self._needed[0]
        if all(len(n) == 1 and n[0] == first[0] for n in self._needed):
            return first
        parts = zip(self._needed, self._least, strict=True)
        return np.concatenate([np.broadcast_to(n, (len(x),)) for n, x in parts])

    def least(self) -> float:
        """Return the least certified clearance of all spans [m]."""
        return min(float(least[:, 0].min()) for least in self._least)

    def motions(self, track: GroupTrack) -> Ints:
        """Return in which motion each span's least clearance is reached, shape (n,)."""
        ranges, least = np.concatenate(self._ranges), np.concatenate(self._least)
        return motions_at(track, knots_at(ranges, least))

    def seen(self) -> Floats:
        """Return the least clearance seen in each span [m]: upper bounds, shape (n,)."""
        return np.concatenate(self._seen)

    def split(self, rows: Array) -> dict[int, Array]:
        """Return rows of all spans by the chunk that they are in."""
        ends = np.cumsum([len(least) for least in self._least])[:-1]
        return dict(zip(self._chunks, np.split(rows, ends), strict=True))


def kept_of(outcomes: Sequence[Outcome], ranges: Sequence[Array]) -> Iterator[Kept]:
    """Yield what is kept of each outcome, worked out for all at once."""
    least = np.concatenate([outcome.least for outcome in outcomes])
    small, seen = _compact(least, np.concatenate(ranges)), least[:, LEAST_SEEN].astype(np.float32)
    needed = least[:, LEAST_REQUIRED].copy()
    ends = np.cumsum([len(outcome.least) for outcome in outcomes])
    firsts = ends - [len(outcome.least) for outcome in outcomes]
    low, high = np.minimum.reduceat(needed, firsts), np.maximum.reduceat(needed, firsts)
    for first, end, same in zip(firsts.tolist(), ends.tolist(), low == high, strict=True):
        need = needed[first : first + 1].copy() if same else needed[first:end]
        yield Kept(small[first:end], need, seen[first:end])


def _compact(least: Array, ranges: Array) -> Floats:
    """Return clearance [m], rounded down, and the place of it as a part of its span, (n, 2)."""
    found = np.empty((len(least), 2), dtype=np.float32)
    np.nextafter(least[:, LEAST_VALUE].astype(np.float32), _DOWN, out=found[:, 0])
    first = ranges[:, 0]
    at, length = 0.5 * (least[:, LEAST_U0] + least[:, LEAST_U1]), ranges[:, 1] - first
    part = (at - first) / np.maximum(length, 1e-9)
    np.minimum(np.maximum(part, 0.0), _MOST_PART, out=found[:, 1], casting="same_kind")
    return found
