"""What is kept of a pair's run from chunk to chunk: what its result needs, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cellsim.collision.spans import (
    LEAF_COLUMNS,
    LEAST_REQUIRED,
    LEAST_U0,
    LEAST_U1,
    LEAST_VALUE,
    SPAN,
    SPAN_COLUMNS,
    Outcome,
)
from cellsim.geometry import Array


@dataclass(eq=False)
class Gathered:
    """A pair's run so far.

    Attributes:
        leaves: Intervals that are not free; SPAN counts the rows of `spans`, shape (n, 13).
        spans: The requirements of these, shape (m, SPAN_COLUMNS).
        worst: Row of the least clearance of all spans, see `spans.LEAST_VALUE`, shape (5,).
        counts: Intervals and distances. number: Of all spans.
    """

    leaves: Array = field(default_factory=lambda: np.zeros((0, LEAF_COLUMNS)))
    spans: Array = field(default_factory=lambda: np.zeros((0, SPAN_COLUMNS)))
    worst: Array = field(default_factory=lambda: np.full(5, np.inf))
    counts: Array = field(default_factory=lambda: np.zeros(2))
    number: int = 0
    _ranges: list[Array] = field(default_factory=list)
    _least: list[Array] = field(default_factory=list)
    _needed: list[Array] = field(default_factory=list)

    def take(self, spans: Array, ranges: Array, outcome: Outcome) -> None:
        """Take in the outcome of further spans.

        Args:
            ranges: Knots of each span or box, shape (n, 2) or (n, 4); kept as it is.
        """
        least = outcome.least
        row = least[int(np.argmin(least[:, LEAST_VALUE]))]
        if self.number == 0 or row[LEAST_VALUE] < self.worst[LEAST_VALUE]:
            self.worst = row.copy()
        at = (least[:, LEAST_U0] + least[:, LEAST_U1]) / 2
        needed = least[:, LEAST_REQUIRED]
        same = bool((needed == needed[0]).all())
        self._ranges.append(ranges)
        self._least.append(np.stack([least[:, LEAST_VALUE], at], axis=1))
        self._needed.append(needed[:1].copy() if same else needed.copy())
        self.counts, self.number = self.counts + outcome.counts, self.number + len(least)
        if len(outcome.leaves):
            which, owner = np.unique(outcome.leaves[:, SPAN].astype(np.int64), return_inverse=True)
            leaves = outcome.leaves.copy()
            leaves[:, SPAN] = len(self.spans) + owner.ravel()
            self.leaves = np.concatenate([self.leaves, leaves])
            self.spans = np.concatenate([self.spans, spans[which]])

    def course(self) -> tuple[tuple[Array, ...], Array, Array]:
        """Return knots of the spans, clearance and where, required: what `PairCourse` keeps."""
        ranges, least = tuple(self._ranges), np.concatenate(self._least)
        first = self._needed[0]
        if all(len(n) == 1 and n[0] == first[0] for n in self._needed):
            return ranges, least, first
        parts = zip(self._needed, self._least, strict=True)
        return ranges, least, np.concatenate([np.broadcast_to(n, (len(x),)) for n, x in parts])
