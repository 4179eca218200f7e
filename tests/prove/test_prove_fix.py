"""Proof of the repairs: every kind of edit mends a fault that asks for it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from test_fix import CASES, mend
from tiny_cells import box, pick_cell

from cellsim.controllers.brands import rules_of
from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.equipment import Fixture
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Delay,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Tolerance,
    Wait,
    signal_is,
)
from cellsim.domain.report import Verdict
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics import chain_of
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.ik import solve_all, solve_near
from cellsim.kinematics.naming import branch_name
from cellsim.sweep import verify_job
from cellsim.teach.repair.fix import fix
from cellsim.teach.write import with_lines

pytestmark = pytest.mark.prove
TIP = Pose.translation(0.0, 0.0, 0.2)
SLOW = Speed(0.25, "m/s")


# All corners at once is the dearest, and mended by the same kind of edit as one of them.
FULL = os.environ.get("CELLSIM_PROVE") == "full"
SHOWN = [name for name in CASES if FULL or name != "corners too large"]


@pytest.mark.parametrize("name", SHOWN)
def test_a_seeded_fault_of_a_shipped_cell_is_mended(name: str) -> None:
    mend(name)


def tiny() -> Cell:
    """The pick cell; figures that nobody gave for its robot are waived by name."""
    waivers = (
        Waiver("*-figure-missing", "*", "test", "a robot of the tests"),
        Waiver("joint-*", "*", "test", "a robot of the tests"),
        Waiver("wrist-*", "*", "test", "a robot of the tests"),
        Waiver("link-shape-missing", "*", "test", "a robot of the tests"),
    )
    return replace(pick_cell(), waivers=waivers)


def over_table(cell: Cell, x: float, y: float, z: float, turn: float = 0.0) -> tuple[float, ...]:
    """Joint values with the gripper pointing down at a place [m]."""
    chain = chain_of(cell, "r")
    down = np.diag([1.0, -1.0, -1.0]) @ rotation_axis(np.array([0.0, 0.0, 1.0]), turn)
    seed = np.array([-0.5, -1.2, 1.8, -2.2, -1.57, 0.0])
    found = solve_all(chain, Pose(down, np.array([x, y, z])) @ TIP.inverse())
    found = [row for row in found if "/up" in branch_name(chain, row)]
    q = min(found, key=lambda row: float(np.abs(row - seed).sum()))
    return tuple(float(v) for v in q)


def joint(q: Sequence[float], **changes: object) -> Move:
    move = Move("joint", Target(q=tuple(q)), Speed(40.0, "%"), FINE, "gripper")
    return replace(move, **changes)  # type: ignore[arg-type]


def line(cell: Cell, q: Sequence[float], speed: Speed = SLOW) -> Move:
    pose = tcp_pose(chain_of(cell, "r"), np.array(q), TIP)
    return Move("linear", Target(q=tuple(q), pose=pose), speed, FINE, "gripper")


def job_of(cell: Cell, body: Sequence[Statement]) -> Job:
    program = with_lines(Program("tiny", "r", (Routine("tiny", tuple(body)),)), cell)
    return Job("tiny", cell, {"r": program}, {"r": rules_of(cell)["r"]})


def split_line() -> Job:
    cell = tiny()
    a, b = over_table(cell, 0.6, -0.2, 0.3), over_table(cell, 0.6, 0.2, 0.3)
    post = Fixture("post", box("post", 0.03, 0.03, 0.25), "table", Pose.translation(0.6, 0, 0.125))
    cell = replace(cell, fixtures={**cell.fixtures, "post": post})
    home = cell.groups["r"].home
    return job_of(cell, [joint(a), line(cell, b), joint(home)])


def turned_target() -> Job:
    cell = tiny()
    group = cell.groups["r"]
    near = over_table(cell, 0.6, 0.1, 0.35)
    joints = list(group.robot.joints)
    for k in (3, 4, 5):
        joints[k] = replace(joints[k], lower=near[k] - 1.0, upper=near[k] + (0.2, 1.0)[k < 5])
    robot = replace(group.robot, joints=tuple(joints))
    home = near
    cell = replace(cell, groups={"r": replace(group, robot=robot, home=home)})
    pose = tcp_pose(chain_of(cell, "r"), np.array(near), TIP)
    over = Pose(pose.R @ rotation_axis(np.array([0.0, 0.0, 1.0]), math.radians(40.0)), pose.p)
    beyond = Pose(pose.R @ rotation_axis(np.array([0.0, 0.0, 1.0]), math.radians(-40.0)), pose.p)
    chain = chain_of(cell, "r")
    goal = next(
        p for p in (over, beyond) if solve_near(chain, p @ TIP.inverse(), np.array(near)) is None
    )
    free = Target(pose=goal, tolerance=Tolerance("z"))
    return job_of(cell, [joint(near), joint((), to=free), joint(home)])


def slower_line() -> Job:
    cell = tiny()
    a, b = over_table(cell, 0.5, -0.35, 0.4), over_table(cell, 0.5, 0.35, 0.4)
    home = cell.groups["r"].home
    return job_of(cell, [joint(a), line(cell, b, Speed(3.0, "m/s")), joint(home)])


def short_timeout() -> Job:
    cell = tiny()
    fast, slowly = Speed(0.25, "m/s"), Speed(0.1, "m/s")
    above, at = over_table(cell, 0.55, -0.35, 0.35), over_table(cell, 0.55, -0.35, 0.201)
    over, down = over_table(cell, 0.55, 0.35, 0.35), over_table(cell, 0.55, 0.35, 0.201)
    body = [
        joint(above),
        line(cell, at, slowly),
        SetSignal("grip_close", True),
        Wait(signal_is("grip_closed", True), 0.2),
        line(cell, above, slowly),
        line(cell, over, fast),
        line(cell, down, slowly),
        SetSignal("grip_close", False),
        Delay(1.0),
        line(cell, over, slowly),
        joint(cell.groups["r"].home),
    ]
    return job_of(cell, body)


def not_home() -> Job:
    cell = tiny()
    return job_of(cell, [joint(over_table(cell, 0.6, 0.1, 0.4))])


KINDS: dict[str, tuple[Callable[[], Job], str, bool]] = {
    "split": (split_line, "collision", False),
    "turn": (turned_target, "target-unreachable", False),
    "slow": (slower_line, "tcp-speed-not-held", True),
    "timeout": (short_timeout, "wait-timeout", False),
    "home": (not_home, "home-not-reached", True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_edit_mends_what_asks_for_it(kind: str) -> None:
    make, rule, hints = KINDS[kind]
    job = make()
    before = verify_job(job).report
    assert rule in {f.rule for f in before.findings}
    fixed = fix(job, hints=hints)
    assert kind in {r.edit.kind for r in fixed.repairs}, [r.edit.kind for r in fixed.repairs]
    after = verify_job(fixed.after.job).report
    assert rule not in {f.rule for f in after.findings}
    assert after.verdict is Verdict.GREEN, [(f.rule, f.subject) for f in fixed.left]
