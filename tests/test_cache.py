"""Kept results: the same report to the bit, only what changed is computed, never a wrong hit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from cellsim.cache import Cache
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
