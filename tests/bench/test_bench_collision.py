"""How long the certified test takes: 100 random joint moves of both robots of the door cell."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from cellsim.collision.check import check_timeline
from cellsim.collision.query import scene_of
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.job import Job
from cellsim.domain.program import Index
from cellsim.domain.timeline import Band, GroupTrack, Motion, Timeline
from cellsim.kinematics.frames import chain_of

pytestmark = pytest.mark.bench
MOVES, STEPS = 50, 200


def _median(what: str, run: Callable[[], object], per: int = 1) -> float:
    run()
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) / per)
    middle = statistics.median(times)
    print(f"\n{what}: {1e6 * middle:.0f} us" if middle < 1e-2 else f"\n{what}: {middle:.2f} s")
    return middle


def _track(cell: Cell, group: str, rng: np.random.Generator) -> GroupTrack:
    """Return MOVES joint moves of 2 s about home, a knot every 10 ms."""
    chain = chain_of(cell, group)
    stops = chain.home + rng.normal(size=(MOVES + 1, chain.dof)) * 0.25
    stops = np.clip(stops, chain.lower, chain.upper)
    part = np.linspace(0.0, 1.0, STEPS, endpoint=False)[:, None]
    part = part * part * (3 - 2 * part)
    q = np.concatenate([a + part * (b - a) for a, b in pairwise(stops)])
    q = np.concatenate([q, stops[-1:]])
    t, zero, n = 0.01 * np.arange(len(q)), np.zeros_like(q), len(q) - 1
    motions = tuple(
        Motion("joint", Index("bench", k + 1), STEPS * k, STEPS * (k + 1)) for k in range(MOVES)
    )
    row = np.arange(n, dtype=np.int64) // STEPS
    return GroupTrack(group, t, q, zero, zero, zero[1:], zero[1:], row, motions, 0 * row)


def test_100_s_of_two_robots_among_the_door_cell() -> None:
    cell, rng = load_cell("door_removal"), np.random.default_rng(1)
    tracks = {group: _track(cell, group, rng) for group in cell.groups}
    job = Job("bench", cell, {}, {})
    line = Timeline(job, tracks, (), (), (), Band(100.0, 100.0, 100.0, "bench"))
    stats = check_timeline(line).stats
    print(stats)
    assert _median("100 s, two robots, certified", lambda: check_timeline(line)) < 10.0


def test_scene_of_the_holder() -> None:
    cell, rng = load_cell("door_removal"), np.random.default_rng(2)
    scene = scene_of(cell, "holder")
    home = scene.chain.home
    Q = np.clip(home + rng.normal(size=(2000, len(home))), scene.chain.lower, scene.chain.upper)
    assert _median("one configuration, free or not", lambda: scene.free(Q), 2000) < 1e-3
    ends = home + 0.2 * (Q[:200] - home)
    edges = _median(
        "one certified edge", lambda: [scene.segment_free(home, q) for q in ends], len(ends)
    )
    assert edges < 2e-2
