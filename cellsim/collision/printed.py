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
from cellsim.collision.support import Ints
from cellsim.collision.work import Limits
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array

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
    runs: Sequence[tuple[tuple[str, str], GroupTrack | None, Gathered]],
    near_m: float,
    limits: Limits,
) -> list[Array | None]:
    """Return per run the clearance worth proving in each span [m], NOTHING where enough is.

    Args:
        runs: Names of the bodies, track whose motions count (None: nothing moves the pair), what
            came out. near_m: See `Cell.near_miss_m`.
    """
    rows = [_row(track, run) if run.least() < limits.detail else None for _, track, run in runs]
    of_pair: dict[tuple[str, str], float] = {}
    of_motion: dict[str, Array] = {}
    for (names, track, _), row in zip(runs, rows, strict=True):
        if row is not None:
            of_pair[names] = min(of_pair.get(names, np.inf), float(row.seen.min()))
        if row is not None and track is not None:
            spare = of_motion.setdefault(track.group, np.full(len(track.motions) + 1, np.inf))
            np.minimum.at(spare, row.motion, row.seen - row.needed)
    found: list[Array | None] = []
    for (names, track, _), row in zip(runs, rows, strict=True):
        if row is None:
            found.append(None)
            continue
        worth = np.full(len(row.low), of_pair[names])
        if track is not None:
            worth = np.maximum(worth, of_motion[track.group][row.motion] + row.needed)
        near = (row.low < near_m) & (row.needed >= 0.0)
        worth[near] = np.maximum(worth, np.minimum(row.seen, near_m + limits.sharp))[near]
        worth[row.low >= np.minimum(worth - limits.sharp, limits.detail)] = NOTHING
        found.append(worth if (worth > NOTHING).any() else None)
    return found


class _Row(NamedTuple):
    """Certified, seen, required clearance [m] and motion of the spans of a run, each (n,)."""

    low: Array
    seen: Array
    needed: Array
    motion: Ints


def _row(track: GroupTrack | None, run: Gathered) -> _Row:
    _, least, needed = run.course()
    low = least[:, 0].astype(np.float64)
    if track is not None and track.motions:
        motion = run.motions(track)
    else:
        motion = np.zeros(len(low), dtype=np.int64)
    return _Row(low, run.seen().astype(np.float64), np.broadcast_to(needed, low.shape), motion)
