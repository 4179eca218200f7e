"""What may happen at the same time: nominal clock, and all that the signals leave free."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cellsim.collision.apart import narrowed
from cellsim.collision.items import Item, Moment, moment_at
from cellsim.domain.strokes import KNOTS
from cellsim.domain.timeline import PROCESS, Concurrent, Timeline
from cellsim.geometry import Array

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Clock:
    """What a timeline says about the order of instants of different groups.

    Attributes:
        timeline: Where it comes from.
        boxes: (group a, group b) to the knot rectangles in which both may be at once, (n, 4).
        free: The same by signals alone, also for groups on one clock: events come when they come,
            wherever the group is that caused them.
    """

    timeline: Timeline
    boxes: Mapping[tuple[str, str], Array]
    free: Mapping[tuple[str, str], Array]

    def u_at(self, group: str, t: float) -> float:
        """Return the fractional knot of a time [s] on a group's nominal clock."""
        return moment_at(self.timeline, group, t).u

    def motions(self, group: str) -> Array:
        """Return the knots of a group's track at which a motion begins, increasing."""
        return self._firsts[group]

    def apart(self, a: str, b: str) -> float:
        """Return how far two groups may be from the simulated clock where both move [s], at most.

        The later of two knots that may be at once comes this much after the other on that clock.
        """
        ta, tb = self.timeline.tracks[a], self.timeline.tracks[b]
        moves = [np.abs(np.diff(track.q, axis=0)).max(axis=1) > 0.0 for track in (ta, tb)]
        found = [0.0]
        for row in self.boxes[(a, b)]:
            (a0, a1), (b0, b1) = (_moving(m, *row[2 * k : 2 * k + 2]) for k, m in enumerate(moves))
            if a0 < a1 and b0 < b1:
                found += [float(ta.t[a1] - tb.t[b0]), float(tb.t[b1] - ta.t[a0])]
        return max(found)

    @cached_property
    def _lasts(self) -> Mapping[str, float]:
        return {group: float(len(track.t) - 1) for group, track in self.timeline.tracks.items()}

    @cached_property
    def _ends(self) -> Mapping[tuple[str, str], list[Concurrent]]:
        """What may be at once with what lies between the ends of a process, by (group, device)."""
        found: dict[tuple[str, str], list[Concurrent]] = {}
        for c in self.timeline.concurrent:
            if c.b.startswith(PROCESS):
                found.setdefault((c.a, c.b.removeprefix(PROCESS)), []).append(c)
        return found

    @cached_property
    def _firsts(self) -> Mapping[str, Array]:
        return {
            group: np.unique(np.array([m.first for m in track.motions], dtype=np.float64))
            for group, track in self.timeline.tracks.items()
        }

    def range_of(self, item: Item, group: str) -> Range | None:
        """Return the knots of a group during which an item may hang where it does."""
        last = self._lasts[group]
        if item.begin is None and item.end is None:
            return 0.0, last
        low = 0.0 if item.begin is None else self._edge(item.begin, group, first=True)
        high = last if item.end is None else self._edge(item.end, group, first=False)
        return (low, high) if low <= high else None

    def _edge(self, moment: Moment, group: str, first: bool) -> float:
        """Return the earliest (latest) knot of a group after (before) a moment of another."""
        if moment.group == group:
            return moment.u
        nominal = self.u_at(group, moment.t)
        rows = self.free[(group, moment.group)]
        if first:
            after = rows[rows[:, 3] >= moment.u]
            return float(min([nominal, *after[:, 0]]))
        before = rows[rows[:, 2] <= moment.u]
        return float(max([nominal, *before[:, 1]]))

    def within(self, a: str, b: str, within_a: Range, within_b: Range) -> Array:
        """Return what of the boxes of two groups lies within knots of theirs, shape (n, 4)."""
        low, high = (within_a[0], within_b[0]), (within_a[1], within_b[1])
        rows = self.boxes[(a, b)]
        clipped = np.stack([np.maximum(rows[:, ::2], low), np.minimum(rows[:, 1::2], high)], axis=2)
        return clipped[(clipped[..., 0] <= clipped[..., 1]).all(axis=1)].reshape(-1, 4)

    def doubt(self, group: str, t: float) -> Range:
        """Return between which knots of a group an event at nominal time t [s] may fall.

        One knot where the group itself causes it, or stands all the while it may happen; what a
        moving fixture tells inside a phase may fall anywhere in that. The end of a process falls
        where signals leave it, also of a device of the cell or of the group itself.
        """
        nominal = self.u_at(group, t)
        ended = self.end_of(group, t, nominal)
        if ended is not None:
            return ended if self._moves(group, *ended) else (nominal, nominal)
        for event in self.timeline.events:
            other = event.group
            if other == group and other in self.timeline.fixtures and abs(event.t - t) <= 1e-9:
                return KNOTS * math.floor(nominal / KNOTS), KNOTS * math.ceil(nominal / KNOTS)
            if abs(event.t - t) > 1e-9 or other == group or (group, other) not in self.free:
                continue
            u, rows = self.u_at(other, t), self.free[(group, other)]
            meeting = rows[(rows[:, 2] <= u + 1e-9) & (rows[:, 3] >= u - 1e-9)]
            low = float(min([nominal, *meeting[:, 0]]))
            high = float(max([nominal, *meeting[:, 1]]))
            if self._moves(group, low, high):
                return low, high
        return nominal, nominal

    def _moves(self, group: str, low: float, high: float) -> bool:
        """Whether a group moves between two knots."""
        q = self.timeline.tracks[group].q[math.floor(low) : math.ceil(high) + 1]
        return float(np.abs(np.diff(q, axis=0)).sum()) > 1e-9

    def end_of(self, group: str, t: float, nominal: float) -> Range | None:
        """Return between which knots a process may end that ends at t [s]; None: none is known."""
        if not self._ends:
            return None
        count: dict[str, int] = {}
        spans = []
        for event in self.timeline.events:
            if event.kind != "process":
                continue
            number = count.get(event.name, 0)
            count[event.name] = number + 1
            rows = self._ends.get((group, event.name), [])
            if abs(event.t - t) <= 1e-9 and rows:
                after = [c.a0 for c in rows if c.b0 <= number + 1 <= c.b1]
                before = [c.a1 for c in rows if c.b0 <= number <= c.b1]
                spans.append((min([nominal, *after]), max([nominal, *before])))
        lows, highs = [low for low, _ in spans], [high for _, high in spans]
        return (float(min(lows)), float(max(highs))) if spans else None


def _moving(
    moves: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], low: float, high: float
) -> tuple[int, int]:
    """Return the first and the last knot of what moves between two knots; equal where none does."""
    first = math.floor(low)
    inside = np.flatnonzero(moves[first : math.ceil(high)])
    return (first + int(inside[0]), first + int(inside[-1]) + 1) if len(inside) else (0, 0)


def clock_of(timeline: Timeline) -> Clock:
    """Return the rectangles of every ordered pair of groups, the nominal diagonal included.

    What the signals leave free is taken from the timeline, for groups on one clock only what may
    be at once on it; instants that meet on the nominal clock are added where no rectangle holds
    them.
    """
    boxes: dict[tuple[str, str], Array] = {}
    free: dict[tuple[str, str], Array] = {}
    for a in timeline.tracks:
        for b in timeline.tracks:
            if a < b:
                given = _given(timeline, a, b)
                less = narrowed(timeline, a, b, given)
                for found, rows in ((boxes, less), (free, given)):
                    whole = _with_nominal(timeline, a, b, rows)
                    found[(a, b)], found[(b, a)] = whole, whole[:, [2, 3, 0, 1]]
    return Clock(timeline, boxes, free)


def _given(timeline: Timeline, a: str, b: str) -> Array:
    rows: list[tuple[float, ...]] = []
    for c in timeline.concurrent:
        if (c.a, c.b) == (a, b):
            rows.append((c.a0, c.a1, c.b0, c.b1))
        elif (c.a, c.b) == (b, a):
            rows.append((c.b0, c.b1, c.a0, c.a1))
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _with_nominal(timeline: Timeline, a: str, b: str, rows: Array) -> Array:
    """Return the rectangles, and what meets on the nominal clock where none of them holds it."""
    ta, tb = timeline.tracks[a].t, timeline.tracks[b].t
    times = np.union1d(ta, tb)
    ua = np.interp(times, ta, np.arange(len(ta)))
    ub = np.interp(times, tb, np.arange(len(tb)))
    held = np.zeros(max(len(times) - 1, 0), dtype=bool)
    for a0, a1, b0, b1 in rows:
        held |= (ua[:-1] >= a0 - 1e-6) & (ua[1:] <= a1 + 1e-6) & (
            (ub[:-1] >= b0 - 1e-6) & (ub[1:] <= b1 + 1e-6)
        )  # fmt: skip
    bare = [(ua[k], ua[m], ub[k], ub[m]) for k, m in _runs(~held)]
    return np.concatenate([rows, np.array(bare, dtype=np.float64).reshape(-1, 4)])


def _runs(
    mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Iterator[tuple[int, int]]:
    """Yield (first, one past the last) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    for k in range(0, len(edges), 2):
        yield int(edges[k]), int(edges[k + 1])
