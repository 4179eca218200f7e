"""A timeline in which every tube is driven all through: what certified clearance is about.

Where the law of a corner is not known for certain, the track shows one corner and its `Tube` a path
near all of them. Here that path takes the place of the one corner, in the same time. Knots and
motions are counted anew; a sync inside a tube may come anywhere in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from cellsim.domain.timeline import Concurrent, Event, GroupTrack, Ints, Motion, Timeline, Tube
from cellsim.geometry import Array

# What a part of a tube that cannot be reached, or not be told apart, may be off [rad | m].
LOST = 100.0
# Note of the motion that stands for all corners of a tube.
TUBE = "tube"
_SAME_TIME_S = 1e-9
# What changes bodies and requirements where it happens; other events only order groups.
_TELLING = frozenset({"grip", "release", "unfasten", "unhinged", "process"})


def moved(tube: Tube, knots: int, seconds: float) -> Tube:
    """Return a tube of a run that begins at a knot and a time [s] of its track."""
    return replace(
        tube,
        first=tube.first + knots,
        last=tube.last + knots,
        t0=tube.t0 + seconds,
        t1=tube.t1 + seconds,
    )


def with_tubes(timeline: Timeline) -> Timeline:
    """Return the timeline with the tubes of all tracks driven all through; itself without any.

    Only what clearance needs is right in it: knots, deviations of the path, motions, what may be
    at once. Where something is gripped, let go or unhinged inside a tube nothing can be certified
    there: its deviation is LOST.
    """
    if not any(track.tubes for track in timeline.tracks.values()):
        return timeline
    asked = {
        text.partition(":")[0]
        for rule in timeline.job.cell.pair_rules
        for text in (rule.start, rule.end)
    }
    telling = [e for e in timeline.events if e.kind in _TELLING or e.kind in asked]
    widened = {name: _widened(t, telling) for name, t in timeline.tracks.items()}
    return replace(
        timeline,
        tracks={name: one.track for name, one in widened.items()},
        concurrent=tuple(_both(c, widened) for c in timeline.concurrent),
        paces=tuple(pace.widened(lambda g, k: _knots(widened[g], k)) for pace in timeline.paces),
    )


@dataclass(frozen=True, eq=False)
class _Widened:
    """A track with its tubes, and where each knot of the old one is in it: at least and at most."""

    track: GroupTrack
    low: Ints
    high: Ints


def _both(c: Concurrent, widened: Mapping[str, _Widened]) -> Concurrent:
    """Return what may be at once with its knots counted anew; those of fixtures stay."""
    a, b = widened.get(c.a), widened.get(c.b)
    a0, a1 = (c.a0, c.a1) if a is None else (int(a.low[c.a0]), int(a.high[c.a1]))
    b0, b1 = (c.b0, c.b1) if b is None else (int(b.low[c.b0]), int(b.high[c.b1]))
    return Concurrent(c.a, c.b, a0, a1, b0, b1)


def _knots(one: _Widened, knots: Ints) -> Ints:
    return np.stack([one.low[knots[:, 0]], one.high[knots[:, 1]]], axis=1)


class _Rows:
    """Knots and intervals of a track while it is put together, and where the old ones are."""

    def __init__(self, track: GroupTrack) -> None:
        self.track = track
        self.t, self.q = [track.t[:1]], [track.q[:1]]
        self.dev: list[Array] = []
        self.source: list[Ints] = []
        self.near: list[Ints] = [np.zeros(1, dtype=np.int64)]
        self.last = 0
        self.corners: set[int] = set()
        self.low, self.high, self.spot = (np.zeros(len(track.t), dtype=np.int64) for _ in range(3))

    def add(self, t: Array, q: Array, dev: Array, source: Ints, near: Ints) -> None:
        """Add knots, with the deviation before each, the old interval it is of, the old knot near.

        near: Knots of the track that lend the new ones how they stray for shifts of frames.
        """
        self.near.append(near)
        self.t.append(t)
        self.q.append(q)
        self.dev.append(dev)
        self.source.append(source)
        self.last += len(t)

    def nearest(self, q: Array, first: int, last: int) -> Ints:
        """Return which of knots first..last of the track is nearest to each q, shape (n,).

        Where nothing is solved for shifts nobody asks, and the first stands for all.
        """
        if not self.track.shifted:
            return np.full(len(q), first, dtype=np.int64)
        away = np.abs(self.track.q[None, first : last + 1] - q[:, None]).max(axis=2)
        found: Ints = first + np.argmin(away, axis=1).astype(np.int64)
        return found

    def old(self, first: int, last: int) -> None:
        """Add knots first + 1 .. last of the track; the last one added is knot `first`."""
        track, knots = self.track, slice(first + 1, last + 1)
        for index in (self.low, self.high, self.spot):
            index[first : last + 1] = np.arange(last - first + 1) + self.last
        dev = track.dev_path[first:last]
        source = np.arange(first, last, dtype=np.int64)
        self.add(track.t[knots], track.q[knots], dev, source, source + 1)

    def step(self, t: float, q: Array, k: int) -> None:
        """Add a point inside interval k, within the deviation of its chord."""
        if t > float(self.t[-1][-1]) + _SAME_TIME_S:
            dev = 2.0 * self.track.dev_path[k : k + 1]
            self.add(
                np.array([t]),
                q[None],
                dev,
                np.array([k], dtype=np.int64),
                self.nearest(q[None], k, k + 1),
            )

    def through(self, tube: Tube, known: bool) -> None:
        """Add a tube from its entry, where the path is, to its exit."""
        track, entry = self.track, self.last
        corner = _corner(track, tube)
        self.corners.add(corner.first)
        q = tube.q if known else track.q[[tube.first, tube.last]]
        dev = tube.dev if known else np.full((1, q.shape[1]), LOST)
        t = np.linspace(float(self.t[-1][-1]), tube.t1, len(q))[1:]
        source = np.full(len(t), max(corner.first, tube.first), dtype=np.int64)
        self.add(t, q[1:], dev, source, self.nearest(q[1:], tube.first, tube.last))
        inside = np.arange(tube.first + 1, tube.last)
        self.low[inside], self.high[inside] = entry, self.last
        self.spot[inside] = np.where(inside <= corner.first, entry, self.last)
        if tube.t0 <= track.t[tube.first] + _SAME_TIME_S:
            self.high[tube.first] = self.last


def _corner(track: GroupTrack, tube: Tube) -> Motion:
    """Return the corner that a tube is of."""
    inside = [track.motions[int(k)] for k in np.unique(track.motion[tube.first : tube.last])]
    return next(motion for motion in inside if motion.kind == "corner")


def _widened(track: GroupTrack, telling: list[Event]) -> _Widened:
    rows, done, at_done = _Rows(track), 0, True
    for tube in track.tubes:
        if tube.first >= done:
            if not at_done:
                rows.step(float(track.t[done]), track.q[done], done - 1)
            rows.old(done, tube.first)
        rows.step(tube.t0, tube.q[0], tube.first)
        inner = (tube.t0 + _SAME_TIME_S, tube.t1 - _SAME_TIME_S)
        told = any(e.group == track.group and inner[0] < e.t < inner[1] for e in telling)
        rows.through(tube, not told)
        done, at_done = tube.last, False
    if not at_done:
        rows.step(float(track.t[done]), track.q[done], done - 1)
    rows.old(done, len(track.t) - 1)
    motions = tuple(
        replace(
            m,
            first=int(rows.spot[m.first]),
            last=int(rows.spot[m.last]),
            note=TUBE if m.kind == "corner" and m.first in rows.corners else m.note,
        )
        for m in track.motions
    )
    return _Widened(_track(rows, motions), rows.low, rows.high)


def _track(rows: _Rows, motions: tuple[Motion, ...]) -> GroupTrack:
    old, q = rows.track, np.concatenate(rows.q)
    source = np.concatenate([np.zeros(0, dtype=np.int64), *rows.source])
    dev = np.concatenate([np.zeros((0, q.shape[1])), *rows.dev])
    motion = old.motion[source]
    for number, one in enumerate(motions):
        motion[one.first : one.last] = number
    still, near = np.zeros_like(q), np.concatenate(rows.near)
    return GroupTrack(
        old.group,
        np.concatenate(rows.t),
        q,
        still,
        still,
        dev,
        dev,
        motion,
        motions,
        old.block[source],
        shifted={name: q + (x - old.q)[:, near] for name, x in old.shifted.items()},
        follows={name: follow.at(source) for name, follow in old.follows.items()},
    )
