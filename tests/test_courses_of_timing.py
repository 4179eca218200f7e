"""Branches, and waits with a way on, that timing alone decides: each way it allows is a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pytest
from clock_cells import crossing, crossing_job
from gantry_cells import (
    RULES,
    group,
    job_of,
    plain_device,
    program,
    put,
    to,
    wait,
    wire,
)
from timed_ways import RACE, late, own, signalled, ways

from cellsim.domain.program import (
    Along,
    Delay,
    Expr,
    If,
    Label,
    Loop,
    Return,
    SetSignal,
    Wait,
)
from cellsim.domain.program import signal_is as on
from cellsim.simulate.band import simulate_band
from cellsim.simulate.courses import courses_of


@pytest.mark.parametrize(
    ("times", "seconds", "ends"),
    [
        ((0.5, 1.0, 2.0), 3.0, [1.0]),  # there by 2 s
        ((4.0, 5.0, 6.0), 3.0, [2.0]),  # not before 4 s
        ((0.5, 1.0, 4.0), 3.0, [1.0, 2.0]),
        ((0.5, 3.5, 4.0), 3.0, [1.0, 2.0]),
        ((0.5, 1.0, 3.0), 3.0, [1.0, 2.0]),  # at the timeout itself: nobody knows
    ],
)
def test_the_times_of_a_device_say_which_ways_a_wait_for_it_may_go(
    times: tuple[float, float, float], seconds: float, ends: Sequence[float]
) -> None:
    job = own(times, seconds)
    assert [y for _, y in ways(job)] == ends
    alone = simulate_band(job)
    assert (RACE in {f.rule for f in alone.findings}) is (len(ends) > 1)


def test_what_a_group_does_between_is_counted_in_every_acceleration_class() -> None:
    # by hand: 3 m at 1 m/s and at least 2 m/s2 take 3.4 s or more; 2 s are over then in any case
    assert [y for _, y in ways(own((0.5, 1.0, 2.0), 0.5, to(0, 3)))] == [1.0]
    assert [y for _, y in ways(own((0.5, 1.0, 9.0), 0.5, to(0, 3)))] == [1.0, 2.0]


def test_a_group_without_a_common_clock_may_come_at_any_time() -> None:
    driver = late("go", 30.0, to(0, 2), otherwise=to(0, -1))
    assert ways(signalled(Delay(1.0), put("go"), driver=driver)) == [(0, -1), (0, 2)]
    assert ways(signalled(Delay(1.0), put("go"), driver=driver, clock=True)) == [(0, 2)]
    too_late = late("go", 1.0, to(0, 2), otherwise=to(0, -1))
    assert ways(signalled(Delay(5.0), put("go"), driver=too_late, clock=True)) == [(0, -1)]
    assert ways(signalled(Delay(5.0), put("go"), driver=too_late)) == [(0, -1), (0, 2)]


def test_what_a_group_off_the_clock_has_started_may_have_run_long_before() -> None:
    """The hand waits for a device of 5 s; but who starts it may have done so before the hand."""
    cell = crossing(0.02, process=(5.0, 5.0, 5.0))
    wires = dict([wire("run", "group:other")])
    cell = replace(
        cell, groups={**cell.groups, "other": group("other")}, signals={**cell.signals, **wires}
    )  # fmt: skip
    driver = late("go", 1.0, to(0, 2), otherwise=to(0, -1))
    job = crossing_job(cell, (wait("done"), put("go")), driver)
    off = replace(
        job, programs={**job.programs, "other": program("other", put("run"))},
        rules={**job.rules, "other": RULES},
    )  # fmt: skip
    assert ways(off) == [(0, -1), (0, 2)]
    joined = replace(cell, clocks=(replace(cell.clocks[0], groups=("hand", "driver", "other")),))
    assert ways(replace(off, cell=joined)) == [(0, -1)]


def test_a_signal_that_is_known_to_be_there_has_one_way() -> None:
    driver = (wait("go"), *late("go", 1.0, to(0, 2), otherwise=to(0, -1)))
    assert ways(signalled(put("go"), driver=driver)) == [(0, 2)]


def test_a_signal_that_comes_of_what_is_done_behind_the_wait_has_one_way() -> None:
    driver = late("go", 1.0, to(0, 2), otherwise=put("ready"))
    assert ways(signalled(wait("ready"), put("go"), driver=driver)) == [(0, 0)]


@pytest.mark.parametrize("early", [True, False])
def test_a_branch_goes_both_ways_where_its_signal_may_come_before_or_after(early: bool) -> None:
    branch = If(on("go", True), (to(0, 2),), (to(0, -1),))
    hand, driver = (put("go"),), (Delay(3.0), branch)
    if not early:
        hand, driver = (Delay(3.0), put("go")), (branch,)
    assert ways(signalled(*hand, driver=driver)) == [(0, -1), (0, 2)]
    one = ways(signalled(*hand, driver=driver, clock=True))
    assert one == [(0, 2 if early else -1)], "on one clock its times decide"


def test_a_loop_that_looks_between_motions_may_end_at_any_lap() -> None:
    laps = Loop((to(0, 0.1), to(0, 0)), None, on("go", False))
    job = signalled(Delay(0.1), put("go"), driver=(laps, to(0, 2)))
    found = {len(c.timeline.tracks["driver"].motions) for c in courses_of(job)}
    assert len(found) > 1


def test_what_is_asked_again_at_once_is_as_it_was_told() -> None:
    same = (If(on("go", True), (put("ready"),)), If(on("go", False), (to(0, -1),), (to(0, 2),)))
    found = [c.timeline for c in courses_of(signalled(put("go"), driver=same))]
    assert [t.tracks["driver"].q[-1, 1] for t in found] == [2, -1]
    assert [t.events[-1].kind for t in found] == ["done", "done"]


def test_what_an_output_of_the_program_itself_takes_back_is_asked_anew() -> None:
    """The nutrunner takes its end back as soon as its start is: no time goes by between."""
    cell = plain_device()
    device = replace(cell.devices["nutrunner"], effect="")
    cell = replace(cell, devices={"nutrunner": device})
    off = If(on("done", True), (put("run", False),))
    body = (put("run"), wait("done"), off, If(on("done", True), (to(0, 1),), (to(0, 2),)))
    assert ways(job_of(cell, program("driver", *body))) == [(0, 2)]


def test_what_another_group_may_answer_to_an_output_is_asked_anew() -> None:
    """The hand answers `ready` with `go`, before or after the driver looks for it again."""
    driver = (If(on("go", False), (put("ready"),)), If(on("go", True), (to(0, 2),), (to(0, -1),)))
    assert ways(signalled(wait("ready"), put("go"), driver=driver)) == [(0, -1), (0, 2)]


@pytest.mark.parametrize(("seconds", "ends"), [(3.25, [1, 2]), (3.4, [1, 2]), (0.0, [1])])
def test_an_own_output_behind_a_delay_may_come_before_or_after_a_motion(
    seconds: float, ends: Sequence[float]
) -> None:
    """3 m take 3.18, 3.3 or 3.55 s, as the axes are."""
    on_its_way = SetSignal("run", True, at=Along("now", after=seconds))
    body = (on_its_way, to(0, 3), If(on("run", True), (to(0, 1),), (to(0, 2),)))
    assert [y for _, y in ways(job_of(plain_device(), program("driver", *body)))] == ends


@pytest.mark.parametrize(("of", "seconds"), [("start", 3.4), ("end", 0.02)])
def test_an_output_of_a_motion_behind_a_delay_may_come_before_or_after_what_follows(
    of: Literal["start", "end"], seconds: float
) -> None:
    """A delay is no order: from where the motion begins, and from its end."""
    later = SetSignal("run", True, at=Along(of, after=seconds))
    body = (later, to(0, 3), If(on("run", True), (to(0, 1),), (to(0, 2),)))
    assert [y for _, y in ways(job_of(plain_device(), program("driver", *body)))] == [1, 2]


def test_a_pulse_that_is_over_may_have_been_seen() -> None:
    """On this clock the driver looks late: not so in every timing."""
    pulse = (put("go"), Delay(0.5), put("go", False))
    driver = (Delay(3.0), *late("go", 1.0, to(0, 2), otherwise=to(0, -1)))
    assert ways(signalled(*pulse, driver=driver)) == [(0, -1), (0, 2)]
    branch = If(on("go", True), (to(0, 2),), (to(0, -1),))
    assert ways(signalled(*pulse, driver=(Delay(3.0), branch))) == [(0, -1), (0, 2)]


def test_what_hangs_on_the_way_another_group_went_is_varied_with_it() -> None:
    """The hand tells `back` only where it did not see the driver; the driver looks for that."""
    hand = (If(on("gone", True), (), (put("back"),)), to(0.5))
    driver = (Delay(1.0), put("gone"), If(on("back", True), (to(0, 2),), (to(0, -1),)))
    found = ways(signalled(*hand, driver=driver))
    assert found == [(0.5, -1), (0.5, -1), (0.5, 2)]
    turned = (Delay(4.0), *hand)
    assert ways(signalled(*turned, driver=driver)) == found


def test_something_that_cannot_come_is_no_course() -> None:
    """The hand goes on only behind the driver's answer, that comes behind its wait."""
    hand = (put("go"), wait("ready"), put("back"))
    both = Expr("and", (on("go", True), on("back", True)))
    driver = (Wait(both, 1.0, "late"), to(0, 2), Return(), Label("late"), put("ready"), to(0, -1))
    assert ways(signalled(*hand, driver=driver)) == [(0, -1)]
