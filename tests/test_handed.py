"""A slow gripper beside a quick clamp: no run has both, and neither order of them is a proof."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gantry_cells import job_of, program, put, seconds, to
from run_looks import finding, rules_of
from test_hold_and_work import chuck_cell

from cellsim.domain.cell import Cell
from cellsim.domain.program import Delay, Grip, Process, Release, Statement
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Timeline
from cellsim.simulate import pacing
from cellsim.simulate.band import simulate_band
from cellsim.simulate.run import simulate
from cellsim.verify.render.text import help_text

FALLS, MOVES = "part-falls", "gripper-acts-in-motion"


def run(*body: Statement, cell: Cell | None = None) -> Timeline:
    """The gripper takes 0.2 to 0.8 s, the chuck opens in 0.5 to 2 s."""
    return simulate_band(job_of(cell or chuck_cell(), program("hand", *body)))


def test_a_chuck_that_may_open_before_the_gripper_is_closed_is_not_proven() -> None:
    """At least 0.5 s against at most 0.8 s: all least, typical and longest times go well."""
    made = run(to(1), put("close"), Process("release"), to(2))
    falls, moves = finding(made, FALLS), finding(made, MOVES)
    assert (falls.severity, falls.line, falls.facts["gripped"]) == (
        Severity.UNDECIDED, 3, "hand.prg:2",
    )  # fmt: skip
    assert (moves.severity, moves.line, moves.facts["act"]) == (Severity.UNDECIDED, 2, "close")
    assert help_text(moves)
    assert not {FALLS, MOVES} & {*rules_of(run(to(1), Grip("panel"), Process("release"), to(2)))}


@pytest.mark.parametrize(("wait", "proven"), [(0.29, False), (0.31, True)])
def test_a_delay_proves_the_order_where_it_is_long_enough(wait: float, proven: bool) -> None:
    """0.5 s and the delay against 0.8 s."""
    body = (to(1), put("close"), Delay(wait), Process("release"), to(2))
    assert {FALLS, MOVES} & {*rules_of(run(*body))} == (set() if proven else {FALLS, MOVES})


def test_a_clamp_that_may_close_after_the_gripper_has_opened_is_not_proven() -> None:
    """The clamp takes 0.1 to 0.4 s, the gripper opens in 0.2 to 0.8 s."""
    cell = chuck_cell()
    quick = replace(cell.devices["clamp"], time=seconds(0.2))
    cell = replace(cell, devices={**cell.devices, "clamp": quick})
    out = (to(1), Grip("panel"), Process("release"), to(2), to(1))
    f = finding(run(*out, put("close_it"), Release("panel"), to(0), cell=cell), FALLS)
    assert (f.severity, f.line, f.facts["gripped"]) == (Severity.UNDECIDED, 7, "hand.prg:6")
    assert run(*out, Process("clamp"), Release("panel"), to(0), cell=cell).findings == ()


def test_a_part_that_stands_without_its_clamp_may_be_freed_at_any_time() -> None:
    """Where a seat carries it too, nothing falls."""
    cell = chuck_cell()
    jaws = cell.fixtures["chuck"].features["jaws"]
    seat = replace(jaws, name="seat", kind="pocket")
    chuck = replace(cell.fixtures["chuck"], features={"jaws": jaws, "seat": seat})
    cell = replace(cell, fixtures={"chuck": chuck})
    body = program("hand", to(1), put("close"), Process("release"), to(2))
    assert FALLS not in rules_of(simulate(job_of(cell, body), paces=True))


def test_a_clamp_that_no_program_commands_is_ordered_by_nothing_in_the_cell() -> None:
    """It opens by itself, 2 to 8 s after the start, whether the gripper has closed or not."""
    cell = chuck_cell()
    opens = replace(cell.devices["release"], start="", time=seconds(4))
    cell = replace(cell, devices={**cell.devices, "release": opens})
    made = run(to(1), Grip("panel"), Process("release"), to(2), cell=cell)
    assert finding(made, FALLS).severity is Severity.UNDECIDED


@pytest.mark.parametrize(("wait", "proven"), [(0.79, False), (0.81, True)])
def test_a_delay_of_its_own_proves_that_a_gripper_has_closed_in_a_program_of_any_length(
    wait: float, proven: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond so many instants no other times are worked out; the gripper takes up to 0.8 s."""
    monkeypatch.setattr(pacing, "MOST_INSTANTS", 2)
    made = run(to(1), put("close_it"), Delay(1.0), put("close"), Delay(wait), to(1, 0, 0.5))
    told = [f.severity for f in made.findings if f.rule == MOVES]
    assert told == ([] if proven else [Severity.UNDECIDED])
