"""Two groups on one clock: only what may be at once on it is certified, however it is timed."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from clock_cells import PAIR, at_once, crossing, crossing_job, lived, run
from clock_courses import boxes_of, covers, distance, random_programs, status_of
from gantry_cells import put, to, wait
from slides import find_pair

from cellsim.collision.check import check_timeline
from cellsim.collision.clock import clock_of
from cellsim.domain.program import Delay, Process
from cellsim.motion.caps import AccelClass

RENDEZVOUS = (
    (to(0.2), put("go"), wait("gone"), to(2)),
    (Process("nutrunner"), put("gone"), wait("go"), Delay(1.0), to(0, 2)),
)


def test_two_arms_that_pass_one_after_the_other_are_free_on_one_clock_only() -> None:
    assert status_of(run(crossing(None))) == "collision"
    one = run(crossing(0.05))
    assert status_of(one) == "free"
    assert one.paces[0].unknown == ()
    assert clock_of(one).apart("hand", "driver") < 0.6


# Farther apart than 0.1 m nothing is worked out.
SKEWS = (0.2, 0.25, 0.3, 0.6)


def test_more_skew_leaves_less_until_they_meet() -> None:
    found = [find_pair(check_timeline(run(crossing(skew))), *PAIR) for skew in SKEWS]
    clearances = [pair.clearance for pair in found]
    assert [pair.status for pair in found] == ["free", "free", "free", "collision"]
    assert clearances == sorted(clearances, reverse=True)


def test_what_is_certified_is_never_above_what_some_course_comes_near_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every run of motions in a class of its own, the driver up to the skew before or behind."""
    skew = 0.25
    cell = crossing(skew)
    line = run(cell)
    certified = find_pair(check_timeline(line), *PAIR).clearance
    least, boxes = np.inf, boxes_of(line)
    for seed in range(24):
        course = lived(crossing_job(cell), seed, monkeypatch)
        for shift in (-skew, 0.0, skew):
            for u, v in at_once(line, course, shift, 0.02):
                assert covers(boxes, u, v, 0.01)
                least = min(least, distance(line, u[0], v[0]))
    assert 0.01 <= certified <= least
    assert least - certified < 0.05


def test_how_far_they_may_be_apart_is_no_less_than_in_any_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On the simulated clock, where both move; of 12 courses."""
    cell, most = crossing(0.0), 0.0
    line = run(cell)
    t = [line.tracks[g].t for g in ("hand", "driver")]
    for seed in range(12):
        for us, vs in at_once(line, lived(crossing_job(cell), seed, monkeypatch), 0.0, 0.05):
            if us[0] == us[1] and vs[0] == vs[1]:
                times = [
                    np.interp(u, np.arange(len(x)), x)
                    for u, x in zip((us[0], vs[0]), t, strict=True)
                ]
                most = max(most, abs(float(times[0] - times[1])))
    apart = clock_of(line).apart("hand", "driver")
    assert 0.2 < most <= apart < most + 0.1


@pytest.mark.parametrize(
    ("process", "status"), [((1.0, 1.0, 1.0), "free"), ((0.2, 1.0, 3.0), "collision")]
)
def test_a_process_of_uncertain_time_shifts_one_against_the_other(
    process: tuple[float, float, float], status: str
) -> None:
    """Its typical time is the same: on the simulated clock nothing changes."""
    driver = (Process("nutrunner"), to(0, 2))
    assert status_of(run(crossing(0.02, process=process), driver=driver)) == status


def test_what_both_wait_for_shifts_neither() -> None:
    """The same process, but they wait for one another behind it."""
    wide = crossing(0.02, process=(0.2, 1.0, 3.0))
    line = run(wide, *RENDEZVOUS)
    assert status_of(line) == "free"
    assert status_of(replace(line, paces=())) == "collision"


def test_signals_that_let_the_driver_go_keep_them_apart_at_any_skew() -> None:
    hand, driver = (to(2), put("go")), (wait("go"), to(0, 2))
    assert status_of(run(crossing(9.0), hand, driver)) == "free"
    assert status_of(run(crossing(9.0), hand, (Delay(1.2), *driver[1:]))) == "collision"


@pytest.mark.parametrize("override", [(100.0, 100.0), (50.0, 100.0)])
def test_no_course_of_random_programs_leaves_what_is_derived(
    override: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Knots at once in 4 courses of each of 8 programs, at one override each."""
    rng = random.Random(4)
    narrow = 0
    for number in range(8):
        cell = crossing(0.0, override)
        programs = random_programs(rng)
        line = run(cell, *programs)
        boxes = boxes_of(line)
        whole = boxes_of(replace(line, paces=()))
        narrow += _area(boxes) < 0.6 * _area(whole)
        for seed in range(4):
            percent = rng.uniform(*override)
            job = crossing_job(cell, *programs)
            course = lived(job, 100 * number + seed, monkeypatch, percent)
            assert all(covers(boxes, u, v, 0.02) for u, v in at_once(line, course, 0.0, 0.05))
    assert narrow >= 3


def _area(boxes: np.ndarray) -> float:
    return float(((boxes[:, 1] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 2])).sum())


@pytest.mark.parametrize("percent", [50.0, 56.5, 75.0, 100.0])
@pytest.mark.parametrize("accel", ["slow", "fast"])
def test_every_override_of_the_range_is_covered(
    percent: float, accel: AccelClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver's delay takes what it takes; the hand is the later the lower the override."""
    cell = crossing(0.0, (50.0, 100.0))
    line, job = run(cell), crossing_job(cell)
    course = lived(job, 0, monkeypatch, percent, [accel])
    boxes = boxes_of(line)
    assert all(covers(boxes, *both, 0.02) for both in at_once(line, course, 0.0, 0.02))
