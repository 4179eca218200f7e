"""Moving fixtures in other timings and against another kernel: nothing certified is denied."""

from __future__ import annotations

import numpy as np
import pytest
from gantry_cells import put, to, wait
from mover_cells import cell_of, closer, moves
from mover_jobs import DOOR, IN, JAW, OPEN, hand
from slides import find_pair

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell
from cellsim.domain.program import Delay, Statement
from cellsim.domain.strokes import driven, with_fixtures
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import link_pose
from cellsim.simulate.devices import Process
from cellsim.simulate.run import simulate


def allowed(run: Timeline, group: str, block: int) -> list[tuple[float, float]]:
    """Return the ranges in which the door may be while a group is in a block."""
    knots = np.flatnonzero(run.tracks[group].block == block)
    phases = run.fixtures[DOOR].phases
    found: set[int] = set()
    for c in run.concurrent:
        if {c.a, c.b} != {group, DOOR}:
            continue
        u0, u1, v0, v1 = (c.a0, c.a1, c.b0, c.b1) if c.a == group else (c.b0, c.b1, c.a0, c.a1)
        if len(knots) and u0 <= knots[0] and knots[-1] < u1:
            found |= set(range(v0 // 3, v1 // 3))
    return [(phases[k].low, phases[k].high) for k in found]


def random_body(rng: np.random.Generator, cell: Cell) -> tuple[Statement, ...]:
    """Return starts, waits and moves in some order; waits have a timeout, so that none hangs."""
    made: list[Statement] = []
    for _ in range(int(rng.integers(3, 9))):
        kind = int(rng.integers(6))
        name = str(rng.choice(["open", "shut"]))
        if kind < 2:
            made.append(put(name, bool(rng.integers(2))))
        elif kind == 2:
            made.append(wait({"open": "opened", "shut": "shut_told"}[name], True, 3.0))
        elif kind == 3:
            made.append(Delay(float(rng.uniform(0.0, 1.5))))
        else:
            made.append(to(float(rng.uniform(-0.2, 0.2))))
    return tuple(made)


def test_no_other_timing_finds_the_door_where_it_was_said_not_to_be() -> None:
    """Random programs, run with the least and the longest process times: at every instant the door
    is in a range that the typical run left free for the block that each group is in."""
    rng, seen = np.random.default_rng(5), 0
    for number in range(40):
        opener = moves(
            "opener", "open", "opened", "door", 1.2, back=0.3 if number % 3 == 0 else None
        )
        devices = {"opener": opener} | ({} if number % 3 == 0 else {"closer": closer()})
        cell = cell_of(devices)
        job = hand(cell, *random_body(rng, cell), to(0, 0, 0.1), driver=(to(0, 1), to(0, 2)))
        typical = simulate(job)
        ends: tuple[Process, ...] = ("min", "max")
        for process in ends:
            other = simulate(job, process=process)
            if [e.name for e in other.events if e.kind == "wait" and not e.value] != [
                e.name for e in typical.events if e.kind == "wait" and not e.value
            ]:
                continue  # a timeout more or less is another course
            for group, track in other.tracks.items():
                for t in np.linspace(0.0, other.duration, 60)[1:-1]:
                    block = int(track.block[min(np.searchsorted(track.t, t), len(track.t) - 1) - 1])
                    place = float(other.fixtures[DOOR].at(t)[0])
                    ranges = allowed(typical, group, block)
                    if not ranges:
                        continue  # the block lasts no time in the typical run
                    seen += 1
                    assert any(a - 1e-9 <= place <= b + 1e-9 for a, b in ranges)
    assert seen > 4000


def test_certified_clearance_is_never_above_that_of_another_kernel() -> None:
    """Coal, over instants of the robot times places of the door, of every pair with the door."""
    run = simulate(hand(cell_of(), to(0.3, 0.3), *OPEN, to(1, 0.2, 0.1), to(0)))
    result = check_timeline(run)
    full, rng = with_fixtures(run), np.random.default_rng(2)
    bodies = {b.name: b for b in bodies_of(run.job.cell)}
    for name in (JAW, "driver/tool:socket"):
        pair = find_pair(result, name, DOOR)
        group, least = name.partition("/")[0], np.inf
        for c in full.concurrent:
            if (c.a, c.b) != (group, DOOR):
                continue
            for _ in range(60):
                u, v = rng.uniform(c.a0, c.a1), rng.uniform(c.b0, c.b1)
                q = {g: at_knot(full, g, x) for g, x in ((group, u), (DOOR, v))}
                poses = [link_pose(run.job.cell, bodies[n].parent, q) @ bodies[n].parent_T_body
                         for n in (name, DOOR)]  # fmt: skip
                for one in bodies[name].solid.pieces:
                    for two in bodies[DOOR].solid.pieces:
                        least = min(least, kernel.contact(one, two, *poses).distance)
        assert pair.status == "free"
        assert pair.clearance <= least + 1e-9
        # Beyond 0.1 m nothing finer is asked for.
        assert pair.clearance > min(0.1, 0.6 * least) - 1e-9


def at_knot(run: Timeline, name: str, u: float) -> Array:
    q = run.tracks[name].q
    return np.array([np.interp(u, np.arange(len(q)), q[:, j]) for j in range(q.shape[1])])


def test_the_driven_track_goes_through_the_whole_range_of_every_phase() -> None:
    run = simulate(
        hand(cell_of(), put("open"), Delay(0.2), put("open", False), Delay(2.0), *OPEN, *IN)
    )
    track = driven(run.fixtures[DOOR])
    for k, phase in enumerate(run.fixtures[DOOR].phases):
        q = track.q[3 * k : 3 * k + 4, 0]
        assert (q.min(), q.max()) == (phase.low, phase.high)
    assert np.all(np.diff(track.t) > 0.0)
    assert track.t[-1] == pytest.approx(run.duration, abs=1e-5)
