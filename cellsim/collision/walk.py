"""The coarse-to-fine walk over the intervals of one pair's path."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.collision.certify import begin, begin_interval, examine, expand, goal_for, look
from cellsim.collision.compiled import bare, compiled, folded, inner
from cellsim.collision.judge import asked_over, by_spheres, conclude, crossing, keep_least
from cellsim.collision.lipschitz import travel_of_joints
from cellsim.collision.paths import Path, middle_knot, time_at
from cellsim.collision.reach import moved
from cellsim.collision.spans import (
    KNOWN,
    LEAF_COLUMNS,
    LEAST_SEEN,
    PAD,
    RAMP_OVER,
    U0,
    Outcomes,
    add_row,
)
from cellsim.collision.support import BOUND, Ints, Shapes, gap_of_spheres
from cellsim.collision.work import (
    DEPTH,
    DISTANCES,
    END_COLUMNS,
    INTERVALS,
    LEAVES,
    REL,
    TICK,
    UPPER,
    WORST_END,
    Entries,
    Limits,
    Pair,
    Rows,
    Work,
    pair_in,
    pieces_of,
    room_for,
    roomy,
    work_for,
)
from cellsim.geometry import Array

# Cuts where the ends of an interval cross what is required, before one in the middle.
TRIES = 3.0


class Left(NamedTuple):
    """Intervals of spans that are still to be tested.

    Attributes:
        us: (u0, u1) of each, shape (m, 2). starts: where those of each span begin, (spans + 1,).
        least: What is known of each span already, shape (spans, 6).
    """

    us: Array
    starts: Ints
    least: Array


@compiled
def certify(s: Shapes, path: Path, rows: Rows, left: Left, limits: Limits) -> Outcomes:
    """Test many pairs, each over all intervals that are left of its spans.

    Returns:
        Outcomes whose leaves are the intervals that are not free; no leaves: certified free.
    """
    pairs, e, least = rows.who.shape[0], room_for(256), left.least
    leaves, found = np.zeros((16, LEAF_COLUMNS)), 0
    ends, counts = np.zeros(pairs + 1, dtype=np.int64), np.zeros((pairs, 2))
    for p in range(pairs):
        first, last = rows.firsts[p], rows.firsts[p + 1]
        if left.starts[first] < left.starts[last]:
            pair = pair_in(rows, p)
            _, na, _, nb = pieces_of(s, pair)
            w, e = work_for(path, pair.joints.shape[0], na, nb), roomy(e, 0, 4 * na * nb)
            own, spans = np.zeros((4, LEAF_COLUMNS)), rows.spans[first:last]
            for k in range(last - first):
                begin(w.told, limits, spans[k, KNOWN])
                for i in range(left.starts[first + k], left.starts[first + k + 1]):
                    u0, u1 = left.us[i, 0], left.us[i, 1]
                    own, e = walk(s, path, pair, w, e, spans, k, u0, u1, limits, own,
                                  least[first + k])  # fmt: skip
                least[first + k, LEAST_SEEN] = w.told[UPPER]
            for k in range(int(w.told[LEAVES])):
                leaves = add_row(leaves, found)
                for column in range(LEAF_COLUMNS):
                    leaves[found, column] = own[k, column]
                found += 1
            counts[p, 0], counts[p, 1] = w.told[TICK], w.told[DISTANCES]
        ends[p + 1] = found
    return Outcomes(leaves[:found], ends, least, counts)


@folded
def walk(
    s: Shapes,
    path: Path,
    pair: Pair,
    w: Work,
    e: Entries,
    spans: Array,
    k: int,
    u0: float,
    u1: float,
    limits: Limits,
    leaves: Array,
    least: Array,
) -> tuple[Array, Entries]:
    """Walk over an interval of span k, depth first, the half with the nearer end first.

    Work.us: (u0, u1) of the intervals on the stack, and how often in turn they were cut where ends
    cross without being halved; Work.at: slot of u0, of u1, first free slot, first open entry and
    the one after the last (-1: still whole bodies).
    """
    told, row = w.told, spans[k]
    _push(w.us, w.at, 0, u0, u1, 0.0, 0, 1, 2, 0, -1)
    look(path, pair, w, u0, 0)
    look(path, pair, w, u1, 1)
    twin, shared = 0, 0
    top, size = 0, s.bodies[pair.who[0], BOUND] + s.bodies[pair.who[1], BOUND]
    while top >= 0:
        u0, u1, slot0, slot1 = w.us[top, 0], w.us[top, 1], w.at[top, 0], w.at[top, 1]
        free, start, stop = w.at[top, 2], w.at[top, 3], w.at[top, 4]
        begin_interval(told, limits)
        total = travel_of_joints(path, pair.joints, u0, u1, w.R)
        required, way = asked_over(pair, s.bodies, w, slot0, slot1, row), math.inf
        cut, tries, whole = -1.0, w.us[top, 2], u1 - u0
        if stop < 0:
            ask = goal_for(required, told)
            value = by_spheres(pair, s.bodies, w, slot0, slot1, row, ask)
            if value >= ask:
                keep_least(least, value, u0, u1, -1, required)
                top, twin = top - 1, 0
                continue
            way = moved(pair, s.bodies, w, slot0, slot1)
        over = total <= 1e-12 or free >= DEPTH or told[INTERVALS] > limits.most_nodes
        if stop < 0 and (over or way <= size):
            stop = expand(s, pair, w, slot0, slot1, e)
        if stop >= 0:
            stop = examine(
                s,
                pair,
                w,
                slot0,
                slot1,
                e,
                start,
                stop,
                required,
                row[PAD],
                twin,
                shared,
            )
            if stop > start and way == math.inf:
                way = moved(pair, s.bodies, w, slot0, slot1)
            length = time_at(path, u1) - time_at(path, u0)
            leaves, done = conclude(
                told, row, k, u0, u1, length, way, required, limits, over, stop > start, leaves,
                least,
            )  # fmt: skip
            if limits.first_only == 1 and told[LEAVES] > 0.0:
                return leaves, e
            if done:
                top, twin = top - 1, 0
                continue
            fits = limits.least_time < length <= limits.merge_time
            if fits and tries < TRIES and row[RAMP_OVER] <= 0.0:
                cut = crossing(told, required + row[PAD], u0, u1, length, limits)
        middle = cut if u0 < cut < u1 else middle_knot(u0, u1, math.floor(row[U0]))
        look(path, pair, w, middle, free)
        later = stop >= 0 and told[WORST_END] > 0.0
        e = _cut(s, pair, w.poses[free, REL], e, start, stop, later)
        above = stop + stop - start if stop >= 0 else -1
        left, right = (top, top + 1) if later else (top + 1, top)
        for half in range(2):
            at, first, last = (left, u0, middle) if half == 0 else (right, middle, u1)
            again = tries + 1.0 if cut > 0.0 and last - first > 0.5 * whole else 0.0
            _push(w.us, w.at, at, first, last, again, slot0 if half == 0 else free,
                  free if half == 0 else slot1, free + 1, start if at == top else max(stop, 0),
                  stop if at == top else above)  # fmt: skip
        twin, shared = max(stop - start, 0) if stop >= 0 else 0, 0 if later else 1
        top += 1
    return leaves, e


@bare
def _push(
    us: Array, at: Ints, top: int, u0: float, u1: float, tries: float, slot0: int, slot1: int,
    free: int, start: int, stop: int,
) -> None:  # fmt: skip
    us[top, 0], us[top, 1], us[top, 2] = u0, u1, tries
    at[top, 0], at[top, 1], at[top, 2], at[top, 3], at[top, 4] = (
        slot0,
        slot1,
        free,
        start,
        stop,
    )


@inner
def _cut(
    s: Shapes, pair: Pair, T: Array, e: Entries, start: int, stop: int, later: bool
) -> Entries:
    """Turn the open entries into those of one half; put those of the other half on top.

    T: `a_T_b` at the middle, shape (3, 4). later: the half on top is the later one.
    """
    count = max(stop - start, 0)
    e = roomy(e, max(stop, 0), count)
    first_a, _, first_b, nb = pieces_of(s, pair)
    for k in range(start, start + count):
        number, row, top = e.number[k], e.ends[k], e.ends[k + count]
        gap = gap_of_spheres(s.cores.rows, first_a + number // nb, first_b + number % nb, T)
        for r in range(END_COLUMNS):
            top[r] = row[r]
        right, left = (top, row) if later else (row, top)
        right[0], right[1], left[2], left[3] = gap, math.inf, gap, math.inf
        e.number[k + count] = number
    return e
