"""What may be at once with the paths of moving fixtures that hang on others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np

from cellsim.collision.clock import Clock, Range, clock_of
from cellsim.collision.nests import Nest, alone, nest_of, phase_pairs, phases_in
from cellsim.domain.strokes import KNOTS
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.kinematics.lines import chains_in
from cellsim.kinematics.movers import movers_of


def with_nests(timeline: Timeline, clock: Clock) -> tuple[Timeline, Clock]:
    """Return timeline and clock with the paths of fixtures that hang on others.

    Args:
        timeline: With the driven track of each moving fixture, by itself. clock: Of it.
    """
    chains = chains_in(timeline.job.cell)
    found_alone = [timeline.tracks.get(m) for m in movers_of(timeline.job.cell)]
    if not chains or not all(t is not None and t.q.shape[1] == 1 for t in found_alone):
        return timeline, clock
    nests = {name: nest_of(timeline, clock, name, members) for name, members in chains.items()}
    tracks = {**timeline.tracks, **{name: nest.track for name, nest in nests.items()}}
    full = replace(timeline, tracks=tracks)
    found = [dict(rows) for rows in (clock.boxes, clock.free)]
    for boxes, old in zip(found, (clock.boxes, clock.free), strict=True):
        for a, b in combinations(tracks, 2):
            if a in nests or b in nests:
                rows = _boxes(timeline, old, nests, a, b)
                boxes[(a, b)], boxes[(b, a)] = rows, rows[:, [2, 3, 0, 1]]
    return full, NestedClock(full, found[0], found[1], clock, nests)


@dataclass(frozen=True, eq=False)
class NestedClock(Clock):
    """A clock that knows the paths of fixtures on others.

    Attributes:
        single: That of each fixture by itself. nests: By the name of the path.
    """

    single: Clock
    nests: Mapping[str, Nest]

    def doubt(self, group: str, t: float) -> Range:
        """Return between which knots of a group an event at nominal time t [s] may fall.

        On the path of several fixtures: from the first segment that may come after it to the last
        one that may come before it, for all that is known of each of them.
        """
        if group not in self.nests:
            return self.single.doubt(group, t)
        nest = self.nests[group]
        ranges = [self._spread(member, t) for member in nest.members]
        after, before = [], []
        for s in nest.segments:
            ends = [(KNOTS * p, KNOTS * p + KNOTS) for p in s.phases]
            if not any(high <= r[0] for (_, high), r in zip(ends, ranges, strict=True)):
                after.append(float(s.first))
            if not any(low >= r[1] for (low, _), r in zip(ends, ranges, strict=True)):
                before.append(float(s.last))
        if after and before and min(after) < max(before):
            return min(after), max(before)
        return self.u_at(group, t), self.u_at(group, t)

    def _spread(self, member: str, t: float) -> Range:
        """Return between which knots of one fixture an event may fall, also where it stands."""
        nominal = self.single.u_at(member, t)
        ended = self.single.end_of(member, t, nominal)
        if ended is not None:
            return ended
        found = [nominal]
        for event in self.timeline.events:
            other = event.group
            if abs(event.t - t) > 1e-9:
                continue
            if other == member:
                found += [KNOTS * math.floor(nominal / KNOTS), KNOTS * math.ceil(nominal / KNOTS)]
            elif (member, other) in self.single.free:
                u, rows = self.single.u_at(other, t), self.single.free[(member, other)]
                meeting = rows[(rows[:, 2] <= u + 1e-9) & (rows[:, 3] >= u - 1e-9)]
                found += [*meeting[:, 0].tolist(), *meeting[:, 1].tolist()]
        return float(min(found)), float(max(found))


def _boxes(
    timeline: Timeline, old: Mapping[tuple[str, str], Array], nests: Mapping[str, Nest],
    a: str, b: str,
) -> Array:  # fmt: skip
    """Return the knots of two paths, of which one at least is of several fixtures, at once."""
    if a not in nests and a not in movers_of(timeline.job.cell):
        return _with_group(old, a, nests[b])
    if b not in nests and b not in movers_of(timeline.job.cell):
        return _with_group(old, b, nests[a])[:, [2, 3, 0, 1]]
    one, other = (nests.get(n) or alone(timeline, n) for n in (a, b))
    pairs = {
        (m, k): {(n, n) for n in range(len(timeline.tracks[m].motions))}
        if m == k
        else phase_pairs(old[(m, k)])
        for m, k in product(one.members, other.members)
    }
    rows = [
        (s.first, s.last, z.first, z.last)
        for s, z in product(one.segments, other.segments)
        if all(
            (i, j) in pairs[(m, k)]
            for m, i in zip(one.members, s.phases, strict=True)
            for k, j in zip(other.members, z.phases, strict=True)
        )
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _with_group(old: Mapping[tuple[str, str], Array], group: str, nest: Nest) -> Array:
    """Return the knots of a group and of the path of several fixtures that may be at once."""
    rows = []
    within = {m: _ranges_by_phase(old[(group, m)]) for m in nest.members}
    for s in nest.segments:
        open_ = [(-math.inf, math.inf)]
        for member, phase in zip(nest.members, s.phases, strict=True):
            both = product(open_, within[member].get(phase, []))
            cut = [(max(x[0], y[0]), min(x[1], y[1])) for x, y in both]
            open_ = [(low, high) for low, high in cut if low <= high]
        rows += [(low, high, s.first, s.last) for low, high in open_]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _ranges_by_phase(boxes: Array) -> dict[int, list[Range]]:
    """Return the knots of a group at which a fixture may be in each of its phases."""
    found: dict[int, list[Range]] = {}
    for u0, u1, v0, v1 in sorted(boxes.tolist()):
        for phase in phases_in(v0, v1):
            known = found.setdefault(phase, [])
            if known and u0 <= known[-1][1]:
                known[-1] = known[-1][0], max(known[-1][1], u1)
            else:
                known.append((u0, u1))
    return found


def nested(timeline: Timeline) -> tuple[Timeline, Clock]:
    """Return a timeline with the paths of all its fixtures, and what may be at once in it."""
    return with_nests(timeline, clock_of(timeline))


def covered(clock: Clock, group: str, within: Range) -> list[Range]:
    """Return what of knots of a group is looked at: between two segments of a path nothing."""
    if not isinstance(clock, NestedClock) or group not in clock.nests:
        return [within]
    segments = clock.nests[group].segments
    cut = [(max(s.first, within[0]), min(s.last, within[1])) for s in segments]
    return [(low, high) for low, high in cut if low <= high]
