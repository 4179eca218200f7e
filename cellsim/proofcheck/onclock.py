"""Which knots of two groups on one clock may be at once, derived anew from the facts of the run.

`latest[x, y]` bounds how much later than instant y instant x can come. It is worked out x by x, y
by y: x comes no later than the last of what it follows plus its `most`, and y no sooner than each
of what it follows plus its `least`. What x waits for must still be there by then, or nothing holds.
"""

from __future__ import annotations

import numpy as np

from cellsim.domain.pace import NEVER, Pace, Stays
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array

# How finely what must be covered follows the nominal clock: parts at most (where it stops less
# often) and how long one is, by its uncertainty or in seconds; a choice that only makes it larger.
PARTS, PART, LEAST_S = 1000, 0.05, 0.04
SAME_S = 1e-9


def latest_of(pace: Pace, skew: float) -> Array:
    """Return how much later x can come than y [s], at [x, y], shape (count, count, cases)."""
    cases = pace.least.shape[0]
    rows: list[list[tuple[int, Array, Array]]] = [[] for _ in range(pace.count)]
    for k, (instant, followed) in enumerate(pace.follows.tolist()):
        rows[instant].append((followed, pace.least[:, k], pace.most[:, k]))
    gone: dict[int, list[int]] = {}
    for instant, over in pace.sights.tolist():
        gone.setdefault(instant, []).append(over)
    found = np.full((pace.count, pace.count, cases), np.inf)
    for x in range(pace.count):
        last = np.full((pace.count, cases), -np.inf if rows[x] else np.inf)
        for followed, _, most in rows[x]:
            for case in np.flatnonzero(most > -np.inf):
                np.maximum(last[:, case], found[followed, :, case] + most[case], out=last[:, case])
        found[x] = _before(last, x, rows)
        sure = [found[x, over] < -skew for over in gone.get(x, [])]
        if sure and not np.all(sure):
            last[:, ~np.all(sure, axis=0)] = np.inf
            found[x] = _before(last, x, rows)
    return found


def _before(last: Array, x: int, rows: list[list[tuple[int, Array, Array]]]) -> Array:
    """Return how much later x can come than each instant, shape (count, cases)."""
    own = last.copy()
    for y in range(len(own)):
        for followed, least, _ in rows[y]:
            np.minimum(own[y], own[followed] - least, out=own[y])
        if y == x:
            np.minimum(own[y], 0.0, out=own[y])
    return own


def on_one_clock(timeline: Timeline, a: str, b: str, free: Array) -> Array:
    """Return what may be at once of rectangles (u0, u1, v0, v1) that signals leave free, (n, 4)."""
    cell = timeline.job.cell
    shared = [k for k, one in enumerate(cell.clocks) if {a, b} <= set(one.groups)]
    if not shared or shared[0] >= len(timeline.paces):
        return free
    pace, skew = timeline.paces[shared[0]], cell.clocks[shared[0]].skew_s
    if not {a, b} <= set(pace.stays):
        return free
    first, other = pace.stays[a], pace.stays[b]
    latest = latest_of(pace, skew)
    found = []
    for k0, k1 in _parts(first, skew):
        over = _gone(latest, first, k1, other, skew) | _not_yet(latest, first, k0, other, skew)
        meets = np.flatnonzero(~over.all(axis=1))
        if not len(meets):
            continue
        u0, u1 = first.knots[k0, 0], first.knots[k1, 1]
        v0, v1 = other.knots[meets[0], 0], other.knots[meets[-1], 1]
        for c0, c1, d0, d1 in free:
            cut = max(u0, c0), min(u1, c1), max(v0, d0), min(v1, d1)
            if cut[0] <= cut[1] and cut[2] <= cut[3]:
                found.append(cut)
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _gone(
    latest: Array, one: Stays, k: int, other: Stays, skew: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether stay k of one is over before each stay of the other begins, shape (n, cases)."""
    end = int(one.before[k])
    if end == NEVER:
        return np.zeros((len(other.after), latest.shape[2]), dtype=bool)
    late = latest[end, other.after] + one.most[:, k] - other.least.T
    return np.asarray(late < -skew - SAME_S)


def _not_yet(
    latest: Array, one: Stays, k: int, other: Stays, skew: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether stay k of one begins after each stay of the other is over, shape (n, cases)."""
    late = latest[other.before, one.after[k]] + other.most.T - one.least[:, k]
    late[other.before == NEVER] = np.inf
    return np.asarray(late < -skew - SAME_S)


def _parts(stays: Stays, skew: float) -> list[tuple[int, int]]:
    """Return (first, last) of consecutive moving stays that count from the same instants.

    A part begins within a share of what its first stay's time is uncertain by.
    """
    same = (stays.after[1:] == stays.after[:-1]) & (stays.before[1:] == stays.before[:-1])
    same &= ~(stays.stands[1:] | stays.stands[:-1])
    soonest = stays.least.max(axis=0).tolist()
    unsure = ((stays.most - stays.least).min(axis=0) + skew).tolist()
    runs = 1 + int(np.count_nonzero(~same))
    grow = 1.0
    while True:
        found = [(0, 0)]
        for k, joined in enumerate(same.tolist(), start=1):
            first = found[-1][0]
            if joined and soonest[k] <= soonest[first] + grow * max(PART * unsure[first], LEAST_S):
                found[-1] = first, k
            else:
                found.append((k, k))
        if len(found) <= max(PARTS, 2 * (runs + 1)):
            return found
        grow *= 1.5
