"""What goes well by timing alone: races, handovers, chucks open in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from gantry_cells import (
    cell_of,
    group,
    hand,
    job_of,
    numbered,
    panel,
    plain_device,
    program,
    put,
    rack,
    seconds,
    to,
    wait,
    wire,
)
from run_looks import finding, rules_of

from cellsim.domain.equipment import Gripper
from cellsim.domain.feature import Feature
from cellsim.domain.program import (
    Call,
    Delay,
    Goto,
    Grip,
    If,
    Label,
    Loop,
    Release,
    Routine,
    Statement,
    Wait,
    signal_is,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Timeline
from cellsim.domain.wiring import Device
from cellsim.geometry import Pose
from cellsim.simulate.run import simulate

RACE = "branch-on-unknown"


def branch(signal: str) -> If:
    return If(signal_is(signal, True), (to(0, 1),), (to(0, 3),))


def two(*driver: Statement, first: Sequence[Statement] = ()) -> Timeline:
    cell = cell_of(held="group:hand", go="group:hand")
    body = first or (to(1), put("held"))
    return simulate(job_of(cell, program("hand", *body), program("driver", *driver)))


@pytest.mark.parametrize("late", [0.0, 4.0])
def test_a_branch_on_what_another_group_may_set_before_or_after_is_undecided(late: float) -> None:
    """Which way it goes follows from a delay alone; the way not taken was not looked at."""
    made = two(Delay(late), branch("held"))
    assert made.tracks["driver"].q[-1, 1] == pytest.approx(1.0 if late else 3.0)
    f = finding(made, RACE)
    assert (f.severity, f.subject, f.line) == (Severity.UNDECIDED, "held", 2)
    assert f.facts["case"] == "race"


def test_a_branch_behind_a_wait_for_the_signal_has_one_way() -> None:
    assert RACE not in rules_of(two(wait("held"), branch("held")))


def test_a_branch_that_the_other_group_waits_for_has_one_way() -> None:
    """The hand sets the signal only after the driver has asked."""
    cell = cell_of(held="group:hand", asked="group:driver")
    hands = program("hand", wait("asked"), put("held"))
    drives = program("driver", branch("held"), put("asked"))
    assert RACE not in rules_of(simulate(job_of(cell, hands, drives)))


def test_asking_again_until_it_holds_comes_to_the_same_in_every_timing() -> None:
    poll = Loop((Delay(0.1),), None, signal_is("held", False))
    assert RACE not in rules_of(two(poll, to(0, 1)))
    back = If(signal_is("held", False), (Goto("again"),))
    assert RACE not in rules_of(two(Label("again"), Delay(0.1), back, to(0, 1)))


def test_asking_again_behind_a_wait_that_may_go_elsewhere_does_not() -> None:
    late = Wait(signal_is("go", True), 0.1, "late")
    poll = Loop((late,), None, signal_is("held", False))
    assert RACE in rules_of(two(poll, to(0, 1), Label("late"), to(0, 3)))


def test_asking_again_with_a_motion_between_does_not() -> None:
    poll = Loop((to(0, 0.1), to(0, 0)), None, signal_is("held", False))
    assert RACE in rules_of(two(poll, to(0, 1)))
    back = If(signal_is("held", False), (Goto("again"),))
    assert RACE in rules_of(two(Label("again"), to(0, 0.1), to(0, 0), back, to(0, 1)))


LOST = "deadlock-possible"
ASKED = {
    "wait": (wait("held"),),
    "loop": (Loop((Delay(0.1),), None, signal_is("held", False)),),
    "goto": (Label("again"), Delay(0.1), If(signal_is("held", False), (Goto("again"),))),
    "else": (Label("again"), Delay(0.1), If(signal_is("held", True), (), (Goto("again"),))),
}


@pytest.mark.parametrize("how", ASKED)
def test_a_pulse_that_is_asked_for_again_and_again_may_be_missed_as_one_that_is_waited_for(
    how: str,
) -> None:
    """Here the driver is there in time. Later than 2 s, it asks for ever."""
    cell = cell_of(held="group:hand", seen="group:driver")
    drives = program("driver", *ASKED[how], put("seen"), to(0, 1))
    pulse = job_of(cell, program("hand", put("held"), Delay(2.0), put("held", False)), drives)
    f = finding(simulate(pulse), LOST)
    assert (f.severity, f.subject, f.facts["condition"]) == (Severity.UNDECIDED, "driver", "held")
    stays = job_of(cell, program("hand", put("held"), wait("seen"), put("held", False)), drives)
    assert not {LOST, RACE} & set(rules_of(simulate(stays)))


@pytest.mark.parametrize("called", [False, True])
@pytest.mark.parametrize("how", ["loop", "goto", "else"])
def test_what_another_job_asks_at_the_same_line_changes_nothing(how: str, called: bool) -> None:
    """Each job of INFORM counts its own lines; one asks till it holds, the other goes two ways."""
    others = If(signal_is("go", True), (to(0, 2),))
    asks = numbered(ASKED[how])
    (line,) = {s.line for s in asks if isinstance(s, If | Loop)}
    once = (replace(others, line=line),)
    go_on = (replace(to(0, 1), line=8), Call("second", line=9))
    first, second = ((*once, *go_on), asks) if called else ((*asks, *go_on), once)
    routines = (Routine("main", first), Routine("second", second))
    drives = replace(program("driver"), routines=routines)
    cell = cell_of(held="group:hand", go="cell", seen="group:driver")
    pulse = program("hand", put("held"), Delay(20.0), put("held", False))
    found = simulate(job_of(cell, pulse, drives, inputs={"go": True}))
    f = finding(found, LOST)
    assert (f.severity, f.subject, f.facts["condition"]) == (Severity.UNDECIDED, "driver", "held")
    stays = simulate(job_of(cell, program("hand", put("held")), drives, inputs={"go": True}))
    assert not {LOST, RACE} & set(rules_of(stays))


@pytest.mark.parametrize("how", ["loop", "goto"])
def test_a_pulse_that_is_missed_in_this_run_is_an_endless_loop(how: str) -> None:
    cell = cell_of(held="group:hand")
    late = program("driver", Delay(5.0), *ASKED[how], to(0, 1))
    job = job_of(cell, program("hand", put("held"), Delay(2.0), put("held", False)), late)
    assert {f.rule for f in simulate(job).findings if f.severity is Severity.ERROR} == {
        "endless-loop"
    }


def test_a_branch_on_a_device_of_its_own_that_may_still_run_is_undecided() -> None:
    """It takes 0.5 to 2 s, the move before the branch about 2.6 s; with 5 m/s2 it would be less."""
    body = (put("run"), to(0, 2), branch("done"))
    f = finding(simulate(job_of(plain_device(), program("driver", *body))), RACE)
    assert (f.line, f.subject) == (3, "done")
    body = (put("run"), wait("done"), to(0, 2), branch("done"))
    assert RACE not in rules_of(simulate(job_of(plain_device(), program("driver", *body))))


def test_a_branch_on_its_own_output_has_one_way() -> None:
    cell = cell_of(held="group:hand")
    made = simulate(job_of(cell, program("hand", put("held"), to(1), branch("held"))))
    assert RACE not in rules_of(made)


def handover(
    first: Sequence[Statement], then: Sequence[Statement], told: bool = True
) -> list[Finding]:
    """A panel is put on the rack at x = 3, and taken by a second gripper."""
    names = ("closed2", "opened2") if told else ("", "")
    grips = Gripper("close2", "", *names, seconds(0.4), 50.0)
    cell = cell_of(
        (replace(panel((1, 0, 0), hinge=False)),), placed="group:hand", has="group:second"
    )
    wires = [wire("close2", "group:second"), wire("closed2", "cell"), wire("opened2", "cell")]
    cell = replace(
        cell,
        groups={**cell.groups, "second": group("second", "jaw2")},
        tools={**cell.tools, "jaw2": hand("jaw2", grips)},
        signals={**cell.signals, **dict(wires)},
        fixtures={"rack": rack()},
    )
    made = simulate(job_of(cell, program("hand", *first), program("second", *then)))
    return [f for f in made.findings if f.rule == "handover-not-ordered"]


PUT_DOWN = (to(1), Grip("panel"), to(3), Release("panel"))


def test_a_part_that_one_robot_puts_down_and_another_takes_by_a_delay_is_undecided() -> None:
    late = (Delay(20.0), to(3), Grip("panel"), to(3, 0, 1))
    (f,) = handover((*PUT_DOWN, to(3, 0, 1)), late)
    assert (f.severity, f.subject, f.file, f.line) == (
        Severity.UNDECIDED, "second panel", "second.prg", 3
    )  # fmt: skip
    assert (f.facts["case"], f.facts["other"], f.facts["first"]) == ("grip", "hand", "hand.prg:4")


@pytest.mark.parametrize("told", [True, False])
def test_a_signal_after_the_release_orders_the_two(told: bool) -> None:
    first = (*PUT_DOWN, to(3, 0, 1), put("placed"))
    assert handover(first, (wait("placed"), to(3), Grip("panel"), to(3, 0, 1)), told) == []


def test_a_signal_before_the_release_does_not() -> None:
    first = (*PUT_DOWN[:3], put("placed"), Release("panel"), to(3, 0, 1))
    then = (wait("placed"), Delay(9.0), to(3), Grip("panel"), to(3, 0, 1))
    (f,) = handover(first, then)
    assert f.facts["case"] == "grip"


def test_from_hand_to_hand_it_is_let_go_only_once_the_other_has_it() -> None:
    take = (wait("placed"), to(3), Grip("panel"), put("has"), Delay(9.0), to(3, 0, 1))
    first = (to(1), Grip("panel"), to(3), put("placed"))
    assert handover((*first, wait("has"), Release("panel"), to(3, 0, -1)), take) == []
    (f,) = handover((*first, Delay(6.0), Release("panel"), to(3, 0, -1)), take)
    assert (f.facts["case"], f.subject, f.line) == ("release", "hand panel", 6)


def test_what_jumps_pass_over_and_what_comes_behind_a_timeout_is_listed_as_not_run() -> None:
    body = (
        Wait(signal_is("held", True), 20.0, "late"), to(0, 1), Goto("end"),
        Label("late"), to(0, 3), to(0, 4), Label("end"), to(0, 0),
    )  # fmt: skip
    assert two(*body).skipped == ("driver.prg:5",)
    assert two(to(0, 1), Goto("end"), to(0, 3), Label("end"), to(0, 0)).skipped == ("driver.prg:3",)
    assert two(to(0, 1), to(0, 0)).skipped == ()


def chucked(first: Sequence[Statement], then: Sequence[Statement]) -> list[Finding]:
    """A panel in a chuck at x = 3 that the driver opens; the hand takes it out."""
    jaws = Feature("jaws", "chuck", (Pose.identity(),))
    opener = Device("chuck", "open", "is_open", seconds(0.4), "unclamp", target="rack")
    cell = cell_of((panel((3, 0, 0), hinge=False),), open="group:driver", is_open="device:chuck",
                   here="group:hand")  # fmt: skip
    cell = replace(
        cell, fixtures={"rack": replace(rack(), features={"jaws": jaws})},
        devices={"chuck": opener},
    )  # fmt: skip
    made = simulate(job_of(cell, program("hand", *first), program("driver", *then)))
    return [f for f in made.findings if f.rule == "moved-while-clamped"]


def test_a_part_pulled_out_of_a_chuck_that_is_open_by_timing_alone_is_undecided() -> None:
    (f,) = chucked((to(3), Grip("panel"), Delay(5.0), to(3, 0, 1)), (Delay(6.0), put("open")))
    assert (f.severity, f.file, f.line) == (Severity.UNDECIDED, "hand.prg", 4)
    waits = (to(3), Grip("panel"), put("here"), wait("is_open"), to(3, 0, 1))
    assert chucked(waits, (wait("here"), put("open"))) == []
    (f,) = chucked((to(3), Grip("panel"), to(3, 0, 1)), (Delay(60.0), put("open")))
    assert f.severity is Severity.ERROR
