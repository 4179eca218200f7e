"""Running the pairs of a timeline: those of a path together, then finely what is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cellsim.collision.batches import on_path
from cellsim.collision.gathered import Gathered, Kept, kept_of
from cellsim.collision.printed import NOTHING, RUNGS, again, worth_proving
from cellsim.collision.product import certify_boxes
from cellsim.collision.reuse import Asked, Question, Reuse, on_one_path
from cellsim.collision.scope import Job, Scope
from cellsim.collision.sharpen import sharpened
from cellsim.collision.spans import (
    KNOWN,
    LEAST_SEEN,
    LEAST_VALUE,
    RAMP_OVER,
    REQUIRED,
    Outcome,
)
from cellsim.collision.support import Ints
from cellsim.collision.work import Limits, rows_of
from cellsim.geometry import Array
from cellsim.kinematics.movers import MOVER

Progress = Callable[[float], None]
THREADS = 2
# Motions worked off at a time: what is held of a pair and a motion meanwhile takes about 350 B.
CHUNK = 256
# Boxes of instants looked at before the first stage's clearance has to do.
BOXES_NODES = 100_000
# Boxes of a motion of a robot and a moving fixture looked at before the pair is given up there.
MOVER_NODES = 20_000
S_PER_WAY = 0.05
# Less is asked for again than is certified already, so that the second stage cannot fail in it [m].
SPARE = 1e-6


class Chunk(NamedTuple):
    """A stretch of the path of a group; of all pairs on two paths with group "".

    Attributes:
        number: Counted from 0 for each group. low, high: First knot, and one past the last.
    """

    group: str
    number: int
    low: float
    high: float


class Part(NamedTuple):
    """Spans of a job in a chunk.

    Attributes:
        spans: Shape (n, SPAN_COLUMNS). on: Their knots, or their boxes, shape (n, 2) or (n, 4).
    """

    job: Job
    spans: Array
    on: Array


def run_all(
    scope: Scope,
    jobs: Sequence[Job],
    limits: Limits,
    reuse: Reuse | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Job, Gathered]]:
    """Yield every job with what came out: first those on one path, then the others.

    The jobs of a path are worked off in chunks of its motions, and of each chunk only what the
    result needs is kept: memory does not grow with how finely a path is looked at. Then those
    spans that decide what is printed are certified again, see `printed`.

    Args:
        reuse: Where outcomes of spans that did not change are taken from, and kept.
        progress: Called with the part done, 0 to 1.
    """
    chunks = [c for g in scope.paths for c in _chunks(g, scope.clock.motions(g))]
    chunks.append(Chunk("", 0, -np.inf, np.inf))
    gathered = {id(job): Gathered() for job in jobs}
    done, steps = 0, (1 + len(RUNGS)) * len(chunks)

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done / steps)
        if reuse is not None:
            reuse.forget()

    with ThreadPoolExecutor(THREADS) as pool:
        for chunk in chunks:
            some = limits if chunk.group else _for_boxes(limits)
            found = list(_certified(scope, chunk, list(_parts(jobs, chunk)), some, reuse, pool))
            for (part, outcome), one in zip(found, _kept(found), strict=True):
                gathered[id(part.job)].take(chunk.number, part.spans, part.on, outcome, one)
            tick()
        for rung in RUNGS:
            reached = _again(scope, chunks, jobs, gathered, limits, rung, reuse, pool, tick)
            if reached:
                break
    for boxed in (False, True):
        for job in jobs:
            if (job.boxes is not None) == boxed:
                yield job, gathered.pop(id(job))


def _kept(found: Sequence[tuple[Part, Outcome]]) -> Iterator[Kept]:
    return kept_of([outcome for _, outcome in found], [part.on[:, :2] for part, _ in found])


def _again(
    scope: Scope,
    chunks: Sequence[Chunk],
    jobs: Sequence[Job],
    gathered: Mapping[int, Gathered],
    limits: Limits,
    rung: float,
    reuse: Reuse | None,
    pool: ThreadPoolExecutor,
    tick: Callable[[], None],
) -> bool:
    """Certify again what decides what is printed; return whether all came as near as was asked."""
    reached, worth = True, _worth(scope, jobs, gathered, again(limits, rung))
    for chunk in chunks:
        picked = list(_picked(jobs, chunk, gathered, worth))
        some = again(limits if chunk.group else _for_boxes(limits), rung)
        if not chunk.group:
            some = some._replace(fine_nodes=BOXES_NODES)
        found = list(_certified(scope, chunk, [part for part, _ in picked], some, reuse, pool))
        for (part, outcome), (_, which), one in zip(found, picked, _kept(found), strict=True):
            gathered[id(part.job)].raise_to(chunk.number, which, outcome, one)
        if found:
            least = np.concatenate([outcome.least for _, outcome in found])
            # Nothing beyond `detail` is worked out.
            below = np.minimum(least[:, LEAST_SEEN], some.detail) - least[:, LEAST_VALUE]
            reached = reached and float(below.max()) <= some.gap + SPARE
        tick()
    return reached


def _chunks(group: str, firsts: Array) -> Iterator[Chunk]:
    """Yield stretches of at most CHUNK motions."""
    edges = [-np.inf, *(float(u) for u in firsts[CHUNK::CHUNK]), np.inf]
    for number, (low, high) in enumerate(pairwise(edges)):
        yield Chunk(group, number, low, high)


def _parts(jobs: Sequence[Job], chunk: Chunk) -> Iterator[Part]:
    """Yield the spans of all jobs in a chunk; pairs that are asked the same share them."""
    known: dict[int, tuple[Array, Array]] = {}
    for job in jobs:
        if job.boxes is not None and not chunk.group:
            yield Part(job, job.asked, job.boxes)
        elif job.boxes is None and job.groups == (chunk.group,):
            if id(job.asked) not in known:
                spans = job.spans_in(chunk.low, chunk.high)
                known[id(job.asked)] = spans, on_one_path(spans)
            spans, on = known[id(job.asked)]
            if len(spans):
                yield Part(job, spans, on)


def _worth(
    scope: Scope, jobs: Sequence[Job], gathered: Mapping[int, Gathered], limits: Limits
) -> dict[int, dict[int, Array]]:
    """Return by job and chunk the clearance worth proving in each span [m]."""
    tracks, cell = scope.timeline.tracks, scope.timeline.job.cell
    near = [job for job in jobs if gathered[id(job)].least() < limits.detail]
    runs = [
        ((job.a.name, job.b.name), tracks[job.groups[0]] if len(job.pair.joints) else None,
         gathered[id(job)])
        for job in near
    ]  # fmt: skip
    found = worth_proving(runs, cell.near_miss_m, limits)
    return {
        id(job): gathered[id(job)].split(worth)
        for job, worth in zip(near, found, strict=True)
        if worth is not None
    }


def _picked(
    jobs: Sequence[Job],
    chunk: Chunk,
    gathered: Mapping[int, Gathered],
    worth: Mapping[int, Mapping[int, Array]],
) -> Iterator[tuple[Part, Ints]]:
    """Yield the spans in a chunk that are to be certified again, and which of the job's they are.

    What is certified of them already is required of them, whatever the cell requires.
    """
    for part in _parts([job for job in jobs if id(job) in worth], chunk):
        known = worth[id(part.job)][chunk.number]
        which = np.flatnonzero(known > NOTHING)
        if len(which):
            spans = part.spans[which]
            spans[:, REQUIRED] = gathered[id(part.job)].least_in(chunk.number)[which] - SPARE
            spans[:, RAMP_OVER], spans[:, KNOWN] = 0.0, known[which]
            yield Part(part.job, spans, part.on[which]), which


def _certified(
    scope: Scope,
    chunk: Chunk,
    parts: Sequence[Part],
    limits: Limits,
    reuse: Reuse | None,
    pool: ThreadPoolExecutor,
) -> Iterator[tuple[Part, Outcome]]:
    """Yield parts of a chunk with what came out of them."""
    if not parts:
        return
    asked: list[Asked] = []
    missing = parts
    if reuse is not None:
        asked = reuse.ask([_question(scope, part) for part in parts], limits, chunk.number)
        missing = [
            Part(part.job, part.spans[known.missing], part.on[known.missing])
            for part, known in zip(parts, asked, strict=True)
        ]
    if chunk.group:
        rows = rows_of([part.job.pair for part in missing], [part.spans for part in missing])
        found = on_path(scope.shapes, scope.paths[chunk.group], rows, limits, pool)
    else:
        found = pool.map(lambda part: _boxed(scope, part, limits), missing)
    if reuse is not None:
        found = map(reuse.answer, asked, found)
    for part, outcome in zip(parts, found, strict=True):
        yield part, _useful(scope, part, outcome, limits)


def _question(scope: Scope, part: Part) -> Question:
    job = part.job
    paths = tuple(scope.paths[group] for group in job.groups)
    return Question(job.pair, (job.a, job.b), paths, part.on, part.spans)


def _boxed(scope: Scope, part: Part, limits: Limits) -> Outcome:
    """Return the outcome of a pair on two paths.

    A moving fixture may be anywhere at any time of its phase, so its time says nothing: its way
    [rad | m] stands for it, one metre or radian for 50 ms.
    """
    path, other = (
        scope.paths[group]._replace(t=S_PER_WAY * scope.paths[group].knots[1].sum(axis=1))
        if group.startswith(MOVER)
        else scope.paths[group]
        for group in part.job.groups
    )
    if part.job.b.rides:
        limits = limits._replace(most_nodes=min(limits.most_nodes, MOVER_NODES))
    return certify_boxes(scope.shapes, path, other, part.job.pair, part.on, part.spans, limits)


def _useful(scope: Scope, part: Part, outcome: Outcome, limits: Limits) -> Outcome:
    """Return the outcome with a useful bound wherever the search gave up."""
    if not len(outcome.leaves):
        return outcome

    def run(spans: Array, boxes: Array | None, some: Limits) -> Outcome:
        if boxes is not None:
            return _boxed(scope, Part(part.job, spans, boxes), some)
        path = scope.paths[part.job.groups[0]]
        with ThreadPoolExecutor(1) as pool:
            return next(on_path(scope.shapes, path, rows_of([part.job.pair], [spans]), some, pool))

    boxes = None if part.job.boxes is None else part.on
    return sharpened(outcome, part.spans, boxes, limits, run)


def _for_boxes(limits: Limits) -> Limits:
    """Return limits for two clocks, where the effort grows with the square of the fineness."""
    return limits._replace(
        share=0.6,
        least_travel=50 * limits.least_travel,
        short_travel=40 * limits.short_travel,
    )
