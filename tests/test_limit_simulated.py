"""Rules that repeat what the simulation found: a value just inside each limit, and one outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from gantry_cells import cell_of, door_cell, door_job, job_of, panel, program, put, to, wait
from test_frame_shifts import cell as framed_cell
from test_frame_shifts import jig, moves, nominal, run
from test_frame_shifts import to as target_at

from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.equipment import Fixture
from cellsim.domain.files.robot import load_robot
from cellsim.domain.job import Job
from cellsim.domain.program import Delay, Grip, Move, Process, Release, Speed, Target
from cellsim.domain.report import Finding, Severity
from cellsim.geometry import Piece, Pose, Solid
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.frameshift import farthest
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.rules import RULES, rule_id
from tests import timelines

BY_ID = {rule_id(rule): rule for rule in RULES}
NEAR, OVER = 1.0 - 1e-6, 1.0 + 1e-6


def found(job: Job, rule: str) -> tuple[Finding, ...]:
    return BY_ID[rule](Context(simulate(job))).findings


@pytest.mark.limit("grip-missed")
def test_a_grip_at_the_tolerance_of_the_gripper_holds_and_beyond_it_misses() -> None:
    for share, count in ((NEAR, 0), (OVER, 1)):
        body = (to(1.0 + 0.003 * share), Grip("panel"))
        assert len(found(job_of(door_cell(), program("hand", *body)), "grip-missed")) == count


@pytest.mark.limit("fastener-missed")
def test_a_bolt_at_the_reach_of_the_socket_is_taken_and_beyond_it_missed() -> None:
    reach = door_cell().devices["nutrunner"].reach_m
    for share, count in ((NEAR, 0), (OVER, 1)):
        body = (wait("held"), to(1.1 - reach * share), Process("nutrunner"), to(0, 1, 1),
                put("free"))  # fmt: skip
        assert len(found(door_job(door_cell(), driver_body=body), "fastener-missed")) == count


@pytest.mark.limit("part-dropped")
def test_a_part_let_go_five_millimetres_over_another_one_rests_and_higher_drops() -> None:
    low = replace(panel((2, 0, -0.02), hinge=False), name="low")
    cell = cell_of((panel((1, 0, 0), hinge=False), low))
    for share, count in ((NEAR, 0), (OVER, 1)):
        body = (to(1), Grip("panel"), to(1, 0, 1), to(2, 0, 1), to(2, 0, 0.005 * share),
                Release("panel"))  # fmt: skip
        assert len(found(job_of(cell, program("hand", *body)), "part-dropped")) == count


def test_a_part_let_go_beside_a_bar_that_runs_aslant_does_not_rest_on_it() -> None:
    """Its box along the axes of the world reaches under the part; the bar itself does not."""
    bar = Solid("bar", (Piece("box", (0.4, 0.02, 0.02)),))
    for off, count in ((0.1, 1), (0.0, 0)):
        place = Pose.from_xyz_rpy((2.0 + off, 0.0, -0.02), (0, 0, 0.8))
        cell = cell_of((panel((1, 0, 0), hinge=False),))
        cell = replace(cell, fixtures={"bar": Fixture("bar", bar, "world", place)})
        body = (to(1), Grip("panel"), to(1, 0, 1), to(2, 0, 1), to(2, 0, 0), Release("panel"))
        assert len(found(job_of(cell, program("hand", *body)), "part-dropped")) == count


@pytest.mark.limit("wait-timeout")
def test_a_signal_that_comes_with_the_timeout_is_in_time_and_later_is_not() -> None:
    cell = cell_of(late="group:driver")
    for seconds, count in ((0.5, 0), (0.5005, 1)):
        job = job_of(cell, program("hand", wait("late", timeout_s=0.5), to(1)),
                     program("driver", Delay(seconds), put("late")))  # fmt: skip
        assert len(found(job, "wait-timeout")) == count


@pytest.mark.limit("move-time-not-held")
def test_a_move_is_given_the_time_it_takes_at_least() -> None:
    cell = cell_of()
    takes = simulate(job_of(cell, program("hand", to(1)))).duration
    for share, count in ((1.001, 0), (0.999, 1)):
        move = replace(to(1), speed=Speed(takes * share, "s"))
        assert len(found(job_of(cell, program("hand", move)), "move-time-not-held")) == count


def outstretched(*moves: Move) -> Job:
    """A job of one UR5e that stands where the gantry stood."""
    cell = cell_of()
    ur = replace(cell.groups["hand"], robot=load_robot("ur5e"), tool="",
                 home=(0.2, -1.2, 1.4, -1.7, -1.5, 0.3))  # fmt: skip
    return job_of(replace(cell, groups={"hand": ur}), program("hand", *moves))


def reached(off: float) -> Target:
    """A pose that the outstretched arm reaches, moved outwards along the arm [m]."""
    chain = chain_of(outstretched().cell, "hand")
    q = np.array([0.2, -0.9, 0.0, -1.2, -1.5, 0.3])
    poses = link_poses(chain, q)
    upper = poses[chain.link("hand/upper_arm"), :3, 3]
    along = poses[chain.link("hand/forearm"), :3, 3] - upper
    pose = Pose.from_matrix(poses[chain.flange])
    return Target(pose=Pose(pose.R, pose.p + off * along / np.linalg.norm(along)))


@pytest.mark.limit("target-unreachable", "line-unreachable")
@pytest.mark.parametrize(
    ("kind", "speed", "rule"),
    [("joint", Speed(50, "%"), "target-unreachable"),
     ("linear", Speed(50, "mm/s"), "line-unreachable")],
)  # fmt: skip
def test_a_pose_at_the_reach_of_the_arm_is_reached_and_one_beyond_it_is_not(
    kind: Literal["joint", "linear"], speed: Speed, rule: str
) -> None:
    """From a place a little within, the hand turned as it will be."""
    first = Move("joint", reached(-0.01), Speed(50, "%"))
    for off, count in ((-1e-5, 0), (1e-5, 1)):
        job = outstretched(first, Move(kind, reached(off), speed))
        assert len(found(job, rule)) == count


@pytest.mark.limit("circle-degenerate")
def test_three_points_nearly_in_line_are_a_circle_until_they_are_in_line() -> None:
    """Two ways of a metre: a circle down to an angle of 1e-6 between them."""
    cell = cell_of()
    down = Pose.from_xyz_rpy((0, 0, 0), (math.pi, 0, 0)).R
    for off, count in ((1.1e-6, 0), (0.9e-6, 1)):
        end = Target(pose=Pose(down, np.array([2.0, off * 2.0, 0.0])))
        via = Target(pose=Pose(down, np.array([1.0, 0.0, 0.0])))
        arc = Move("circular", end, Speed(500, "mm/s"), via=via)
        assert len(found(job_of(cell, program("hand", arc)), "circle-degenerate")) == count


def block(gap: float, *rules: PairRule) -> Cell:
    """The arm at home and a block under its tool, at a gap between the two."""
    made = timelines.cell(pair_rules=rules)
    chain = chain_of(made, "arm")
    flange = link_poses(chain, np.array(timelines.HOME))[chain.flange]
    body = Solid("block", (Piece("box", (0.1, 0.1, 0.04)),))
    place = Pose.from_matrix(flange) @ Pose.translation(0, 0, 0.15 + gap + 0.02)
    fixtures = {**made.fixtures, "block": Fixture("block", body, "world", place)}
    return replace(made, fixtures=fixtures, clearance_m=0.004)


def status(where: Cell) -> str:
    still = timelines.track(timelines.HOME, timelines.HOME, seconds=1.0)
    pairs = check_timeline(timelines.timeline(still, where)).pairs
    return next(p.status for p in pairs if {p.a, p.b} == {"arm/tool:hand", "fixture:block"})


@pytest.mark.limit("clearance")
def test_a_pair_at_the_required_clearance_is_free_and_a_micrometre_nearer_is_not() -> None:
    assert [status(block(0.004 + off)) for off in (1e-6, -1e-6)] == ["free", "clearance"]


@pytest.mark.limit("collision")
def test_contact_to_the_allowed_depth_is_free_and_a_micrometre_deeper_is_a_collision() -> None:
    touch = PairRule("contact", "arm/tool:hand", "fixture:block", 0.001, "it pushes")
    assert [status(block(-0.001 + off, touch)) for off in (1e-6, -1e-6)] == ["free", "collision"]


def with_lower(limit: float) -> Sequence[Finding]:
    arm = timelines.robot()
    joints = (*arm.joints[:2], replace(arm.joints[2], lower=limit), *arm.joints[3:])
    where = framed_cell()
    group = replace(where.groups["arm"], robot=replace(arm, joints=joints))
    where = replace(where, groups={"arm": group})
    told = BY_ID["frame-joint-limit"](Context(run(where, moves(where)))).findings
    return [f for f in told if "J3" in f.subject]


@pytest.mark.limit("frame-joint-limit")
def test_a_joint_limit_that_no_sampled_shift_passes_is_no_error_and_one_that_does_is() -> None:
    track = nominal().tracks["arm"]
    sampled = float(track.shifted["jig"][:, :, 2].min())
    possible = float((track.q - farthest(track.shifted["jig"] - track.q))[:, 2].min())
    assert possible < sampled - 1e-6
    assert with_lower(possible - 1e-6) == []
    within = with_lower(sampled - 1e-7)
    assert {f.severity for f in within} == {Severity.UNDECIDED}
    assert Severity.ERROR in {f.severity for f in with_lower(sampled + 1e-6)}


@pytest.mark.limit("frame-not-followed")
def test_a_shifted_target_at_the_reach_is_followed_and_one_beyond_it_is_not() -> None:
    """The arm nearly outstretched, x of the frame along it: the range is the way that is left."""
    arm = framed_cell()
    chain = chain_of(arm, "arm")
    q = (0.0, 0.4, -math.pi / 2 + 0.3, 0.0, 0.6, 0.0)
    poses = link_poses(chain, np.array(q))
    shoulder, wrist = (poses[chain.link(f"arm/{n}"), :3, 3] for n in ("L2", "L5"))
    way = wrist - shoulder
    left = 1.0 - float(np.linalg.norm(way))
    assert 0.001 < left < 0.1
    x = way / np.linalg.norm(way)
    y = np.array([0.0, 1.0, 0.0])
    R = np.stack([x, y, np.cross(x, y)], axis=1)
    place = Pose(R, np.array([0.9, 0.0, 0.7]))
    for share, count in ((0.999, 0), (1.001, 1)):
        frame = replace(jig(range_m=left * share, range_rad=0.0), pose=place)
        where = framed_cell(frame=frame)
        made = run(where, (target_at(where, 1, q, kind="joint"),))
        told = BY_ID["frame-not-followed"](Context(made)).findings
        assert [f.facts["why"] for f in told] == ["reach"] * count
