"""Running the pairs of a timeline: those that share a path together, coarse first, then finely."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cellsim.collision.clock import Clock
from cellsim.collision.coarse import sieve_of, sift
from cellsim.collision.gathered import Gathered
from cellsim.collision.items import Item, Tree
from cellsim.collision.pads import Far, Stretch
from cellsim.collision.paths import Path
from cellsim.collision.plan import at_motions, within
from cellsim.collision.product import certify_boxes
from cellsim.collision.reuse import Asked, Reuse, on_one_path
from cellsim.collision.sharpen import sharpened
from cellsim.collision.spans import (
    LEAST_REQUIRED,
    REQUIRED,
    U0,
    U1,
    Outcome,
    Outcomes,
    outcome_of,
)
from cellsim.collision.strays import ByFrame
from cellsim.collision.support import Shapes
from cellsim.collision.walk import Left, certify
from cellsim.collision.work import Limits, Pair, Rows, rows_of
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array

Progress = Callable[[float], None]
THREADS = 2
# Motions worked off at a time: what is held of a pair and a motion meanwhile takes about 350 B.
CHUNK = 256
# Intervals in one call of the fine test: enough to make the call cheap, few enough to share out.
BATCH = 400


@dataclass(frozen=True, eq=False)
class Scope:
    """All that the pairs of one timeline share."""

    timeline: Timeline
    shapes: Shapes
    items: tuple[Item, ...]
    trees: Mapping[str, Tree]
    paths: Mapping[str, Path]
    clock: Clock
    stretches: Mapping[str, Sequence[Stretch]]
    far: Mapping[int, Far]
    starts: tuple[tuple[str, float, Array], ...]
    strays: Mapping[str, ByFrame]


@dataclass(frozen=True, eq=False)
class Job:
    """One pair to test: spans on one path, or boxes on two."""

    a: Item
    b: Item
    pair: Pair
    groups: tuple[str, ...]
    boxes: Array | None
    asked: Array
    firsts: Array

    @property
    def spans(self) -> Array:
        """All spans of a path, cut where motions begin; those of boxes as they are."""
        return self.asked if self.boxes is not None else at_motions(self.asked, self.firsts)

    def spans_in(self, low: float, high: float) -> Array:
        """Return the spans that begin in [low, high), which are knots where motions begin."""
        first, last = np.searchsorted(self.firsts, (low, high))
        return at_motions(within(self.asked, low, high), self.firsts[first:last])


def run_all(
    scope: Scope,
    jobs: Sequence[Job],
    limits: Limits,
    reuse: Reuse | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Job, Gathered]]:
    """Yield every job with what came out: first those on one path, path by path, then the others.

    The jobs of a path are worked off in chunks of its motions, and of each chunk only what the
    result needs is kept: memory does not grow with how finely a path is looked at.

    Args:
        reuse: Where outcomes of spans that did not change are taken from, and kept.
        progress: Called with the part done, 0 to 1.
    """
    chunks = [(g, *c) for g in scope.paths for c in _chunks(scope.clock.motions(g))]
    gathered = {id(job): Gathered() for job in jobs}
    with ThreadPoolExecutor(THREADS) as pool:
        for done, (group, number, low, high) in enumerate(chunks):
            alike = [job for job in jobs if job.boxes is None and job.groups == (group,)]
            parts = [(job, job.spans_in(low, high)) for job in alike]
            parts = [(job, spans) for job, spans in parts if len(spans)]
            shared: dict[bytes, Array] = {}
            for job, spans, outcome in _chunk(scope, group, number, parts, limits, reuse, pool):
                ranges = on_one_path(spans)
                ranges = shared.setdefault(ranges.tobytes(), ranges)
                gathered[id(job)].take(spans, ranges, outcome)
            if progress is not None:
                progress((done + 1) / (len(chunks) + 1))
            if reuse is not None:
                reuse.forget()
        for job in jobs:
            if job.boxes is None:
                yield job, gathered.pop(id(job))
        yield from _all_boxed(scope, [j for j in jobs if j.boxes is not None], limits, reuse, pool)


def _chunks(firsts: Array) -> Iterator[tuple[int, float, float]]:
    """Yield (number, first knot, one past the last) of stretches of at most CHUNK motions."""
    edges = [-np.inf, *(float(u) for u in firsts[CHUNK::CHUNK]), np.inf]
    for number, (low, high) in enumerate(pairwise(edges)):
        yield number, low, high


def _chunk(
    scope: Scope,
    group: str,
    number: int,
    parts: Sequence[tuple[Job, Array]],
    limits: Limits,
    reuse: Reuse | None,
    pool: ThreadPoolExecutor,
) -> Iterator[tuple[Job, Array, Outcome]]:
    """Yield the jobs of one path with their spans in a chunk, and what came out."""
    asked = [_asked(scope, job, spans, limits, reuse, number) for job, spans in parts]
    missing = [
        spans if known is None else spans[known.missing]
        for (_, spans), known in zip(parts, asked, strict=True)
    ]
    rows = rows_of([job.pair for job, _ in parts], missing)
    found = _on_path(scope, scope.paths[group], rows, limits, pool)
    for (job, spans), known, outcome in zip(parts, asked, found, strict=True):
        yield job, spans, _useful(scope, job, spans, _answered(reuse, known, outcome), limits)


def _all_boxed(
    scope: Scope,
    jobs: Sequence[Job],
    limits: Limits,
    reuse: Reuse | None,
    pool: ThreadPoolExecutor,
) -> Iterator[tuple[Job, Gathered]]:
    """Yield the jobs on two paths with what came out."""
    asked = [_asked(scope, job, job.asked, _for_boxes(limits), reuse) for job in jobs]
    found = pool.map(lambda j, a: _boxed(scope, j, a, limits), jobs, asked)
    for job, known, outcome in zip(jobs, asked, found, strict=True):
        gathered, outcome = Gathered(), _answered(reuse, known, outcome)
        if job.boxes is not None:
            useful = _useful(scope, job, job.asked, outcome, limits)
            gathered.take(job.asked, job.boxes, useful)
        yield job, gathered


def _asked(
    scope: Scope, job: Job, spans: Array, limits: Limits, reuse: Reuse | None, chunk: int = 0
) -> Asked | None:
    if reuse is None:
        return None
    paths = tuple(scope.paths[group] for group in job.groups)
    on = on_one_path(spans) if job.boxes is None else job.boxes
    return reuse.ask(job.pair, (job.a, job.b), paths, on, spans, limits, chunk)


def _answered(reuse: Reuse | None, known: Asked | None, outcome: Outcome) -> Outcome:
    return outcome if reuse is None or known is None else reuse.answer(known, outcome)


def _on_path(
    scope: Scope, path: Path, rows: Rows, limits: Limits, pool: ThreadPoolExecutor
) -> Iterator[Outcome]:
    """Yield the outcome of each pair on a path."""
    left = _sifted(scope.shapes, path, rows, limits)
    batches = list(_batches(rows, left))

    def run(batch: tuple[int, int]) -> Outcomes:
        own, part = _part(rows, left, *batch)
        return certify(scope.shapes, path, own, part, limits)

    for (first, stop), found in zip(batches, pool.map(run, batches), strict=True):
        firsts = rows.firsts[first : stop + 1] - rows.firsts[first]
        for p in range(stop - first):
            yield outcome_of(found, firsts, p)


def _sifted(shapes: Shapes, path: Path, rows: Rows, limits: Limits) -> Left:
    """Return what the coarse test leaves of all spans, and what it certified."""
    movers, sieve = sieve_of(shapes, rows)
    found = sift(shapes, path, movers, sieve, rows.spans, limits)
    taken = np.zeros(len(rows.spans), dtype=bool)
    taken[sieve.tasks[:, 0]] = True
    rest = np.flatnonzero(~taken)
    number = np.concatenate([found.span, rest])
    order = np.argsort(number, kind="stable")
    us = np.concatenate([found.us, rows.spans[rest, U0 : U1 + 1]])[order]
    starts = np.searchsorted(number[order], np.arange(len(rows.spans) + 1)).astype(np.int64)
    least = np.full((len(rows.spans), 5), -1.0)
    least[:, :3], least[:, LEAST_REQUIRED] = found.least, rows.spans[:, REQUIRED]
    return Left(us, starts, least)


def _batches(rows: Rows, left: Left) -> Iterator[tuple[int, int]]:
    """Yield (first pair, one past the last) of batches with about BATCH intervals."""
    first, pairs = 0, len(rows.who)
    for p in range(pairs):
        stop = left.starts[rows.firsts[p + 1]]
        if p + 1 == pairs or stop - left.starts[rows.firsts[first]] >= BATCH:
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


def _boxed(scope: Scope, job: Job, known: Asked | None, limits: Limits) -> Outcome:
    """Return the outcome of a pair on two paths, of the boxes that are not known."""
    path, other = (scope.paths[group] for group in job.groups)
    boxes = np.zeros((0, 4)) if job.boxes is None else job.boxes
    rows = np.arange(len(boxes)) if known is None else known.missing
    limits = _for_boxes(limits)
    return certify_boxes(scope.shapes, path, other, job.pair, boxes[rows], job.asked[rows], limits)


def _useful(scope: Scope, job: Job, asked: Array, outcome: Outcome, limits: Limits) -> Outcome:
    """Return the outcome with a useful bound wherever the search gave up."""

    def run(spans: Array, boxes: Array | None, some: Limits) -> Outcome:
        path = scope.paths[job.groups[0]]
        if boxes is None:
            with ThreadPoolExecutor(1) as pool:
                return next(_on_path(scope, path, rows_of([job.pair], [spans]), some, pool))
        other = scope.paths[job.groups[1]]
        return certify_boxes(scope.shapes, path, other, job.pair, boxes, spans, some)

    limits = limits if job.boxes is None else _for_boxes(limits)
    return sharpened(outcome, asked, job.boxes, limits, run)


def _for_boxes(limits: Limits) -> Limits:
    """Return limits for two clocks, where the effort grows with the square of the fineness."""
    return limits._replace(
        share=0.6,
        least_travel=50 * limits.least_travel,
        short_travel=40 * limits.short_travel,
    )
