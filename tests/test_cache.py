"""Kept results: the same report to the bit, only what changed is computed, never a wrong hit."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from cellsim.cache import Cache
from cellsim.cache.arrays import packed, unpacked
from cellsim.collision import reuse
from cellsim.collision.check import check_timeline
from cellsim.collision.result import CollisionResult
from cellsim.domain.canonical import digest
from cellsim.domain.job import Job
from cellsim.domain.program import Move
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose
from cellsim.simulate.band import simulate_band
from cellsim.simulate.kept import forget_runs
from cellsim.sweep import CellRun, cells_of, jobs_of, verify_job

pytestmark = pytest.mark.usefixtures("every_pair")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    kept = Cache(tmp_path / "kept")
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def job() -> Job:
    """The saved job of the packing cell, first variant."""
    (cell,) = cells_of("tray_packing", ["steel"])
    return next(jobs_of(cell))[0]


@dataclass(frozen=True)
class Looked:
    """A job verified without a cache and into an empty one; what that keeps, closed."""

    bare: CellRun
    first: CellRun
    kept: Path


@pytest.fixture(scope="module")
def looked(job: Job, tmp_path_factory: pytest.TempPathFactory, every_pair: None) -> Looked:
    kept = tmp_path_factory.mktemp("looked")
    cache = Cache(kept)
    first = verify_job(job, cache=cache)
    cache.close()
    forget_runs()
    return Looked(verify_job(job), first, kept)


@pytest.fixture
def warm(looked: Looked, tmp_path: Path) -> Iterator[Cache]:
    """A copy of what the first look kept, for one test alone."""
    shutil.copytree(looked.kept, tmp_path / "warm")
    kept = Cache(tmp_path / "warm")
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def line(looked: Looked) -> Timeline:
    return looked.bare.timeline


def clearances(result: CollisionResult) -> list[object]:
    return [
        (p.a, p.b, p.status, p.clearance, p.required, p.t, digest(p.violations))
        for p in result.pairs
    ]


def edited(job: Job, number: int) -> Job:
    """Return the job with the speed of one of its motions a little lower, lines as they were."""
    (group, program), *_ = job.programs.items()
    moves = [s for r in program.routines for s in r.body if isinstance(s, Move)]
    chosen = moves[number]
    slower = replace(chosen, speed=replace(chosen.speed, value=0.9 * chosen.speed.value))
    routines = tuple(
        replace(r, body=tuple(slower if s is chosen else s for s in r.body))
        for r in program.routines
    )
    return replace(job, programs={group: replace(program, routines=routines)})


def test_a_second_look_gives_the_same_report_and_certifies_nothing(
    job: Job, looked: Looked, warm: Cache
) -> None:
    bare, first, second = looked.bare, looked.first, verify_job(job, cache=warm)
    assert digest(first.report) == digest(bare.report) == digest(second.report)
    assert digest(second.timeline.tracks) == digest(bare.timeline.tracks)
    again = check_timeline(bare.timeline, cache=warm)
    assert again.stats["spans_kept"] == again.stats["spans"] > 1000
    assert again.stats["intervals"] == 0


def test_one_edited_line_certifies_its_own_spans_and_gives_the_same_bits(
    job: Job, warm: Cache
) -> None:
    line = simulate_band(edited(job, 2), warm)
    kept, fresh = check_timeline(line, cache=warm), check_timeline(line)
    assert clearances(kept) == clearances(fresh)
    assert 0.7 * kept.stats["spans"] < kept.stats["spans_kept"] < kept.stats["spans"]


def test_a_moved_fixture_certifies_only_the_pairs_that_it_is_in(
    job: Job, line: Timeline, warm: Cache
) -> None:
    name = next(iter(job.cell.fixtures))
    moved = replace(
        job.cell.fixtures[name], pose=Pose.translation(0, 0, -1e-4) @ job.cell.fixtures[name].pose
    )
    cell = replace(job.cell, fixtures={**job.cell.fixtures, name: moved})
    other = replace(line, job=replace(job, cell=cell))
    kept, fresh = check_timeline(other, cache=warm), check_timeline(other)
    assert clearances(kept) == clearances(fresh)
    again = sum(1 for p in kept.pairs if f"fixture:{name}" in (p.a, p.b))
    assert 0 < kept.stats["spans"] - kept.stats["spans_kept"] <= kept.stats["spans"] * again / 20


def test_a_pair_is_kept_where_it_took_many_intervals(
    line: Timeline, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the limits as they are nearly all of this cell is certified sooner than looked up."""
    bare = check_timeline(line)
    for few, kept in ((10**9, 0), (30, 1)):
        monkeypatch.setattr(reuse, "FEW", few)
        first, second = check_timeline(line, cache=cache), check_timeline(line, cache=cache)
        assert clearances(first) == clearances(second) == clearances(bare)
        assert first.stats == bare.stats
        assert (second.stats["spans_kept"] > 0) == (second.stats != first.stats) == bool(kept)
        least = second.stats["intervals"] / first.stats["intervals"]
        share = second.stats["spans_kept"] / second.stats["spans"]
        assert 1.0 - least >= share


@pytest.mark.parametrize("change", ["cell", "requirement", "margin"])
def test_what_a_span_was_computed_from_is_in_its_key(
    job: Job, line: Timeline, warm: Cache, change: str
) -> None:
    before = check_timeline(line, cache=warm)
    assert before.stats["spans_kept"] == before.stats["spans"]
    cell = job.cell
    if change == "requirement":
        cell = replace(cell, clearance_m=cell.clearance_m + 0.02)
    elif change == "margin":
        fixtures = {
            n: replace(f, solid=replace(f.solid, margin_m=f.solid.margin_m + 0.015))
            for n, f in cell.fixtures.items()
        }
        cell = replace(cell, fixtures=fixtures)
    else:
        tools = {
            n: replace(t, solid=replace(t.solid, pieces=t.solid.pieces[:1]))
            for n, t in cell.tools.items()
        }
        cell = replace(cell, tools=tools)
    other = replace(line, job=replace(job, cell=cell))
    kept, fresh = check_timeline(other, cache=warm), check_timeline(other)
    assert clearances(kept) == clearances(fresh) != clearances(before)


def test_a_spoilt_value_or_file_counts_as_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    key = cache.key("any", b"x")
    cache.put({key: b"value"})
    cache.close()
    base = sqlite3.connect(cache.file)
    with base:
        base.execute("UPDATE kept SET data = ?", (b"other",))
    base.close()
    assert cache.get([key]) == {}
    cache.close()
    cache.file.write_bytes(b"no database at all" * 1000)
    assert cache.get([key]) == {}
    cache.put({key: b"value"})
    cache.flush()
    assert Cache(tmp_path).get([key]) == {key: b"value"}


def test_a_folder_that_cannot_be_written_is_only_slow(tmp_path: Path, job: Job) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "below")
    cache.put({cache.key("any", b"x"): b"value"})
    cache.flush()
    assert cache.get([cache.key("any", b"x")]) == {}


def test_the_cache_stays_within_its_size(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=100_000)
    for k in range(40):
        cache.put({cache.key("any", str(k)): bytes(10_000)})
        cache.flush()
    kept = cache.get([cache.key("any", str(k)) for k in range(40)])
    assert 5 <= len(kept) <= 10
    assert cache.key("any", "39") in kept


def test_arrays_come_back_and_foreign_bytes_are_refused() -> None:
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([], dtype=np.int64)}
    data = packed(arrays, {"x": [1, "two"]})
    found, facts = unpacked(data)
    assert (found["a"] == arrays["a"]).all()
    assert found["b"].dtype == np.int64
    assert facts == {"x": [1, "two"]}
    for cut in (0, 3, 20, len(data) - 1):
        with pytest.raises(ValueError):  # noqa: PT011 - json, struct and our own
            unpacked(data[:cut])
    with pytest.raises(TypeError):
        packed({"o": np.array([object()])})


WRITER = """
import sys
from cellsim.cache import Cache
cache = Cache(sys.argv[1])
print("ready", flush=True)
for k in range(int(sys.argv[2])):
    cache.put({cache.key("any", str(k)): str(k).encode() * 5000})
    cache.flush()
"""


def test_two_processes_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    def start(count: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(tmp_path), count]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    killed, whole = start("100000"), start("60")
    assert killed.stdout is not None
    killed.stdout.readline()
    time.sleep(0.3)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert whole.wait(timeout=60) == 0
    assert whole.stdout is not None
    whole.stdout.close()
    cache = Cache(tmp_path)
    kept = cache.get([cache.key("any", str(k)) for k in range(60)])
    assert len(kept) == 60
    assert all(kept[cache.key("any", str(k))] == str(k).encode() * 5000 for k in range(60))
    cache.close()


def test_code_that_changed_after_its_import_keeps_and_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cellsim.cache import stamp

    kept = Cache(tmp_path)
    before = kept.key("pair", b"a")
    kept.put({before: b"value"})
    kept.flush()
    own = stamp.code_stamp()
    monkeypatch.setattr(stamp, "IMPORTED_S", 0.0)
    kept.put({b"k" * 32: b"of which code?"})
    kept.close()
    assert set(Cache(tmp_path).get([before, b"k" * 32])) == {before}
    stamp.code_stamp.cache_clear()
    try:
        assert stamp.code_stamp() != own
    finally:
        stamp.code_stamp.cache_clear()


def test_an_instant_on_the_last_knot_is_known_by_its_last_chord(cache: Cache) -> None:
    """`deviation_over` reads the last chord there: another deviation is another stretch."""
    from small_cells import arm, cell, solid, timeline

    from cellsim.collision.paths import deviation_over, path_of
    from cellsim.collision.reuse import Reuse
    from cellsim.geometry import Piece
    from cellsim.kinematics.frames import chain_of

    box = {"arm": solid(Piece("box", (0.2, 0.2, 0.2)))}
    world = cell({"arm": arm([("prismatic", (1, 0, 0), (0, 0, 0))])}, box)
    chain = chain_of(world, "arm")
    seen, names = [], []
    for deviation in (0.001, 0.002):
        track = timeline(world, {"arm": np.zeros((3, 1))}, deviation=deviation).tracks["arm"]
        path = path_of(chain, track.t, track.q, track.dev_path)
        seen.append(deviation_over.py_func(path, 0, 2.0, 2.0))
        names.append(Reuse(cache)._stretch(path, 2, 2))
    assert seen == [0.001, 0.002]
    assert names[0] != names[1]
