"""Which spans to certify again: those that may hold a least clearance that is printed.

The first stage works the clearance of every span out to a share of what it saw. What is printed is
less: the least of each pair, the worst of each motion, and each motion of a pair that comes nearer
than the cell wants to be told of. With `seen` an upper bound of the true clearance in a span, a
least is at most the least `seen` of its spans; a span whose certified clearance is farther below
that than `Limits.sharp` may spoil it, and is certified again, up to that and no further. Whatever
the upper bounds are worth, each least then lies at most `Limits.sharp` below the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cellsim.collision.gathered import Gathered
from cellsim.collision.result import knots_at, motions_at
from cellsim.collision.support import Ints
from cellsim.collision.work import Limits
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array

# Names of the bodies, track whose motions count (None: nothing moves the pair), what came out.
Run = tuple[tuple[str, str], GroupTrack | None, Gathered]
# Never a reason to certify again.
NOTHING = -np.inf


# Where the effort is spent before the first of these is reached, the next one is tried.
RUNGS = (1.0, 10.0)


def again(limits: Limits, rung: float) -> Limits:
    """Return the limits of the second stage, within so many times `Limits.sharp`."""
    gap = rung * limits.sharp
    return limits._replace(
        share=1.0, sharp=gap, gap=gap, least_travel=min(limits.least_travel, limits.sharp)
    )


def worth_proving(
    runs: Sequence[Run],
    near_m: float,
    limits: Limits,
) -> list[Array | None]:
    """Return per run the clearance worth proving in each span [m], NOTHING where enough is.

    Args:
        runs: See `Run`; those whose least is less than `Limits.detail`.
        near_m: See `Cell.near_miss_m`.
    """
    if not runs:
        return []
    rows = _rows(runs)
    of_pair: dict[tuple[str, str], float] = {}
    each = np.minimum.reduceat(rows.seen, rows.firsts[:-1]).tolist()
    for (names, _, _), seen in zip(runs, each, strict=True):
        of_pair[names] = min(of_pair.get(names, np.inf), seen)
    worth = np.repeat([of_pair[names] for names, _, _ in runs], np.diff(rows.firsts))
    # The last is of those that nothing moves.
    spare = np.full(rows.motion.max() + 2, np.inf)
    np.minimum.at(spare, rows.motion, rows.seen - rows.needed)
    moved = rows.motion >= 0
    worth[moved] = np.maximum(worth, spare[rows.motion] + rows.needed)[moved]
    near = (rows.low < near_m) & (rows.needed >= 0.0)
    worth[near] = np.maximum(worth, np.minimum(rows.seen, near_m + limits.sharp))[near]
    worth[rows.low >= np.minimum(worth - limits.sharp, limits.detail)] = NOTHING
    some = np.maximum.reduceat(worth, rows.firsts[:-1]) > NOTHING
    each_worth = np.split(worth, rows.firsts[1:-1])
    return [own if any_ else None for own, any_ in zip(each_worth, some, strict=True)]


class _Rows(NamedTuple):
    """Spans of some runs, one after the other.

    Attributes:
        low, seen, needed: Certified, seen and required clearance [m], shape (n,).
        motion: Number of the motion, those of all tracks counted on; -1: nothing moves it. (n,).
        firsts: Where the spans of each run begin, shape (runs + 1,).
    """

    low: Array
    seen: Array
    needed: Array
    motion: Ints
    firsts: Ints


def _rows(runs: Sequence[Run]) -> _Rows:
    courses = [run.course() for _, _, run in runs]
    counts = [len(least) for _, least, _ in courses]
    least = np.concatenate([least for _, least, _ in courses])
    u = knots_at(np.concatenate([part[:, :2] for parts, _, _ in courses for part in parts]), least)
    needed = [
        need if len(need) == count else np.repeat(need, count)
        for (_, _, need), count in zip(courses, counts, strict=True)
    ]
    firsts = np.cumsum([0, *counts])
    return _Rows(
        least[:, 0].astype(np.float64),
        np.concatenate([run.seen() for _, _, run in runs]).astype(np.float64),
        np.concatenate(needed),
        _motions([track for _, track, _ in runs], u, firsts),
        firsts,
    )


def _motions(tracks: Sequence[GroupTrack | None], u: Array, firsts: Ints) -> Ints:
    """Return in which motion each knot is, -1 where there is no track; see `_Rows`."""
    found = np.full(len(u), -1, dtype=np.int64)
    before = 0
    for track in {id(track): track for track in tracks if track is not None}.values():
        mine = np.repeat([other is track for other in tracks], np.diff(firsts))
        found[mine] = before
        if track.motions:
            found[mine] += motions_at(track, u[mine])
        before += len(track.motions) + 1
    return found
