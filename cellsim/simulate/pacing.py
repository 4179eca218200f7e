"""The pace of groups on one clock, taken from what they did: see `domain.pace`.

An instant for each thing a group did that others can see or that waited, and for each change of a
signal. What a motion takes lies between its acceleration classes, at every override of a case; a
delay takes what it says; a process between its least and most time. A wait that asks for signals
alone ends one cycle at most after the last of them came, or after its group did; that a signal
is still there then must follow from the signals themselves, whatever the timing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cellsim.domain.cell import Cell, SharedClock
from cellsim.domain.pace import NEVER, Pace, Stays
from cellsim.geometry import Array
from cellsim.simulate.expression import agrees
from cellsim.simulate.order import Counts, Log, Spells, Sync, first_spell, spells_of
from cellsim.simulate.record import Record, Ride
from cellsim.simulate.ridetimes import Range, RideTimes, Timed, cases_of, ride_times

# With more instants than this between all groups nothing is worked out.
MOST_INSTANTS = 500
OPEN = "a wait that no signal of the cell is sure to end"
_NONE, _ANY = -math.inf, math.inf
# Instant of a sync to the instant before it, and the least and most time from there to its place.
Reached = dict[int, tuple[int, Array, Array]]


@dataclass(frozen=True, eq=False)
class Course:
    """What is known of one group.

    Attributes:
        record: What it did. starts: First knot of each segment, that of the end included.
        scan: Its controller's cycle [s]. last: Last knot.
    """

    record: Record
    starts: Sequence[int]
    scan: float
    last: int


@dataclass(eq=False)
class _Edges:
    """What instants follow, while it is put together; bounds are one value for each case."""

    cases: int
    follows: list[tuple[int, int]] = field(default_factory=list)
    least: list[Array] = field(default_factory=list)
    most: list[Array] = field(default_factory=list)
    sights: list[tuple[int, int]] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)

    def add(self, instant: int, before: int, least: Array | float, most: Array | float) -> None:
        """Say that an instant follows another."""
        self.follows.append((instant, before))
        self.least.append(np.full(self.cases, least))
        self.most.append(np.full(self.cases, most))


@dataclass(eq=False)
class _Walk:
    """One group from the start to its end: the instant times count from, and since when.

    Attributes:
        stays: (first knot, last knot, stands, after, before, least, most) of each.
        reached: (instant, least, most) of each sync of the group as it comes to its place.
    """

    cases: int
    node: int = 0
    least: Array = field(default_factory=lambda: np.zeros(0))
    most: Array = field(default_factory=lambda: np.zeros(0))
    stays: list[tuple[int, int, bool, int, int, Array, Array]] = field(default_factory=list)
    reached: list[tuple[int, int, Array, Array]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.least, self.most = np.zeros(self.cases), np.zeros(self.cases)

    def arrive(self, instant: int) -> None:
        """Come to a sync; times count from it now."""
        self.reached.append((instant, self.node, self.least, self.most))
        self.node, self.least, self.most = instant, np.zeros(self.cases), np.zeros(self.cases)

    def stay(self, knots: tuple[int, int], before: int, most: Array | float) -> None:
        """Stand on these knots from now until `most` after an instant."""
        row = np.full(self.cases, most)
        self.stays.append((*knots, True, self.node, before, self.least, row))

    def spend(self, least: Array | float, most: Array | float) -> None:
        """Let time pass."""
        self.least, self.most = self.least + least, self.most + most


def paces_of(
    cell: Cell,
    courses: Mapping[str, Course],
    log: Log,
    initial: Mapping[str, bool | float],
    stamps: Sequence[Counts],
    timed: Timed,
) -> tuple[Pace, ...]:
    """Return the pace of each clock of a cell.

    Args:
        courses: Of all groups. log, initial, stamps: Of their signals, see `order`.
        timed: Times a ride again in another acceleration class.
    """
    known = courses, log, initial, stamps, timed
    return tuple(pace_of(cell, clock, *known)[0] for clock in cell.clocks)


def pace_of(
    cell: Cell, clock: SharedClock, courses: Mapping[str, Course], log: Log,
    initial: Mapping[str, bool | float], stamps: Sequence[Counts], timed: Timed,
) -> tuple[Pace, Reached]:  # fmt: skip
    """Return the pace of a clock, and how each sync is come to."""
    cases = cases_of(*cell.groups[clock.groups[0]].controller.override)
    if len(log) + 1 > MOST_INSTANTS:
        none = np.zeros((len(cases), 0))
        why = (f"more than {MOST_INSTANTS} signals and waits",)
        return Pace(1, np.zeros((0, 2), dtype=np.int64), none, none, {}, unknown=why), {}
    numbers = _numbers(log)
    edges = _Edges(len(cases))
    stays, unknown = {}, []
    reached: Reached = {}
    for group, course in courses.items():
        if group not in clock.groups:
            before = 0
            for instant in numbers.get(group, []):
                # Off this clock it may have been started long before.
                least = np.full(len(cases), 0.0 if before else _NONE)
                reached[instant] = before, least, np.full(len(cases), _ANY)
                before = instant
            continue
        walk = _walk(group, course, numbers.get(group, []), cases, timed)
        reached |= {n: (before, least, most) for n, before, least, most in walk.reached}
        stays[group] = _stays(walk)
        unknown += walk.unknown
    scan = max(course.scan for course in courses.values())
    unknown += _signals(edges, log, initial, stamps, reached, scan)
    pace = Pace(
        len(log) + 1,
        np.array(edges.follows, dtype=np.int64).reshape(-1, 2),
        np.array(edges.least).reshape(-1, len(cases)).T,
        np.array(edges.most).reshape(-1, len(cases)).T,
        stays,
        np.array(edges.sights, dtype=np.int64).reshape(-1, 2),
        edges.places,
        tuple(dict.fromkeys(unknown)),
    )
    return pace, reached


def _numbers(log: Log) -> dict[str, list[int]]:
    """Return the instants of each group's syncs, in order."""
    found: dict[str, list[int]] = {}
    for position, entry in enumerate(log):
        if isinstance(entry, Sync):
            found.setdefault(entry.group, []).append(position + 1)
    return found


def _walk(
    group: str, course: Course, instants: Sequence[int], cases: Sequence[Range], timed: Timed
) -> _Walk:  # fmt: skip
    """Go through what one group did, from sync to sync."""
    record, walk = course.record, _Walk(len(cases))
    places = list(zip(record.syncs, instants, strict=True))
    for number, segment in enumerate(record.segments):
        while places and places[0][0] <= (number, 0):
            walk.arrive(places.pop(0)[1])
        first, last = course.starts[number], course.starts[number + 1]
        if isinstance(segment, Ride):
            inside = []
            while places and places[0][0] < (number + 1, 0):
                (_, knot), instant = places.pop(0)
                inside.append((knot, instant))
            _ride(walk, group, segment, first, inside, cases, timed)
            continue
        if segment.note == "delay":
            seconds = segment.t1 - segment.t0
            walk.stay((first, last), walk.node, walk.most + seconds)
            walk.spend(seconds, seconds)
            continue
        ends = places[0][1]
        walk.stay((first, last), ends, 0.0)
    while places:
        walk.arrive(places.pop(0)[1])
    walk.stay((course.starts[-1], course.last), NEVER, _ANY)
    return walk


def _ride(
    walk: _Walk, group: str, ride: Ride, first: int, inside: Sequence[tuple[int, int]],
    cases: Sequence[Range], timed: Timed,
) -> None:  # fmt: skip
    """Drive a run; `inside`: (knot in it, instant) of each sync on its way."""
    count = len(ride.run.t) - 1
    found = [ride_times(ride, group, case, timed) for case in cases]
    known = [one for one in found if one is not None]
    if len(known) < len(cases):
        spots = [str(m.index) for m in ride.run.motions]
        walk.unknown.append(f"{spots[0]} to {spots[-1]}: corners that may be others")
    at = 0
    for knot, instant in [*inside, (count, 0)]:
        least, most = _between(known, len(cases), at, knot)
        for k in range(at, knot):
            soon, late = walk.least + least[:, k - at], walk.most + most[:, k + 1 - at]
            ends = first + k, first + k + 1
            walk.stays.append((*ends, False, walk.node, walk.node, soon, late))
        walk.spend(least[:, -1], most[:, -1])
        if instant:
            walk.arrive(instant)
        at = knot


def _between(
    known: Sequence[RideTimes], cases: int, at: int, knot: int
) -> tuple[Array, Array]:  # fmt: skip
    """Return the bounds [s] from knot `at` to at..knot, shape (cases, knots) each."""
    if len(known) < cases:
        shape = (cases, knot - at + 1)
        return np.zeros(shape), np.full(shape, _ANY)
    rows = [one.between(at) for one in known]
    least = np.array([row[0][at : knot + 1] for row in rows])
    return least, np.array([row[1][at : knot + 1] for row in rows])


def _stays(walk: _Walk) -> Stays:
    rows = walk.stays
    return Stays(
        np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2),
        np.array([row[2] for row in rows], dtype=np.bool_),
        np.array([row[3] for row in rows], dtype=np.int64),
        np.array([row[4] for row in rows], dtype=np.int64),
        np.array([row[5] for row in rows]).reshape(-1, walk.cases).T,
        np.array([row[6] for row in rows]).reshape(-1, walk.cases).T,
    )


def _signals(
    edges: _Edges, log: Log, initial: Mapping[str, bool | float], stamps: Sequence[Counts],
    reached: Reached, scan: float,
) -> Iterator[str]:  # fmt: skip
    """Add what every instant follows; yield the waits that nothing bounds."""
    wires = spells_of(log, initial)
    previous: dict[str, int] = {}
    for position, entry in enumerate(log):
        instant = position + 1
        if not isinstance(entry, Sync):
            least, most = entry.takes or (_NONE, _ANY)
            edges.add(instant, entry.cause + 1, least, most)
            continue
        before, soonest, latest = reached[instant]
        known = stamps[previous[entry.group]] if entry.group in previous else {}
        previous[entry.group] = position
        if not entry.ends:
            edges.add(instant, before, soonest, latest)
            continue
        starts = [first_spell(wires, n, known, position, log, stamps) for n in entry.needs]
        for start in starts:
            if 0 <= start < position:
                edges.add(instant, start + 1, 0.0, _NONE)
        held = [held_at(wires, need, position) for need in entry.needs]
        if entry.ends == "open" or None in held:
            edges.add(instant, before, soonest, _ANY)
            yield f"{entry.index}: {OPEN}"
            continue
        edges.add(instant, before, soonest, latest + scan)
        for since, over in (found for found in held if found is not None):
            if since >= 0:
                edges.add(instant, since + 1, _NONE, scan)
            if over >= 0 and stamps[over].get(entry.group, 0) < stamps[position][entry.group]:
                edges.sights.append((instant, over + 1))
                edges.places[instant] = str(entry.index)


def held_at(
    wires: Mapping[str, Spells], need: tuple[str, bool | float], position: int
) -> tuple[int, int] | None:
    """Return from which to which log position a signal holds what a wait at `position` asks for.

    -1: from the start, to the end. None where several set it.
    """
    wire = wires.get(need[0])
    if wire is None or len(wire.sources) > 1:
        return None
    number = max(k for k, (_, start) in enumerate(wire.spells) if start < position)
    value, start = wire.spells[number]
    over = wire.spells[number + 1][1] if number + 1 < len(wire.spells) else -1
    return (start, over) if agrees(value, need[1]) else None
