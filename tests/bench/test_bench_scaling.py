"""How time and memory grow with motions and with objects; a large job as a whole and edited."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench_cells import cluttered, run_through, stops
from measure import exponent, machine

from cellsim.cache import Cache
from cellsim.collision.check import check_timeline
from cellsim.domain.timeline import Timeline

pytestmark = pytest.mark.bench


def _timed(line: Timeline) -> float:
    start = time.process_time()
    check_timeline(line)
    return time.process_time() - start


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _held_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def test_nearly_linear_in_motions() -> None:
    """Memory of the check: its peak over what the process held with the timeline before it."""
    most = float(os.environ.get("CELLSIM_BENCH_MOTIONS", "10000"))
    world, sizes, seconds, peaks = cluttered(60), [100.0, 1000.0, most], [], []
    q = stops(world, 1000, seed=7, step=0.5, certified=True)
    print(f"\n{machine()}")
    _timed(run_through(world, q[:20]))
    for size in sizes:
        again = np.concatenate([q[:-1]] * max(1, int(size) // 1000) + [q[-1:]])
        closed = np.vstack([again[: int(size)], again[-1:]])
        line = run_through(world, closed)
        before = _held_mb()
        seconds.append(_timed(line))
        peaks.append(_peak_mb() - before)
        print(
            f"{size:6.0f} motions: {seconds[-1]:8.2f} s processor, {before:.0f} MB held before, "
            f"peak {_peak_mb():.0f} MB"
        )
    print(f"exponent in motions: {exponent(sizes, seconds):.2f}; of memory: "
          f"{np.log(peaks[2] / peaks[1]) / np.log(sizes[2] / sizes[1]):.2f}")  # fmt: skip
    assert peaks[2] < 60.0 + 0.06 * sizes[2]
    assert exponent(sizes, seconds) < 1.3


def test_below_linear_in_objects() -> None:
    """Medians of five: a tenth of a second alone is as long as what else the machine does."""
    sizes, seconds = [60.0, 200.0, 600.0], []
    print(f"\n{machine()}")
    for size in sizes:
        world = cluttered(int(size))
        line = run_through(world, stops(world, 100, seed=7, step=0.5, certified=True))
        _timed(line)
        seconds.append(float(np.median([_timed(line) for _ in range(5)])))
        print(f"{size:6.0f} objects: {seconds[-1]:8.2f} s processor, peak {_peak_mb():.0f} MB")
    print(f"exponent in objects: {exponent(sizes, seconds):.2f}")
    assert exponent(sizes, seconds) < 1.0


def test_five_hundred_moves_among_200_000_triangles_whole_and_edited(tmp_path: Path) -> None:
    """Collision alone; the meshes are judged by their pieces, not triangle by triangle."""
    world = cluttered(60, meshes=20, triangles=5_000, seed=3)
    triangles = sum(len(f.solid.faces) for f in world.fixtures.values())
    q = stops(world, 500, seed=8, step=0.5, certified=True)
    line = run_through(world, q)
    other = q.copy()
    other[250] += 1e-3
    edited = run_through(world, other)
    check_timeline(run_through(world, q[:3]))
    kept = Cache(tmp_path / "kept")
    print(f"\n{machine()}; {triangles} triangles")
    known = ("whole", line, kept), ("again", line, kept), ("one stop moved", edited, kept)
    spent = []
    for name, run, cache in (("nothing kept", line, None), *known):
        start, cpu = time.perf_counter(), time.process_time()
        stats = check_timeline(replace(run), cache=cache).stats
        spent.append(time.process_time() - cpu)
        print(
            f"{name:15s} {time.perf_counter() - start:6.2f} s wall "
            f"{spent[-1]:6.2f} s processor, {stats['spans_kept']} of "
            f"{stats['spans']} spans kept"
        )
    # What is looked up and kept may not take what certifying anew takes.
    assert max(spent[1:]) < 2.0 * spent[0]
