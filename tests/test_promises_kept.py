"""What is promised of speeds, times, sums of axes and grips, in the forms easily missed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny
from gantry_cells import cell_of, job_of, panel, program, put, to, wait
from rule_findings import BY_ID, findings
from timelines import HOME, cell, robot, timeline, track
from tubes_corners import RULES as TUBES

from cellsim.domain.cell import Frame
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Grip,
    Move,
    Program,
    Routine,
    Speed,
    Target,
    Wait,
    Zone,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import CombinedLimit
from cellsim.domain.timeline import GroupTrack
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.messages import said
from cellsim.motion.run import MoveSpec
from cellsim.simulate import band
from cellsim.simulate.run import simulate
from cellsim.sweep import jobs_of, verify_job
from cellsim.verify.context import Context
from cellsim.verify.provenance import assumptions_of

DQ = (0.4, 0.1, -0.2, 0.3, 0.2, 0.5)


@pytest.fixture(scope="module")
def big() -> cases.Case:
    return cases.Case(tiny.big_arm())


def late(case: cases.Case, *moves: MoveSpec) -> list[tuple[int, float | None]]:
    found = case.run(list(moves)).findings
    return [(f.line, f.value) for f in found if f.rule == "move-time-not-held"]


def test_a_time_is_promised_between_corners_too(big: cases.Case) -> None:
    """Of two moves with a corner between, each is told; their times are those of the whole run."""
    zone = Zone("radius", 80, "mm")
    first = big.joint(DQ, zone, "0.1 s")
    second = big.joint(tuple(2.0 * v for v in DQ), FINE, "0.1 s")
    run, told = big.run([first, second]), late(big, first, second)
    assert any(m.kind == "corner" for m in run.motions)
    assert [line for line, _ in told] == [first.index.line, second.index.line]
    assert sum(v or 0.0 for _, v in told) == pytest.approx(run.duration)
    assert late(big, big.joint(DQ, zone, "9 s"), big.joint((0.0,) * 6, FINE, "9.5 s")) == []


@pytest.mark.parametrize(("speed", "unit"), [("900 deg/s", "deg/s"), ("30 deg/s", "")])
def test_a_turning_speed_that_no_axis_can_follow_is_told(
    big: cases.Case, speed: str, unit: str
) -> None:
    start = big.at()
    turned = start @ Pose.from_xyz_rpy((0, 0, 0), (0.0, 0.0, 0.8))
    run = big.run([big.line(turned, speed=speed)])
    told = [f for f in run.findings if f.rule == "tcp-speed-not-held"]
    assert [(f.unit, f.limit) for f in told] == ([(unit, pytest.approx(900.0))] if unit else [])
    if told:
        assert 0.0 < (told[0].value or 0.0) < 0.95 * 900.0
        assert max(cases.shares(big, run)) == pytest.approx(1.0, abs=0.05)


def test_a_speed_that_is_not_held_is_told_once_with_the_group_of_its_joint() -> None:
    fast = replace(to(2), kind="linear", speed=Speed(1500.0, "mm/s"))  # the axes do 1 m/s
    report = verify_job(job_of(cell_of(), program("hand", to(0.5), fast))).report
    (told,) = [f for f in report.findings if f.rule == "tcp-speed-not-held"]
    assert told.subject == "hand x"


def tubed(limit: CombinedLimit) -> tuple[Finding, ...]:
    """A corner of a tube between two joint moves of an arm with a limit on a sum of axes."""
    case = cases.Case(tiny.big_arm())
    zone = Zone("radius", 200, "mm")
    moves = [case.joint((0.0, 0.0, 0.0, 0.5, 0.0, 0.5), zone), case.joint((0.5,) + (0.0,) * 5)]
    run = case.run(moves, TUBES)
    assert len(run.tubes) == 1
    block = np.zeros(len(run.t) - 1, dtype=np.int64)
    made = GroupTrack("arm", run.t, run.q, run.qd, run.qdd, run.dev_path, run.dev_time, run.motion,
                      run.motions, block, run.tubes)  # fmt: skip
    arm = replace(tiny.big_arm(), combined_limits=(limit,))
    found = timeline(made, cell(arm))
    total = (run.q[:, 3] + run.q[:, 5]).max()
    assert total < 0.97
    return BY_ID["combined-limit-exceeded"](Context(found)).findings


def test_a_sum_of_axes_that_only_a_corner_of_a_tube_passes_is_undecided() -> None:
    for upper, severities in ((1.01, []), (0.98, [Severity.UNDECIDED]), (0.5, [Severity.ERROR])):
        limit = CombinedLimit((("J4", 1.0), ("J6", 1.0)), -9.0, upper, "hose")
        told = tubed(limit)
        assert sorted({f.severity for f in told}) == severities
    assert tubed(CombinedLimit((("J4", -1.0), ("J6", -1.0)), -0.98, 9.0, "hose"))[0].value == (
        pytest.approx(-math.degrees(1.0), abs=0.5)
    )


def test_a_sum_of_axes_is_held_to_its_limit_for_a_shift_of_a_frame_too() -> None:
    made = track(HOME, (*HOME[:3], 1.0, HOME[4], 0.4))
    off = np.array([0, 0, 0, 0.06, 0, 0.05])
    shifted = replace(made, shifted={"seen": np.stack([made.q, made.q + off])})
    limit = CombinedLimit((("J4", 1.0), ("J6", 1.0)), -9.0, 1.5, "hose")
    where = cell(replace(robot(), combined_limits=(limit,)))
    assert findings("combined-limit-exceeded", timeline(made, where)) == ()
    (f,) = findings("combined-limit-exceeded", timeline(shifted, where))
    assert (f.severity, f.value) == (Severity.ERROR, pytest.approx(math.degrees(1.51)))


def gripped_on(moves: bool) -> Any:
    """A hand that grips what a driver's flange carries, while the driver moves or stands."""
    part = replace(panel((0, 0, 0), hinge=False), frame="tray", pose=Pose.identity())
    made = cell_of((part,), there="group:driver")
    tray = Frame("tray", "group:driver.flange", Pose.from_xyz_rpy((0, 0, 0), (math.pi, 0, 0)))
    made = replace(made, frames={"tray": tray})
    slow = replace(to(0.002), speed=Speed(0.2, "%"))
    driver = (put("there"), slow) if moves else (slow, put("there"))
    return simulate(job_of(made, program("hand", wait("there"), Grip("panel")),
                           program("driver", *driver)))  # fmt: skip


def test_a_part_is_not_gripped_from_what_another_robot_moves() -> None:
    for moves, count in ((True, 1), (False, 0)):
        made = gripped_on(moves)
        assert any(e.kind == "grip" for e in made.events)
        told = BY_ID["gripper-acts-in-motion"](Context(made)).findings
        assert len(told) == count


def test_a_warning_of_the_typical_class_hides_no_error_of_another() -> None:
    warned = Finding("move-time-not-held", Severity.WARNING, "a", file="a.prg", line=3)
    wrong = replace(warned, severity=Severity.ERROR)
    typical, slow = timeline(findings=(warned,)), timeline(findings=(wrong, warned))
    assert band._further(typical, typical, slow) == (wrong,)
    assert band._further(slow, slow, typical) == ()


def test_a_group_without_a_program_is_said_to_stand() -> None:
    made = simulate(job_of(cell_of(), program("hand", to(0.1))))
    text = "driver has no program in this job: it stands at its home all the time"
    assert text in assumptions_of(made)
    assert said("ko", text) != text


def test_a_cell_without_a_task_and_a_program_is_bad_input_and_not_green() -> None:
    with pytest.raises(BadInput, match="no task and no saved program"):
        next(jobs_of(cell_of()))


def measured(*until: str, inputs: bool = False) -> tuple[Finding, ...]:
    """Moves in a measured frame after waits for conditions, as text."""
    from cellsim.domain.files.expression import parse_expression

    made = cell_of(seen="cell", ready="cell")
    wires = {n: replace(s, initial=n in ("seen", "ready")) for n, s in made.signals.items()}
    made = replace(made, signals=wires)
    frame = Frame("jig", "world", Pose.identity(), measured=True, measured_by="seen")
    made = replace(made, frames={"jig": frame})
    waits = [Wait(parse_expression(text), 1.0) for text in until]
    move = Move("joint", Target(q=(0.1, 0.0, 0.0)), Speed(50, "%"), FINE, frame="jig")
    job = job_of(made, program("hand", *waits, move), inputs={"seen": True} if inputs else {})
    return BY_ID["frame-not-measured"](Context(simulate(job))).findings


@pytest.mark.parametrize(
    ("until", "count"),
    [("seen", 0), ("seen and ready", 0), ("ready and seen", 0), ("ready", 1), ("seen or ready", 1)],
)
def test_a_wait_for_the_measurement_and_something_else_awaits_it(until: str, count: int) -> None:
    assert len(measured(until)) == count
    assert len(measured(until, inputs=True)) == count


def test_a_wrist_that_turns_the_long_way_is_told_behind_corners_too() -> None:
    """Half of the turn is driven in the corners at both ends of the move."""
    made = tiny.pick_cell()
    home = np.array(made.groups["r"].home)
    for zone in (FINE, Zone("radius", 400, "mm")):
        body = tuple(
            Move("joint", Target(q=tuple(home + d)), Speed(50, "%"), zone, line=k)
            for k, d in enumerate(
                np.array([[0.4, 0, 0, 0, 0, 0], [-0.4, 0, 0, 0, 0, 3.3], [0, 0, 0, 0, 0, 3.3]]), 1
            )
        )
        what = Program("r", "r", (Routine("main", body),), "r.yaml")
        rules = cases.RULES
        context = Context(simulate(Job("job", made, {"r": what}, {"r": rules})))
        assert any(m.kind == "corner" for m in context.tracks["r"].motions) is (zone is not FINE)
        (f,) = BY_ID["wrist-turned"](context).findings
        assert (f.line, f.value) == (2, pytest.approx(math.degrees(3.3)))
