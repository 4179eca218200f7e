"""Two gantries whose tools cross one place at different times, on one clock or on two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import box, cell_of, job_of, program, to, wire

from cellsim.domain.cell import Cell, SharedClock
from cellsim.domain.job import Job
from cellsim.domain.program import Delay, Statement
from cellsim.domain.timeline import Timeline
from cellsim.domain.wiring import TimeRange
from cellsim.geometry import Array, Pose
from cellsim.motion.caps import AccelClass
from cellsim.simulate import run as verb
from cellsim.simulate.devices import Answers
from cellsim.simulate.kept import kept_run
from cellsim.simulate.override import at_override
from cellsim.simulate.run import simulate

SIZE = 0.2
PAIR = ("hand/tool:jaw", "driver/tool:socket")
Body = Sequence[Statement]


def crossing(
    skew: float | None,
    override: tuple[float, float] = (100.0, 100.0),
    process: tuple[float, float, float] = (0.5, 1.0, 2.0),
) -> Cell:
    """The hand moves along x, the driver along y, both through the origin at q = 1.

    skew: [s], None for two clocks. process: Times of the driver's nutrunner [s].
    """
    cell = cell_of(go="group:hand", gone="group:driver", back="group:hand", ready="group:driver")
    lamp = wire("lamp", "cell")
    tools = {
        name: replace(tool, solid=box(name, SIZE, SIZE, SIZE)) for name, tool in cell.tools.items()
    }
    bases = {"hand": Pose.translation(-1, 0, 0), "driver": Pose.translation(0, -1, 0)}
    groups = {
        name: replace(one, base=bases[name], controller=replace(one.controller, override=override))
        for name, one in cell.groups.items()
    }
    device = replace(cell.devices["nutrunner"], time=TimeRange(*process, "a test"), effect="")
    clocks = () if skew is None else (SharedClock(("hand", "driver"), skew, "a test"),)
    return replace(
        cell, groups=groups, tools=tools, clocks=clocks, fixtures={}, clearance_m=0.01,
        devices={"nutrunner": device}, signals={**cell.signals, lamp[0]: lamp[1]},
    )  # fmt: skip


def crossing_job(cell: Cell, hand: Body | None = None, driver: Body | None = None) -> Job:
    """The driver sets out a second after the hand, if nothing else is said."""
    return job_of(
        cell,
        program("hand", *(hand or (to(2),))),
        program("driver", *(driver or (Delay(1.0), to(0, 2)))),
    )


def run(cell: Cell, hand: Body | None = None, driver: Body | None = None) -> Timeline:
    """Return the timeline with the pace of its clock."""
    return simulate(crossing_job(cell, hand, driver), paces=True)


def lived(
    job: Job,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
    percent: float = 100.0,
    classes: Sequence[AccelClass] = ("slow", "typical", "fast"),
) -> Timeline:
    """Return one course of a job as it may be: each run in a class, each process in a time of its
    own, both drawn; the second way to know what may be at once."""
    rng = random.Random(seed)

    def timed(group, start, specs, rules, _accel, cell, _cache):
        from cellsim.kinematics.frames import chain_of

        accel = rng.choice(classes)
        driven = [at_override(spec, percent) for spec in specs]
        chain = chain_of(cell, group)
        return kept_run(None, chain, cell.groups[group].joints, start, driven, rules, accel)

    monkeypatch.setattr(verb, "_timed", timed)
    monkeypatch.setattr(Answers, "seconds", lambda self, time: rng.uniform(time.min, time.max))
    found = simulate(job)
    monkeypatch.undo()
    return found


Knots = tuple[float, float]


def at_once(
    nominal: Timeline, other: Timeline, shift: float, step: float
) -> Iterator[tuple[Knots, Knots]]:
    """Yield between which knots of the hand's and the driver's nominal track another course is.

    shift: The driver's time is the hand's plus this [s].
    """
    a, b = (_places(nominal, other, group) for group in ("hand", "driver"))
    for t in np.arange(0.0, other.duration, step):
        yield _at(a, t), _at(b, t + shift)


def _places(nominal: Timeline, other: Timeline, group: str) -> tuple[Array, Array, Array]:
    """Return times [s] of the other course and the knots of the nominal one at the same places:

    the first and the last of these, while it stands. It may wait for ever before its next motion.
    """
    theirs, ours = other.tracks[group], nominal.tracks[group]
    t, u = [0.0], [0.0]
    moves = [[m for m in track.motions if m.kind != "stand"] for track in (theirs, ours)]
    for mine, yours in zip(*moves, strict=False):
        way, same = (
            _share(track.q[m.first : m.last + 1]) for track, m in ((theirs, mine), (ours, yours))
        )
        t += [*theirs.t[mine.first : mine.last + 1]]
        u += [*np.interp(way, same, np.arange(yours.first, yours.last + 1, dtype=float))]
    end = moves[1][len(moves[0])].first if len(moves[0]) < len(moves[1]) else len(ours.t) - 1
    t, u = [*t, other.duration + 99.0], [*u, float(end)]
    stands = {0, len(t) - 2}
    at = 1
    for mine in moves[0]:
        stands |= {at - 1}
        at += mine.last - mine.first + 1
    low, high = np.array(u[:-1]), np.array(u[1:])
    return np.array(t), low, np.where([k in stands for k in range(len(low))], high, -1.0)


def _share(q: Array) -> Array:
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(q, axis=0)).sum(axis=1))])
    return way / way[-1]


def _at(places: tuple[Array, Array, Array], t: float) -> Knots:
    times, low, high = places
    t = max(t, 0.0)
    k = min(int(np.searchsorted(times, t, side="right")) - 1, len(low) - 1)
    if high[k] >= 0.0:
        return float(low[k]), float(high[k])
    u = float(np.interp(t, times, [*low, low[-1]]))
    return u, u
