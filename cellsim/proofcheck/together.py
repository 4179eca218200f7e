"""Which knots of two groups may be at once, and how well an event of another group is placed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.proofcheck.bodies import Hung, Instant, knot_at
from cellsim.proofcheck.onclock import on_one_clock

Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Together:
    """What a timeline leaves free between its groups.

    Attributes:
        timeline, tracks: Where it comes from.
        boxes: (group, other) to knot rectangles (u0, u1, v0, v1) that may be at once, (n, 4).
        free: The same by signals alone: a clock does not say when an event of another comes.
    """

    timeline: Timeline
    tracks: Mapping[str, GroupTrack]
    boxes: Mapping[tuple[str, str], Array]
    free: Mapping[tuple[str, str], Array]

    def knots(self, hung: Hung, group: str) -> Span | None:
        """Return between which knots of a group a body may hang where it does; None: never."""
        low = 0.0 if hung.since is None else self._from(hung.since, group)
        high = float(len(self.tracks[group].t) - 1)
        if hung.until is not None:
            high = self._to(hung.until, group)
        return (low, high) if low <= high else None

    def _from(self, instant: Instant, group: str) -> float:
        if instant.group == group:
            return instant.u
        rows = self.free[(group, instant.group)]
        return float(
            min([knot_at(self.tracks[group], instant.t), *rows[rows[:, 3] >= instant.u, 0]])
        )

    def _to(self, instant: Instant, group: str) -> float:
        if instant.group == group:
            return instant.u
        rows = self.free[(group, instant.group)]
        return float(
            max([knot_at(self.tracks[group], instant.t), *rows[rows[:, 2] <= instant.u, 1]])
        )

    def spread(self, group: str, t: float) -> Span:
        """Return between which knots of a group what happens at nominal t [s] may fall.

        One knot where the group itself causes it, or stands all the while; all of a phase of three
        knots where a moving fixture tells something inside it.
        """
        track = self.tracks[group]
        u = knot_at(track, t)
        told = [self.ended(group, k, u) for k, e in enumerate(self.timeline.events)
                if e.kind == "process" and abs(e.t - t) <= 1e-9]  # fmt: skip
        ends = [span for span in told if span is not None]
        if ends:
            low, high = min(a for a, _ in ends), max(b for _, b in ends)
            rows = track.q[math.floor(low) : math.ceil(high) + 1]
            still = float(np.abs(np.diff(rows, axis=0)).sum()) <= 1e-9
            return (u, u) if still else (low, high)
        for event in self.timeline.events:
            if (
                event.group == group
                and group in self.timeline.fixtures
                and abs(event.t - t) <= 1e-9
            ):
                return 3.0 * math.floor(u / 3.0), 3.0 * math.ceil(u / 3.0)
            if abs(event.t - t) > 1e-9 or (group, event.group) not in self.free:
                continue
            v, rows = knot_at(self.tracks[event.group], t), self.free[(group, event.group)]
            meets = rows[(rows[:, 2] - 1e-9 <= v) & (v <= rows[:, 3] + 1e-9)]
            low, high = min([u, *meets[:, 0]]), max([u, *meets[:, 1]])
            moving = np.diff(track.q[math.floor(low) : math.ceil(high) + 1], axis=0)
            if float(np.abs(moving).sum()) > 1e-9:
                return float(low), float(high)
        return u, u

    def ended(self, group: str, position: int, u: float) -> Span | None:
        """Return between which knots a process ends that a device tells; None: nothing says."""
        events = self.timeline.events
        name = events[position].name
        past = sum(e.kind == "process" and e.name == name for e in events[:position])
        rows = [c for c in self.timeline.concurrent if c.a == group and c.b == f"process:{name}"]
        if not rows:
            return None
        low = min([u, *(float(c.a0) for c in rows if c.b0 <= past + 1 <= c.b1)])
        return low, max([u, *(float(c.a1) for c in rows if c.b0 <= past <= c.b1)])


def clipped(boxes: Array, within_u: Span, within_v: Span) -> Array:
    """Return what of rectangles (u0, u1, v0, v1) lies within two ranges of knots, shape (n, 4)."""
    found = []
    for u0, u1, v0, v1 in boxes:
        cut = max(u0, within_u[0]), min(u1, within_u[1]), max(v0, within_v[0]), min(v1, within_v[1])
        if cut[0] <= cut[1] and cut[2] <= cut[3]:
            found.append(cut)
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def single_together(timeline: Timeline, tracks: Mapping[str, GroupTrack]) -> Together:
    """Return the rectangles of all ordered pairs of groups, each moving fixture by itself."""
    boxes: dict[tuple[str, str], Array] = {}
    free: dict[tuple[str, str], Array] = {}
    names = sorted(tracks)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            for found, clocked in ((boxes, True), (free, False)):
                rows = _rectangles(timeline, tracks, a, b, clocked)
                found[(a, b)], found[(b, a)] = rows, rows[:, [2, 3, 0, 1]]
    return Together(timeline, tracks, boxes, free)


def _rectangles(
    timeline: Timeline, tracks: Mapping[str, GroupTrack], a: str, b: str, clocked: bool
) -> Array:
    """Return what signals and clock leave free, and the nominal clock where that leaves it out."""
    free = [(c.a0, c.a1, c.b0, c.b1) for c in timeline.concurrent if (c.a, c.b) == (a, b)]
    free += [(c.b0, c.b1, c.a0, c.a1) for c in timeline.concurrent if (c.a, c.b) == (b, a)]
    ta, tb = tracks[a].t, tracks[b].t
    times = np.unique(np.concatenate([ta, tb]))
    u, v = (np.interp(times, t, np.arange(len(t), dtype=np.float64)) for t in (ta, tb))
    rows = np.array(free, dtype=np.float64).reshape(-1, 4)
    if clocked:
        rows = on_one_clock(timeline, a, b, rows)
    found = [rows]
    bare = np.ones(max(len(times) - 1, 0), dtype=bool)
    for a0, a1, b0, b1 in rows:
        first = max(np.searchsorted(u, a0 - 1e-6), np.searchsorted(v, b0 - 1e-6))
        last = min(np.searchsorted(u, a1 + 1e-6, "right"), np.searchsorted(v, b1 + 1e-6, "right"))
        bare[first : max(last - 1, first)] = False
    k = 0
    while k < len(bare):
        if bare[k]:
            stop = k
            while stop < len(bare) and bare[stop]:
                stop += 1
            found.append(np.array([[u[k], u[stop], v[k], v[stop]]]))
            k = stop
        k += 1
    return np.concatenate(found)
