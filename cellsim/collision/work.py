"""The pair, the limits and the working space of the certified test, and what its tests tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import bare, inner
from cellsim.collision.epa import space_for
from cellsim.collision.lipschitz import KNOWN_COLUMNS, PIECES
from cellsim.collision.paths import Path
from cellsim.collision.spans import SPAN_COLUMNS
from cellsim.collision.support import Ints, Shapes
from cellsim.geometry import Array

ROUNDING = 1e-9
DEPTH = 72
OK, SHORT, HIT = 0, 1, 2
A, B, REL = 0, 1, 2


class Pair(NamedTuple):
    """Two bodies and how they hang in the link tree of a path (or of two).

    Attributes:
        who: Body a, body b (numbers in Shapes), their links (-1: the world), and how many of the
            joints, the first ones, are of the path of a (all, where there is one path), shape (5,).
        link_T_body: Of a and b, shape (2, 3, 4).
        joints: (link, 1 if prismatic) of the moving joints between them, from a to b
            (`paths.between`), shape (m, 2).
    """

    who: Ints
    link_T_body: Array
    joints: Ints


class Rows(NamedTuple):
    """Many pairs as arrays.

    Attributes:
        who: `Pair.who` of each, shape (n, 5). link_T_body: shape (n, 2, 3, 4).
        joints: Of all pairs, one after the other, shape (sum, 2); ends: shape (n + 1,).
        spans: Requirements of all pairs, one after the other, shape (sum, SPAN_COLUMNS); `firsts`:
            where those of each pair begin, shape (n + 1,).
    """

    who: Ints
    link_T_body: Array
    joints: Ints
    ends: Ints
    spans: Array
    firsts: Ints


def rows_of(pairs: Sequence[Pair], spans: Sequence[Array]) -> Rows:
    """Return pairs with the spans of each as arrays."""
    none = np.zeros((0, 2), dtype=np.int64)
    return Rows(
        np.concatenate([none[:, 0], *(p.who for p in pairs)]).reshape(-1, 5),
        np.concatenate([np.zeros((0, 3, 4)), *(p.link_T_body for p in pairs)]).reshape(-1, 2, 3, 4),
        np.concatenate([none, *(p.joints for p in pairs)]),
        np.cumsum([0] + [len(p.joints) for p in pairs]).astype(np.int64),
        np.concatenate([np.zeros((0, SPAN_COLUMNS)), *spans]),
        np.cumsum([0] + [len(rows) for rows in spans]).astype(np.int64),
    )


@inner
def pair_in(rows: Rows, k: int) -> Pair:
    """Return pair k of the rows."""
    return Pair(rows.who[k], rows.link_T_body[k], rows.joints[rows.ends[k] : rows.ends[k + 1]])


class Limits(NamedTuple):
    """When to stop cutting.

    Attributes:
        detail: Least clearance is worked out below this [m].
        share, gap: To `share` of it or to `gap` [m], whichever is less fine, in every span.
        sharp: To this [m] where it is printed as the least of a pair or of a motion.
        fine_nodes: Stop working it out (but not proving) after so many intervals of a span.
        least_time, least_travel: Smallest interval [s] and [m]; smaller ones are undecided.
        merge_time: An interval shorter than this [s] with violations at both ends is one.
        short_travel: An interval in which the pair moves less than this [m], too near at both ends
            and certified apart, is one shortfall; its value is good to half of this.
        most_nodes: Give up (undecided) after so many intervals of a span.
        first_only: 1: stop at the first interval that is not free.
    """

    detail: float = 0.1
    share: float = 0.9
    gap: float = 5e-4
    sharp: float = 9e-5
    fine_nodes: int = 20_000
    least_time: float = 1e-3
    least_travel: float = 2e-5
    merge_time: float = 0.05
    short_travel: float = 5e-4
    most_nodes: int = 200_000
    first_only: int = 0


class Work(NamedTuple):
    """Working space of one pair; a slot is one instant of the path.

    Attributes:
        q, links: Of the instant being worked out; shapes (dof,), (L, 3, 4).
        poses: `world_T_a`, `world_T_b`, `a_T_b` per slot, shape (slots, 3, 3, 4).
        axes: Joint axes per slot, shape (slots, m, 6).
        size: See `lipschitz.sizes`, per slot and row of R, shape (slots, rows, 2, m); looked: how
            often a slot was filled; sized: at which filling, shape (slots, rows).
        R: See `lipschitz`, shape (PIECES + pieces of a + pieces of b, m); stamp: the interval
            that each row is of. known: See `lipschitz.reach_of`.
        normal: Last good normal of each piece pair, shape (na * nb, 3). space: See `epa.space_for`.
        us, at: The stack of intervals.
        told: What the tests tell, see `UPPER` and the others.
    """

    q: Array
    links: Array
    poses: Array
    axes: Array
    size: Array
    looked: Ints
    sized: Ints
    R: Array
    known: Array
    stamp: Array
    normal: Array
    space: Array
    us: Array
    at: Ints
    told: Array


class Entries(NamedTuple):
    """Piece pairs still open in an interval; a stack shared by all intervals.

    Attributes:
        number: Piece of a times number of pieces of b plus piece of b, shape (n,).
        ends: (lower, upper) at u0, (lower, upper) at u1, normals of the lower ones in the frame of
            a, shape (n, 10); upper inf: only spheres yet, and no normal.
    """

    number: Ints
    ends: Array


# Columns of an end, and of its normal: 3 for each of the two.
NORMAL, END_COLUMNS = 4, 10


# What tests tell: of an interval, and since the beginning (UPPER, INTERVALS: of the span). COLD:
# the normals are still those of another span. TICK: intervals of the pair.
PASSED, PASSED_NUMBER, STATE0, STATE1, WORST_VALUE, WORST_NUMBER, WORST_END = range(7)
WORST_LOWER, BARE, UPPER, INTERVALS, DISTANCES, LEAVES, DETAIL, SHARE, COLD, TICK = range(7, 17)
GAP = 17
# Of the open piece pairs of an interval: what the worst is told by, least distance seen at an end,
# least bounds at both.
TOLD_BY, NEAREST, LOW0, LOW1 = 18, 19, 20, 21
TOLD = 22


@bare
def pieces_of(s: Shapes, pair: Pair) -> tuple[int, int, int, int]:
    """Return (first piece of a, number, first piece of b, number)."""
    a, b = s.own[pair.who[0], 0], s.own[pair.who[1], 0]
    return a, s.own[pair.who[0], 1] - a, b, s.own[pair.who[1], 1] - b


@inner
def work_for(path: Path, joints: int, na: int, nb: int) -> Work:
    """Return working space for pairs with at most so many joints and pieces.

    What is written before it is read is left as it comes: to fill it takes longer than to use it.
    """
    return Work(
        np.empty(path.knots.shape[2]),
        np.empty((path.links.shape[0], 3, 4)),
        np.empty((DEPTH + 4, 3, 3, 4)),
        np.empty((DEPTH + 4, joints, 6)),
        np.empty((DEPTH + 4, PIECES + na + nb, 2, joints)),
        np.zeros(DEPTH + 4, dtype=np.int64),
        np.zeros((DEPTH + 4, PIECES + na + nb), dtype=np.int64),
        np.zeros((PIECES + na + nb, joints)),
        np.zeros((PIECES + na + nb, KNOWN_COLUMNS)),
        np.zeros(PIECES + na + nb),
        np.empty((na * nb, 3)),
        space_for(),
        np.empty((2 * DEPTH + 4, 4)),
        np.empty((2 * DEPTH + 4, 5), dtype=np.int64),
        np.zeros(TOLD),
    )


@inner
def room_for(count: int) -> Entries:
    """Return empty entries."""
    return Entries(np.zeros(count, dtype=np.int64), np.zeros((count, END_COLUMNS)))


@inner
def roomy(e: Entries, used: int, more: int) -> Entries:
    """Return the entries with room for `more` after the first `used`."""
    if used + more <= e.number.size:
        return e
    grown = room_for(2 * (used + more))
    for k in range(used):
        grown.number[k] = e.number[k]
        for r in range(END_COLUMNS):
            grown.ends[k, r] = e.ends[k, r]
    return grown
