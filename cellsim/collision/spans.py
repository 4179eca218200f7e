"""Stretches of a path with one requirement each, and the leaves that come out of them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import inner, lean
from cellsim.collision.support import Ints
from cellsim.geometry import Array

# Columns of a span, shape (spans, 11). KNOWN: clearance that is not worth proving, see `sharpen`.
U0, U1, REQUIRED, PAD, RAMP_FROM, RAMP_OVER, SIDE, X, Y, Z, KNOWN = range(11)
SPAN_COLUMNS = 11
# Columns of a leaf that is not free, shape (leaves, 13); the last three: the second path's u.
LEAF_U0, LEAF_U1, STATE, VALUE, NUMBER, NEED, WORST, LOWER, CAUSE, SPAN = range(10)
LEAF_V0, LEAF_V1, WORST_V = range(10, 13)
LEAF_COLUMNS = 13
# Columns of the least clearance of a span, shape (spans, 6): value, interval, number, required,
# and the least clearance seen at some instant: the true one is at most that (inf: none was seen).
LEAST_VALUE, LEAST_U0, LEAST_U1, LEAST_NUMBER, LEAST_REQUIRED, LEAST_SEEN = range(6)
LEAST_COLUMNS = 6
SEEN, GAVE_UP, TOO_SMALL = 0, 1, 2


class Outcome(NamedTuple):
    """What a pair's run gives: leaves (n, 13), least (spans, 6), counts (intervals, distances)."""

    leaves: Array
    least: Array
    counts: Array


class Outcomes(NamedTuple):
    """What the runs of many pairs give.

    Attributes:
        leaves: Of all pairs, one after the other, shape (sum, 13); ends: shape (n + 1,).
        least: Of all their spans, shape (sum, 6). counts: shape (n, 2).
    """

    leaves: Array
    ends: Ints
    least: Array
    counts: Array


def outcome_of(found: Outcomes, firsts: Ints, p: int) -> Outcome:
    """Return the outcome of pair p; firsts: where the spans of each pair begin."""
    return Outcome(
        found.leaves[found.ends[p] : found.ends[p + 1]],
        found.least[firsts[p] : firsts[p + 1]],
        found.counts[p],
    )


def span(u0: float, u1: float, required: float, pad: float) -> Array:
    """Return a span with a constant required clearance [m]; pad: margins and tolerances [m]."""
    row = np.zeros(SPAN_COLUMNS)
    row[U0], row[U1], row[REQUIRED], row[PAD], row[KNOWN] = u0, u1, required, pad, math.inf
    return row


def ramp(row: Array, start_m: float, over_m: float, side: int, start: Array) -> Array:
    """Return the span with a requirement that grows with the distance a body has moved.

    Args:
        start_m: Requirement at no distance [m]; over_m: distance of the full one [m].
        side: 0: body a moves, 1: body b. start: its origin in the world at the start [m].
    """
    grown = row.copy()
    grown[[RAMP_FROM, RAMP_OVER, SIDE]] = start_m, over_m, side
    grown[X : Z + 1] = start
    return grown


def at_motions(spans: Array, firsts: Array) -> Array:
    """Return the spans cut where motions begin, so that each motion has a least clearance.

    Args:
        firsts: Knots at which the motions of the group begin, increasing, shape (m,).
    """
    first = np.searchsorted(firsts, spans[:, U0], side="right")
    inside = np.maximum(np.searchsorted(firsts, spans[:, U1]) - first, 0)
    ends = np.cumsum(inside)
    at = firsts[np.repeat(first - ends + inside, inside) + np.arange(inside.sum())]
    cut, later = np.repeat(spans, inside + 1, axis=0), np.ones(len(spans) + len(at), dtype=bool)
    later[ends - inside + np.arange(len(spans))] = False
    rows = np.flatnonzero(later)
    cut[rows, U0], cut[rows - 1, U1] = at, at
    return cut


def within(spans: Array, low: float, high: float) -> Array:
    """Return the spans clipped to knots [low, high), each kept where it is a single knot."""
    inside = ((spans[:, U0] < high) & (spans[:, U1] > low)) | (
        (spans[:, U0] >= low) & (spans[:, U0] < high)
    )
    rows = spans[inside]
    rows[:, U0] = np.maximum(rows[:, U0], low)
    rows[:, U1] = np.minimum(rows[:, U1], high)
    return rows


@lean
def required_over(row: Array, poses0: Array, poses1: Array, travel: float) -> float:
    """Return the largest required clearance [m] over an interval.

    The distance moved at u is at most m(u0) + travel(u0, u) and at most m(u1) + travel(u, u1), so
    at most the mean of the two ends plus half the travel.

    Args:
        poses0, poses1: `world_T_a`, `world_T_b` at the ends, shape (2 or more, 3, 4).
        travel: Bound of the way any point of the moved body goes over the interval [m].
    """
    if row[RAMP_OVER] <= 0.0:
        return float(row[REQUIRED])
    if row[RAMP_FROM] >= row[REQUIRED]:
        return float(row[RAMP_FROM])
    m0, m1, side = 0.0, 0.0, int(row[SIDE])
    for r in range(3):
        e0, e1 = poses0[side, r, 3] - row[X + r], poses1[side, r, 3] - row[X + r]
        m0 += e0 * e0
        m1 += e1 * e1
    moved = 0.5 * (math.sqrt(m0) + math.sqrt(m1) + travel)
    part = min(1.0, moved / row[RAMP_OVER])
    return float(row[RAMP_FROM] + part * (row[REQUIRED] - row[RAMP_FROM]))


@inner
def add_row(rows: Array, count: int) -> Array:
    """Return `rows` with room for row number `count`."""
    if count < rows.shape[0]:
        return rows
    grown = np.zeros((2 * rows.shape[0], rows.shape[1]))
    for k in range(count):
        for c in range(rows.shape[1]):
            grown[k, c] = rows[k, c]
    return grown
