"""Teach with a drawer that a device pulls out: where it stands at a step, and what rides on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny_cells import box, pick_cell

from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.equipment import Fixture, FixtureJoint
from cellsim.domain.feature import Feature
from cellsim.domain.files.task import parse_task
from cellsim.domain.program import Grip, Move
from cellsim.domain.report import Severity
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.physics.bullet import bullet
from cellsim.simulate.courses import courses_of
from cellsim.simulate.run import simulate
from cellsim.teach.run import teach_task

FULL = TimeRange(0.5, 1.0, 2.0, "test")


def cell(part_in: bool = True, confirmed: bool = True) -> Cell:
    """The box on a drawer (or on the table) that slides by 300 mm towards the robot."""
    made = pick_cell(box_at=(0.5, 0.1))
    joint = FixtureJoint("prismatic", np.zeros(3), np.array([-1.0, 0, 0]), 0.0, 0.3, 0.0)
    spot = Feature("spot", "pocket", (Pose.translation(0, 0, 0.01),))
    drawer = Fixture("drawer", box("drawer", 0.16, 0.16, 0.02), "table",
                     Pose.translation(0.85, -0.35, 0.05), {"spot": spot}, joint)  # fmt: skip
    part = made.parts["box"]
    if part_in:
        part = replace(part, frame="fixture:drawer", pose=Pose.translation(0, 0, 0.061))
    rule = PairRule("contact", "part:box", "fixture:drawer", 0.002, "stands in the drawer")
    tool = made.tools["gripper"]
    assert tool.gripper is not None
    told = replace(tool, gripper=replace(tool.gripper, opened="grip_opened"))
    wires = {"grip_opened": "device:gripper"} if confirmed else {}
    wires |= {"pull": "group:r", "out": "device:puller", "push": "group:r", "in": "device:pusher"}
    return replace(
        made,
        tools={"gripper": told if confirmed else tool},
        parts={"box": part},
        fixtures={**made.fixtures, "drawer": drawer},
        pair_rules=(*made.pair_rules, rule),
        signals={**made.signals, **{n: Signal(n, source) for n, source in wires.items()}},
        devices={
            name: Device(name, start, done, FULL, "move", target="drawer", goal=goal, unit="m")
            for name, start, done, goal in (
                ("puller", "pull", "out", 0.3), ("pusher", "push", "in", 0.0)
            )
        },
    )  # fmt: skip


TAKE = """format: cellsim/task@1
steps:
- process: {group: r, device: puller}
- grip: {part: box, at: top, depart_mm: 80}
- place: {part: box, at: table.pocket}
- home: {}
- process: {device: pusher}
"""
AGAIN = """- process: {device: puller}
- grip: {part: box, at: top, depart_mm: 80}
- home: {}
"""
PUT = TAKE.replace("table.pocket", "drawer.spot") + AGAIN
HOME = """format: cellsim/task@1
steps:
- home: {group: r}
"""


def test_a_part_is_taken_from_the_drawer_where_that_stands_when_it_is_out() -> None:
    job = teach_task(cell(), parse_task(TAKE, "take.task.yaml"))
    body = job.programs["r"].routines[0].body
    target = body[[isinstance(s, Grip) for s in body].index(True) - 1]
    assert isinstance(target, Move)
    assert target.to.pose is not None
    place = world_T_frame(job.cell, target.frame) @ target.to.pose
    assert np.allclose(place.p, (0.55, -0.35, 0.1 + 0.05 + 0.061 + 0.05), atol=1e-6)
    run = simulate(job)
    assert run.findings == ()
    assert [p.kind for p in run.fixtures["fixture:drawer"].phases] == [
        "stands", "moves", "stands", "moves", "stands"
    ]  # fmt: skip
    drawer = [p for p in check_timeline(run).pairs if "fixture:drawer" in (p.a, p.b)]
    robots = [p for p in drawer if p.a.startswith("r/")]
    assert {p.status for p in robots} == {"free"}
    assert len(robots) >= 6


def test_a_part_put_into_the_drawer_is_where_that_takes_it() -> None:
    """Pushed in and pulled out again with the drawer, and gripped where it then is."""
    job = teach_task(cell(part_in=False), parse_task(PUT, "put.task.yaml"))
    run = simulate(job)
    assert run.findings == ()
    rides = [h for h in run.holds if h.parent == "frame:fixture:drawer"]
    assert len(rides) == 1
    assert rides[0].t1 - rides[0].t0 > 2.0
    assert run.holds[-1].parent == "group:r.flange"


def test_a_gripper_that_confirms_nothing_may_hold_the_part_while_the_drawer_goes() -> None:
    job = teach_task(cell(False, confirmed=False), parse_task(PUT, "put.task.yaml"))
    (found,) = simulate(job).findings
    assert (found.rule, found.severity) == ("fixture-not-standing", Severity.UNDECIDED)
    assert found.subject == "box / fixture:drawer"


def test_a_program_in_a_frame_that_hangs_on_the_drawer_is_refused_with_its_line() -> None:
    job = teach_task(cell(), parse_task(TAKE, "take.task.yaml"))
    (routine,) = job.programs["r"].routines
    body = tuple(
        replace(s, frame="fixture:drawer") if isinstance(s, Move) and s.to.pose else s
        for s in routine.body
    )
    program = replace(job.programs["r"], routines=(replace(routine, body=body),))
    with pytest.raises(BadInput, match="hangs on fixture:drawer, which moves") as error:
        simulate(replace(job, programs={"r": program}))
    assert error.value.line > 0


def test_the_replay_moves_the_drawer_with_what_stands_in_it() -> None:
    pytest.importorskip("pybullet")
    from cellsim.physics.carry import Carrying
    from cellsim.physics.world import World

    assert bullet()
    job = teach_task(cell(), parse_task(TAKE, "take.task.yaml"))
    run = simulate(job)
    with World(run.job.cell) as world:
        carrying = Carrying(world, run)
        for t, x in ((0.0, 0.85), (0.5, 0.7), (1.0, 0.55)):
            carrying.update(t)
            for name in ("fixture:drawer", "part:box"):
                assert world.pose(name).p[0] == pytest.approx(x, abs=1e-6)


def test_every_course_has_its_own_drawer() -> None:
    """A branch on what nobody determines: one course pulls the drawer out, the other does not."""
    from gantry_cells import put, wait

    from cellsim.domain.program import If, signal_is

    made = cell()
    made = replace(made, signals={**made.signals, "ask": Signal("ask", "cell")})
    job = teach_task(cell(), parse_task(HOME, "home.task.yaml"))
    (routine,) = job.programs["r"].routines
    pull = If(signal_is("ask", True), (put("pull"), wait("out")), ())
    program = replace(job.programs["r"], routines=(replace(routine, body=(pull, *routine.body)),))
    courses = courses_of(replace(job, cell=made, programs={"r": program}))
    ends = sorted(c.timeline.fixtures["fixture:drawer"].phases[-1].low for c in courses)
    assert ends == [0.0, 0.3]
