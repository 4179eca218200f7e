"""The coarse-to-fine walk over the intervals of one pair's path."""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.certify import (
    DEPTH,
    DISTANCES,
    PASSED,
    PASSED_NUMBER,
    UPPER,
    WORST_NUMBER,
    WORST_VALUE,
    Entries,
    Limits,
    Pair,
    Work,
    examine,
    expand,
    look,
    piece_radii,
    roomy,
    sphere_gap,
    work_for,
)
from cellsim.collision.compiled import compiled
from cellsim.collision.judge import by_spheres, keep_least, near, settled, write_leaf
from cellsim.collision.lipschitz import travel_of_joints
from cellsim.collision.paths import Path, time_at
from cellsim.collision.spans import LEAF_COLUMNS, PAD, RAMP_OVER, U0, U1, Outcome, add_row
from cellsim.collision.support import Ints, Shapes
from cellsim.geometry import Array


@compiled
def certify(s: Shapes, path: Path, pair: Pair, spans: Array, limits: Limits) -> Outcome:
    """Test a pair over all spans of its path.

    Args:
        spans: Shape (n, SPAN_COLUMNS), see `spans`.

    Returns:
        Outcome whose leaves are the intervals that are not free; no leaves: certified free.
    """
    w = work_for(s, path, pair)
    size = 4 * max(w.normal.shape[0], 16)
    e = Entries(np.zeros(size, dtype=np.int64), np.zeros((size, 4)))
    leaves, count = np.zeros((16, LEAF_COLUMNS)), 0
    least = np.full((spans.shape[0], 5), math.inf)
    counts, told = np.zeros(2), np.zeros(12)
    us = np.zeros((DEPTH + 2, 2))
    at = np.zeros((DEPTH + 2, 5), dtype=np.int64)
    for k in range(spans.shape[0]):
        told[UPPER] = math.inf
        leaves, count, e = _walk(
            s, path, pair, w, e, us, at, spans[k], k, limits, told, leaves, count, least[k], counts
        )
    counts[1] = told[DISTANCES]
    return Outcome(leaves[:count], least, counts)


@compiled
def _walk(
    s: Shapes,
    path: Path,
    pair: Pair,
    w: Work,
    e: Entries,
    us: Array,
    at: Ints,
    row: Array,
    k: int,
    limits: Limits,
    told: Array,
    leaves: Array,
    count: int,
    least: Array,
    counts: Array,
) -> tuple[Array, int, Entries]:
    """Walk over one span, depth first, earliest first.

    us: (u0, u1) of the intervals on the stack; at: slot of u0, of u1, first free slot, first open
    entry and the one after the last (-1: still whole bodies).
    """
    _push(us, at, 0, row[U0], row[U1], 0, 1, 2, 0, -1)
    look(path, pair, w, row[U0], 0)
    look(path, pair, w, row[U1], 1)
    top = 0
    while top >= 0:
        u0, u1 = us[top, 0], us[top, 1]
        slot0, slot1, free, start, stop = (
            at[top, 0], at[top, 1], at[top, 2], at[top, 3], at[top, 4]
        )  # fmt: skip
        counts[0] += 1.0
        total = travel_of_joints(path, pair.joints, u0, u1, w.move)
        required, value, ask = by_spheres(s, pair, w, slot0, slot1, row, limits.detail, told)
        if stop < 0 and value >= ask:
            keep_least(least, value, u0, u1, -1, required)
            top -= 1
            continue
        over = total <= 1e-12 or top >= DEPTH - 1 or counts[0] > limits.most_nodes
        if stop < 0 and (over or near(s, pair, w)):
            stop = expand(s, pair, w, slot0, slot1, e)
        if stop >= 0:
            piece_radii(s, pair, w, slot0, slot1)
            stop = examine(
                s, pair, w, slot0, slot1, e, start, stop, required, row[PAD], limits.detail, told
            )
            keep_least(least, told[PASSED], u0, u1, int(told[PASSED_NUMBER]), required)
            length = time_at(path, u1) - time_at(path, u0)
            grows = row[RAMP_OVER] > 0.0
            cause = settled(told, length, required, limits, over, grows) if stop > start else -1
            if cause >= 0:
                keep_least(least, told[WORST_VALUE], u0, u1, int(told[WORST_NUMBER]), required)
                leaves = add_row(leaves, count)
                write_leaf(leaves[count], told, u0, u1, required, cause, k)
                count += 1
                if limits.first_only == 1:
                    return leaves, count, e
            if stop == start or cause >= 0:
                top -= 1
                continue
        middle = _middle(u0, u1)
        look(path, pair, w, middle, free)
        e = _cut(s, pair, w, free, e, start, stop)
        above = stop + stop - start if stop >= 0 else -1
        _push(us, at, top, middle, u1, free, slot1, free + 1, start, stop)
        top += 1
        _push(us, at, top, u0, middle, slot0, free, free + 1, max(stop, 0), above)
    return leaves, count, e


@compiled
def _push(
    us: Array, at: Ints, top: int, u0: float, u1: float, slot0: int, slot1: int, free: int,
    start: int, stop: int,
) -> None:  # fmt: skip
    us[top, 0], us[top, 1] = u0, u1
    at[top, 0], at[top, 1], at[top, 2], at[top, 3], at[top, 4] = slot0, slot1, free, start, stop


@compiled
def _middle(u0: float, u1: float) -> float:
    """Return a knot near the middle, or the middle where no knot lies between."""
    middle = 0.5 * (u0 + u1)
    return math.floor(middle) if math.floor(middle) > u0 else middle


@compiled
def _cut(s: Shapes, pair: Pair, w: Work, middle: int, e: Entries, start: int, stop: int) -> Entries:
    """Turn the open entries into those of the right half; put those of the left half on top."""
    count = max(stop - start, 0)
    e = roomy(e, max(stop, 0), count)
    for k in range(start, start + count):
        number, row, left = e.number[k], e.ends[k], e.ends[k + count]
        gap = sphere_gap(s, pair, w, middle, number)
        left[0], left[1], left[2], left[3] = row[0], row[1], gap, math.inf
        row[0], row[1] = gap, math.inf
        e.number[k + count] = number
    return e
