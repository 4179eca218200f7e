"""A stretch in time: its law, its knots, and how far the true path leaves the chords.

Bounds. Between two knots the joint path is q(s(t)). Writing B2 for a bound on |d2q/ds2| and B1 for
one on |dq/ds| over the interval, the distance of the path from its chord is at most
B2 ds^2 / 8 (any timing), and of the motion in time from its chord at most
(B2 max(ds/dt)^2 + B1 max|d2s/dt2|) h^2 / 8. max|d2s/dt2| is exact, because the laws are linear in
d2s/dt2 between known breaks. Joint lines have B2 = 0 and constant dq/ds, so both bounds are proven.
On tracked ways d2q/ds2 is exact (no differences) at both knots and at a point between; within each
half it stays below the larger end value plus half its width times |d3q/ds3|, and the third
derivative is taken as at most twice the larger of the two difference quotients, which makes the
remainder the larger of the two differences. That last factor of two is the only thing assumed; the
tests compare with densely solved paths. The deviation seen at the point between is a floor. With
seven axes the way of the elbow is ours (least joint motion), not the controller's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.geometry import Array
from cellsim.motion.caps import Caps
from cellsim.motion.law import Law, SegmentLaw, StretchedLaw, acceleration_bound
from cellsim.motion.lookahead import Grid, look_ahead
from cellsim.motion.route import Piece, Stretch
from cellsim.motion.segment import JointLine

DEV_PATH = 2e-5
_HALVINGS = 4
_ROUNDS = 9
_EASINGS = 4
_HELD = 1e-7
_BISECTIONS = 8
_ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Timed:
    """A stretch in time, from rest at t = 0.

    Attributes:
        t: shape (n,); q, qd, qdd: (n, dof). dev_path, dev_time: (n-1, dof).
        last: Last knot of each piece, in order.
        reached: Highest TCP speed of each piece [m/s], None where joints lead.
    """

    t: Array
    q: Array
    qd: Array
    qdd: Array
    dev_path: Array
    dev_time: Array
    last: tuple[int, ...]
    reached: tuple[float | None, ...]


@dataclass(frozen=True, eq=False)
class _Samples:
    """One piece at its knots (even rows) and between them (odd rows)."""

    t: Array
    s: Array
    sd: Array
    q: Array
    dq: Array
    ddq: Array
    qd: Array
    qdd: Array
    tcp: Array | None


def grid_of(piece: Piece, caps: Caps) -> Grid:
    """Return a piece sampled for look-ahead: one point per 10 ms of nominal time, more where
    the joint rates change fast."""
    even = np.linspace(0.0, 1.0, int(np.clip(piece.length / 0.01, 24, 400)))
    own = (piece.way.grid - piece.u0) / (piece.u1 - piece.u0)
    v = np.unique(np.concatenate([even, own[(own > 0.0) & (own < 1.0)]]))
    _, dq, ddq = piece.joints(v)
    for _ in range(3):
        load = np.abs(dq) / caps.speed
        jump = np.max(np.abs(np.diff(dq, axis=0)) / caps.speed, axis=1)
        level = np.maximum(1.0, np.max(np.minimum(load[:-1], load[1:]), axis=1))
        wide = np.flatnonzero(jump > 0.1 * level)
        if not len(wide):
            break
        middle = (v[wide] + v[wide + 1]) / 2.0
        _, more, more2 = piece.joints(middle)
        v = np.insert(v, wide + 1, middle)
        dq, ddq = np.insert(dq, wide + 1, more, axis=0), np.insert(ddq, wide + 1, more2, axis=0)
    n = len(v)
    return Grid(
        v * (piece.r0 + (piece.r1 - piece.r0) * v / 2.0),
        dq,
        ddq,
        np.full(n, piece.cap),
        np.tile(caps.speed * piece.share, (n, 1)),
        np.tile(caps.acceleration * piece.accel, (n, 1)),
    )


def _law_of(stretch: Stretch, caps: Caps, grids: tuple[Grid, ...], ease: Array) -> Law:
    """Return the law of a stretch: closed form for a lone joint line, else look-ahead.

    ease: Shares of the written cap, of the speeds and of the accelerations that look-ahead may
    use on each piece, shape (pieces, 2).
    """
    first = stretch.pieces[0]
    law: Law
    if len(stretch.pieces) == 1 and isinstance(first.way, JointLine):
        rate = np.abs(first.way.step) / first.length
        moving = rate > 0.0
        a = caps.acceleration[moving] * first.accel / rate[moving]
        jerk = float(np.min(a / caps.jerk_time[moving]))
        law = SegmentLaw(first.length, first.cap, float(np.min(a)), jerk)
    else:
        starts = np.cumsum([0.0] + [p.length for p in stretch.pieces[:-1]])
        law = look_ahead(_joined(grids, starts, ease), float(np.max(caps.jerk_time)))
    asked = first.step.asked_time
    if len(stretch.pieces) == 1 and asked is not None and asked > law.duration:
        return StretchedLaw(law, asked / law.duration)
    return law


def _joined(grids: tuple[Grid, ...], starts: Array, ease: Array) -> Grid:
    return Grid(
        np.concatenate([g.s + start for g, start in zip(grids, starts, strict=True)]),
        np.concatenate([g.dq for g in grids]),
        np.concatenate([g.ddq for g in grids]),
        np.concatenate([g.cap for g in grids]),
        np.concatenate([g.speed * e[0] for g, e in zip(grids, ease, strict=True)]),
        np.concatenate([g.acceleration * e[1] for g, e in zip(grids, ease, strict=True)]),
    )


def time_stretch(stretch: Stretch, caps: Caps, grids: tuple[Grid, ...], h: float) -> Timed:
    """Return the stretch in time with knots every h [s], at piece ends, and at the end.

    Caps are checked at the knots and between them with exact values. Where look-ahead on its
    grid left an excess, the pieces with the excess are eased; what is left after that is taken
    out by stretching time.
    """
    ease = np.ones((len(grids), 2))
    law = _law_of(stretch, caps, grids, ease)
    for turn in range(_ROUNDS):
        parts = _sampled(stretch, law, h)
        over = np.array([_excess(p, s, caps) for p, s in zip(stretch.pieces, parts, strict=True)])
        factor = float(np.max(np.column_stack([over[:, 0], np.sqrt(over[:, 1])])))
        if factor <= 1.0 + _HELD:
            break
        if turn < _EASINGS and len(stretch.pieces) > 1:
            ease /= np.where(over > 1.0, over * (1.0 + 1e-4), 1.0)
            law = _law_of(stretch, caps, grids, ease)
        else:
            law = StretchedLaw(law, factor * (1.0 + 1e-6))
    return _assembled(stretch, law, parts)


def _sampled(stretch: Stretch, law: Law, h: float) -> list[_Samples]:
    ends = np.cumsum([p.length for p in stretch.pieces])
    times = np.concatenate([[0.0], _times_of(law, ends[:-1]), [law.duration]])
    even = np.arange(0.0, law.duration, h)
    near = np.abs(times[None, :] - even[:, None]).min(axis=1) < 1e-3 * h
    even = even[~near]
    parts = []
    for k, piece in enumerate(stretch.pieces):
        inner = even[(even > times[k]) & (even < times[k + 1])]
        knots = np.concatenate([[times[k]], inner, [times[k + 1]]])
        parts.append(_refined(piece, float(ends[k]) - piece.length, law, knots))
    return parts


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


def _refined(piece: Piece, start: float, law: Law, knots: Array) -> _Samples:
    """Sample a piece; halve intervals whose path deviation exceeds DEV_PATH."""
    for _ in range(_HALVINGS):
        samples = _sample(piece, start, law, knots)
        wide = np.flatnonzero(np.max(_path_bounds(samples)[1], axis=1) > DEV_PATH)
        if not len(wide):
            return samples
        knots = np.insert(knots, wide + 1, (knots[wide] + knots[wide + 1]) / 2.0)
    return _sample(piece, start, law, knots)


def _sample(piece: Piece, start: float, law: Law, knots: Array) -> _Samples:
    t = np.empty(2 * len(knots) - 1)
    t[::2], t[1::2] = knots, (knots[:-1] + knots[1:]) / 2.0
    s, sd, sdd = law.at(t)
    v = piece.local(s - start)
    v[0], v[-1] = 0.0, 1.0
    q, dq, ddq = piece.joints(v)
    rate = piece.tcp_rate(v)
    qd = dq * sd[:, None]
    qdd = dq * sdd[:, None] + ddq * sd[:, None] ** 2
    return _Samples(t, s, sd, q, dq, ddq, qd, qdd, None if rate is None else rate * sd)


def _largest(x: Array) -> Array:
    """Return the largest |x| over knot, middle and knot of each interval."""
    size = np.abs(x)
    largest: Array = np.maximum(np.maximum(size[:-2:2], size[1::2]), size[2::2])
    return largest


def _path_bounds(p: _Samples) -> tuple[Array, Array]:
    """Return bounds on |d2q/ds2| and on the distance of path and chord, each (n-1, dof)."""
    change = np.abs(np.diff(p.ddq, axis=0))
    bend = _largest(p.ddq) + np.maximum(change[::2], change[1::2])
    width = np.diff(p.s[::2])[:, None]
    share = (p.s[1::2, None] - p.s[:-2:2, None]) / np.maximum(width, 1e-300)
    seen = np.abs(p.q[1::2] - (1.0 - share) * p.q[:-2:2] - share * p.q[2::2])
    return bend, np.maximum(bend * width**2 / 8.0, np.where(seen > _ROUNDING, seen, 0.0))


def _excess(piece: Piece, p: _Samples, caps: Caps) -> tuple[float, float]:
    """Return how far the samples exceed the speed caps and the accelerations, each >= 1."""
    speed = float(np.max(np.abs(p.qd) / (caps.speed * piece.share)))
    written = float(np.max(p.sd)) / piece.cap
    acceleration = float(np.max(np.abs(p.qdd) / (caps.acceleration * piece.accel)))
    return max(1.0, speed, written), max(1.0, acceleration)


def _assembled(stretch: Stretch, law: Law, parts: list[_Samples]) -> Timed:
    t, q, qd, qdd = [parts[0].t[:1]], [parts[0].q[:1]], [parts[0].qd[:1]], [parts[0].qdd[:1]]
    dev_path, dev_time, last, reached = [], [], [], []
    for p in parts:
        bend, away = _path_bounds(p)
        h = np.diff(p.t[::2])
        hardest = acceleration_bound(law, p.t[::2])
        fastest = _largest(p.sd) + hardest * h / 2.0
        slope = _largest(p.dq) + bend * np.diff(p.s[::2])[:, None] / 2.0
        late = bend * fastest[:, None] ** 2 + slope * hardest[:, None]
        dev_path.append(away)
        dev_time.append(late * h[:, None] ** 2 / 8.0)
        qdd[-1][-1] = _harder(qdd[-1][-1], p.qdd[0])
        t.append(p.t[2::2])
        q.append(p.q[2::2])
        qd.append(p.qd[2::2])
        qdd.append(p.qdd[2::2].copy())
        last.append(sum(map(len, t)) - 1)
        reached.append(None if p.tcp is None else float(np.max(p.tcp)))
    joined = np.concatenate(q)
    joined[0], joined[-1] = stretch.q_start, stretch.q_end
    return Timed(
        np.concatenate(t),
        joined,
        np.concatenate(qd),
        np.concatenate(qdd),
        np.concatenate(dev_path),
        np.concatenate(dev_time),
        tuple(last),
        tuple(reached),
    )


def _harder(a: Array, b: Array) -> Array:
    """Return the larger of two one-sided accelerations, joint by joint, with its sign."""
    return np.where(np.abs(a) >= np.abs(b), a, b)
