"""Readings that another timing may turn out otherwise, and those that it never does.

A reading of a signal has one outcome in every timing where signals order each change of it before
or behind the reading; or where the times of the cell do: what a motion, a delay and a process may
take (`pacing`), of the groups on its own group's clock. A group that shares no clock may be ahead
or late by any time, so there signals alone decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cellsim.collision.apart import bounds
from cellsim.domain.cell import Cell, SharedClock
from cellsim.domain.pace import Pace
from cellsim.domain.report import Finding
from cellsim.geometry import Array
from cellsim.simulate.expression import agrees, is_plain, literals
from cellsim.simulate.order import Change, Counts, Log, Sync, delayed, ordered, root, spells_of
from cellsim.simulate.pacing import Course, Reached, held_at, pace_of
from cellsim.simulate.raced import left_to_timing
from cellsim.simulate.readings import Reading, Readings, log_positions
from cellsim.simulate.record import Stand
from cellsim.simulate.ridetimes import Timed


@dataclass(frozen=True, eq=False)
class Race:
    """A branch or wait at a log position, and a signal of it that may change before or after."""

    position: int
    sync: Sync
    signal: str


def races(log: Log, stamps: Sequence[Counts]) -> tuple[Race, ...]:
    """Return the branches, and waits that go on elsewhere after a timeout, that none orders.

    Another group sets the signal, or what the group itself has started tells it after a time. What
    the branch sees is no order: only what its group knew before it asked.
    """
    found: list[Race] = []
    known: dict[str, Counts] = {}
    changes: dict[str, list[int]] = {}
    for position, entry in enumerate(log):
        if isinstance(entry, Change):
            changes.setdefault(entry.signal, []).append(position)
    for position, entry in enumerate(log):
        if not isinstance(entry, Sync):
            continue
        before = known.get(entry.group, {})
        known[entry.group] = stamps[position]
        for signal in dict.fromkeys((*entry.asked, *entry.awaited)):
            if any(
                not _own(log, change, entry) and not ordered(log, stamps, before, position, change)
                for change in changes.get(signal, ())
            ):
                found.append(Race(position, entry, signal))
                break
    return tuple(found)


def _own(log: Log, position: int, sync: Sync) -> bool:
    """Whether the group of a sync makes a change itself, at once."""
    change = log[position]
    assert isinstance(change, Change)
    return root(log, change) == sync.group and not delayed(log, change)


def settled(
    readings: Readings, found: Sequence[Race], times: Times | None
) -> tuple[tuple[Sync, ...], list[Finding]]:
    """Keep of what was taken in a run what timing does not settle, for `courses` to vary.

    Args:
        found: What no signal orders. times: What else is known; None: nothing.

    Returns:
        The branches that are left to timing; a finding for each of those, and of the waits, that
        no course can take the other way, or for all where this is the only run.
    """
    known, choices = log_positions(readings), readings.choices
    open_, undecided, raced = set(), [], []
    for race in found:
        reading, sync = known.get(race.position), race.sync
        forced = reading is not None and reading.value is not reading.clock
        if reading is not None and not forced and times is not None and times.settles(reading):
            continue
        if sync.asked:
            raced.append(sync)
        if reading is not None:
            both = choices is not None and (forced or readings.either(reading))
            if both:
                open_.add((reading.group, reading.at))
            told = not both
        else:
            told = sync.index is not None and not readings.again(sync.group, sync.index)
        if told:
            undecided.append(left_to_timing(sync, race.signal))
    if choices is not None:
        given, at = choices.timed, {race.position for race in found}
        # What signals order cannot be otherwise: in the next cycle, where this was given for one.
        choices.impossible |= any(
            r.value is not r.clock and r.node not in at for r in readings.met if r.node >= 0
        )
        choices.met[:] = [
            c for c in choices.met
            if c.at is None or (c.group, c.at) in open_ or (c.group, c.at) in given
        ]  # fmt: skip
    return tuple(raced), undecided


@dataclass(eq=False)
class Times:
    """What the times of a cell prove of readings, worked out per clock where it is asked for.

    Attributes:
        courses: Of all groups. log, initial, stamps: Of their signals, see `order`.
        timed: Times a ride again in another acceleration class.
    """

    cell: Cell
    courses: Mapping[str, Course]
    log: Log
    initial: Mapping[str, bool | float]
    stamps: Sequence[Counts]
    timed: Timed
    known: dict[SharedClock, tuple[Pace, Reached, Array, tuple[int, ...]]] = field(
        default_factory=dict
    )

    def settles(self, reading: Reading) -> bool:
        """Whether a reading, as this run took it, is the same in every timing."""
        if not is_plain(reading.expr, reading.value):
            return False
        clock = self._clock_of(reading.group)
        if reading.node + 1 not in self.known[clock][1]:
            return False
        if reading.timeout_s is None:
            return all(self._stays(clock, reading, need) for need in self._needs(reading))
        if reading.value:
            return all(self._comes(clock, reading, need) for need in self._needs(reading))
        return any(self._misses(clock, reading, need) for need in literals(reading.expr))

    def over_before(self, first: tuple[int, float], then: tuple[int, float]) -> bool:
        """Whether (log position, most time after it) is never later than (another, least time)."""
        groups = {self._group_at(position) for position, _ in (first, then)}
        if "" in groups:
            return False
        clock = self._clock_of(min(groups))
        ub = self.known[clock][2]
        if not groups <= {*clock.groups} or ub.shape[1] <= max(first[0], then[0]) + 1:
            return False
        late = ub[:, first[0] + 1, then[0] + 1] + first[1] - then[1]
        return bool((late <= 0.0).all())

    def over_as_it_moves(self, first: tuple[int, float], group: str, segment: int) -> bool:
        """Whether (log position, most time after it) is never later than a motion of a group."""
        maker = self._group_at(first[0])
        if maker == group and first[1] <= self._delayed(first[0], group, segment):
            return True
        clock = self._clock_of(group)
        pace, _, ub, _ = self.known[clock]
        if maker not in clock.groups or ub.shape[1] <= first[0] + 1:
            return False
        stays = pace.stays[group]
        knot = self.courses[group].starts[segment]
        rows = np.flatnonzero((stays.knots[:, 0] == knot) & ~stays.stands)
        if not len(rows):
            return False
        late = ub[:, first[0] + 1, stays.after[rows[0]]] + first[1] - stays.least[:, rows[0]]
        return bool((late <= 0.0).all())

    def _delayed(self, position: int, group: str, segment: int) -> float:
        """Return how long a group delays [s] between what it did and one of its motions."""
        while isinstance(entry := self.log[position], Change):
            position = entry.cause
        own = [k for k, e in enumerate(self.log) if isinstance(e, Sync) and e.group == group]
        record = self.courses[group].record
        first, _ = record.syncs[own.index(position)]
        between = record.segments[first:segment]
        return sum(s.t1 - s.t0 for s in between if isinstance(s, Stand) and s.note == "delay")

    def _clock_of(self, group: str) -> SharedClock:
        """Return the clock of a group, what its times prove worked out."""
        alone = SharedClock((group,), 0.0, "")
        clock = next((c for c in self.cell.clocks if group in c.groups), alone)
        if clock not in self.known:
            rest = self.courses, self.log, self.initial, self.stamps, self.timed
            pace, reached = pace_of(self.cell, clock, *rest)
            self.known[clock] = (pace, reached, *bounds(pace, clock.skew_s))
        return clock

    def _group_at(self, position: int) -> str:
        """Return the group whose program is behind a log entry, "" for the cell."""
        entry = self.log[position] if position >= 0 else None
        if isinstance(entry, Change):
            return root(self.log, entry)
        return entry.group if entry is not None else ""

    def _needs(self, reading: Reading) -> Iterator[tuple[str, bool | float]]:
        return literals(reading.expr, reading.value)

    def _comes(self, clock: SharedClock, reading: Reading, need: tuple[str, bool | float]) -> bool:
        """Whether a signal is there before the timeout, and still when the wait looks at it."""
        _, reached, ub, missed = self.known[clock]
        held = held_at(spells_of(self.log, self.initial), need, reading.node)
        if held is None or reading.node + 1 in missed or not self._timed(clock, held):
            return False
        before, least, _ = reached[reading.node + 1]
        assert reading.timeout_s is not None
        latest = reading.timeout_s - self._slack(clock)
        return held[0] < 0 or bool((ub[:, held[0] + 1, before] - least <= latest).all())

    def _misses(self, clock: SharedClock, reading: Reading, need: tuple[str, bool | float]) -> bool:
        """Whether a signal comes behind the timeout, or is gone before, in every timing."""
        _, reached, ub, _ = self.known[clock]
        before, least, most = reached[reading.node + 1]
        wire = spells_of(self.log, self.initial).get(need[0])
        if wire is None or len(wire.sources) > 1:
            return False
        slack = self._slack(clock)
        assert reading.timeout_s is not None
        ends = [start for _, start in wire.spells[1:]]
        for number, (value, start) in enumerate(wire.spells):
            if not agrees(value, need[1]):
                continue
            over = ends[number] if number < len(ends) else -1
            if not self._timed(clock, (start, over)):
                return False
            gone = over >= 0 and (ub[:, over + 1, before] - least < -slack).all()
            late = start >= 0 and (
                self._behind(reading, start)
                or (ub[:, before, start + 1] + most < -(reading.timeout_s + slack)).all()
            )
            if not (gone or late):
                return False
        return True

    def _stays(self, clock: SharedClock, reading: Reading, need: tuple[str, bool | float]) -> bool:
        """Whether a signal has come before a branch and is over behind it, in every timing."""
        ub, here = self.known[clock][2], reading.node + 1
        held = held_at(spells_of(self.log, self.initial), need, reading.node)
        if held is None or not self._timed(clock, held):
            return False
        since, over = held
        slack = self._slack(clock)
        come = since < 0 or (ub[:, since + 1, here] < -slack).all()
        stays = over < 0 or self._behind(reading, over) or (ub[:, here, over + 1] < -slack).all()
        return bool(come and stays)

    def _behind(self, reading: Reading, change: int) -> bool:
        """Whether a change comes of what the group did behind a reading."""
        mine = self.stamps[reading.node][reading.group]
        return self.stamps[change].get(reading.group, 0) >= mine

    def _timed(self, clock: SharedClock, changes: tuple[int, int]) -> bool:
        """Whether changes are brought about by groups of a clock: others may begin at any time."""
        for change in changes:
            entry = self.log[change] if change >= 0 else None
            if isinstance(entry, Change) and root(self.log, entry) not in clock.groups:
                return False
        return True

    def _slack(self, clock: SharedClock) -> float:
        return clock.skew_s + max(self.courses[group].scan for group in clock.groups)
