"""What goes well once: a cycle that ends in another state than the next one begins from."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import mover_cells
import mover_jobs
import pytest
from gantry_cells import (
    DOWN,
    cell_of,
    driven,
    job_of,
    panel,
    plain_device,
    program,
    put,
    seconds,
    to,
    wait,
)
from rule_findings import BY_ID
from run_looks import finding, rules_of, times

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Gripper
from cellsim.domain.program import Delay, Grip, If, Statement, signal_is
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Timeline
from cellsim.simulate.again import next_cycle
from cellsim.simulate.band import simulate_band
from cellsim.simulate.courses import courses_of
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.render.text import help_text

NEXT = "next-cycle-differs"
LEFT_ON = (put("run"), wait("done"), to(0, 2), to(0, 0))


def cycled(*body: Statement, takt: float | None = 60.0, cell: Cell | None = None) -> Timeline:
    made = replace(cell or plain_device(), takt_s=takt)
    return simulate_band(job_of(made, program("driver", *body)))


def test_a_start_that_is_left_on_is_undecided_where_the_cycle_repeats() -> None:
    """The same statements twice in one program: the second start does not run the device."""
    f = finding(cycled(*LEFT_ON), NEXT)
    assert (f.severity, f.line, f.facts["left"]) == (Severity.UNDECIDED, 1, "done = 1, run = 1")
    assert finding(cycled(*LEFT_ON, takt=None), NEXT).severity is Severity.WARNING
    assert "answer-stale" in rules_of(driven(*LEFT_ON, *LEFT_ON))


def test_a_start_that_falls_at_the_end_or_first_of_all_is_nothing() -> None:
    assert NEXT not in rules_of(cycled(*LEFT_ON, put("run", False)))
    assert NEXT not in rules_of(cycled(put("run", False), wait("done", False), *LEFT_ON))


def test_an_output_that_nothing_goes_by_may_stay_on() -> None:
    lamp = plain_device(lamp="group:driver")
    assert NEXT not in rules_of(cycled(put("lamp"), to(0, 1), to(0, 0), cell=lamp))


def test_a_flag_that_is_left_on_lets_the_next_cycle_begin_early() -> None:
    """In the first cycle the driver waits for the hand; in the next one the flag is on already."""
    cell = replace(cell_of(held="group:hand"), takt_s=60.0)
    waits = program("driver", wait("held"), to(0, 1), to(0, 0))
    left = job_of(cell, program("hand", to(1), put("held"), to(0)), waits)
    f = finding(simulate_band(left), NEXT)
    assert (f.file, f.line, f.facts["left"]) == ("hand.prg", 2, "held = 1")
    back = job_of(cell, program("hand", to(1), put("held"), to(0), put("held", False)), waits)
    assert NEXT not in rules_of(simulate_band(back))
    early = job_of(cell, program("hand", put("held", False), to(1), put("held"), to(0)), waits)
    assert finding(simulate_band(early), NEXT).line == 3  # nothing orders the wait after line 1


def test_a_gripper_that_is_left_closed_grips_nothing_in_the_next_cycle() -> None:
    cell = replace(cell_of((panel((1, 0, 0), hinge=False),)), takt_s=60.0)
    body = (to(1), Grip("panel"), to(3), to(0))
    f = finding(simulate_band(job_of(cell, program("hand", *body))), NEXT)
    assert "close = 1" in str(f.facts["left"])


def valves(state0: Literal["open", "closed"] = "open") -> Cell:
    """The hand with a valve for each way, moved by pulses, and a panel at x = 1 m."""
    cell = cell_of((panel((1, 0, 0), hinge=False),), away="group:hand")
    jaw = Gripper("close", "away", "closed", "opened", seconds(0.4), 50.0, state0=state0)
    tools = {n: replace(t, gripper=jaw) if t.gripper else t for n, t in cell.tools.items()}
    return replace(cell, takt_s=60.0, tools=tools)


def pulse(name: str) -> tuple[Statement, ...]:
    return put(name), Delay(1.0), put(name, False)


CLOSE, OPEN = pulse("close"), pulse("away")


def test_a_gripper_that_a_pulse_leaves_closed_grips_nothing_in_the_next_cycle() -> None:
    """All signals are as they were; the fingers are not. Opened by a pulse, they are."""
    carried = (to(1), *CLOSE, to(3))
    f = finding(simulate_band(job_of(valves(), program("hand", *carried, to(0)))), NEXT)
    assert (f.severity, f.line, f.facts["left"]) == (Severity.UNDECIDED, 4, "tool:jaw")
    put_down = simulate_band(job_of(valves(), program("hand", *carried, *OPEN, to(0))))
    assert NEXT not in rules_of(put_down)
    opened_first = (*OPEN, *carried, to(0))
    assert NEXT not in rules_of(simulate_band(job_of(valves(), program("hand", *opened_first))))


def test_a_gripper_that_is_closed_already_catches_nothing() -> None:
    """No statement names a part: only where the fingers are says what the pulse does."""
    body = (to(1), *CLOSE, to(1, 0, 1), *OPEN)
    held = simulate(job_of(valves(), program("hand", *body)))
    assert times(held, "grip", "panel")
    made = simulate(job_of(valves("closed"), program("hand", *body)))
    f = finding(made, "grip-missed")
    assert (f.severity, f.line, f.facts) == (
        Severity.ERROR, 2, {"part": "panel", "case": "closed"}
    )  # fmt: skip
    assert "open it or let its signal fall before" in help_text(f)
    assert "먼저 열거나 닫는 신호를 끄십시오" in help_text(f, "ko")
    assert not times(made, "grip", "panel")
    opened = simulate(job_of(valves("closed"), program("hand", *OPEN, *body)))
    assert len(times(opened, "grip", "panel")) == 1


@pytest.mark.parametrize(("opened", "case"), [(False, "closed"), (True, "no_edge")])
def test_a_gripper_that_is_told_to_close_by_a_signal_that_is_on_does_not_close(
    opened: bool, case: str
) -> None:
    """The closing valve is left on: what closes it is that it comes on."""
    off = OPEN if opened else ()
    body = (put("close"), Delay(1.0), *off, to(1), put("close"), Delay(1.0), to(1, 0, 1))
    made = simulate(job_of(valves(), program("hand", *body)))
    line = 3 + len(off) + 1
    told = [(f.line, f.facts.get("case")) for f in made.findings if f.rule == "grip-missed"]
    assert told == [(1, None), (line, case)]
    assert not times(made, "grip", "panel")
    twice = (to(1), put("close"), put("close"), Delay(1.0), put("close"), to(1, 0, 1))
    made = simulate(job_of(valves(), program("hand", *twice)))
    assert times(made, "grip", "panel")
    assert "grip-missed" not in rules_of(made)


def test_a_gripper_that_holds_its_part_and_is_told_to_close_again_holds_it() -> None:
    body = (to(1), *CLOSE, to(3), *CLOSE, *OPEN, to(3, 0, 1))
    made = simulate(job_of(valves(), program("hand", *body)))
    assert len(times(made, "grip", "panel")) == len(times(made, "release", "panel")) == 1
    assert "grip-missed" not in rules_of(made)


def test_a_part_that_is_in_the_hand_from_the_start_is_held_by_closing() -> None:
    """It hangs on the flange of the cell file; a gripper that begins closed has it already."""
    cell = valves("closed")
    there = replace(cell.parts["panel"], frame="group:hand.flange", pose=DOWN)
    cell = replace(cell, parts={"panel": there})
    made = simulate(job_of(cell, program("hand", *CLOSE, to(3), *OPEN, to(3, 0, 1))))
    assert len(times(made, "grip", "panel")) == len(times(made, "release", "panel")) == 1


def test_a_gripper_that_begins_closed_and_is_told_nothing_else_stays_closed() -> None:
    """Two valves: that the closing one goes off does not open it, here and in the next cycle."""
    valves = Gripper("close", "away", "closed", "opened", seconds(0.4), 50.0, state0="closed")
    cell = replace(cell_of(away="group:hand"), takt_s=60.0)
    on = replace(cell.signals["close"], initial=True)
    cell = replace(
        cell,
        signals={**cell.signals, "close": on},
        tools={n: replace(t, gripper=valves) if t.gripper else t for n, t in cell.tools.items()},
    )
    body = (wait("closed"), put("close", False), to(1), to(0))
    assert NEXT not in rules_of(simulate_band(job_of(cell, program("hand", *body))))


def test_what_shifts_of_measured_frames_find_is_no_difference_of_the_next_cycle() -> None:
    """They are solved for in the first cycle alone; any other finding is a difference."""
    cell = replace(cell_of(held="group:hand"), takt_s=60.0)
    waits = program("driver", wait("held"), to(0, 1), to(0, 0))
    job = job_of(cell, program("hand", put("held", False), put("held")), waits)
    first = simulate(job)
    for rule, differs in (("frame-not-followed", False), ("frame-moves-meanwhile", True)):
        told = Finding(rule, Severity.UNDECIDED, "hand", file="hand.prg", line=1)
        made = replace(first, findings=(*first.findings, told))
        assert bool([*next_cycle(job, made, None, None)]) is differs


def test_a_group_that_does_not_end_at_home_is_undecided_where_the_cycle_repeats() -> None:
    found = {}
    for takt in (None, 60.0):
        made = cycled(to(0, 1), takt=takt)
        (f,) = BY_ID["home-not-reached"](Context(made)).findings
        found[takt] = f.severity
    assert found == {None: Severity.NOTE, 60.0: Severity.UNDECIDED}


def test_a_door_that_is_left_open_is_elsewhere_as_the_next_cycle_begins() -> None:
    """Its start falls, so it is opened again; where the hand moves before that, it is new."""
    cell = replace(mover_cells.cell_of(), takt_s=60.0)
    cycle = (*mover_jobs.OPEN, *mover_jobs.IN, put("open", False))
    before = simulate_band(mover_jobs.hand(cell, to(0, 1), to(0), *cycle))
    assert finding(before, NEXT).facts["left"] == "fixture:door"
    assert NEXT not in rules_of(simulate_band(mover_jobs.hand(cell, *cycle)))


def of_two_types(*at_end: Statement, takt: float = 60.0) -> list[Timeline]:
    """Nothing determines `kind`: one type sets a flag, the other one goes where the flag says."""
    cell = replace(cell_of(held="group:hand", kind="cell"), takt_s=takt)
    one, other = (put("held"),), (If(signal_is("held", True), (to(2),), (to(1),)),)
    body = (If(signal_is("kind", True), other, one), *at_end, to(0))
    return [c.timeline for c in courses_of(job_of(cell, program("hand", *body)))]


def test_what_one_course_leaves_counts_for_every_course_of_the_next_cycle() -> None:
    """Either course may be run twice; the second one behind the first goes another way."""
    first, second = of_two_types()
    f = finding(first, NEXT)
    assert (f.severity, f.line, f.facts["left"]) == (Severity.UNDECIDED, 5, "held = 1")
    assert NEXT not in rules_of(second), "it leaves everything as it was"
    assert all(NEXT not in rules_of(one) for one in of_two_types(put("held", False)))
