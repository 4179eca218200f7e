"""The pairs that share a path: all as spheres first, then in batches what that leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from cellsim.collision.coarse import sift
from cellsim.collision.paths import Path
from cellsim.collision.sieve import sieve_of
from cellsim.collision.spans import (
    LEAST_COLUMNS,
    LEAST_REQUIRED,
    LEAST_SEEN,
    REQUIRED,
    U0,
    U1,
    Outcome,
    Outcomes,
)
from cellsim.collision.support import Shapes
from cellsim.collision.walk import Left, certify
from cellsim.collision.work import Limits, Rows

# Intervals in one call of the fine test: enough to make the call cheap, few enough to share out.
BATCH = 400


def on_path(
    shapes: Shapes, path: Path, rows: Rows, limits: Limits, pool: ThreadPoolExecutor
) -> Iterator[Outcome]:
    """Yield the outcome of each pair on a path."""
    left = _sifted(shapes, path, rows, limits)
    batches = list(_batches(rows, left))

    def run(batch: tuple[int, int]) -> Outcomes:
        own, part = _part(rows, left, *batch)
        return certify(shapes, path, own, part, limits)

    for (first, stop), found in zip(batches, pool.map(run, batches), strict=True):
        firsts = (rows.firsts[first : stop + 1] - rows.firsts[first]).tolist()
        ends = found.ends.tolist()
        for p in range(stop - first):
            yield Outcome(
                found.leaves[ends[p] : ends[p + 1]],
                found.least[firsts[p] : firsts[p + 1]],
                found.counts[p],
            )


def _sifted(shapes: Shapes, path: Path, rows: Rows, limits: Limits) -> Left:
    """Return what the coarse test leaves of all spans, and what it certified."""
    movers, sieve = sieve_of(shapes, rows)
    found = sift(shapes, path, movers, sieve, rows.spans, limits)
    taken = np.zeros(len(rows.spans), dtype=bool)
    taken[sieve.tasks[:, 0]] = True
    rest = np.flatnonzero(~taken)
    number = np.concatenate([found.span, rest])
    # Of a narrow type, which is sorted by counting.
    order = np.argsort(number.astype(np.min_scalar_type(len(rows.spans))), kind="stable")
    us = np.concatenate([found.us, rows.spans[rest, U0 : U1 + 1]])[order]
    starts = np.zeros(len(rows.spans) + 1, dtype=np.int64)
    np.cumsum(np.bincount(number, minlength=len(rows.spans)), out=starts[1:])
    least = np.full((len(rows.spans), LEAST_COLUMNS), -1.0)
    least[:, LEAST_SEEN] = np.inf
    least[:, :3], least[:, LEAST_REQUIRED] = found.least, rows.spans[:, REQUIRED]
    return Left(us, starts, least)


def _batches(rows: Rows, left: Left) -> Iterator[tuple[int, int]]:
    """Yield (first pair, one past the last) of batches with about BATCH intervals."""
    first, pairs, starts = 0, len(rows.who), left.starts[rows.firsts].tolist()
    for p in range(pairs):
        if p + 1 == pairs or starts[p + 1] - starts[first] >= BATCH:
            yield first, p + 1
            first = p + 1


def _part(rows: Rows, left: Left, first: int, stop: int) -> tuple[Rows, Left]:
    """Return pairs first..stop."""
    ends, firsts = rows.ends[first : stop + 1], rows.firsts[first : stop + 1]
    starts = left.starts[firsts[0] : firsts[-1] + 1]
    return Rows(
        rows.who[first:stop],
        rows.link_T_body[first:stop],
        rows.joints[ends[0] : ends[-1]],
        ends - ends[0],
        rows.spans[firsts[0] : firsts[-1]],
        firsts - firsts[0],
    ), Left(left.us[starts[0] : starts[-1]], starts - starts[0], left.least[firsts[0] : firsts[-1]])
