"""Answers of devices that are of the run before: what takes them, and what does not."""

from __future__ import annotations

from dataclasses import replace

from gantry_cells import (
    driven,
    job_of,
    plain_device,
    program,
    put,
    rack,
    seconds,
    to,
    wait,
    wire,
)
from run_looks import finding, rules_of, times

from cellsim.domain.program import (
    Delay,
    Loop,
    Process,
    signal_is,
)
from cellsim.domain.report import Severity
from cellsim.domain.wiring import Device
from cellsim.simulate.run import simulate


def test_a_device_that_is_started_while_its_start_is_on_does_not_run_and_is_told() -> None:
    made = driven(put("run"), wait("done"), to(0, 2), put("run"), wait("done"))
    f = finding(made, "answer-stale")
    assert (f.severity, f.line, f.subject) == (Severity.ERROR, 5, "driver nutrunner")
    assert len(times(made, "process", "nutrunner")) == 1


def test_a_branch_that_goes_by_the_answer_of_the_run_before_is_told() -> None:
    """Asking until it holds is over at once, as a wait is."""
    again = (put("run"), wait("done"), to(0, 2), put("run"))
    poll = Loop((Delay(0.1),), None, signal_is("done", False))
    f = finding(driven(*again, poll, to(0, 0)), "answer-stale")
    assert (f.severity, f.line, f.subject) == (Severity.ERROR, 5, "driver nutrunner")
    assert "answer-stale" not in rules_of(driven(*again[:2], poll, to(0, 0), put("run")))


def test_another_group_takes_the_first_answer_until_it_is_told_of_the_second_start() -> None:
    """The driver holds the start on; the hand waits for what was done, long after."""
    cell = plain_device(again="group:driver")
    drives = program("driver", put("run"), wait("done"), put("run"), put("again"))
    late = program("hand", Delay(20.0), wait("done"), to(1))
    assert "answer-stale" not in rules_of(simulate(job_of(cell, late, drives)))
    knows = program("hand", wait("again"), wait("done"), to(1))
    f = finding(simulate(job_of(cell, knows, drives)), "answer-stale")
    assert (f.file, f.line, f.subject) == ("hand.prg", 2, "hand nutrunner")


def test_a_device_whose_start_falls_between_runs_twice() -> None:
    made = driven(Process("nutrunner"), to(0, 2), Process("nutrunner"))
    assert "answer-stale" not in rules_of(made)
    assert len(times(made, "process", "nutrunner")) == 2


def test_a_start_that_is_held_on_without_a_new_wait_is_nothing() -> None:
    assert "answer-stale" not in rules_of(driven(put("run"), wait("done"), put("run"), to(0, 2)))


def test_a_clamp_that_is_closed_is_asked_for_again_and_nothing_is_missing() -> None:
    """What a camera or a press does is done again; a closed clamp is closed."""
    again = (put("run"), wait("done"), to(0, 2), put("run"), wait("done"))
    clamp = Device("nutrunner", "run", "done", seconds(1.0), "clamp", target="rack")
    cell = replace(plain_device(), devices={"nutrunner": clamp}, fixtures={"rack": rack()})
    made = simulate(job_of(cell, program("driver", *again)))
    assert len(times(made, "wait", "done")) == 2
    assert "answer-stale" not in rules_of(made)
    both = {"nutrunner": clamp, "back": replace(clamp, name="back", effect="unclamp",
                                                start="off", done="is_off")}  # fmt: skip
    wires = dict([wire("off", "group:driver"), wire("is_off", "device:back")])
    cell = replace(cell, devices=both, signals={**cell.signals, **wires})
    opened = (put("run"), wait("done"), put("off"), wait("is_off"), put("run"), wait("done"))
    made = simulate(job_of(cell, program("driver", *opened)))
    assert finding(made, "answer-stale").line == 6
