"""The whole verb on 500 moves of a robot with a positioner: in full, and after one edited line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from measure import machine
from positioner_cell import job_through, places, positioner_cell

from cellsim.cache import Cache
from cellsim.collision.check import check_timeline
from cellsim.domain.job import Job
from cellsim.domain.report import Report
from cellsim.simulate.band import simulate_band
from cellsim.simulate.kept import forget_runs
from cellsim.verify import shapes
from cellsim.verify.run import verify_timeline

pytestmark = pytest.mark.bench
MOVES = 500
T = TypeVar("T")


def _timed(name: str, run: Callable[[], T], spent: list[float]) -> T:
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    spent.append(time.process_time() - cpu)
    print(f"  {name:10s} {time.perf_counter() - wall:6.2f} s wall {spent[-1]:6.2f} s processor")
    return found


def _verb(name: str, job: Job, cache: Cache | None) -> tuple[Report, float]:
    """Return the report and the processor time of simulate, collision and rules together [s].

    As in a new process: no run timed before is at hand but in the cache.
    """
    print(name)
    forget_runs()
    spent: list[float] = []
    line = _timed("simulate", lambda: simulate_band(job, cache), spent)
    found = _timed("collision", lambda: check_timeline(line, cache=cache), spent)
    report = _timed("rules", lambda: verify_timeline(line, found, cache=cache), spent)
    print(f"  {'together':10s} {sum(spent):20.2f} s processor; {found.stats}")
    return report, sum(spent)


def test_five_hundred_moves_with_a_positioner_in_full_and_edited(tmp_path: Path) -> None:
    """Meshes are measured against their pieces anew in the full check, as in a new process."""
    print(f"\n{machine()}")
    cell = _timed("load", positioner_cell, [])
    q = places(cell, MOVES)
    solids = [thing.solid for thing in (*cell.fixtures.values(), *cell.parts.values())]
    triangles = sum(len(s.faces) for s in solids)
    print(f"{triangles} triangles, {sum(len(s.pieces) for s in solids)} pieces, {MOVES} moves")
    assert triangles >= 200_000
    verify_timeline(simulate_band(job_through(cell, q[:4])))
    shapes._KNOWN.clear()
    meshes: list[float] = []
    _timed("meshes", lambda: shapes.shapes_of(cell), meshes)
    _, full = _verb("full, nothing kept", job_through(cell, q), None)
    kept = Cache(tmp_path / "kept")
    _verb("full, results kept", job_through(cell, q), kept)
    _, slower = _verb("one speed", job_through(cell, q, slow=MOVES // 2), kept)
    moved = q.copy()
    moved[MOVES // 2] += 0.003
    edited, other = _verb("one target, about 5 mm", job_through(cell, moved), kept)
    anew, _ = _verb("the same, nothing kept", job_through(cell, moved), None)
    assert (edited.clearances, edited.findings, edited.moves) == (
        anew.clearances, anew.findings, anew.moves,
    )  # fmt: skip
    assert np.isfinite([c.clearance for c in edited.clearances]).all()
    assert max(slower, other) < 2.0
    assert full + meshes[0] < 15.0
