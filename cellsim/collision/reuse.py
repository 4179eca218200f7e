"""Outcomes of spans that were certified before: an edited line leaves the others as they were.

The outcome of a span depends on the shapes of the two bodies, how they hang in their link trees,
the knots that the span touches, its requirement, and the limits: these make the key, and nothing
else does. Per pair one value is kept, with the outcomes of all its spans.

Knots count by their joint values, by how far the true path may leave the chords, and by the time
between them, to a nanosecond: two spans alike but for when they begin are the same.

Most pairs are certified sooner than their outcomes are found again (an interval takes 5 us, a pair
of 250 spans 0.5 ms to look up), so a pair is kept only where it took many intervals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from cellsim.cache import Cache
from cellsim.cache.arrays import packed, unpacked
from cellsim.collision.items import Item
from cellsim.collision.paths import Path
from cellsim.collision.spans import (
    LEAF_COLUMNS,
    LEAF_U0,
    LEAF_U1,
    LEAF_V0,
    LEAF_V1,
    LEAST_COLUMNS,
    LEAST_U0,
    LEAST_U1,
    SPAN,
    U0,
    U1,
    WORST,
    WORST_V,
    Outcome,
)
from cellsim.collision.support import Ints
from cellsim.collision.work import Limits, Pair
from cellsim.geometry import Array, Solid

Words = np.ndarray[Any, np.dtype[np.uint64]]
MOST_SPANS = 20_000
# A pair that took fewer intervals, and these for each span, is not kept.
FEW, FEW_A_SPAN = 200, 2
_ON_U, _ON_V = [LEAF_U0, LEAF_U1, WORST], [LEAF_V0, LEAF_V1, WORST_V]
_MIX = np.random.default_rng(20_261_125).integers(
    1, 2**63, size=(32, 2), dtype=np.uint64
) * np.uint64(2) + np.uint64(1)


@dataclass
class Reuse:
    """Where outcomes are kept, and the digests of this timeline's stretches.

    Attributes:
        spans, kept: How many spans were asked for, and how many of them were kept from before.
    """

    cache: Cache
    stretches: dict[tuple[int, int, int], bytes] = field(default_factory=dict)
    digests: dict[tuple[int, bytes], Words] = field(default_factory=dict)
    shapes: dict[Solid, bytes] = field(default_factory=dict)
    spans: int = 0
    kept: int = 0

    def ask(self, questions: Sequence[Question], limits: Limits, chunk: int = 0) -> list[Asked]:
        """Return what is known of the spans of pairs, and which are not known.

        Args:
            chunk: Number of the stretch of the path; outcomes are kept chunk by chunk.
        """
        keys = [self._pair_key(q.pair, q.bodies, q.paths, limits, chunk) for q in questions]
        found = self.cache.get(keys)
        tables = [Table.of(found.get(key)) for key in keys]
        return [self._asked(*one) for one in zip(keys, questions, tables, strict=True)]

    def _asked(self, key: bytes, question: Question, table: Table) -> Asked:
        count = len(question.spans)
        missing = np.arange(count, dtype=np.int64)
        if len(table.names):
            missing = np.flatnonzero(table.find(self._names(question)) < 0).astype(np.int64)
        self.spans += count
        self.kept += count - len(missing)
        return Asked(key, question, table, missing)

    def answer(self, asked: Asked, fresh: Outcome) -> Outcome:
        """Return the outcome of all spans of a pair, given that of the missing ones."""
        table, missing, counts = asked.table, asked.missing, fresh.counts
        if not len(table.names) and counts[0] <= FEW + FEW_A_SPAN * len(missing):
            return fresh
        names, base = self._names(asked.question), asked.question.base
        if len(missing):
            table = table.joined(names[missing], _shifted(fresh, -base[missing]))
            self.cache.put({asked.key: table.data(names)})
        return table.outcome(table.find(names), base, counts)

    def forget(self) -> None:
        """Let go of the digests of stretches, which no other chunk asks for."""
        self.stretches.clear()
        self.digests.clear()

    def _pair_key(
        self,
        pair: Pair,
        bodies: tuple[Item, Item],
        paths: tuple[Path, ...],
        limits: Limits,
        chunk: int,
    ) -> bytes:
        parts = [bytes(pair.link_T_body.tobytes()), pair.joints.tobytes(), pair.who[2:].tobytes()]
        parts += [self._shape(item.solid) for item in bodies]
        parts += [array.tobytes() for path in paths for array in (path.links, path.frames)]
        # What rides on a moving fixture has another clock, and other limits.
        rides = [item.rides for item in bodies]
        return self.cache.key("pair", f"{chunk} {tuple(limits)!r} {rides}", *parts)

    def _shape(self, solid: Solid) -> bytes:
        if solid not in self.shapes:
            self.shapes[solid] = solid.hash().encode()
        return self.shapes[solid]

    def _names(self, question: Question) -> Words:
        """Return two words per span, mixed from its stretches and its requirement, shape (n, 2).

        Sums of words times odd random words: two different spans meet with a chance of 2**-120.
        """
        on = [question.ranges[:, 2 * k :][:, :2] for k in range(len(question.paths))]
        columns = [self._digests(*one) for one in zip(question.paths, on, strict=True)]
        inside = (question.ranges - np.repeat(question.base, 2, axis=1)) + 0.0
        rest = np.concatenate([inside, question.spans[:, U1 + 1 :] + 0.0], axis=1)
        words = np.concatenate([*columns, np.ascontiguousarray(rest).view(np.uint64)], axis=1)
        words = words ^ (words >> np.uint64(31))
        mixed = words @ _MIX[: words.shape[1]]
        return np.asarray(mixed ^ (mixed >> np.uint64(29)))

    def _digests(self, path: Path, on: Array) -> Words:
        """Return 256 bits of each stretch of a path, shape (n, 4)."""
        edges = np.stack([np.floor(on[:, 0]), np.ceil(on[:, 1])], axis=1).astype(np.int64)
        key = (id(path), edges.tobytes())
        if key not in self.digests:
            rows = [self._stretch(path, int(a), int(b)) for a, b in edges]
            self.digests[key] = np.frombuffer(b"".join(rows), dtype=np.uint64).reshape(-1, 4)
        return self.digests[key]

    def _stretch(self, path: Path, first: int, last: int) -> bytes:
        at = (id(path), first, last)
        if at not in self.stretches:
            digest = hashlib.sha256(path.knots[0, first : last + 1].tobytes())
            digest.update(np.round(np.diff(path.t[first : last + 1]), 9).tobytes())
            # The instant of the last knot is on the last chord.
            begin = min(first, max(path.deviation.shape[1] - 1, 0))
            digest.update(path.deviation[0, begin : max(last, begin + 1)].tobytes())
            self.stretches[at] = digest.digest()
        return self.stretches[at]


class Question(NamedTuple):
    """Spans of a pair.

    Attributes:
        ranges: Knots of the first path (and of the second) that each span is on, shape (n, 2) or
            (n, 4). spans: Shape (n, SPAN_COLUMNS).
    """

    pair: Pair
    bodies: tuple[Item, Item]
    paths: tuple[Path, ...]
    ranges: Array
    spans: Array

    @property
    def base(self) -> Array:
        """First knots, shape (n, 1 or 2)."""
        return np.floor(self.ranges[:, ::2])


@dataclass(frozen=True, eq=False)
class Asked:
    """What the cache knows of the spans of a pair.

    Attributes:
        key: Of the pair. table: What is known. missing: Numbers of the spans that are not.
    """

    key: bytes
    question: Question
    table: Table
    missing: Ints


@dataclass(frozen=True, eq=False)
class Table:
    """Outcomes by span name, each counted from the first knot of its span.

    Attributes:
        names: Shape (n, 2), by their first word. least: shape (n, 6).
        ends: One past the last leaf of each, shape (n,). leaves: shape (m, LEAF_COLUMNS).
    """

    names: Words
    least: Array
    ends: Ints
    leaves: Array

    @staticmethod
    def of(data: bytes | None) -> Table:
        """Return what was kept; nothing where it cannot be read."""
        if data is not None:
            try:
                a, _ = unpacked(data)
                n, names = len(a["least"]), a["names"].view(np.uint64)
                table = Table(names, a["least"], a["ends"], a["leaves"])
                shapes = (names.shape, table.least.shape, table.ends.shape, table.leaves.shape[1:])
                last = int(table.ends[-1]) if n else 0
                if shapes == ((n, 2), (n, LEAST_COLUMNS), (n,), (LEAF_COLUMNS,)) and last == len(
                    table.leaves
                ):
                    return table
            except (ValueError, KeyError, TypeError, IndexError):
                pass
        none = np.zeros(0, dtype=np.int64)
        return Table(
            np.zeros((0, 2), dtype=np.uint64),
            np.zeros((0, LEAST_COLUMNS)),
            none,
            np.zeros((0, LEAF_COLUMNS)),
        )

    def find(self, names: Words) -> Ints:
        """Return the row of each name, -1 where there is none, shape (n,)."""
        if not len(self.names):
            return np.full(len(names), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.names[:, 0], names[:, 0]), len(self.names) - 1)
        same = (self.names[at] == names).all(axis=1)
        return np.where(same, at, -1).astype(np.int64)

    def joined(self, names: Words, fresh: Outcome) -> Table:
        """Return the table with outcomes taken in; of names that stand twice, one."""
        counts = np.bincount(fresh.leaves[:, SPAN].astype(np.int64), minlength=len(names))
        order = np.argsort(fresh.leaves[:, SPAN], kind="stable")
        ends = np.concatenate([self.ends, len(self.leaves) + np.cumsum(counts)]).astype(np.int64)
        whole = Table(
            np.concatenate([self.names, names]),
            np.concatenate([self.least, fresh.least]),
            ends,
            np.concatenate([self.leaves, fresh.leaves[order]]),
        )
        _, first = np.unique(whole.names[:, 0], return_index=True)
        return whole.rows(first)

    def rows(self, at: Ints) -> Table:
        """Return the table of some rows, in that order."""
        counts, pick = self._leaves_of(at)
        return Table(
            self.names[at], self.least[at], np.cumsum(counts).astype(np.int64), self.leaves[pick]
        )

    def outcome(self, at: Ints, base: Array, counts: Array) -> Outcome:
        """Return the outcome of spans that stand at `base`, shape (n, 1 or 2)."""
        each, pick = self._leaves_of(at)
        leaves = self.leaves[pick]
        leaves[:, SPAN] = np.repeat(np.arange(len(at)), each)
        return _shifted(Outcome(leaves, self.least[at], counts), base)

    def data(self, wanted: Words) -> bytes:
        """Return the table as bytes; without what is not wanted once it has grown large."""
        table = self if len(self.names) <= MOST_SPANS else self.rows(np.unique(self.find(wanted)))
        return packed(
            {"names": table.names.view(np.int64), "least": table.least, "ends": table.ends,
             "leaves": table.leaves}
        )  # fmt: skip

    def _leaves_of(self, at: Ints) -> tuple[Ints, Ints]:
        """Return (how many leaves each row has, which they are)."""
        starts = np.concatenate([[0], self.ends])[at]
        counts = self.ends[at] - starts
        pick = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        return counts, (pick + np.arange(len(pick))).astype(np.int64)


def _shifted(outcome: Outcome, by: Array) -> Outcome:
    """Return an outcome with the knots of each span counted from elsewhere, `by` (n, 1 or 2)."""
    least, leaves = outcome.least.copy(), outcome.leaves.copy()
    least[:, [LEAST_U0, LEAST_U1]] += by[:, :1]
    own = by[leaves[:, SPAN].astype(np.int64)]
    leaves[:, _ON_U] += own[:, :1]
    if by.shape[1] > 1:
        leaves[:, _ON_V] += own[:, 1:]
    return Outcome(leaves, least, outcome.counts)


def on_one_path(spans: Array) -> Array:
    """Return the knots that spans of one path are on, shape (n, 2)."""
    return np.ascontiguousarray(spans[:, [U0, U1]])
