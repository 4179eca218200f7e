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
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import compiled
from cellsim.collision.gjk import distance
from cellsim.collision.lipschitz import axes_at, least_travel, radii
from cellsim.collision.paths import Path, carry, joints_at, links_at, relative
from cellsim.collision.spans import goal_for
from cellsim.collision.support import Ints, Shapes
from cellsim.geometry import Array

ROUNDING = 1e-9
DEPTH = 72
OK, SHORT, HIT = 0, 1, 2


class Pair(NamedTuple):
    """Two bodies and how they hang in the link tree of a path (or of two).

    Attributes:
        a, b: Body numbers in Shapes.
        link_a, link_b: Links they are fixed to, -1 for the world.
        link_T_a, link_T_b: Shape (3, 4).
        joints: The moving joints between them, from a to b (`paths.between`), shape (m,).
        near: How many of the joints, the first ones, are of the path of a; m for one path.
        slides: 1 where a joint is prismatic, shape (m,).
    """

    a: int
    b: int
    link_a: int
    link_b: int
    link_T_a: Array
    link_T_b: Array
    joints: Ints
    near: int
    slides: Ints


class Limits(NamedTuple):
    """When to stop cutting.

    Attributes:
        detail: Least clearance is worked out to 0.5 mm or 2 % below this [m].
        least_time, least_travel: Smallest interval [s] and [m]; smaller ones are undecided.
        merge_time: An interval shorter than this [s] with violations at both ends is one.
        most_nodes: Give up (undecided) after so many intervals.
        first_only: 1: stop at the first interval that is not free.
    """

    detail: float = 0.1
    least_time: float = 1e-3
    least_travel: float = 2e-5
    merge_time: float = 0.05
    most_nodes: int = 400_000
    first_only: int = 0


class Work(NamedTuple):
    """Working space of one pair; "slot" is one instant of the path.

    Attributes:
        q, links: Of the instant being worked out; shapes (dof,), (L, 3, 4).
        A, B, rel: `world_T_a`, `world_T_b`, `a_T_b`, shape (slots, 3, 4).
        axes: Joint axes, shape (slots, m, 6).
        move: Shape (m, 2). Ra, Rb: Per piece, shapes (na, m), (nb, m).
        body_Ra, body_Rb: Of the bodies' spheres, shape (m,).
        normal: Last good normal of each piece pair, shape (na * nb, 3).
        S, v: For GJK.
    """

    q: Array
    links: Array
    A: Array
    B: Array
    rel: Array
    axes: Array
    move: Array
    Ra: Array
    Rb: Array
    body_Ra: Array
    body_Rb: Array
    normal: Array
    S: Array
    v: Array


@compiled
def work_for(s: Shapes, path: Path, pair: Pair) -> Work:
    """Return working space for a pair."""
    m, slots = pair.joints.size, DEPTH + 4
    na = s.pieces[pair.a + 1] - s.pieces[pair.a]
    nb = s.pieces[pair.b + 1] - s.pieces[pair.b]
    return Work(
        np.zeros(path.q.shape[1]),
        np.zeros((path.parent.size, 3, 4)),
        np.zeros((slots, 3, 4)),
        np.zeros((slots, 3, 4)),
        np.zeros((slots, 3, 4)),
        np.zeros((slots, m, 6)),
        np.zeros((m, 2)),
        np.zeros((na, m)),
        np.zeros((nb, m)),
        np.zeros(m),
        np.zeros(m),
        np.zeros((na * nb, 3)),
        np.zeros((4, 3)),
        np.zeros(3),
    )


@compiled
def look(path: Path, pair: Pair, w: Work, u: float, slot: int) -> None:
    """Work out both bodies and the joint axes at u into a slot."""
    joints_at(path, u, w.q)
    links_at(path, w.q, w.links)
    carry(w.links, pair.link_a, pair.link_T_a, w.A[slot])
    carry(w.links, pair.link_b, pair.link_T_b, w.B[slot])
    relative(w.A[slot], w.B[slot], w.rel[slot])
    axes_at(path, pair.joints, w.links, w.axes[slot])


@compiled
def gap_of_spheres(T: Array, ca: Array, ra: float, cb: Array, rb: float) -> float:
    """Return the distance [m] of two spheres; `a_T_b` of shape (3, 4)."""
    total = 0.0
    for r in range(3):
        d = T[r, 0] * cb[0] + T[r, 1] * cb[1] + T[r, 2] * cb[2] + T[r, 3] - ca[r]
        total += d * d
    return math.sqrt(total) - ra - rb


@compiled
def body_radii(s: Shapes, pair: Pair, w: Work, s0: int, s1: int) -> float:
    """Work out R_j of both bodies' spheres; return the bound of their relative travel [m]."""
    a, b = pair.a, pair.b
    A, B, X = w.A, w.B, w.axes
    radii(pair.slides, False, w.move, X[s0], X[s1], A[s0], A[s1],
          s.body_centre[a], s.body_bound[a], w.body_Ra)  # fmt: skip
    radii(pair.slides, True, w.move, X[s0], X[s1], B[s0], B[s1],
          s.body_centre[b], s.body_bound[b], w.body_Rb)  # fmt: skip
    return least_travel(w.move, w.body_Ra, w.body_Rb)


@compiled
def piece_radii(s: Shapes, pair: Pair, w: Work, s0: int, s1: int) -> None:
    """Work out R_j of every piece of both bodies."""
    A, B, X = w.A, w.B, w.axes
    for i in range(w.Ra.shape[0]):
        p = s.pieces[pair.a] + i
        radii(pair.slides, False, w.move, X[s0], X[s1], A[s0], A[s1],
              s.centre[p], s.bound[p], w.Ra[i])  # fmt: skip
    for i in range(w.Rb.shape[0]):
        p = s.pieces[pair.b] + i
        radii(pair.slides, True, w.move, X[s0], X[s1], B[s0], B[s1],
              s.centre[p], s.bound[p], w.Rb[i])  # fmt: skip


@compiled
def tighten(s: Shapes, pair: Pair, w: Work, slot: int, number: int) -> tuple[float, float]:
    """Return (lower, upper) bound of the distance of a piece pair at a slot."""
    nb = w.Rb.shape[0]
    i, j = s.pieces[pair.a] + number // nb, s.pieces[pair.b] + number % nb
    T, n = w.rel[slot], w.normal[number]
    if n[0] == 0.0 and n[1] == 0.0 and n[2] == 0.0:
        x, y, z = s.centre[j, 0], s.centre[j, 1], s.centre[j, 2]
        for r in range(3):
            n[r] = T[r, 0] * x + T[r, 1] * y + T[r, 2] * z + T[r, 3] - s.centre[i, r]
    return distance(s, i, j, T, n, math.inf, w.S, w.v)


@compiled
def state_of(lower: float, upper: float, need: float) -> int:
    """Return HIT, SHORT or OK for the bounds of a distance and what is needed of it [m]."""
    if upper <= 0.0 and lower < min(need, 0.0) - 1e-6:
        return HIT
    return SHORT if upper < need else OK


class Entries(NamedTuple):
    """Piece pairs still open in an interval; a stack shared by all intervals.

    Attributes:
        number: Piece of a times number of pieces of b plus piece of b, shape (n,).
        ends: (lower, upper) at u0, (lower, upper) at u1, shape (n, 4); upper inf: only spheres yet.
    """

    number: Ints
    ends: Array


# What a test of an interval tells.
UPPER, PASSED, PASSED_NUMBER, TRAVEL, STATE0, STATE1, WORST_VALUE, WORST_NUMBER = range(8)
WORST_LOWER, WORST_END, BARE, DISTANCES = range(8, 12)


@compiled
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
    detail: float,
    told: Array,
) -> int:
    """Test piece pairs start..stop of an interval; keep the open ones; return where they end."""
    told[PASSED], told[TRAVEL], told[STATE0], told[STATE1] = math.inf, 0.0, 0.0, 0.0
    told[WORST_VALUE], told[BARE] = math.inf, math.inf
    nb, kept = w.Rb.shape[0], start
    for k in range(start, stop):
        number, row = e.number[k], e.ends[k]
        i, j = number // nb, number % nb
        travel = least_travel(w.move, w.Ra[i], w.Rb[j])
        fixed = travel + 2.0 * (pad + ROUNDING)
        room = 4.0 * (s.bound[s.pieces[pair.a] + i] + s.bound[s.pieces[pair.b] + j])
        for end in range(1 if slot0 == slot1 else 2):
            short = fixed + 2.0 * goal_for(required, told[UPPER], detail) - row[0] - row[2]
            if row[2 * end + 1] == math.inf and 0.0 < short <= room:
                slot = slot0 if end == 0 else slot1
                row[2 * end], row[2 * end + 1] = tighten(s, pair, w, slot, number)
                told[DISTANCES] += 1.0
                told[UPPER] = min(told[UPPER], row[2 * end + 1] - pad)
        if slot0 == slot1:
            row[2], row[3] = row[0], row[1]
        value = 0.5 * (row[0] + row[2] - fixed)
        if value >= goal_for(required, told[UPPER], detail):
            if value < told[PASSED]:
                told[PASSED], told[PASSED_NUMBER] = value, number
            continue
        _note(told, row, number, value, travel, required + pad, pad)
        e.number[kept] = number
        for r in range(4):
            e.ends[kept, r] = row[r]
        kept += 1
    return kept


@compiled
def _note(
    told: Array, row: Array, number: int, value: float, travel: float, need: float, pad: float
) -> None:
    """Take an open piece pair into what the test tells."""
    told[TRAVEL] = max(told[TRAVEL], travel)
    if row[1] < math.inf:
        told[STATE0] = max(told[STATE0], float(state_of(row[0], row[1], need)))
    if row[3] < math.inf:
        told[STATE1] = max(told[STATE1], float(state_of(row[2], row[3], need)))
    told[BARE] = min(told[BARE], value + pad)
    if value < told[WORST_VALUE]:
        told[WORST_VALUE], told[WORST_NUMBER] = value, number
        told[WORST_END] = 0.0 if row[0] <= row[2] else 1.0
        told[WORST_LOWER] = min(row[0], row[2])


@compiled
def expand(s: Shapes, pair: Pair, w: Work, slot0: int, slot1: int, e: Entries) -> int:
    """Fill the bottom of the stack with all piece pairs, as spheres; return their number."""
    for k in range(w.normal.shape[0]):
        e.number[k] = k
        e.ends[k, 0], e.ends[k, 1] = sphere_gap(s, pair, w, slot0, k), math.inf
        e.ends[k, 2], e.ends[k, 3] = sphere_gap(s, pair, w, slot1, k), math.inf
    return w.normal.shape[0]


@compiled
def roomy(e: Entries, used: int, more: int) -> Entries:
    """Return the entries with room for `more` after the first `used`."""
    if used + more <= e.number.size:
        return e
    number, ends = np.zeros(2 * (used + more), dtype=np.int64), np.zeros((2 * (used + more), 4))
    for k in range(used):
        number[k] = e.number[k]
        for r in range(4):
            ends[k, r] = e.ends[k, r]
    return Entries(number, ends)


@compiled
def sphere_gap(s: Shapes, pair: Pair, w: Work, slot: int, number: int) -> float:
    """Return the distance [m] of the bounding spheres of a piece pair at a slot."""
    nb = w.Rb.shape[0]
    i, j = s.pieces[pair.a] + number // nb, s.pieces[pair.b] + number % nb
    return gap_of_spheres(w.rel[slot], s.centre[i], s.bound[i], s.centre[j], s.bound[j])
