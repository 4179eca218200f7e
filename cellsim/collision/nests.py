"""Moving fixtures that hang on others: places of all that carry one, together, as one path.

A fixture on a sliding table is anywhere that the range of the table and its own allow, in every
combination. Its path goes through all of them, by what may be at once: of two fixtures of which one
stands it is a line; where both move, lanes side by side, each through the whole range of one of
them, and the way to the next lane is a deviation of the path. Two fixtures on one table are looked
at as seen from it, wherever it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from cellsim.collision.clock import Clock
from cellsim.domain.program import Index
from cellsim.domain.strokes import KNOTS
from cellsim.domain.timeline import FixtureTrack, GroupTrack, Motion, Phase, Timeline
from cellsim.geometry import Array
from cellsim.kinematics.movers import joint_of

# Lanes lie this far apart [m], [rad], where no more than MOST_LANES come out; else wider.
LANE_M, LANE_RAD = 0.002, 0.004
MOST_LANES = 400
_SHORT_S = 1e-9


class Segment(NamedTuple):
    """Knots of a path in which each of its fixtures is in one phase: numbers of these."""

    phases: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Nest:
    """The path of a fixture with those that carry it.

    Attributes:
        members: Fixtures that move along it, the lowest first.
        segments: In the order of the path; between two nothing is looked at.
    """

    members: tuple[str, ...]
    segments: tuple[Segment, ...]
    track: GroupTrack


def nest_of(timeline: Timeline, clock: Clock, name: str, members: tuple[str, ...]) -> Nest:
    """Return the path of fixtures through all places where they may be at once."""
    tracks = [timeline.fixtures.get(m) or _whole(timeline, m) for m in members]
    joints = [joint_of(timeline.job.cell, m) for m in members]
    lanes = np.array([LANE_RAD if j.kind == "revolute" else LANE_M for j in joints])
    q: list[Array] = []
    times: list[float] = []
    off: list[Array] = []
    segments, motions = [], []
    for numbers in sorted(_at_once(clock, members, tracks), key=lambda n: _begins(tracks, n)):
        phases = [track.phases[k] for track, k in zip(tracks, numbers, strict=True)]
        rows, strays = _through(tracks, phases, lanes)
        first, t0 = len(q), max(p.t0 for p in phases)
        t1 = max(t0, min(p.t1 for p in phases))
        for t in np.linspace(t0, t1, len(rows)):
            times.append(max(float(t), times[-1] + _SHORT_S if times else 0.0))
        off += [strays] * (len(rows) - 1 + (first > 0))
        q += list(rows)
        segments.append(Segment(numbers, first, len(q) - 1))
        motions.append(_motion(phases, first, len(q) - 1))
    return Nest(members, tuple(segments), _track(name, times, q, off, motions))


def _whole(timeline: Timeline, member: str) -> FixtureTrack:
    """Return the track of a fixture of which the timeline says nothing: one phase."""
    values = timeline.tracks[member].q[:, 0]
    low, high = float(values.min()), float(values.max())
    phase = Phase("stands" if low == high else "free", 0.0, timeline.duration, low, high)
    return FixtureTrack(member, np.zeros(1), values[:1], (phase,))


def _begins(tracks: Sequence[FixtureTrack], numbers: tuple[int, ...]) -> tuple[float, ...]:
    starts = [track.phases[k].t0 for track, k in zip(tracks, numbers, strict=True)]
    return max(starts), *numbers


def _at_once(
    clock: Clock, members: Sequence[str], tracks: Sequence[FixtureTrack]
) -> Iterator[tuple[int, ...]]:
    """Yield the phases, one of each fixture, of which any two may be at once."""
    allowed = {
        (i, k): phase_pairs(clock.boxes[(members[i], members[k])])
        for i, k in combinations(range(len(members)), 2)
    }
    for numbers in product(*(range(len(track.phases)) for track in tracks)):
        if all((numbers[i], numbers[k]) in pairs for (i, k), pairs in allowed.items()):
            yield numbers


def phases_in(low: float, high: float) -> range:
    """Return the phases that knots of one fixture touch; both of those that meet at a knot."""
    if high > low:
        return range(math.floor(low / KNOTS + 1e-9), math.ceil(high / KNOTS - 1e-9))
    return range(max(math.ceil(low / KNOTS - 1e-9) - 1, 0), math.floor(low / KNOTS + 1e-9) + 1)


def phase_pairs(boxes: Array) -> set[tuple[int, int]]:
    return {
        pair
        for a0, a1, b0, b1 in boxes.tolist()
        for pair in product(phases_in(a0, a1), phases_in(b0, b1))
    }


def _through(
    tracks: Sequence[FixtureTrack], phases: Sequence[Phase], lanes: Array
) -> tuple[Array, Array]:
    """Return places that lead through all ranges together, (n, dof), and what lies beside them."""
    low, high = np.array([(p.low, p.high) for p in phases]).T
    counts = np.ceil((high - low) / lanes)
    along = int(np.argmax(counts))
    beside = counts.copy()
    beside[along] = 0
    wide = max(float(np.prod(beside + 1.0)) / MOST_LANES, 1.0)
    moving = np.flatnonzero(beside)
    if len(moving):
        beside[moving] = np.maximum(np.floor(beside[moving] / wide ** (1.0 / len(moving))), 1.0)
    steps = [np.linspace(a, b, int(n) + 1) for a, b, n in zip(low, high, beside, strict=True)]
    steps[along] = np.zeros(1)
    ends = low[along], high[along]
    up = float(tracks[along].at(phases[along].t0)[0]) <= float(
        tracks[along].at(phases[along].t1)[0]
    )
    rows = []
    for number, lane in enumerate(product(*steps)):
        for end in ends if (number % 2 == 0) == up else ends[::-1]:
            rows.append([*lane[:along], end, *lane[along + 1 :]])
    gaps = np.where(beside > 0, (high - low) / np.maximum(beside, 1.0), 0.0)
    return np.array(rows), np.asarray(gaps / 2 * (1.0 + 1e-9))


def _motion(phases: Sequence[Phase], first: int, last: int) -> Motion:
    begun = max(phases, key=lambda p: (p.t0, p.index is not None))
    kind = "stand" if all(p.kind == "stands" for p in phases) else "joint"
    return Motion(kind, begun.index or Index("", 0), first, last, note=begun.kind)


def _track(
    name: str, times: list[float], q: list[Array], off: list[Array], motions: list[Motion]
) -> GroupTrack:
    rows = np.array(q)
    still, strays = np.zeros_like(rows), np.array(off).reshape(len(rows) - 1, rows.shape[1])
    number = np.searchsorted([m.last for m in motions], np.arange(1, len(rows))).astype(np.int64)
    return GroupTrack(
        name, np.array(times), rows, still, still, strays, strays, number, tuple(motions), number
    )


def alone(timeline: Timeline, mover: str) -> Nest:
    """Return the path of a fixture that nothing else carries."""
    track = timeline.tracks[mover]
    segments = tuple(Segment((k,), m.first, m.last) for k, m in enumerate(track.motions))
    return Nest((mover,), segments, track)
