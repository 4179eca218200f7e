"""The certified test over a whole path: for one pair of bodies, every interval, coarse to fine.

An interval [u0, u1] is free with clearance c when, for each pair of convex pieces,

    travel + 2 (c + pad + 1e-9 m) <= LB(u0) + LB(u1),

where `travel` is the bound of `lipschitz.least_travel` (twice the pads for the deviation from the
chords included) and `pad` holds shape margins and frame tolerances. For at every u

    d(u) >= LB(u0) - travel(u0, u)   and   d(u) >= LB(u1) - travel(u, u1),

and the two add up. d is the signed distance, LB the separation along a unit normal: never clamped.
Else the interval is cut in two. Bodies are tried as spheres first, then as pairs of pieces; a
piece pair that has passed is not looked at again further down.

Intervals are also cut where it pays to know the least clearance better: while the certified value
lies below `detail` and more than a little below the least distance seen anywhere on the path.
"""

from __future__ import annotations

import math

from cellsim.collision.bow import least_between, swept_gap, turned
from cellsim.collision.compiled import bare, tight
from cellsim.collision.gjk import aim, distance
from cellsim.collision.lipschitz import axes_at
from cellsim.collision.paths import Path, carry, joints_at, links_at, relative, row_of
from cellsim.collision.reach import Reach, of_bodies, of_pieces
from cellsim.collision.support import BOUND, Shapes, gap_of_spheres, separation
from cellsim.collision.work import (
    BARE,
    COLD,
    DETAIL,
    DISTANCES,
    END_COLUMNS,
    GAP,
    HIT,
    INTERVALS,
    LOW0,
    LOW1,
    NEAREST,
    NORMAL,
    OK,
    PASSED,
    PASSED_NUMBER,
    REL,
    ROUNDING,
    SHARE,
    SHORT,
    STATE0,
    STATE1,
    TICK,
    TOLD_BY,
    UPPER,
    WORST_END,
    WORST_LOWER,
    WORST_NUMBER,
    WORST_VALUE,
    A,
    B,
    Entries,
    Limits,
    Pair,
    Work,
    pieces_of,
)
from cellsim.geometry import Array


@tight
def look(path: Path, pair: Pair, w: Work, u: float, slot: int) -> None:
    """Work out both bodies and the joint axes at u into a slot."""
    links, row = w.links, row_of(path, u)
    w.looked[slot] += 1
    if row >= 0:
        links = path.table[row]
    else:
        joints_at(path, u, w.q)
        links_at(path, w.q, links)
    poses = w.poses[slot]
    carry(links, pair.who[2], pair.link_T_body[A], poses[A])
    carry(links, pair.who[3], pair.link_T_body[B], poses[B])
    relative(poses[A], poses[B], poses[REL])
    axes_at(path, pair.joints, 0, pair.joints.shape[0], links, w.axes[slot])


@tight
def goal_for(required: float, told: Array) -> float:
    """Return what to prove: what is required, or nearly the least distance seen up to `detail`.

    Written without `seen - ... * seen`: that is NaN while nothing has been seen.
    """
    seen = told[UPPER]
    return float(max(required, min(seen - told[GAP], told[SHARE] * seen, told[DETAIL])))


@bare
def begin(told: Array, limits: Limits, known: float) -> None:
    """Forget what was seen and counted, at the beginning of a span: each stands for itself.

    known: Clearance beyond which nothing is worth proving, as if it had been seen [m].
    """
    told[INTERVALS], told[COLD] = 0.0, 1.0
    told[UPPER], told[DETAIL] = known, limits.detail
    told[SHARE], told[GAP] = limits.share, limits.gap


@bare
def begin_interval(told: Array, limits: Limits) -> None:
    """Count an interval."""
    told[INTERVALS] += 1.0
    told[TICK] += 1.0
    if told[INTERVALS] > limits.fine_nodes:
        told[DETAIL] = -math.inf


@tight
def state_of(lower: float, upper: float, need: float) -> int:
    """Return HIT, SHORT or OK for the bounds of a distance and what is needed of it [m]."""
    if upper <= 0.0 and lower < min(need, 0.0) - 1e-6:
        return HIT
    return SHORT if upper < need else OK


@tight
def examine(
    s: Shapes,
    pair: Pair,
    w: Work,
    slot0: int,
    slot1: int,
    e: Entries,
    start: int,
    stop: int,
    required: float,
    pad: float,
    twin: int,
    shared: int,
) -> int:
    """Test piece pairs start..stop of an interval; keep the open ones; return where they end.

    Args:
        twin: How far before its own entries those of the other half of a cut are, 0 for none;
            shared: at which end of this interval they meet.
    """
    told, c = w.told, s.cores
    told[PASSED], told[STATE0], told[STATE1] = math.inf, 0.0, 0.0
    told[WORST_VALUE], told[BARE] = math.inf, math.inf
    told[TOLD_BY], told[NEAREST] = math.inf, math.inf
    told[LOW0], told[LOW1] = math.inf, math.inf
    first_a, _, first_b, nb = pieces_of(s, pair)
    whole, pads, kept = of_bodies(pair, s.bodies, w, slot0, slot1), pad + ROUNDING, start
    least = whole.half if slot0 == slot1 else min(whole.half, whole.bow + whole.stray)
    for k in range(start, stop):
        number, row = e.number[k], e.ends[k]
        i, j = first_a + number // nb, first_b + number % nb
        value, ask = _value(s, w, slot0, slot1, i, j, row, whole, pads), goal_for(required, told)
        near, room = 0 if row[0] <= row[2] else 1, 4.0 * (c.rows[i, BOUND] + c.rows[j, BOUND])
        for step in range(1 if slot0 == slot1 else 2):
            end = near if step == 0 else 1 - near
            if value >= ask or row[2 * end + 1] < math.inf:
                continue
            short = 2.0 * (ask + pads) - row[0] - row[2]
            if short + 2.0 * least > room:
                break
            _tighten(
                s, w, slot1 if end else slot0, i, j, number, row, end, short + 2.0 * whole.half
            )
            off = whole.off
            if off > 0.0:
                off = of_pieces(s, pair, w, slot0, slot1, number).off
            told[UPPER] = min(told[UPPER], row[2 * end + 1] - pad - off)
            if twin > 0 and end == shared:
                _share(row, e.ends[k - twin], end)
            if slot0 == slot1:
                row[2], row[3] = row[0], row[1]
            ask = goal_for(required, told)
            value = max(value, _value(s, w, slot0, slot1, i, j, row, whole, pads))
        told_by = value
        if value < ask:
            own = of_pieces(s, pair, w, slot0, slot1, number)
            told_by = value = max(value, _value(s, w, slot0, slot1, i, j, row, own, pads))
            if min(row[1], row[3]) <= 0.0:
                # Depths are told by this one: along another's normal they say little.
                told_by = 0.5 * (row[0] + row[2]) - own.half - pads
        if value >= ask:
            if value < told[PASSED]:
                told[PASSED], told[PASSED_NUMBER] = value, number
            continue
        _note(told, row, number, value, told_by, required + pad, pad)
        e.number[kept] = number
        for r in range(END_COLUMNS):
            e.ends[kept, r] = row[r]
        kept += 1
    return kept


@tight
def _share(row: Array, other: Array, end: int) -> None:
    """Hand the bounds of one end to the other half of a cut, which ends where this one begins.

    Its upper bound stays open where GJK went no further than was enough here.
    """
    low, high = row[2 * end], row[2 * end + 1]
    if high - low > 1e-6 + 2e-4 * max(low, 0.0):
        other[2 - 2 * end] = max(other[2 - 2 * end], low)
        return
    other[2 - 2 * end], other[3 - 2 * end] = low, high
    for r in range(3):
        other[NORMAL + 3 - 3 * end + r] = row[NORMAL + 3 * end + r]


@tight
def _value(
    s: Shapes, w: Work, slot0: int, slot1: int, i: int, j: int, row: Array, reach: Reach,
    pads: float,
) -> float:  # fmt: skip
    """Return the clearance [m] certified with the bounds of both ends, or along one normal.

    That of the nearer end; without any, along the straight way of the spheres' middles.
    """
    value = 0.5 * (row[0] + row[2]) - reach.half - pads
    if slot0 == slot1 or reach.bow + reach.stray >= reach.half:
        return float(value)
    T0, T1, pads = w.poses[slot0, REL], w.poses[slot1, REL], pads + reach.stray
    if row[1] == math.inf and row[3] == math.inf:
        gap = swept_gap(s.cores.rows, i, j, T0, T1, reach.from_a)
        return float(max(value, gap - reach.bow - pads))
    end = 0 if row[1] < math.inf and (row[3] == math.inf or row[0] <= row[2]) else 1
    own, other = (T1, T0) if end else (T0, T1)
    x, y, z = turned(own, other, row, NORMAL + 3 * end, reach.from_a)
    along = separation(s.cores, i, j, other, x, y, z)
    return float(max(value, least_between(row[2 * end], along, reach.bow) - pads))


@tight
def _tighten(
    s: Shapes, w: Work, slot: int, i: int, j: int, number: int, row: Array, end: int, short: float
) -> None:
    """Replace the bounds of pieces i and j at one end, of their spheres, by those of GJK.

    short: How much more than the spheres' bound is enough to pass; then GJK goes no further.
    """
    T, n = w.poses[slot, REL], w.normal[number]
    if n[0] == 0.0 and n[1] == 0.0 and n[2] == 0.0:
        aim(s.cores, i, j, T, n)
    low, high = distance(s.cores, i, j, T, n, row[2 * end] + short, w.space)
    row[2 * end], row[2 * end + 1] = low, high
    for r in range(3):
        row[NORMAL + 3 * end + r] = n[r]
    w.told[DISTANCES] += 1.0


@tight
def _note(
    told: Array,
    row: Array,
    number: int,
    value: float,
    told_by: float,
    need: float,
    pad: float,
) -> None:
    """Take an open piece pair into what the test tells; told_by: the least tells which is worst."""
    if row[1] < math.inf:
        told[STATE0] = max(told[STATE0], float(state_of(row[0], row[1], need)))
        told[LOW0] = min(told[LOW0], row[0])
    if row[3] < math.inf:
        told[STATE1] = max(told[STATE1], float(state_of(row[2], row[3], need)))
        told[LOW1] = min(told[LOW1], row[2])
    told[NEAREST] = min(told[NEAREST], row[1] - pad, row[3] - pad)
    told[BARE] = min(told[BARE], value + pad)
    told[WORST_VALUE] = min(told[WORST_VALUE], value)
    if told_by < told[TOLD_BY]:
        told[TOLD_BY], told[WORST_NUMBER] = told_by, number
        told[WORST_END] = 0.0 if row[0] <= row[2] else 1.0
        told[WORST_LOWER] = min(row[0], row[2])


@bare
def expand(s: Shapes, pair: Pair, w: Work, slot0: int, slot1: int, e: Entries) -> int:
    """Fill the bottom of the stack with all piece pairs, as spheres; return their number."""
    first_a, na, first_b, nb = pieces_of(s, pair)
    if w.told[COLD] > 0.0:
        w.told[COLD] = 0.0
        for k in range(na * nb):
            w.normal[k, 0], w.normal[k, 1], w.normal[k, 2] = 0.0, 0.0, 0.0
    for k in range(na * nb):
        i, j = first_a + k // nb, first_b + k % nb
        e.number[k] = k
        e.ends[k, 0] = gap_of_spheres(s.cores.rows, i, j, w.poses[slot0, REL])
        e.ends[k, 2] = gap_of_spheres(s.cores.rows, i, j, w.poses[slot1, REL])
        e.ends[k, 1], e.ends[k, 3] = math.inf, math.inf
    return na * nb
