"""Simulate: what robots hold and devices do, by signals and geometry alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import (
    cell_of,
    door_cell,
    door_job,
    job_of,
    panel,
    program,
    put,
    rack,
    seconds,
    to,
    wait,
)
from run_looks import finding, rules_of, times

from cellsim.domain.feature import Feature
from cellsim.domain.program import (
    Delay,
    Grip,
    Process,
    Release,
)
from cellsim.domain.report import Severity
from cellsim.domain.wiring import Device
from cellsim.geometry import Pose
from cellsim.simulate.run import simulate


def test_a_hinged_panel_is_gripped_unscrewed_carried_and_hung():
    run = simulate(door_job(door_cell()))
    assert run.findings == ()
    kinds = [(e.kind, e.name) for e in run.events if e.kind not in ("signal", "wait", "done")]
    assert kinds == [
        ("grip", "panel"), ("unfasten", "panel.bolts.1"), ("process", "nutrunner"),
        ("unfasten", "panel.bolts.2"), ("unhinged", "panel"), ("process", "nutrunner"),
        ("release", "panel"),
    ]  # fmt: skip
    before, held, after = run.holds
    assert (before.parent, held.parent, after.parent) == ("world", "group:hand.flange", "world")
    assert (before.t0, after.t1) == (0.0, run.duration)
    assert before.t1 == held.t0
    assert held.t1 == after.t0
    np.testing.assert_allclose(before.pose.p, (1, 0, 0))
    np.testing.assert_allclose(after.pose.p, (3, 0, 0), atol=1e-9)
    assert run.breakdown["driver"]["process"] == pytest.approx(2.0)
    assert run.breakdown["hand"]["grip"] == pytest.approx(0.8)
    assert held.t0 in run.tracks["hand"].t
    assert held.t1 in run.tracks["hand"].t


def test_parts_are_where_the_holding_flange_takes_them():
    run = simulate(door_job(door_cell()))
    held = run.holds[1]
    (t_grip,) = times(run, "grip", "panel")
    q = run.tracks["hand"].traj(t_grip)
    np.testing.assert_allclose((np.array(held.pose.p)), (0, 0, 0), atol=1e-9)
    np.testing.assert_allclose(q, (1, 0, 0), atol=1e-9)


@pytest.mark.parametrize(("off_mm", "caught"), [(2.9, True), (3.1, False), (40.0, False)])
def test_the_gripper_catches_only_what_it_stands_on(off_mm, caught):
    job = job_of(door_cell(), program("hand", to(1 + off_mm / 1000), Grip("panel")))
    run = simulate(job)
    if caught:
        assert run.findings == ()
    else:
        found = finding(run, "grip-missed")
        assert (found.line, found.unit, found.limit) == (2, "mm", 3.0)
        assert found.value == pytest.approx(off_mm)
        assert found.facts["part"] == "panel"


def test_a_bolt_that_the_socket_does_not_reach_is_named():
    body = (wait("held"), to(1.12), Process("nutrunner"), to(0, 1, 1), put("free"))
    run = simulate(door_job(door_cell(), driver_body=body))
    found = finding(run, "fastener-missed")
    assert (found.line, found.facts["part"], found.facts["fastener"]) == (3, "panel", 1)
    assert found.value == pytest.approx(20.0)


def test_a_panel_that_nobody_holds_falls_when_its_last_bolt_is_out():
    body = (to(1.1), Process("nutrunner"), to(1.2), Process("nutrunner"))
    run = simulate(job_of(door_cell(), program("driver", *body)))
    assert finding(run, "part-falls").line == 4


def test_a_grip_that_no_signal_orders_before_the_last_bolt_is_not_proven():
    """The panel is held in time here, but only because the driver comes late."""
    late = (Delay(20.0), to(1.1), Process("nutrunner"), to(1.2), Process("nutrunner"), put("free"))
    run = simulate(door_job(door_cell(), driver_body=late))
    found = finding(run, "part-falls")
    assert (found.severity, found.file, found.line) == (Severity.UNDECIDED, "driver.prg", 5)
    assert found.facts["gripped"] == "hand.prg:2"


def test_a_holder_that_only_guesses_when_the_bolts_are_out_is_not_proven():
    guess = (to(1), Grip("panel"), put("held"), Delay(20.0), to(3, 0, 0.5), to(3), Release("panel"))
    run = simulate(door_job(door_cell(), hand_body=guess))
    found = finding(run, "holder-moves-while-fastened")
    assert (found.severity, found.file, found.line) == (Severity.UNDECIDED, "hand.prg", 5)


def test_a_panel_released_beside_the_hook_is_dropped():
    body = (
        to(1), Grip("panel"), put("held"), wait("free"), to(1, 0, 0.5), to(2.9, 0, 0.5),
        Release("panel"),
    )  # fmt: skip
    run = simulate(door_job(door_cell(), hand_body=body))
    found = finding(run, "part-dropped")
    assert (found.line, found.subject, found.facts["nearest"]) == (7, "panel", "rack.hook")


def test_a_loose_part_may_be_put_on_another_one():
    low = replace(panel((2, 0, -0.02), hinge=False), name="low")
    cell = cell_of((panel((1, 0, 0), hinge=False), low))
    up = (to(1), Grip("panel"), to(1, 0, 1), to(2, 0, 1), to(2, 0, 0), Release("panel"))
    assert simulate(job_of(cell, program("hand", *up))).findings == ()
    high = (*up[:4], to(2, 0, 0.006), Release("panel"))
    assert rules_of(simulate(job_of(cell, program("hand", *high)))) == ["part-dropped"]


def chuck_cell(*, at=(1.0, 0.0, 0.0)):
    """A loose panel in a chuck that one device opens and another closes."""
    seat = Feature("jaws", "chuck", (Pose.identity(),))
    chuck = replace(rack(), name="chuck", pose=Pose.translation(1, 0, 0), features={"jaws": seat})
    cell = cell_of(
        (panel(at, hinge=False),), open_it="group:hand", close_it="group:hand",
        is_open="device:release", is_closed="device:clamp",
    )  # fmt: skip
    devices = {
        "release": Device("release", "open_it", "is_open", seconds(1), "unclamp", target="chuck"),
        "clamp": Device("clamp", "close_it", "is_closed", seconds(1), "clamp", target="chuck"),
    }
    return replace(cell, fixtures={"chuck": chuck}, devices=devices)


def test_a_part_leaves_a_chuck_only_after_it_opens_and_a_hand_only_after_it_closes():
    out = (to(1), Grip("panel"), Process("release"), to(2), to(1), Process("clamp"))
    done = (*out, Release("panel"), to(0))
    assert simulate(job_of(chuck_cell(), program("hand", *done))).findings == ()
    early = job_of(chuck_cell(), program("hand", to(1), Grip("panel"), to(1, 0, 1)))
    found = finding(simulate(early), "moved-while-clamped")
    assert (found.line, found.subject, found.facts["clamps"]) == (3, "panel", "chuck")
    open_chuck = (*out[:-1], Release("panel"))
    assert rules_of(simulate(job_of(chuck_cell(), program("hand", *open_chuck)))) == [
        "part-dropped"
    ]
    nobody = job_of(chuck_cell(), program("hand", to(1), Process("release")))
    assert rules_of(simulate(nobody)) == ["part-falls"]


def test_moving_while_the_gripper_closes_is_found():
    body = (to(1), put("close"), to(1, 0.5))
    run = simulate(job_of(door_cell(), program("hand", *body)))
    assert "gripper-acts-in-motion" in rules_of(run)


def test_a_process_called_off_early_does_not_answer():
    body = (to(1.1), put("run"), Delay(0.5), put("run", False), wait("done", timeout_s=3.0))
    run = simulate(job_of(door_cell(), program("driver", *body)))
    assert times(run, "unfasten", "panel.bolts.1") == []
    assert rules_of(run) == ["wait-timeout"]
