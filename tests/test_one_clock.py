"""Two groups on one clock: only what may be at once on it is certified, however it is timed."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from clock_cells import PAIR, SIZE, Knots, at_once, crossing, crossing_job, lived, run
from gantry_cells import RULES, put, to, wait
from slides import find_pair

from cellsim.collision import kernel
from cellsim.collision.apart import bounds
from cellsim.collision.check import check_timeline
from cellsim.collision.clock import clock_of
from cellsim.collision.prove import prove
from cellsim.domain.along import Along
from cellsim.domain.pace import NEVER, Pace
from cellsim.domain.program import Delay, Expr, Process, SetSignal, Wait, Zone, signal_is
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Piece, Pose
from cellsim.motion.caps import AccelClass
from cellsim.proofcheck.bodies import tracks_of
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.onclock import latest_of
from cellsim.proofcheck.together import together_of
from cellsim.simulate.run import simulate
from cellsim.verify.provenance import assumptions_of

BOX = Piece("box", (SIZE, SIZE, SIZE))
RENDEZVOUS = (
    (to(0.2), put("go"), wait("gone"), to(2)),
    (Process("nutrunner"), put("gone"), wait("go"), Delay(1.0), to(0, 2)),
)


def _status(line: Timeline) -> str:
    return find_pair(check_timeline(line), *PAIR).status


def _boxes(line: Timeline) -> np.ndarray:
    return clock_of(line).boxes[("hand", "driver")]


def covers(boxes: np.ndarray, us: Knots, vs: Knots, hair: float) -> bool:
    low, high = boxes[:, ::2] - hair, boxes[:, 1::2] + hair
    return bool(((low <= (us[1], vs[1])) & ((us[0], vs[0]) <= high)).all(axis=1).any())


def test_two_arms_that_pass_one_after_the_other_are_free_on_one_clock_only() -> None:
    assert _status(run(crossing(None))) == "collision"
    one = run(crossing(0.05))
    assert _status(one) == "free"
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
    least, boxes = np.inf, _boxes(line)
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


def distance(line: Timeline, u: float, v: float) -> float:
    x, y = (
        float(np.interp(w, np.arange(len(line.tracks[g].t)), line.tracks[g].q[:, axis])) - 1.0
        for g, w, axis in (("hand", u, 0), ("driver", v, 1))
    )
    return kernel.contact(BOX, BOX, Pose.translation(x, 0, 0), Pose.translation(0, y, 0)).distance


@pytest.mark.parametrize(
    ("process", "status"), [((1.0, 1.0, 1.0), "free"), ((0.2, 1.0, 3.0), "collision")]
)
def test_a_process_of_uncertain_time_shifts_one_against_the_other(
    process: tuple[float, float, float], status: str
) -> None:
    """Its typical time is the same: on the simulated clock nothing changes."""
    driver = (Process("nutrunner"), to(0, 2))
    assert _status(run(crossing(0.02, process=process), driver=driver)) == status


def test_what_both_wait_for_shifts_neither() -> None:
    """The same process, but they wait for one another behind it."""
    wide = crossing(0.02, process=(0.2, 1.0, 3.0))
    line = run(wide, *RENDEZVOUS)
    assert _status(line) == "free"
    assert _status(replace(line, paces=())) == "collision"


def test_signals_that_let_the_driver_go_keep_them_apart_at_any_skew() -> None:
    hand, driver = (to(2), put("go")), (wait("go"), to(0, 2))
    assert _status(run(crossing(9.0), hand, driver)) == "free"
    assert _status(run(crossing(9.0), hand, (Delay(1.2), *driver[1:]))) == "collision"


def random_programs(rng: random.Random) -> tuple[list, list]:
    """Moves, delays, processes and signals; each waits for what the other has set before, and may
    find that it was taken back."""
    bodies: tuple[list, list] = ([], [])
    names = (("go", "back"), ("gone", "ready"))
    given: list[tuple[int, str]] = []
    back: list[tuple[int, str]] = []
    for _ in range(rng.randint(3, 7)):
        side = rng.randrange(2)
        body, other = bodies[side], bodies[1 - side]
        kind = rng.choice(("move", "move", "delay", "process", "meet", "meet"))
        if kind == "move":
            way = rng.uniform(0.1, 2.0)
            body.append(to(way) if side == 0 else to(0, way))
        elif kind == "delay":
            body.append(Delay(rng.uniform(0.05, 0.6)))
        elif kind == "process" and side == 1:
            body.append(Process("nutrunner"))
        elif kind == "meet":
            left = [n for n in names[side] if (side, n) not in given]
            if left:
                given.append((side, left[0]))
                body.append(put(left[0]))
                other.append(wait(left[0]))
                back.append((side, left[0]))
        if back and rng.random() < 0.4:
            side, name = back.pop(0)
            bodies[side].append(put(name, value=False))
    for side, body in enumerate(bodies):
        body.append(to(1.7) if side == 0 else to(0, 1.7))
    return bodies


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
        boxes = _boxes(line)
        whole = _boxes(replace(line, paces=()))
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
    boxes = _boxes(line)
    assert all(covers(boxes, *both, 0.02) for both in at_once(line, course, 0.0, 0.02))


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
        mine = together_of(line, tracks_of(line)).boxes[("hand", "driver")]
        theirs = _boxes(line)
        ends = [len(line.tracks[g].t) - 1 for g in ("hand", "driver")]
        for _ in range(3000):
            u, v = rng.uniform(0, ends[0]), rng.uniform(0, ends[1])
            assert covers(mine, (u, u), (v, v), 0.0) == covers(theirs, (u, u), (v, v), 0.0)


def test_a_proof_of_less_than_the_clock_leaves_open_is_refused() -> None:
    narrow, wide = run(crossing(0.02)), run(crossing(0.1))
    proof = prove(wide, check_timeline(wide))
    told = check_proof(wide, proof)
    assert told.problems == told.unproved == ()
    assert told.clearances[PAIR] <= find_pair(check_timeline(narrow), *PAIR).clearance
    other = check_proof(wide, prove(narrow, check_timeline(narrow)))
    assert any("intervals are not those" in problem for problem in other.problems)
    apart = replace(wide, paces=())
    assert any("intervals" in problem for problem in check_proof(apart, proof).problems)


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
    boxes, whole = _boxes(line), _boxes(replace(line, paces=()))
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
    assert (_boxes(line)[:, 3].max(), _boxes(line)[:, 2].min()) == (
        len(line.tracks["driver"].t) - 1, 0.0,
    )  # fmt: skip
    assert _status(line) in ("free", "collision", "clearance")


def test_a_clock_says_nothing_of_when_an_event_of_the_other_comes() -> None:
    """The driver starts a process and moves on: on the clock it is done anywhere."""
    driver = (put("run"), to(0, 1), to(0, 0.5), to(0, 1.5))
    line = run(crossing(0.0), (to(0.5), to(1.5), to(0.2), to(1.8)), driver)
    done = next(e.t for e in line.events if e.kind == "process")
    spreads = [clock_of(one).doubt("hand", done) for one in (line, replace(line, paces=()))]
    assert spreads[0] == spreads[1]
    assert spreads[0][1] - spreads[0][0] > 100
    mine = together_of(line, tracks_of(line))
    assert mine.spread("hand", done) == spreads[0]


def test_groups_of_a_clock_without_its_pace_are_free_for_all_shifts() -> None:
    line = simulate(crossing_job(crossing(0.0)))
    assert line.paces == ()
    assert len(_boxes(line)) == 1
    assert run(crossing(0.0)).paces[0].stays["hand"].before[-1] == NEVER
