"""Which pairs are tested over which stretches, with what required."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from cellsim.collision.bending import Cuts, apart_of, boxes_where_strayed, cut_where_strayed
from cellsim.collision.clock import Clock, Range
from cellsim.collision.items import Item, Tree
from cellsim.collision.padrows import pads_over
from cellsim.collision.pads import Far, Stretch, margins, pad_of, stands_off
from cellsim.collision.paths import time_of
from cellsim.collision.rules import (
    LAYOUT_DEPTH_M,
    Windowed,
    default_clearance,
    event_is,
    is_layout,
)
from cellsim.collision.spans import (
    KNOWN,
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
) -> Cuts:
    """Return the ranges of knots of one group's track that a pair has one requirement in each.

    Where arms stray as they follow a frame they are cut at motions too, for each has its own pad.
    """
    firsts = clock.motions(group) if strays.get(group) else np.zeros(0)
    ranges = _grid(clock, demand, group, within, stretches, firsts)
    return cut_where_strayed(ranges, demand.a, demand.b, strays)


def spans_on(
    clock: Clock,
    demand: Demand,
    group: str,
    cuts: Cuts,
    stretches: Sequence[Stretch],
    far: Mapping[int, Far],
) -> Array:
    """Return the spans of a pair on one group's track, not yet cut at motions, (n, columns)."""
    a, b = demand.a, demand.b
    cell, both = clock.timeline.job.cell, (far[id(a)], far[id(b)])
    pads = margins(a, b) + pads_over(cell, (a, b), cuts, stretches, both)
    if not demand.rules:
        spans = np.zeros((len(cuts.u), SPAN_COLUMNS))
        spans[:, [U0, U1]] = cuts.u
        spans[:, REQUIRED], spans[:, PAD] = demand.default, 0.0 if demand.layout else pads
        spans[:, KNOWN] = np.inf
        return spans
    rows = []
    for (u0, u1), pad in zip(cuts.u.tolist(), pads.tolist(), strict=True):
        times = _times(clock, demand, group, (u0 + u1) / 2)
        row = _strictest([demand.row(u0, u1, t, pad) for t in times])
        if row is not None:
            rows.append(row)
    return np.array(rows).reshape(-1, SPAN_COLUMNS)


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
    boxes, rows, asked = [], [], _box_rows(clock, demand, stretches, far, strays)
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
                row = asked(*part)
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


def _box_rows(
    clock: Clock, demand: Demand, stretches: Mapping[str, Sequence[Stretch]],
    far: Mapping[int, Far], strays: Mapping[str, ByFrame],
) -> Callable[[Range, Range], Array | None]:  # fmt: skip
    """Return what tells the requirement on a box: the stricter of that at the times of both."""
    a, b = demand.a, demand.b
    frames, apart = pad_of(clock.timeline.job.cell, a, b), apart_of(a, b, strays)
    shapes, ways = margins(a, b), [stretches[item.group] for item in (a, b)]
    lasts = [[s.last for s in way] for way in ways]

    def row(us: Range, vs: Range) -> Array | None:
        middles = (us[0] + us[1]) / 2, (vs[0] + vs[1]) / 2
        on_a, on_b = (w[bisect_left(x, u)] for w, x, u in zip(ways, lasts, middles, strict=True))
        far_a, far_b = far[id(a)].over(*us), far[id(b)].over(*vs)
        pad = shapes + frames(on_a, on_b, far_a, far_b, apart(us, vs))
        rows = [
            demand.row(us[0], us[1], t, pad)
            for group, middle in zip((a.group, b.group), middles, strict=True)
            for t in _times(clock, demand, group, middle)
        ]
        return _strictest(rows)

    return row


def meet(a: Item, b: Item) -> bool:
    """Whether two standing items may stand at the same time."""
    for begin, end in ((a.begin, b.end), (b.begin, a.end)):
        if begin is None or end is None:
            continue
        same = begin.group == end.group
        if (same and begin.u >= end.u) or (not same and begin.t >= end.t):
            return False
    return True
