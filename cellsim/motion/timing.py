"""A stretch in time: its law, under the caps, and its knots; `sampling` proves the bounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cellsim.domain.timeline import RestsOn, Tube
from cellsim.domain.tubes import LOST
from cellsim.geometry import Array
from cellsim.geometry.bits import Asked, bits_of
from cellsim.motion.caps import Caps
from cellsim.motion.law import Law, SegmentLaw, StretchedLaw, acceleration_bound, jerk_jumps
from cellsim.motion.lookahead import Grid, look_ahead
from cellsim.motion.piece import Piece, Stretch
from cellsim.motion.sampling import Samples, largest, path_bounds, proven, sampled
from cellsim.motion.segment import JointLine

_ROUNDS = 9
_EASINGS = 4
_HELD = 1e-7
# Of full acceleration by its time: a jump of the jerk between two knots makes the polynomial
# through them swing by up to 37 % of it.
_JUMP = 0.05
# Kept, for the pieces of a job's runs in the other classes of acceleration.
_PIECES = 512


@dataclass(frozen=True, eq=False)
class Timed:
    """A stretch in time, from rest at t = 0.

    Attributes:
        t: shape (n,); v: 0..1 on the piece that ends there, (n,); q, qd, qdd: (n, dof).
        dev_path, dev_time: (n-1, dof).
        last: Last knot of each piece, in order.
        reached: Highest TCP speed of each piece [m/s], None where joints lead.
        tubes: Of its corners, in order.
        rests_on: What the bounds of each piece rest on; see `Motion`.
    """

    t: Array
    v: Array
    q: Array
    qd: Array
    qdd: Array
    dev_path: Array
    dev_time: Array
    last: tuple[int, ...]
    reached: tuple[float | None, ...]
    tubes: tuple[Tube, ...] = ()
    rests_on: tuple[RestsOn, ...] = ()


def grid_of(piece: Piece, caps: Caps) -> Grid:
    """Return a piece sampled for look-ahead: one point per 10 ms of nominal time, more where
    the joint rates change fast."""
    key = id(piece.way), bits_of((piece.u0, piece.u1, piece.r0, piece.r1, caps.speed))
    v, dq, ddq = _spots(Asked(key, (piece, caps.speed)))
    n = len(v)
    return Grid(
        v * (piece.r0 + (piece.r1 - piece.r0) * v / 2.0),
        dq,
        ddq,
        np.full(n, piece.cap),
        np.tile(caps.speed * piece.share, (n, 1)),
        np.tile(caps.acceleration * piece.accel, (n, 1)),
    )


@lru_cache(maxsize=_PIECES)
def _spots(ask: Asked[tuple[Piece, Array]]) -> tuple[Array, Array, Array]:
    """Return where a piece is sampled, and dq/ds and d2q/ds2 there; joint speeds decide."""
    piece, most = ask.of
    even = np.linspace(0.0, 1.0, int(np.clip(piece.length / 0.01, 24, 400)))
    own = (piece.way.grid - piece.u0) / (piece.u1 - piece.u0)
    v = np.unique(np.concatenate([even, own[(own > 0.0) & (own < 1.0)]]))
    _, dq, ddq = piece.joints(v)
    for _ in range(3):
        load = np.abs(dq) / most
        jump = np.max(np.abs(np.diff(dq, axis=0)) / most, axis=1)
        level = np.maximum(1.0, np.max(np.minimum(load[:-1], load[1:]), axis=1))
        wide = np.flatnonzero(jump > 0.1 * level)
        if not len(wide):
            break
        middle = (v[wide] + v[wide + 1]) / 2.0
        _, more, more2 = piece.joints(middle)
        v = np.insert(v, wide + 1, middle)
        dq, ddq = np.insert(dq, wide + 1, more, axis=0), np.insert(ddq, wide + 1, more2, axis=0)
    return v, dq, ddq


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
        parts = sampled(stretch, law, h, _switches(stretch, law, caps, grids))
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


def _switches(stretch: Stretch, law: Law, caps: Caps, grids: tuple[Grid, ...]) -> Array:
    """Return the times [s] at which the jerk of a joint jumps by more than _JUMP, ascending."""
    at, jump = jerk_jumps(law)
    starts = np.cumsum([0.0] + [p.length for p in stretch.pieces[:-1]])
    s = np.concatenate([g.s + start for g, start in zip(grids, starts, strict=True)])
    rate = np.concatenate([np.abs(g.dq) / g.acceleration for g in grids]) * caps.jerk_time
    share = jump * np.interp(law.at(at)[0], s, np.max(rate, axis=1))
    return np.asarray(at[share > _JUMP])


def _excess(piece: Piece, p: Samples, caps: Caps) -> tuple[float, float]:
    """Return how far the samples exceed the speed caps and the accelerations, each >= 1."""
    speed = float(np.max(np.abs(p.qd) / (caps.speed * piece.share)))
    written = float(np.max(p.sd)) / piece.cap
    acceleration = float(np.max(np.abs(p.qdd) / (caps.acceleration * piece.accel)))
    return max(1.0, speed, written), max(1.0, acceleration)


def _assembled(stretch: Stretch, law: Law, parts: list[Samples]) -> Timed:
    t, q, qd, qdd = [parts[0].t[:1]], [parts[0].q[:1]], [parts[0].qd[:1]], [parts[0].qdd[:1]]
    v = [parts[0].v[:1]]
    dev_path, dev_time, last, reached = [], [], [], []
    for p in parts:
        bend, away = path_bounds(p)
        h = np.diff(p.t[::2])
        hardest = acceleration_bound(law, p.t[::2])
        fastest = largest(p.sd) + hardest * h / 2.0
        slope = largest(p.dq) + bend * np.diff(p.s[::2])[:, None] / 2.0
        late = bend * fastest[:, None] ** 2 + slope * hardest[:, None]
        dev_path.append(away)
        dev_time.append(late * h[:, None] ** 2 / 8.0)
        qdd[-1][-1] = _harder(qdd[-1][-1], p.qdd[0])
        t.append(p.t[2::2])
        v.append(p.v[2::2])
        q.append(p.q[2::2])
        qd.append(p.qd[2::2])
        qdd.append(p.qdd[2::2].copy())
        last.append(sum(map(len, t)) - 1)
        reached.append(None if p.tcp is None else float(np.max(p.tcp)))
    joined = np.concatenate(q)
    joined[0], joined[-1] = stretch.q_start, stretch.q_end
    return Timed(
        np.concatenate(t),
        np.concatenate(v),
        joined,
        np.concatenate(qd),
        np.concatenate(qdd),
        np.concatenate(dev_path),
        np.concatenate(dev_time),
        tuple(last),
        tuple(reached),
        *_tubes(stretch, parts, last),
    )


def _tubes(
    stretch: Stretch, parts: list[Samples], last: list[int]
) -> tuple[tuple[Tube, ...], tuple[RestsOn, ...]]:
    """Return the tubes of the corners of a stretch, and what the bounds of all pieces rest on.

    last: Knots where pieces end.
    """
    tubes: list[Tube] = []
    rests_on: list[RestsOn] = ["proof" if proven(p) else "quotients" for p in parts]
    starts = np.cumsum([0.0] + [p.length for p in stretch.pieces])
    t = np.concatenate([parts[0].t[:1], *(p.t[2::2] for p in parts)])
    s = np.concatenate([parts[0].s[:1], *(p.s[2::2] for p in parts)])
    for k, piece in enumerate(stretch.pieces):
        triangle = piece.tube
        if triangle is None:
            continue
        s0, s1 = float(starts[k]), float(starts[k + 1])
        first, end = (last[k - 1] if k else 0), last[k]
        t0, t1 = float(t[first]), float(t[end])
        before, after = stretch.pieces[max(k - 1, 0)], stretch.pieces[min(k + 1, len(parts) - 1)]
        lead, trail = 1.0 - triangle.wide1, triangle.wide2
        if k and lead < before.u1 - 1e-12:
            s0 -= (before.u1 - lead) * before.step.nominal
            first = int(np.searchsorted(s[: first + 1], s0, side="right")) - 1
            t0 = float(np.interp(s0, s, t))
        if after is not piece and trail > after.u0 + 1e-12:
            s1 += (trail - after.u0) * after.step.nominal
            end = int(np.searchsorted(s, s1, side="left"))
            t1 = float(np.interp(s1, s, t))
        lanes = triangle.lanes()
        if lanes is None:
            q = np.stack([triangle.q_entry, triangle.q_exit])
            lanes = q, np.full((1, q.shape[1]), LOST), True
        tubes.append(Tube(max(first, 0), min(end, len(t) - 1), t0, t1, *lanes[:2]))
        rests_on[k] = "proof" if lanes[2] else "differences"
    return tuple(tubes), tuple(rests_on)


def _harder(a: Array, b: Array) -> Array:
    """Return the larger of two one-sided accelerations, joint by joint, with its sign."""
    return np.where(np.abs(a) >= np.abs(b), a, b)
