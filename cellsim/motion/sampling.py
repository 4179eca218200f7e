"""Knots of a stretch, and how far the true path leaves the chords between them.

Bounds. Between two knots the joint path is q(s(t)). Writing B2 for a bound on |d2q/ds2| and B1 for
one on |dq/ds| over the interval, the distance of the path from its chord is at most
B2 ds^2 / 8 (any timing), and of the motion in time from its chord at most
(B2 max(ds/dt)^2 + B1 max|d2s/dt2|) h^2 / 8. max|d2s/dt2| is exact, because the laws are linear in
d2s/dt2 between known breaks. Joint lines have B2 = 0 and constant dq/ds, so both bounds are proven.
On tracked ways d2q/ds2 is exact (no differences) at both knots and at a point between, and within
each half it stays below the larger end value plus half its width times |d3q/ds3|, which `remainder`
bounds for the whole interval. Where it cannot, near a singularity and for arms of other than six
axes, the third derivative is taken as at most twice the larger of the two difference quotients;
the motion says so. The tests compare with densely solved paths. The deviation seen at the point
between is a floor. With seven axes the way of the elbow is ours (least joint motion), not the
controller's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.geometry import Array
from cellsim.motion.law import Law
from cellsim.motion.piece import Piece, Stretch

DEV_PATH = 2e-5
MOST_KNOTS = 100_000
_HALVINGS = 4
_BISECTIONS = 8
_ROUNDING = 1e-13
_NEAR = 1e-3


@dataclass(frozen=True, eq=False)
class Samples:
    """One piece at its knots (even rows) and between them (odd rows).

    v: Where on the piece. third: Bounds on |d3q/ds3| on the intervals, inf where none is proven,
        nan where none can be (an arm of other than six axes).
    """

    t: Array
    v: Array
    s: Array
    sd: Array
    q: Array
    dq: Array
    ddq: Array
    qd: Array
    qdd: Array
    tcp: Array | None
    third: Array


def sampled(stretch: Stretch, law: Law, h: float, switches: Array) -> list[Samples]:
    """Return each piece with knots at most h [s] apart, wider where that is more than MOST_KNOTS.

    The bounds of an interval grow with its width, so they hold for wide ones too.

    Args:
        switches: Times [s] that are knots too, ascending: where the jerk jumps.
    """
    h = max(h, law.duration / MOST_KNOTS)
    ends = np.cumsum([p.length for p in stretch.pieces])
    times = np.concatenate([[0.0], _times_of(law, ends[:-1]), [law.duration]])
    parts = []
    for k, piece in enumerate(stretch.pieces):
        first, last = np.searchsorted(switches, times[k : k + 2])
        knots = _spread(times[k], switches[first:last], times[k + 1], h)
        parts.append(_refined(piece, float(ends[k]) - piece.length, law, knots))
    return parts


def _spread(begin: float, inner: Array, end: float, h: float) -> Array:
    """Return even knots at most h apart from begin to end and between the inner ones, (n,).

    An inner knot nearer to another than a thousandth of h is left out.
    """
    fixed, near = [float(begin)], _NEAR * h
    for t in inner[inner < end - near].tolist():
        if t - fixed[-1] > near:
            fixed.append(t)
    corners = np.array([*fixed, end])
    counts = np.maximum(np.ceil(np.diff(corners) / h - _NEAR), 1.0).astype(np.int64)
    number = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    width = np.diff(corners) / counts
    knots = np.repeat(corners[:-1], counts) + number * np.repeat(width, counts)
    return np.append(knots, end)


def _times_of(law: Law, s: Array) -> Array:
    """Return the times when the law reaches s, shape of s: bisection between known times."""
    if not len(s):
        return np.zeros(0)
    known = np.linspace(0.0, law.duration, 64 + 8 * len(s))
    way = law.at(known)[0]
    k = np.clip(np.searchsorted(way, s), 1, len(known) - 1)
    low, high = known[k - 1], known[k]
    for _ in range(_BISECTIONS):
        v = np.linspace(0.0, 1.0, 33)[:, None]
        t = low + v * (high - low)
        first = np.argmax(law.at(t)[0] >= s, axis=0)
        columns = np.arange(len(s))
        low, high = t[np.maximum(first - 1, 0), columns], t[first, columns]
    times: Array = (low + high) / 2.0
    return times


def _refined(piece: Piece, start: float, law: Law, knots: Array) -> Samples:
    """Sample a piece; halve intervals whose path deviation exceeds DEV_PATH, or is not proven."""
    for _ in range(_HALVINGS):
        samples = _sample(piece, start, law, knots)
        away = np.max(path_bounds(samples)[1], axis=1)
        wide = np.flatnonzero((away > DEV_PATH) | np.isinf(samples.third).any(axis=1))
        if not len(wide):
            return samples
        knots = np.insert(knots, wide + 1, (knots[wide] + knots[wide + 1]) / 2.0)
    return _sample(piece, start, law, knots)


def _sample(piece: Piece, start: float, law: Law, knots: Array) -> Samples:
    t = np.empty(2 * len(knots) - 1)
    t[::2], t[1::2] = knots, (knots[:-1] + knots[1:]) / 2.0
    s, sd, sdd = law.at(t)
    v = piece.local(s - start)
    v[0], v[-1] = 0.0, 1.0
    (q, dq, ddq), third = piece.course(v)
    rate = piece.tcp_rate(v)
    qd = dq * sd[:, None]
    qdd = dq * sdd[:, None] + ddq * sd[:, None] ** 2
    return Samples(t, v, s, sd, q, dq, ddq, qd, qdd, None if rate is None else rate * sd, third)


def largest(x: Array) -> Array:
    """Return the largest |x| over knot, middle and knot of each interval."""
    size = np.abs(x)
    most: Array = np.maximum(np.maximum(size[:-2:2], size[1::2]), size[2::2])
    return most


def proven(p: Samples) -> bool:
    """Tell whether all bounds of a piece rest on a proof."""
    return bool(np.isfinite(p.third).all())


def path_bounds(p: Samples) -> tuple[Array, Array]:
    """Return bounds on |d2q/ds2| and on the distance of path and chord, each (n-1, dof)."""
    half = np.diff(p.s)
    rest = p.third * np.maximum(half[::2], half[1::2])[:, None] / 2.0
    change = np.abs(np.diff(p.ddq, axis=0))
    seen = np.maximum(change[::2], change[1::2])
    bend = largest(p.ddq) + np.where(np.isfinite(rest), rest, seen)
    width = np.diff(p.s[::2])[:, None]
    share = (p.s[1::2, None] - p.s[:-2:2, None]) / np.maximum(width, 1e-300)
    # Knots nearer than the rounding of s: any place on their chord will do.
    share = np.clip(share, 0.0, 1.0)
    off = np.abs(p.q[1::2] - (1.0 - share) * p.q[:-2:2] - share * p.q[2::2])
    return bend, np.maximum(bend * width**2 / 8.0, np.where(off > _ROUNDING, off, 0.0))
