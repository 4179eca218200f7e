"""Two groups without a common clock: certified for every pair of instants of two paths.

On a box [u0, u1] x [v0, v1] with any (um, vm) in it, the signed distance obeys

    d(u, v) >= LB(um, vm) - travel_a(u, um) - travel_b(v, vm),

because the first step moves only joints of the first path and the second only joints of the
other. travel_j(u, um) <= R_j max(TV_j(u0, um), TV_j(um, u1)) =: R_j h_j, so that

    2 LB(um, vm) - sum_j 2 h_j R_j - pads >= 2 c

certifies the box: the same test as over an interval with both ends at (um, vm) and 2 h_j for the
variation. R_j over the box follows from r(u, v) <= r(um, vm) + sum_i h_i R_i, which is the
recursion of `lipschitz` with the same 2 h_j. The side that moves more is halved.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.certify import begin, begin_interval, examine, expand, goal_for
from cellsim.collision.compiled import bare, compiled, folded, inner
from cellsim.collision.judge import asked_over, by_spheres, conclude, keep_least
from cellsim.collision.lipschitz import BODY_A, BODY_B, DEVIATION, VARIATION, axes_at
from cellsim.collision.paths import (
    Path,
    carry,
    deviation_over,
    joints_at,
    links_at,
    relative,
    time_at,
    variation_between,
)
from cellsim.collision.reach import moved
from cellsim.collision.spans import (
    KNOWN,
    LEAF_COLUMNS,
    LEAF_V0,
    LEAF_V1,
    LEAST_COLUMNS,
    LEAST_SEEN,
    PAD,
    WORST,
    WORST_V,
    Outcome,
)
from cellsim.collision.support import BOUND, Shapes, gap_of_spheres
from cellsim.collision.work import (
    DEPTH,
    DISTANCES,
    INTERVALS,
    LEAVES,
    REL,
    UPPER,
    A,
    B,
    Entries,
    Limits,
    Pair,
    Work,
    pieces_of,
    room_for,
    roomy,
    work_for,
)
from cellsim.geometry import Array


@compiled
def certify_boxes(
    s: Shapes, p: Path, q: Path, pair: Pair, boxes: Array, spans: Array, limits: Limits
) -> Outcome:
    """Test a pair, a on path p and b on path q, over boxes of instants.

    Args:
        boxes: (u0, u1, v0, v1) in fractional knots, shape (n, 4).
        spans: The requirement of each box, shape (n, SPAN_COLUMNS); its U0 and U1 are not used.
    """
    _, na, _, nb = pieces_of(s, pair)
    w = work_for(p, pair.joints.shape[0], na, nb)
    other = work_for(q, 0, 0, 0)
    e = room_for(4 * max(na * nb, 16))
    leaves, intervals = np.zeros((16, LEAF_COLUMNS)), 0.0
    least = np.full((boxes.shape[0], LEAST_COLUMNS), math.inf)
    for k in range(boxes.shape[0]):
        for c in range(4):
            w.us[0, c] = boxes[k, c]
        leaves, e = _walk(s, p, q, pair, w, other, e, spans, k, limits, leaves, least[k])
        intervals += w.told[INTERVALS]
        least[k, LEAST_SEEN] = w.told[UPPER]
    counts = np.array([intervals, w.told[DISTANCES]])
    return Outcome(leaves[: int(w.told[LEAVES])], least, counts)


@folded
def _walk(
    s: Shapes,
    p: Path,
    q: Path,
    pair: Pair,
    w: Work,
    other: Work,
    e: Entries,
    spans: Array,
    k: int,
    limits: Limits,
    leaves: Array,
    least: Array,
) -> tuple[Array, Entries]:
    """Walk over box k, depth first; Work.at: first open entry and the one after the last."""
    told, row, top = w.told, spans[k], 0
    size = s.bodies[pair.who[0], BOUND] + s.bodies[pair.who[1], BOUND]
    begin(told, limits, row[KNOWN])
    w.at[0, 0], w.at[0, 1] = 0, -1
    while top >= 0:
        u0, u1, v0, v1 = w.us[top, 0], w.us[top, 1], w.us[top, 2], w.us[top, 3]
        start, stop = w.at[top, 0], w.at[top, 1]
        um, vm = 0.5 * (u0 + u1), 0.5 * (v0 + v1)
        begin_interval(told, limits)
        _look(p, q, pair, w, other, um, vm)
        total = _moves(p, q, pair, w, u0, um, u1, v0, vm, v1)
        required = asked_over(pair, s.bodies, w, 0, 0, row)
        if stop < 0:
            ask = goal_for(required, told)
            value = by_spheres(pair, s.bodies, w, 0, 0, row, ask)
            if value >= ask:
                keep_least(least, value, u0, u1, -1, required)
                top -= 1
                continue
        way = moved(pair, s.bodies, w, 0, 0)
        over = total <= 1e-12 or top >= 2 * DEPTH - 2 or told[INTERVALS] > limits.most_nodes
        if stop < 0 and (over or way <= size):
            stop = expand(s, pair, w, 0, 0, e)
        elif stop >= 0:
            _refresh(s, pair, w, e, start, stop)
        if stop >= 0:
            stop = examine(s, pair, w, 0, 0, e, start, stop, required, row[PAD], 0, 0)
            length = max(time_at(p, u1) - time_at(p, u0), time_at(q, v1) - time_at(q, v0))
            if way <= 1e-3:
                length = 0.0
            before = told[LEAVES]
            leaves, done = conclude(
                told, row, k, u0, u1, length, way, required, limits, over, stop > start, leaves,
                least,
            )  # fmt: skip
            if told[LEAVES] > before:
                leaf = leaves[int(before)]
                leaf[LEAF_V0], leaf[LEAF_V1], leaf[WORST], leaf[WORST_V] = v0, v1, um, vm
                if limits.first_only == 1:
                    return leaves, e
            if done:
                top -= 1
                continue
        e = _halve(pair, w, e, top, start, stop, um, vm)
        top += 1
    return leaves, e


@bare
def _look(p: Path, q: Path, pair: Pair, w: Work, other: Work, u: float, v: float) -> None:
    """Work out both bodies and the joint axes at (u, v) into slot 0."""
    poses, near_side = w.poses[0], pair.who[4]
    w.looked[0] += 1
    joints_at(p, u, w.q)
    links_at(p, w.q, w.links)
    carry(w.links, pair.who[2], pair.link_T_body[A], poses[A])
    axes_at(p, pair.joints, 0, near_side, w.links, w.axes[0])
    joints_at(q, v, other.q)
    links_at(q, other.q, other.links)
    carry(other.links, pair.who[3], pair.link_T_body[B], poses[B])
    axes_at(q, pair.joints, near_side, pair.joints.shape[0], other.links, w.axes[0])
    relative(poses[A], poses[B], poses[REL])


@bare
def _moves(
    p: Path, q: Path, pair: Pair, w: Work, u0: float, um: float, u1: float, v0: float, vm: float,
    v1: float,
) -> float:  # fmt: skip
    """Write twice the larger half variation and the deviation of each joint; return their sum."""
    total = 0.0
    for i in range(pair.joints.shape[0]):
        if i < pair.who[4]:
            j = p.links[pair.joints[i, 0], 2]
            half = max(variation_between(p, j, u0, um), variation_between(p, j, um, u1))
            off = deviation_over(p, j, u0, u1)
        else:
            j = q.links[pair.joints[i, 0], 2]
            half = max(variation_between(q, j, v0, vm), variation_between(q, j, vm, v1))
            off = deviation_over(q, j, v0, v1)
        w.R[VARIATION, i], w.R[DEVIATION, i] = 2.0 * half, off
        total += half + off
    return total


@bare
def _refresh(s: Shapes, pair: Pair, w: Work, e: Entries, start: int, stop: int) -> None:
    """Fall back to spheres for the open piece pairs, at the middle of this box."""
    first_a, _, first_b, nb = pieces_of(s, pair)
    for k in range(start, stop):
        i, j = first_a + e.number[k] // nb, first_b + e.number[k] % nb
        e.ends[k, 0] = gap_of_spheres(s.cores.rows, i, j, w.poses[0, REL])
        e.ends[k, 2] = e.ends[k, 0]
        e.ends[k, 1], e.ends[k, 3] = math.inf, math.inf


@inner
def _halve(
    pair: Pair,
    w: Work,
    e: Entries,
    top: int,
    start: int,
    stop: int,
    um: float,
    vm: float,
) -> Entries:
    """Replace the box on top of the stack by its two halves across the side that moves more."""
    first, second = 0.0, 0.0
    for i in range(pair.joints.shape[0]):
        step = w.R[VARIATION, i] * (min(w.R[BODY_A, i], w.R[BODY_B, i]) + 1e-9)
        if i < pair.who[4]:
            first += step
        else:
            second += step
    count = max(stop - start, 0)
    e = roomy(e, max(stop, 0), count)
    for k in range(start, start + count):
        e.number[k + count] = e.number[k]
    for c in range(4):
        w.us[top + 1, c] = w.us[top, c]
    if first >= second:
        w.us[top, 0], w.us[top + 1, 1] = um, um
    else:
        w.us[top, 2], w.us[top + 1, 3] = vm, vm
    w.at[top, 0], w.at[top, 1] = start, stop
    w.at[top + 1, 0], w.at[top + 1, 1] = max(stop, 0), stop + count if stop >= 0 else -1
    return e
