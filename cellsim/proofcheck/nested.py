"""Moving fixtures on moving fixtures, worked out by the checker itself.

A course of several fixtures goes through every place that their ranges allow together: one of them
is swept, the others stand still meanwhile and step on, no further apart than twice what the course
may be off. Which phases go together follows from what any two fixtures may do at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from cellsim.domain.timeline import FixtureTrack, GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.proofcheck.bodies import knot_at, single_tracks
from cellsim.proofcheck.fixtures import moving, several_in
from cellsim.proofcheck.together import Span, Together, single_together

# Steps between two sweeps [m], [rad]; wider where there would be more than SWEEPS of them.
STEP_M, STEP_RAD, SWEEPS = 0.002, 0.004, 400
_LEAST_S = 1e-9
_PER_PHASE = 3


@dataclass(frozen=True, eq=False)
class Several:
    """A course of several fixtures.

    Attributes:
        fixtures: The lowest first. phases: Number of the phase of each, for each part of the
            course. knots: First and last knot of each part.
    """

    fixtures: tuple[str, ...]
    phases: tuple[tuple[int, ...], ...]
    knots: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Nested(Together):
    """What may be at once where fixtures carry one another; alone: each by itself."""

    alone: Together
    several: Mapping[str, Several]

    def spread(self, group: str, t: float) -> Span:
        """Return between which knots of a group what happens at nominal t [s] may fall."""
        if group not in self.several:
            return self.alone.spread(group, t)
        one = self.several[group]
        spans = [self._widest(name, t) for name in one.fixtures]
        may_follow, may_precede = [], []
        for numbers, (first, last) in zip(one.phases, one.knots, strict=True):
            at = [(_PER_PHASE * k, _PER_PHASE * (k + 1)) for k in numbers]
            if all(high > span[0] for (_, high), span in zip(at, spans, strict=True)):
                may_follow.append(float(first))
            if all(low < span[1] for (low, _), span in zip(at, spans, strict=True)):
                may_precede.append(float(last))
        if may_follow and may_precede and min(may_follow) < max(may_precede):
            return min(may_follow), max(may_precede)
        u = knot_at(self.tracks[group], t)
        return u, u

    def _widest(self, fixture: str, t: float) -> Span:
        """Return between which knots of one fixture something may fall, whether it moves or not."""
        clock, events = self.alone, self.timeline.events
        u = knot_at(clock.tracks[fixture], t)
        here = [(k, e.group) for k, e in enumerate(events) if abs(e.t - t) <= 1e-9]
        told = [clock.ended(fixture, k, u) for k, _ in here if events[k].kind == "process"]
        ends = [span for span in told if span is not None]
        if ends:
            return min(low for low, _ in ends), max(high for _, high in ends)
        low = high = u
        for _, group in here:
            if group == fixture:
                low = min(low, _PER_PHASE * math.floor(u / _PER_PHASE))
                high = max(high, _PER_PHASE * math.ceil(u / _PER_PHASE))
            elif (fixture, group) in clock.free:
                v, rows = knot_at(clock.tracks[group], t), clock.free[(fixture, group)]
                meets = rows[(rows[:, 2] - 1e-9 <= v) & (v <= rows[:, 3] + 1e-9)]
                low, high = min([low, *meets[:, 0]]), max([high, *meets[:, 1]])
        return float(low), float(high)


def tracks_and_clock(timeline: Timeline) -> tuple[Mapping[str, GroupTrack], Together]:
    """Return the track of all that moves, with those that carry it, and what may be at once."""
    found = single_tracks(timeline)
    if several_in(timeline.job.cell):
        return nested(timeline, found)
    return found, single_together(timeline, found)


def nested(
    timeline: Timeline, tracks: Mapping[str, GroupTrack]
) -> tuple[Mapping[str, GroupTrack], Together]:
    """Return the tracks with the courses of several fixtures, and what may be at once with them.

    Args:
        tracks: Of the groups, and of each fixture by itself.
    """
    wanted, clock = several_in(timeline.job.cell), single_together(timeline, tracks)
    meets = {pair: _meets(rows) for pair, rows in clock.boxes.items()
             if pair[0] in timeline.fixtures and pair[1] in timeline.fixtures}  # fmt: skip
    several, made = {}, dict(tracks)
    for name, fixtures in wanted.items():
        several[name], made[name] = _course(timeline, name, fixtures, meets)
    boxes, free = (_with(timeline, old, several, made, meets) for old in (clock.boxes, clock.free))
    return made, Nested(timeline, made, boxes, free, clock, several)


def _meets(rows: Array) -> frozenset[tuple[int, int]]:
    """Return the phases of two fixtures that may be at once."""
    found: set[tuple[int, int]] = set()
    for u0, u1, v0, v1 in rows:
        found.update(product(_touched(u0, u1), _touched(v0, v1)))
    return frozenset(found)


def _touched(low: float, high: float) -> range:
    """Return the phases that a range of knots reaches into; at one knot, those on both sides."""
    near = 1e-9 if high > low else -1e-9
    first = math.floor(low / _PER_PHASE + near)
    return range(max(first, 0), max(math.ceil(high / _PER_PHASE - near), 0))


def _course(
    timeline: Timeline,
    name: str,
    fixtures: tuple[str, ...],
    meets: Mapping[tuple[str, str], frozenset[tuple[int, int]]],
) -> tuple[Several, GroupTrack]:
    """Return the course of fixtures through all that their phases allow together."""
    given = [timeline.fixtures[f] for f in fixtures]
    joints = moving(timeline.job.cell)
    step = [STEP_M if joints[f][1].kind == "prismatic" else STEP_RAD for f in fixtures]
    chosen = [
        numbers
        for numbers in product(*(range(len(g.phases)) for g in given))
        if all((i, k) in meets[(a, b)]
               for x, (a, i) in enumerate(zip(fixtures, numbers, strict=True))
               for b, k in list(zip(fixtures, numbers, strict=True))[x + 1 :])
    ]  # fmt: skip
    chosen.sort(key=lambda numbers: (_start(given, numbers), numbers))
    t: list[float] = []
    blocks, offs, knots, owner = [], [], [], []
    for part, numbers in enumerate(chosen):
        places, off = _swept(given, numbers, step)
        begin = _start(given, numbers)
        end = min(g.phases[k].t1 for g, k in zip(given, numbers, strict=True))
        for share in np.arange(len(places)) / (len(places) - 1):
            here = begin + float(share) * max(end - begin, 0.0)
            t.append(max(here, t[-1] + _LEAST_S) if t else here)
        chords = len(places) - 1 + (part > 0)
        offs += [off] * chords
        owner += [part] * chords
        knots.append((len(t) - len(places), len(t) - 1))
        blocks.append(places)
    q, off = np.concatenate(blocks), np.array(offs)
    number = np.array(owner, dtype=np.int64)
    track = GroupTrack(name, np.array(t), q, 0.0 * q, 0.0 * q, off, off, number, (), number)
    return Several(fixtures, tuple(chosen), tuple(knots)), track


def _start(given: Sequence[FixtureTrack], numbers: Sequence[int]) -> float:
    return max(g.phases[k].t0 for g, k in zip(given, numbers, strict=True))


def _swept(
    given: Sequence[FixtureTrack], numbers: Sequence[int], step: Sequence[float]
) -> tuple[Array, Array]:
    """Return places through ranges of all fixtures, (n, dof), and how far off others may be."""
    phases = [g.phases[k] for g, k in zip(given, numbers, strict=True)]
    number = [math.ceil((p.high - p.low) / s) for p, s in zip(phases, step, strict=True)]
    swept = number.index(max(number))
    others = [k for k, n in enumerate(number) if k != swept and n > 0]
    over = math.prod(number[k] + 1.0 for k in others) / SWEEPS
    if over > 1.0:
        for k in others:
            number[k] = max(math.floor(number[k] / over ** (1.0 / len(others))), 1)
    stands: list[Array] = []
    off = np.zeros(len(phases))
    for k, phase in enumerate(phases):
        if k not in others:
            stands.append(np.array([phase.low]))
            continue
        stands.append(np.linspace(phase.low, phase.high, number[k] + 1))
        off[k] = (phase.high - phase.low) / number[k] / 2 * (1.0 + 1e-9)
    lines = np.repeat(np.array(list(product(*stands))), 2, axis=0)
    ends, phase = given[swept], phases[swept]
    rises = float(ends.at(phase.t0)[0]) <= float(ends.at(phase.t1)[0])
    turn = [phase.low, phase.high] if rises else [phase.high, phase.low]
    lines[:, swept] = np.resize([*turn, *reversed(turn)], len(lines))
    return lines, off


def _with(
    timeline: Timeline,
    old: Mapping[tuple[str, str], Array],
    several: Mapping[str, Several],
    tracks: Mapping[str, GroupTrack],
    meets: Mapping[tuple[str, str], frozenset[tuple[int, int]]],
) -> dict[tuple[str, str], Array]:
    """Return the rectangles of all pairs, those of courses of several fixtures made of the old."""
    found = dict(old)
    names = sorted(tracks)
    single = {name: _single(timeline, name) for name in timeline.fixtures}
    courses = {**single, **several}
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            if a not in several and b not in several:
                continue
            if a in courses and b in courses:
                rows = _both(courses[a], courses[b], meets)
            elif a in courses:
                rows = _beside(old, b, courses[a])[:, [2, 3, 0, 1]]
            else:
                rows = _beside(old, a, courses[b])
            found[(a, b)], found[(b, a)] = rows, rows[:, [2, 3, 0, 1]]
    return found


def _single(timeline: Timeline, name: str) -> Several:
    count = len(timeline.fixtures[name].phases)
    knots = tuple((_PER_PHASE * k, _PER_PHASE * (k + 1)) for k in range(count))
    return Several((name,), tuple((k,) for k in range(count)), knots)


def _both(
    a: Several, b: Several, meets: Mapping[tuple[str, str], frozenset[tuple[int, int]]]
) -> Array:
    rows = []
    for i, (u0, u1) in zip(a.phases, a.knots, strict=True):
        for k, (v0, v1) in zip(b.phases, b.knots, strict=True):
            fits = (
                x == y if f == g else (x, y) in meets[(f, g)]
                for f, x in zip(a.fixtures, i, strict=True)
                for g, y in zip(b.fixtures, k, strict=True)
            )  # fmt: skip
            if all(fits):
                rows.append((u0, u1, v0, v1))
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _beside(old: Mapping[tuple[str, str], Array], group: str, one: Several) -> Array:
    """Return the rectangles of an arm and a course: when it may be with each of its fixtures."""
    rows: list[tuple[float, float, float, float]] = []
    for numbers, (v0, v1) in zip(one.phases, one.knots, strict=True):
        spans: list[Span] = [(-math.inf, math.inf)]
        for fixture, phase in zip(one.fixtures, numbers, strict=True):
            own = [(float(r[0]), float(r[1])) for r in old[(group, fixture)]
                   if phase in _touched(r[2], r[3])]  # fmt: skip
            spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in _merged(own)
                     if max(a, c) <= min(b, d)]  # fmt: skip
        rows += [(a, b, float(v0), float(v1)) for a, b in spans]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _merged(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found


def covered(clock: Together, group: str, span: Span) -> list[Span]:
    """Return what of a span of knots must be covered: what lies between two parts is nowhere."""
    if not isinstance(clock, Nested) or group not in clock.several:
        return [span]
    cut = [(max(a, span[0]), min(b, span[1])) for a, b in clock.several[group].knots]
    return [(low, high) for low, high in cut if low <= high]
