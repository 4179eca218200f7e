"""How far instants of a pace may be apart: waits, signals and corners; derived twice alike."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from clock_cells import PAIR, SIZE, crossing, crossing_job, run
from clock_courses import boxes_of, covers, random_programs, status_of
from gantry_cells import RULES, put, to, wait
from slides import find_pair

from cellsim.collision.apart import bounds
from cellsim.collision.check import check_timeline
from cellsim.collision.clock import clock_of
from cellsim.collision.prove import prove
from cellsim.domain.along import Along
from cellsim.domain.pace import NEVER, Pace
from cellsim.domain.program import Delay, Expr, Process, SetSignal, Wait, Zone, signal_is
from cellsim.domain.timeline import Timeline
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.nested import tracks_and_clock
from cellsim.proofcheck.onclock import latest_of
from cellsim.simulate.run import simulate
from cellsim.verify.provenance import assumptions_of


def test_a_wait_ends_within_a_cycle_of_its_signal_and_an_output_with_a_delay_any_time() -> None:
    """Instants: the hand sets go and it changes, the driver's wait ends, it sets gone."""
    hand, driver = (put("go"), to(1)), (wait("go"), put("gone"), to(0, 1))
    bound = bounds(run(crossing(0.0), hand, driver).paces[0], 0.0)[0][0]
    assert bound[3, 0] == RULES.interpolation_s
    assert bound[0, 3] == 0.0
    late = SetSignal("go", True, Along(after=0.1))
    bound = bounds(run(crossing(0.0), (late, to(1)), driver).paces[0], 0.0)[0][0]
    assert math.isinf(bound[3, 0])
    assert bound[0, 3] == 0.0


def test_bounds_hold_for_every_sampled_timing_and_both_derivations_agree() -> None:
    rng, timings = np.random.default_rng(8), 0
    for _ in range(20):
        pace = _random_pace(rng, 12)
        bound, other = bounds(pace, 0.0)[0][0], latest_of(pace, 0.0)[:, :, 0]
        both = np.isfinite(bound)
        assert np.array_equal(both, np.isfinite(other))
        assert np.allclose(bound[both], other[both], atol=1e-12)
        for _ in range(40):
            t = _sampled(pace, rng)
            if t is not None:
                timings += 1
                assert ((t[:, None] - t[None, :]) <= bound + 1e-9).all()
    assert timings > 300


def _random_pace(rng: np.random.Generator, count: int) -> Pace:
    """Instants that follow one or two others; some bound from below or above only, or while it is
    not yet another instant."""
    rows = []
    for x in range(1, count):
        for p in dict.fromkeys(rng.integers(0, x, size=rng.integers(1, 3)).tolist()):
            least = float(rng.uniform(0, 1))
            rows.append((x, p, least, least + float(rng.uniform(0, 1))))
        if rng.random() < 0.2:
            rows[-1] = (*rows[-1][:3], math.inf)
        elif len(rows) > 1 and rows[-2][0] == x and rng.random() < 0.5:
            rows[-1] = (*rows[-1][:3], -math.inf)
    table = np.array(rows)
    follows = table[:, :2].astype(np.int64)
    sights = [
        (x, int(rng.integers(x + 1, count))) for x in range(3, count - 1) if rng.random() < 0.3
    ]
    seen = np.array(sights, dtype=np.int64).reshape(-1, 2)
    return Pace(count, follows, table[:, 2][None], table[:, 3][None], {}, seen)


def _sampled(pace: Pace, rng: np.random.Generator) -> np.ndarray | None:
    """Return times of the instants in one timing, None where these leave no time for one."""
    shares = [rng.choice([0.0, 1.0, rng.random()]) for _ in range(pace.count)]
    missed: set[int] = set()
    while True:
        t = np.zeros(pace.count)
        for x in range(1, pace.count):
            own = np.flatnonzero(pace.follows[:, 0] == x)
            before = t[pace.follows[own, 1]]
            low, high = (before + pace.least[0, own]).max(), (before + pace.most[0, own]).max()
            if low > high:
                return None
            t[x] = low + shares[x] * min(high - low, 5.0) + 50.0 * (x in missed)
        new = {int(x) for x, over in pace.sights if t[x] >= t[over]} - missed
        if not new:
            return t
        missed |= {min(new)}


def test_the_checker_derives_what_the_search_does() -> None:
    rng = random.Random(11)
    for _ in range(4):
        line = run(crossing(0.07, (60.0, 100.0)), *random_programs(rng))
        mine = tracks_and_clock(line)[1].boxes[("hand", "driver")]
        theirs = boxes_of(line)
        ends = [len(line.tracks[g].t) - 1 for g in ("hand", "driver")]
        for _ in range(3000):
            u, v = rng.uniform(0, ends[0]), rng.uniform(0, ends[1])
            assert covers(mine, (u, u), (v, v), 0.0) == covers(theirs, (u, u), (v, v), 0.0)


def test_a_proof_of_less_than_the_clock_leaves_open_is_refused() -> None:
    narrow, wide = run(crossing(0.02)), run(crossing(0.1))
    proof = prove(wide, check_timeline(wide))
    told = check_proof(wide, proof)
    assert told.problems == told.unproved == ()
    assert 0.0 < told.clearances[PAIR] <= _least_gap(wide, 0.1) < _least_gap(narrow, 0.02)
    assert find_pair(check_timeline(narrow), *PAIR).clearance <= _least_gap(narrow, 0.02)
    other = check_proof(wide, prove(narrow, check_timeline(narrow)))
    assert any("intervals are not those" in problem for problem in other.problems)
    apart = replace(wide, paces=())
    assert any("intervals" in problem for problem in check_proof(apart, proof).problems)


def _least_gap(line: Timeline, skew: float) -> float:
    """Return the least distance seen between the cubes with the clocks apart by skew, 0, -skew."""
    t = np.linspace(0.0, float(line.tracks["driver"].t[-1]), 4001)
    least = np.inf
    for late in (-skew, 0.0, skew):
        ways = [line.tracks[g].traj(at, 0) for g, at in (("hand", t + late), ("driver", t))]
        off = [np.maximum(np.abs(way[:, axis] - 1.0) - SIZE, 0.0) for axis, way in enumerate(ways)]
        least = min(least, float(np.hypot(*off).min()))
    return least


@pytest.mark.parametrize(
    "driver",
    [
        (Wait(Expr("or", (signal_is("go", True), signal_is("back", True)))), to(0, 2)),
        (wait("go"), Process("nutrunner"), wait("back"), to(0, 2)),
    ],
)
def test_a_wait_that_is_not_sure_to_end_leaves_everything_behind_it_open(driver: tuple) -> None:
    """An alternative; and a signal that is gone again in some timing before it is seen."""
    hand = (to(0.5), put("go"), put("back"), Delay(1.5), put("back", value=False), to(2))
    line = run(crossing(0.0), hand, driver)
    assert any("nothing bounds a time at driver.prg" in a for a in assumptions_of(line))
    driver_after = next(k for k, m in enumerate(line.tracks["driver"].motions) if m.kind != "stand")
    start = line.tracks["driver"].motions[driver_after].first
    boxes, whole = boxes_of(line), boxes_of(replace(line, paces=()))
    reach = [b[(b[:, 2] <= start + 1) & (b[:, 3] >= start + 1), 1].max() for b in (boxes, whole)]
    assert reach[0] == reach[1]


@pytest.mark.parametrize(("delay", "bounded"), [(1.5, False), (2.5, True)])
def test_a_signal_that_is_taken_back_late_enough_is_surely_seen(
    delay: float, bounded: bool
) -> None:
    """The driver looks 0.5 to 2 s after it was set."""
    hand = (to(0.5), put("go"), put("back"), Delay(delay), put("back", value=False), to(2))
    driver = (wait("go"), Process("nutrunner"), wait("back"), to(0, 2))
    line = run(crossing(0.0), hand, driver)
    assert bool(bounds(line.paces[0], 0.0)[1]) is not bounded
    assert bool(bounds(line.paces[0], 2.0)[1])


def test_corners_that_may_be_others_take_a_time_that_is_not_known() -> None:
    cell = crossing(0.0)
    job = crossing_job(cell, (to(1, 0, 0, Zone("radius", 50, "mm")), to(1, 1)), (to(0, 0.3),))
    tubes = replace(RULES, tube=frozenset({"joint"}))
    job = replace(job, rules={"hand": tubes, "driver": tubes})
    line = simulate(job, paces=True)
    assert line.tracks["hand"].tubes
    assert any("corners" in why for why in line.paces[0].unknown)
    assert (boxes_of(line)[:, 3].max(), boxes_of(line)[:, 2].min()) == (
        len(line.tracks["driver"].t) - 1, 0.0,
    )  # fmt: skip
    assert status_of(line) in ("free", "collision", "clearance")


def test_a_clock_says_nothing_of_when_an_event_of_the_other_comes() -> None:
    """The driver starts a process and moves on: on the clock it is done anywhere."""
    driver = (put("run"), to(0, 1), to(0, 0.5), to(0, 1.5))
    line = run(crossing(0.0), (to(0.5), to(1.5), to(0.2), to(1.8)), driver)
    done = next(e.t for e in line.events if e.kind == "process")
    spreads = [clock_of(one).doubt("hand", done) for one in (line, replace(line, paces=()))]
    assert spreads[0] == spreads[1]
    assert spreads[0][1] - spreads[0][0] > 100
    mine = tracks_and_clock(line)[1]
    assert mine.spread("hand", done) == spreads[0]


def test_groups_of_a_clock_without_its_pace_are_free_for_all_shifts() -> None:
    line = simulate(crossing_job(crossing(0.0)))
    assert line.paces == ()
    assert len(boxes_of(line)) == 1
    assert run(crossing(0.0)).paces[0].stays["hand"].before[-1] == NEVER
