"""Which pairs are tested over which stretches, with what required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cellsim.collision.items import Item, Moment, Tree, moment_at
from cellsim.collision.pads import Far, Stretch, frame_pad, margins
from cellsim.collision.rules import (
    LAYOUT_DEPTH_M,
    Windowed,
    default_clearance,
    event_is,
    is_layout,
)
from cellsim.collision.spans import ramp, span
from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Clock:
    """What a timeline says about the order of instants of different groups.

    Attributes:
        timeline: Where it comes from.
        boxes: (group a, group b) to the knot rectangles in which both may be at once, (n, 4).
    """

    timeline: Timeline
    boxes: Mapping[tuple[str, str], Array]

    def u_at(self, group: str, t: float) -> float:
        """Return the fractional knot of a time [s] on a group's nominal clock."""
        return moment_at(self.timeline, group, t).u

    def range_of(self, item: Item, group: str) -> Range | None:
        """Return the knots of a group during which an item may hang where it does."""
        last = float(len(self.timeline.tracks[group].t) - 1)
        low = 0.0 if item.begin is None else self._edge(item.begin, group, first=True)
        high = last if item.end is None else self._edge(item.end, group, first=False)
        return (low, high) if low <= high else None

    def _edge(self, moment: Moment, group: str, first: bool) -> float:
        """Return the earliest (latest) knot of a group after (before) a moment of another."""
        if moment.group == group:
            return moment.u
        nominal = self.u_at(group, moment.t)
        rows = self.boxes[(group, moment.group)]
        if first:
            after = rows[rows[:, 3] >= moment.u]
            return float(min([nominal, *after[:, 0]]))
        before = rows[rows[:, 2] <= moment.u]
        return float(max([nominal, *before[:, 1]]))


def clock_of(timeline: Timeline) -> Clock:
    """Return the rectangles of every ordered pair of groups, the nominal diagonal included.

    What the signals leave free is taken from the timeline; instants that meet on the nominal
    clock are added where no rectangle holds them.
    """
    boxes: dict[tuple[str, str], Array] = {}
    for a in timeline.tracks:
        for b in timeline.tracks:
            if a < b:
                rows = _rectangles(timeline, a, b)
                boxes[(a, b)] = rows
                boxes[(b, a)] = rows[:, [2, 3, 0, 1]]
    return Clock(timeline, boxes)


def _rectangles(timeline: Timeline, a: str, b: str) -> Array:
    rows = []
    for c in timeline.concurrent:
        if (c.a, c.b) == (a, b):
            rows.append((c.a0, c.a1, c.b0, c.b1))
        elif (c.a, c.b) == (b, a):
            rows.append((c.b0, c.b1, c.a0, c.a1))
    ta, tb = timeline.tracks[a].t, timeline.tracks[b].t
    times = np.union1d(ta, tb)
    ua = np.interp(times, ta, np.arange(len(ta)))
    ub = np.interp(times, tb, np.arange(len(tb)))
    held = np.zeros(max(len(times) - 1, 0), dtype=bool)
    for a0, a1, b0, b1 in rows:
        held |= (ua[:-1] >= a0 - 1e-6) & (ua[1:] <= a1 + 1e-6) & (
            (ub[:-1] >= b0 - 1e-6) & (ub[1:] <= b1 + 1e-6)
        )  # fmt: skip
    rows += [
        (ua[k], ua[m], ub[k], ub[m]) for k, m in _runs(~held)
    ]  # fmt: skip
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _runs(
    mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Iterator[tuple[int, int]]:
    """Yield (first, one past the last) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    for k in range(0, len(edges), 2):
        yield int(edges[k]), int(edges[k + 1])


@dataclass(frozen=True, eq=False)
class Demand:
    """What decides the required clearance of one pair at a time [s] of the nominal clock.

    Attributes:
        default: Without a rule [m]; layout: then shape margins and tolerances do not count, for
            nothing moves the pair.
        starts: ("event|body", time [s], where its origin was [m]) for ramps.
    """

    a: Item
    b: Item
    default: float
    layout: bool
    rules: tuple[Windowed, ...]
    starts: tuple[tuple[str, float, Array], ...]

    def cuts(self) -> list[float]:
        """Return the times [s] at which the requirement changes."""
        edges = {t for w in self.rules for window in w.windows for t in window}
        return sorted(t for t in edges if np.isfinite(t))

    def row(self, u0: float, u1: float, t: float, pad: float) -> Array | None:
        """Return the span of [u0, u1], whose middle is at t [s]; None where the pair is let off."""
        active = [w.rule for w in self.rules if w.holds(t)]
        if not active:
            return span(u0, u1, self.default, 0.0 if self.layout else pad)
        rule = active[-1]
        if rule.kind == "ignore":
            return None
        if rule.kind == "contact":
            return span(u0, u1, -rule.value_m, pad)
        row = span(u0, u1, rule.value_m, pad)
        moved = 1 if self.b.kind == "part" and (self.a.kind != "part" or self.b.group) else 0
        part = (self.a, self.b)[moved]
        if rule.ramp_over_m <= 0.0 or part.kind != "part" or self.a.group == self.b.group:
            return row
        origin = self._origin(rule.start, part, t)
        return ramp(row, rule.ramp_from_m, rule.ramp_over_m, moved, origin)

    def _origin(self, start: str, part: Item, t: float) -> Array:
        """Return where the part's origin was at the last `start` event before t [m], world."""
        place = part.link_T_body[:, 3]
        for name, since, origin in self.starts:
            event, _, body = name.partition("|")
            if body == part.name and since <= t and event_is(start, event, (part.name[5:],)):
                place = origin
        return place


def demand_for(
    cell: Cell,
    trees: Mapping[str, Tree],
    pair: tuple[Item, Item],
    rules: tuple[Windowed, ...],
    starts: Sequence[tuple[str, float, Array]],
) -> Demand:
    """Return what is required of a pair; what only stands may touch."""
    a, b = pair
    layout = is_layout(trees, a, b)
    default = -LAYOUT_DEPTH_M if layout else default_clearance(cell, a, b)
    return Demand(a, b, default, layout, rules, tuple(starts))


def spans_on(
    clock: Clock,
    demand: Demand,
    group: str,
    within: Range,
    stretches: Sequence[Stretch],
    far: Mapping[int, Far],
) -> Array:
    """Return the spans of a pair on one group's track, shape (n, SPAN_COLUMNS)."""
    cell, a, b = clock.timeline.job.cell, demand.a, demand.b
    edges = {within[0], within[1]}
    edges |= {clock.u_at(group, t) for t in demand.cuts()} | {float(s.first) for s in stretches}
    inside = sorted(u for u in edges if within[0] <= u <= within[1])
    if len(inside) == 1:
        inside *= 2
    rows = []
    times = clock.timeline.tracks[group].t
    for u0, u1 in pairwise(inside):
        middle = (u0 + u1) / 2
        follows = next(s for s in stretches if s.last >= middle)
        pad = margins(a, b) + frame_pad(
            cell, a, b, follows if a.group else None, follows if b.group else None,
            far[id(a)].over(u0, u1), far[id(b)].over(u0, u1),
        )  # fmt: skip
        row = demand.row(u0, u1, float(np.interp(middle, np.arange(len(times)), times)), pad)
        if row is not None:
            rows.append(row)
    return np.array(rows).reshape(-1, 10)


def boxes_on(
    clock: Clock,
    demand: Demand,
    within_a: Range,
    within_b: Range,
    stretches: Mapping[str, Sequence[Stretch]],
    far: Mapping[int, Far],
) -> tuple[Array, Array]:
    """Return (boxes, spans) of a pair on the tracks of two groups."""
    cell, a, b = clock.timeline.job.cell, demand.a, demand.b
    boxes, rows = [], []
    for a0, a1, b0, b1 in clock.boxes[(a.group, b.group)]:
        us = _grid(
            clock,
            demand,
            a.group,
            (max(a0, within_a[0]), min(a1, within_a[1])),
            stretches,
        )
        vs = _grid(
            clock,
            demand,
            b.group,
            (max(b0, within_b[0]), min(b1, within_b[1])),
            stretches,
        )
        for u0, u1 in us:
            for v0, v1 in vs:
                row = _box_row(clock, demand, cell, (u0, u1), (v0, v1), stretches, far)
                if row is not None:
                    boxes.append((u0, u1, v0, v1))
                    rows.append(row)
    return np.array(boxes).reshape(-1, 4), np.array(rows).reshape(-1, 10)


def _grid(
    clock: Clock, demand: Demand, group: str, within: Range,
    stretches: Mapping[str, Sequence[Stretch]],
) -> list[Range]:  # fmt: skip
    if within[0] > within[1]:
        return []
    edges = {within[0], within[1]}
    edges |= {clock.u_at(group, t) for t in demand.cuts()}
    edges |= {float(s.first) for s in stretches[group]}
    inside = sorted(u for u in edges if within[0] <= u <= within[1])
    return list(pairwise(inside)) or [(inside[0], inside[0])]


def _box_row(
    clock: Clock, demand: Demand, cell: Cell, us: Range, vs: Range,
    stretches: Mapping[str, Sequence[Stretch]], far: Mapping[int, Far],
) -> Array | None:  # fmt: skip
    """Return the requirement on a box: the stricter of what holds at the times of both groups."""
    a, b = demand.a, demand.b
    middle_u, middle_v = sum(us) / 2, sum(vs) / 2
    follows_a = next(s for s in stretches[a.group] if s.last >= middle_u)
    follows_b = next(s for s in stretches[b.group] if s.last >= middle_v)
    far_a, far_b = far[id(a)].over(*us), far[id(b)].over(*vs)
    pad = margins(a, b) + frame_pad(cell, a, b, follows_a, follows_b, far_a, far_b)
    rows = []
    for group, middle in ((a.group, middle_u), (b.group, middle_v)):
        times = clock.timeline.tracks[group].t
        t = float(np.interp(middle, np.arange(len(times)), times))
        rows.append(demand.row(us[0], us[1], t, pad))
    kept = [row for row in rows if row is not None]
    return max(kept, key=lambda row: float(row[2])) if kept else None


def meet(a: Item, b: Item) -> bool:
    """Whether two standing items may stand at the same time."""
    for begin, end in ((a.begin, b.end), (b.begin, a.end)):
        if begin is None or end is None:
            continue
        same = begin.group == end.group
        if (same and begin.u >= end.u) or (not same and begin.t >= end.t):
            return False
    return True
