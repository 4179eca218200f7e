"""Moving fixtures as tracks that go through every place where they may be.

How a fixture moves, and how long it takes, is not known: in each phase it is anywhere in a range,
in no order. Its driven track goes once through the whole range of each phase, and what is certified
on two tracks holds for every pair of their instants (`collision.product`), whatever the order. So
nothing rests on the law or the duration of the motion.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Fixture
from cellsim.domain.program import Index
from cellsim.domain.timeline import (
    Concurrent,
    FixtureTrack,
    GroupTrack,
    Motion,
    Phase,
    Timeline,
)

# Knots of one phase, and the least time between two of them [s], for phases that last no time.
KNOTS = 3
_SHORT_S = 1e-7


def with_fixtures(timeline: Timeline) -> Timeline:
    """Return the timeline with the driven tracks of its moving fixtures among those of its groups.

    A fixture that a device moves and that the timeline says nothing of may be anywhere that devices
    bring it, all the time. Itself where nothing moves.
    """
    cell = timeline.job.cell
    movers = {f"fixture:{name}": f for name, f in cell.fixtures.items() if f.joint is not None}
    if not movers or all(name in timeline.tracks for name in movers):
        return timeline
    tracks, free = dict(timeline.tracks), []
    for name, fixture in movers.items():
        track = timeline.fixtures.get(name)
        if track is None:
            track = _anywhere(cell, name, fixture, timeline.duration)
            free += [
                Concurrent(name, other, 0, KNOTS, 0, len(one.t) - 1)
                for other, one in tracks.items()
            ]
        tracks[name] = driven(track)
    return replace(timeline, tracks=tracks, concurrent=(*timeline.concurrent, *free))


def _anywhere(cell: Cell, name: str, fixture: Fixture, end: float) -> FixtureTrack:
    assert fixture.joint is not None
    start = fixture.joint.start
    low, high = reach_of(cell, fixture.name)
    phase = Phase("stands" if low == high else "free", 0.0, end, low, high)
    return FixtureTrack(name, np.zeros(1), np.array([start]), (phase,))


def reach_of(cell: Cell, fixture: str) -> tuple[float, float]:
    """Return the lowest and highest value at which a fixture ever stands [rad | m]."""
    joint = cell.fixtures[fixture].joint
    assert joint is not None
    goals = [joint.start]
    for device in cell.devices.values():
        if device.effect == "move" and device.target == fixture:
            goals += [value for value in (device.goal, device.back) if value is not None]
    return min(goals), max(goals)


def driven(track: FixtureTrack) -> GroupTrack:
    """Return the track that goes through the whole range of every phase, three chords each."""
    values: list[float] = []
    times: list[float] = []
    for phase in track.phases:
        a, b = (float(track.at(t)[0]) for t in (phase.t0, phase.t1))
        first, then = (phase.low, phase.high) if a <= b else (phase.high, phase.low)
        ends = (
            min(max(a, phase.low), phase.high),
            min(max(b, phase.low), phase.high),
        )
        if not values:
            values.append(ends[0])
            times.append(phase.t0)
        values += [first, then, ends[1]]
        length = phase.t1 - phase.t0
        for share in (1 / 3, 2 / 3, 1.0):
            times.append(max(phase.t0 + share * length, times[-1] + _SHORT_S))
    q = np.array(values)[:, None]
    still, none = np.zeros_like(q), np.zeros((len(q) - 1, 1))
    number = np.repeat(np.arange(len(track.phases), dtype=np.int64), KNOTS)
    motions = tuple(_motion(k, phase) for k, phase in enumerate(track.phases))
    return GroupTrack(
        track.fixture, np.array(times), q, still, still, none, none, number, motions, number
    )


def _motion(k: int, phase: Phase) -> Motion:
    kind = "stand" if phase.kind == "stands" else "joint"
    index = phase.index or Index("", 0)
    return Motion(kind, index, KNOTS * k, KNOTS * k + KNOTS, note=phase.kind)
