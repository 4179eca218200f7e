"""Runs that this process timed a moment ago: the same bits, lines of the moves at hand, bounded."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from gantry_cells import cell_of, job_of, program, to

from cellsim.domain.job import Job
from cellsim.domain.timeline import GroupTrack
from cellsim.simulate import kept
from cellsim.simulate.run import simulate


@pytest.fixture(autouse=True)
def _nothing_at_hand() -> None:
    kept.forget_runs()


def job(places: tuple[float, ...] = (1.0, 0.5), line: int = 0) -> Job:
    """Return a job of a hand that goes to places along its way, its lines so far down."""
    made = job_of(cell_of(), program("hand", *map(to, places)))
    (routine,) = made.programs["hand"].routines
    body = tuple(replace(s, line=line + k) for k, s in enumerate(routine.body))
    hand = replace(made.programs["hand"], routines=(replace(routine, body=body),))
    return replace(made, programs={**made.programs, "hand": hand})


def timed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows with each run that is timed anew."""
    met: list[object] = []
    real = kept.time_run

    def counted(*args: object) -> object:
        met.append(args)
        return real(*args)

    monkeypatch.setattr(kept, "time_run", counted)
    return met


def arrays(track: GroupTrack) -> list[bytes]:
    values = [getattr(track, f.name) for f in fields(track)]
    return [v.tobytes() for v in values if isinstance(v, np.ndarray)]


def test_the_same_moves_are_timed_once_and_give_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met = timed(monkeypatch)
    first = simulate(job()).tracks["hand"]
    once = len(met)
    second = simulate(job()).tracks["hand"]
    assert len(met) == once > 0
    kept.forget_runs()
    third = simulate(job()).tracks["hand"]
    assert len(met) == 2 * once
    assert arrays(first) == arrays(second) == arrays(third)
    assert repr(first.motions) == repr(second.motions)


@pytest.mark.parametrize(
    ("other", "accel"), [(job((1.0, 0.6)), "typical"), (job(), "slow")], ids=["place", "class"]
)
def test_another_place_and_another_class_are_other_runs(
    other: Job, accel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(job())
    met = timed(monkeypatch)
    simulate(other, accel)
    assert met


def test_lines_are_those_of_the_moves_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    simulate(job(line=3))
    met = timed(monkeypatch)
    moved = simulate(job(line=40)).tracks["hand"]
    assert met == []
    assert {m.index.line for m in moved.motions if m.kind == "joint"} == {40, 41}


def test_what_somebody_writes_into_a_run_is_not_at_hand_for_the_next() -> None:
    first = simulate(job()).tracks["hand"]
    before = arrays(first)
    second = simulate(job()).tracks["hand"]
    second.q.setflags(write=True)
    second.q[:] = 0.0
    assert arrays(simulate(job()).tracks["hand"]) == before


def test_no_more_is_at_hand_than_fits() -> None:
    store = kept._Recent(100)
    for k in range(5):
        store.put((str(k),), bytes(30))
    store.put(("large",), bytes(101))
    store.put(("asked" * 20,), bytes(1))
    assert [k for k in range(5) if store.get((str(k),)) is not None] == [2, 3, 4]
    store.put(("4",), bytes(90))
    assert [k for k in range(5) if store.get((str(k),)) is not None] == [4]
    assert store.get(("large",)) is None
    assert store.get(("asked" * 20,)) is None
