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

from cellsim.collision.certify import (
    DEPTH,
    DISTANCES,
    PASSED,
    PASSED_NUMBER,
    TRAVEL,
    UPPER,
    WORST_NUMBER,
    WORST_VALUE,
    Entries,
    Limits,
    Pair,
    Work,
    examine,
    expand,
    piece_radii,
    roomy,
    sphere_gap,
    work_for,
)
from cellsim.collision.compiled import compiled
from cellsim.collision.judge import by_spheres, keep_least, near, settled, write_leaf
from cellsim.collision.lipschitz import axes_at
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
from cellsim.collision.spans import (
    LEAF_COLUMNS,
    LEAF_V0,
    LEAF_V1,
    PAD,
    RAMP_OVER,
    WORST,
    WORST_V,
    Outcome,
    add_row,
)
from cellsim.collision.support import Ints, Shapes
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
    w = work_for(s, p, pair)
    links, joints = np.zeros((q.parent.size, 3, 4)), np.zeros(q.q.shape[1])
    size = 4 * max(w.normal.shape[0], 16)
    e = Entries(np.zeros(size, dtype=np.int64), np.zeros((size, 4)))
    leaves, count = np.zeros((16, LEAF_COLUMNS)), 0
    least = np.full((boxes.shape[0], 5), math.inf)
    counts, told = np.zeros(2), np.zeros(12)
    us, at = np.zeros((2 * DEPTH, 4)), np.zeros((2 * DEPTH, 2), dtype=np.int64)
    for k in range(boxes.shape[0]):
        told[UPPER] = math.inf
        for c in range(4):
            us[0, c] = boxes[k, c]
        leaves, count, e = _walk(
            s, p, q, pair, w, links, joints, e, us, at, spans[k], k, limits, told, leaves, count,
            least[k], counts,
        )  # fmt: skip
    counts[1] = told[DISTANCES]
    return Outcome(leaves[:count], least, counts)


@compiled
def _walk(
    s: Shapes,
    p: Path,
    q: Path,
    pair: Pair,
    w: Work,
    links: Array,
    joints: Array,
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
    """Walk over one box, depth first; `at`: first open entry and the one after the last."""
    top = 0
    at[0, 0], at[0, 1] = 0, -1
    while top >= 0:
        u0, u1, v0, v1 = us[top, 0], us[top, 1], us[top, 2], us[top, 3]
        start, stop = at[top, 0], at[top, 1]
        um, vm = 0.5 * (u0 + u1), 0.5 * (v0 + v1)
        counts[0] += 1.0
        _look(p, q, pair, w, links, joints, um, vm)
        total = _moves(p, q, pair, w, u0, um, u1, v0, vm, v1)
        required, value, ask = by_spheres(s, pair, w, 0, 0, row, limits.detail, told)
        if stop < 0 and value >= ask:
            keep_least(least, value, u0, u1, -1, required)
            top -= 1
            continue
        over = total <= 1e-12 or top >= 2 * DEPTH - 2 or counts[0] > limits.most_nodes
        if stop < 0 and (over or near(s, pair, w)):
            stop = expand(s, pair, w, 0, 0, e)
        elif stop >= 0:
            for i in range(start, stop):
                e.ends[i, 0], e.ends[i, 1] = sphere_gap(s, pair, w, 0, e.number[i]), math.inf
                e.ends[i, 2], e.ends[i, 3] = e.ends[i, 0], math.inf
        if stop >= 0:
            piece_radii(s, pair, w, 0, 0)
            stop = examine(
                s, pair, w, 0, 0, e, start, stop, required, row[PAD], limits.detail, told
            )
            keep_least(least, told[PASSED], u0, u1, int(told[PASSED_NUMBER]), required)
            length = max(time_at(p, u1) - time_at(p, u0), time_at(q, v1) - time_at(q, v0))
            if told[TRAVEL] <= 1e-3:
                length = 0.0
            grows = row[RAMP_OVER] > 0.0
            cause = settled(told, length, required, limits, over, grows) if stop > start else -1
            if cause >= 0:
                keep_least(least, told[WORST_VALUE], u0, u1, int(told[WORST_NUMBER]), required)
                leaves = add_row(leaves, count)
                write_leaf(leaves[count], told, u0, u1, required, cause, k)
                leaves[count, LEAF_V0], leaves[count, LEAF_V1] = v0, v1
                leaves[count, WORST], leaves[count, WORST_V] = um, vm
                count += 1
                if limits.first_only == 1:
                    return leaves, count, e
            if stop == start or cause >= 0:
                top -= 1
                continue
        e = _halve(pair, w, e, us, at, top, start, stop, um, vm)
        top += 1
    return leaves, count, e


@compiled
def _look(
    p: Path, q: Path, pair: Pair, w: Work, links: Array, joints: Array, u: float, v: float
) -> None:
    """Work out both bodies and the joint axes at (u, v) into slot 0."""
    joints_at(p, u, w.q)
    links_at(p, w.q, w.links)
    carry(w.links, pair.link_a, pair.link_T_a, w.A[0])
    axes_at(p, pair.joints[: pair.near], w.links, w.axes[0])
    joints_at(q, v, joints)
    links_at(q, joints, links)
    carry(links, pair.link_b, pair.link_T_b, w.B[0])
    axes_at(q, pair.joints[pair.near :], links, w.axes[0, pair.near :])
    relative(w.A[0], w.B[0], w.rel[0])


@compiled
def _moves(
    p: Path, q: Path, pair: Pair, w: Work, u0: float, um: float, u1: float, v0: float, vm: float,
    v1: float,
) -> float:  # fmt: skip
    """Write twice the larger half variation and the deviation of each joint; return their sum."""
    total = 0.0
    for i in range(pair.joints.size):
        if i < pair.near:
            j = p.qindex[pair.joints[i]]
            half = max(variation_between(p, j, u0, um), variation_between(p, j, um, u1))
            off = deviation_over(p, j, u0, u1)
        else:
            j = q.qindex[pair.joints[i]]
            half = max(variation_between(q, j, v0, vm), variation_between(q, j, vm, v1))
            off = deviation_over(q, j, v0, v1)
        w.move[i, 0], w.move[i, 1] = 2.0 * half, off
        total += half + off
    return total


@compiled
def _halve(
    pair: Pair, w: Work, e: Entries, us: Array, at: Ints, top: int, start: int, stop: int,
    um: float, vm: float,
) -> Entries:  # fmt: skip
    """Replace the box on top of the stack by its two halves across the side that moves more."""
    first, second = 0.0, 0.0
    for i in range(pair.joints.size):
        step = w.move[i, 0] * min(w.body_Ra[i], w.body_Rb[i]) + 1e-9 * w.move[i, 0]
        first += step if i < pair.near else 0.0
        second += step if i >= pair.near else 0.0
    count = max(stop - start, 0)
    e = roomy(e, max(stop, 0), count)
    for k in range(start, start + count):
        e.number[k + count] = e.number[k]
    for c in range(4):
        us[top + 1, c] = us[top, c]
    if first >= second:
        us[top, 0], us[top + 1, 1] = um, um
    else:
        us[top, 2], us[top + 1, 3] = vm, vm
    at[top, 0], at[top, 1] = start, stop
    at[top + 1, 0], at[top + 1, 1] = max(stop, 0), stop + count if stop >= 0 else -1
    return e
