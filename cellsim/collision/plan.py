"""Which pairs are tested over which stretches, with what required."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from cellsim.collision.bending import Cut, boxes_where_strayed, cut_where_strayed, strayed_apart
from cellsim.collision.clock import Clock, Range
from cellsim.collision.items import Item, Tree
from cellsim.collision.pads import Far, Stretch, frame_pad, margins, pad_of, stands_off
from cellsim.collision.paths import time_of
from cellsim.collision.rules import (
    LAYOUT_DEPTH_M,
    Windowed,
    default_clearance,
    event_is,
    is_layout,
)
from cellsim.collision.spans import (
    PAD,
    RAMP_FROM,
    RAMP_OVER,
    REQUIRED,
    SPAN_COLUMNS,
    U0,
    U1,
    ramp,
    span,
)
from cellsim.collision.strays import ByFrame
from cellsim.domain.cell import Cell
from cellsim.geometry import Array
from cellsim.kinematics.movers import ON


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
        if not self.rules:
            return []
        edges = {t for w in self.rules for window in w.windows for t in window}
        return sorted(t for t in edges if np.isfinite(t))

    @property
    def closer(self) -> bool:
        """Whether a rule asks for less than the pair would keep without one."""
        return any(w.rule.kind == "clearance" and w.rule.value_m < self.default for w in self.rules)

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
        same = self.a.group == self.b.group or ON in part.group  # no place in the world then
        if rule.ramp_over_m <= 0.0 or part.kind != "part" or same:
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


def cuts_on(
    clock: Clock,
    demand: Demand,
    group: str,
    within: Range,
    stretches: Sequence[Stretch],
    strays: Mapping[str, ByFrame],
) -> list[Cut]:
    """Return the ranges of knots of one group's track that a pair has one requirement in each.

    Where arms stray as they follow a frame they are cut at motions too, for each has its own pad.
    """
    firsts = clock.motions(group) if strays.get(group) else np.zeros(0)
    ranges = _grid(clock, demand, group, within, stretches, firsts)
    return list(cut_where_strayed(ranges, demand.a, demand.b, strays))


def spans_on(
    clock: Clock,
    demand: Demand,
    group: str,
    cuts: Sequence[Cut],
    stretches: Sequence[Stretch],
    far: Mapping[int, Far],
) -> Array:
    """Return the spans of a pair on one group's track, not yet cut at motions, (n, columns)."""
    cell, a, b = clock.timeline.job.cell, demand.a, demand.b
    rows, lasts = [], [s.last for s in stretches]
    shapes, frames, far_a, far_b = margins(a, b), pad_of(cell, a, b), far[id(a)], far[id(b)]
    for u0, u1, strayed in cuts:
        middle = (u0 + u1) / 2
        follows = stretches[bisect_left(lasts, middle)]
        on = follows if a.group else None, follows if b.group else None
        pad = shapes + frames(*on, far_a.over(u0, u1), far_b.over(u0, u1), strayed)
        times = _times(clock, demand, group, middle) if demand.rules else [0.0]
        row = _strictest([demand.row(u0, u1, t, pad) for t in times])
        if row is not None:
            rows.append(row)
    return np.array(rows).reshape(-1, SPAN_COLUMNS)


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


def boxes_on(
    clock: Clock,
    demand: Demand,
    within_a: Range,
    within_b: Range,
    stretches: Mapping[str, Sequence[Stretch]],
    far: Mapping[int, Far],
    strays: Mapping[str, ByFrame],
) -> tuple[Array, Array]:
    """Return (boxes, spans) of a pair on the tracks of two groups."""
    cell, a, b = clock.timeline.job.cell, demand.a, demand.b
    parts = any(len(stretches[group]) > 1 for group in (a.group, b.group))
    rides = a.rides or b.rides
    if not (parts or rides or demand.rules or any(stands_off(f) for f in cell.frames.values())):
        found = clock.within(a.group, b.group, within_a, within_b)
        pad = 0.0 if demand.layout else margins(a, b)
        same = np.repeat(span(0.0, 0.0, demand.default, pad)[None], len(found), axis=0)
        same[:, [U0, U1]] = found[:, :2]
        return found, same
    boxes, rows = [], []
    # A moving fixture may be anywhere for long: each motion of the robot is told apart.
    apart = [clock.motions(i.group) if rides else np.zeros(0) for i in (a, b)]
    for a0, a1, b0, b1 in clock.boxes[(a.group, b.group)]:
        clipped_a = max(a0, within_a[0]), min(a1, within_a[1])
        clipped_b = max(b0, within_b[0]), min(b1, within_b[1])
        us = _grid(clock, demand, a.group, clipped_a, stretches[a.group], apart[0])
        vs = _grid(clock, demand, b.group, clipped_b, stretches[b.group], apart[1])
        for box in product(us, vs):
            cut = boxes_where_strayed(*box, a, b, strays) if demand.closer else (box,)
            for part in cut:
                row = _box_row(clock, demand, cell, *part, stretches, far, strays)
                if row is not None:
                    boxes.append((*part[0], *part[1]))
                    rows.append(row)
    return np.array(boxes).reshape(-1, 4), np.array(rows).reshape(-1, SPAN_COLUMNS)


def _grid(
    clock: Clock, demand: Demand, group: str, within: Range, stretches: Sequence[Stretch],
    cuts: Array,
) -> list[Range]:  # fmt: skip
    """Return the knot ranges of a group within which the requirement does not change.

    cuts: Further knots to cut at, shape (k,).
    """
    if within[0] > within[1]:
        return []
    edges = {within[0], within[1]} | {float(s.first) for s in stretches}
    edges |= {float(u) for u in cuts}
    edges |= {u for t in demand.cuts() for u in clock.doubt(group, t)}
    inside = sorted(u for u in edges if within[0] <= u <= within[1])
    return list(pairwise(inside)) or [(inside[0], inside[0])]


def _times(clock: Clock, demand: Demand, group: str, u: float) -> list[float]:
    """Return the nominal times [s] at which to read the requirement of knot u.

    That of u itself; and just before and after each event of another group that may come, for all
    that the signals say, on either side of u.
    """
    times = [time_of(clock.timeline.tracks[group].t, u)]
    for t in demand.cuts():
        low, high = clock.doubt(group, t)
        if low < u < high:
            times += [t - 1e-6, t + 1e-6]
    return times


def _strictest(rows: Sequence[Array | None]) -> Array | None:
    """Return a row that asks for no less than any: a ramp begins where the others end.

    What a row asks of the shapes is its requirement with its pad: what only stands has none.
    """
    kept = [row for row in rows if row is not None]
    if len(kept) <= 1:
        return kept[0] if kept else None
    most = max(kept, key=lambda row: float(row[REQUIRED] + row[PAD]))
    others = [
        float(row[REQUIRED] + (row[PAD] - most[PAD]))
        for row in kept
        if not np.array_equal(row, most)
    ]
    if most[RAMP_OVER] > 0.0 and others:
        most = most.copy()
        most[RAMP_FROM] = max(most[RAMP_FROM], min(most[REQUIRED], max(others)))
    return most


def _box_row(
    clock: Clock, demand: Demand, cell: Cell, us: Range, vs: Range,
    stretches: Mapping[str, Sequence[Stretch]], far: Mapping[int, Far],
    strays: Mapping[str, ByFrame],
) -> Array | None:  # fmt: skip
    """Return the requirement on a box: the stricter of what holds at the times of both groups."""
    a, b = demand.a, demand.b
    middle_u, middle_v = sum(us) / 2, sum(vs) / 2
    follows_a = next(s for s in stretches[a.group] if s.last >= middle_u)
    follows_b = next(s for s in stretches[b.group] if s.last >= middle_v)
    far_a, far_b = far[id(a)].over(*us), far[id(b)].over(*vs)
    pad = margins(a, b) + frame_pad(
        cell, a, b, follows_a, follows_b, far_a, far_b, strayed_apart(a, b, strays, us, vs)
    )
    rows = [
        demand.row(us[0], us[1], t, pad)
        for group, middle in ((a.group, middle_u), (b.group, middle_v))
        for t in _times(clock, demand, group, middle)
    ]
    return _strictest(rows)


def meet(a: Item, b: Item) -> bool:
    """Whether two standing items may stand at the same time."""
    for begin, end in ((a.begin, b.end), (b.begin, a.end)):
        if begin is None or end is None:
            continue
        same = begin.group == end.group
        if (same and begin.u >= end.u) or (not same and begin.t >= end.t):
            return False
    return True
