"""Jerk between the knots: in closed form, against the law that made it and against samples."""

from __future__ import annotations

import math
from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny
from rule_findings import findings, only
from timelines import FILE, HOME, cell, robot, timeline, track

from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Index, Speed, Zone
from cellsim.domain.report import Severity
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array, Pose
from cellsim.kinematics.frames import chain_of
from cellsim.motion.law import SegmentLaw, StretchedLaw, jerk_jumps
from cellsim.motion.run import time_run
from cellsim.motion.spec import MoveSpec, Run
from cellsim.verify import recheck
from cellsim.verify.extrema import corner_ends, jerks

CYCLE = MotionRules.interpolation_s
TYPICAL = math.sqrt(4.0 * 9.0)  # of each joint of the test arm [rad/s2]


def track_of(run: Run, group: str = "arm") -> GroupTrack:
    block = np.zeros(len(run.motion), dtype=np.int64)
    return GroupTrack(
        group, run.t, run.q, run.qd, run.qdd, run.dev_path, run.dev_time, run.motion,
        run.motions, block, run.tubes,
    )  # fmt: skip


def swing(jerk_time: float) -> tuple[GroupTrack, Cell]:
    """J1 turns by 1 rad as fast as its figures let it; full acceleration after jerk_time [s]."""
    arm = robot()
    arm = replace(arm, joints=tuple(replace(j, jerk_time=jerk_time) for j in arm.joints))
    where = cell(arm)
    goal = np.array((HOME[0] + 1.0, *HOME[1:]))
    spec = MoveSpec(
        "joint", goal, None, None, Pose.identity(), Speed(100.0, "%"), index=Index(FILE, 3)
    )
    rules = MotionRules("ur", "parabola", "parabola")
    made = time_run(chain_of(where, "arm"), arm.joints, np.array(HOME), [spec], rules)
    return track_of(made), where


def limited(where: Cell, jerk: float) -> Cell:
    """The cell with a jerk of J1 [rad/s3]."""
    group = where.groups["arm"]
    first, *others = group.robot.joints
    arm = replace(group.robot, joints=(replace(first, jerk=jerk), *others))
    return replace(where, groups={"arm": replace(group, robot=arm)})


@pytest.mark.parametrize("jerk_time", [0.004, 0.0101, 0.1])
def test_the_jerk_of_a_swing_is_acceleration_by_its_time(jerk_time: float) -> None:
    """By hand from the figures; at the limit it passes, and above it fails."""
    made, where = swing(jerk_time)
    jerk = TYPICAL / jerk_time
    assert jerks(made)[:, 0].max() == pytest.approx(jerk, rel=1e-6)
    for limit, count in ((jerk / 1.02 * (1 + 1e-6), 0), (jerk / 1.02 * (1 - 1e-6), 1)):
        given = timeline(made, limited(where, limit))
        assert len(findings("joint-jerk-exceeded", given)) == count
        assert findings("trajectory-disagrees", given) == ()


def test_a_jerk_that_lasts_half_a_cycle_is_found() -> None:
    """Acceleration is full after 4 ms: over a cycle of 8 ms from any instant half of it shows."""
    made, where = swing(0.004)
    jerk = TYPICAL / 0.004
    t = np.arange(0.0, made.t[-1], 1e-3)
    seen = np.abs(made.traj(t + CYCLE, 2) - made.traj(t, 2))[:, 0].max() / CYCLE
    assert seen < 0.51 * jerk
    f = only("joint-jerk-exceeded", timeline(made, limited(where, 0.9 * jerk)))
    assert (f.severity, f.subject, f.line) == (Severity.ERROR, "arm J1", 3)
    assert f.value == pytest.approx(math.degrees(jerk), rel=1e-6)


def test_jumps_of_the_jerk_are_those_of_the_seven_segments() -> None:
    law = SegmentLaw(1.0, 0.5, 1.0, 5.0)
    at, jump = jerk_jumps(law)
    assert np.allclose(at, law.breaks[1:-1])
    assert np.allclose(jump, 5.0)
    slow, less = jerk_jumps(StretchedLaw(law, 2.0))
    assert np.allclose(slow, 2.0 * at)
    assert np.allclose(less, 5.0 / 8.0)


@pytest.fixture(scope="module")
def bent() -> tuple[GroupTrack, GroupTrack]:
    """Joint moves and lines with corners between, by cycles of 8 ms and of 1/4 ms."""
    case = cases.Case(tiny.big_arm())
    at, zone = case.at(), Zone("radius", 40.0, "mm")
    moves = [
        case.joint((0.4, 0.1, -0.1, 0.3, 0.2, 0.5)),
        case.joint((0.0,) * 6),
        case.line(Pose(at.R, at.p - (0.4, 0.0, 0.0)), zone),
        case.line(Pose(at.R, at.p - (0.4, 0.3, 0.0)), zone, "900 mm/s"),
        case.line(Pose(at.R, at.p - (0.1, 0.3, 0.1))),
    ]
    made = [case.run(moves, replace(cases.RULES, interpolation_s=h)) for h in (CYCLE, 2.5e-4)]
    return track_of(made[0]), track_of(made[1])


def away(made: GroupTrack) -> Array:
    """Which pieces touch no end of a corner."""
    ends = corner_ends(made)
    return ~(ends[:-1] | ends[1:])


def test_the_closed_form_is_the_jerk_of_the_law(bent: tuple[GroupTrack, GroupTrack]) -> None:
    """What knots 1/4 ms apart show by differences; motion by motion, joint by joint."""
    coarse, fine = bent
    chords = np.abs(np.diff(fine.qdd, axis=0)) / np.diff(fine.t)[:, None]
    exact, known = jerks(coarse), away(coarse)
    middle = (fine.t[:-1] + fine.t[1:]) / 2.0
    dense = known[np.searchsorted(coarse.t[:-1], middle, side="right") - 1]
    assert len(coarse.motions) == len(fine.motions) == 7
    compared = 0
    for a, b in zip(coarse.motions, fine.motions, strict=True):
        own, other = slice(a.first, a.last), slice(b.first, b.last)
        closed = exact[own][known[own]].max(axis=0)
        seen = chords[other][dense[other]].max(axis=0)
        large = seen > 0.2 * seen.max()
        assert np.allclose(closed[large], seen[large], rtol=0.02)
        compared += int(large.sum())
    assert compared > 20


def test_a_cycle_from_any_millisecond_shows_no_more(bent: tuple[GroupTrack, GroupTrack]) -> None:
    made, _ = bent
    exact, known = jerks(made), away(made)
    t = np.arange(0.0, made.t[-1] - CYCLE, 1e-3)
    seen = np.abs(made.traj(t + CYCLE, 2) - made.traj(t, 2)) / CYCLE
    looked = 0
    for k, row in zip(range(len(t)), seen, strict=True):
        first = np.searchsorted(made.t, t[k], side="right") - 1
        last = np.searchsorted(made.t, t[k] + CYCLE)
        if known[first:last].all():
            assert (row <= 1.01 * exact[first:last].max(axis=0) + 1e-6).all()
            looked += 1
    assert looked > 1000


def test_what_samples_show_is_the_closed_form(bent: tuple[GroupTrack, GroupTrack]) -> None:
    group = tiny.group_cell(tiny.big_arm(), ()).groups["r"]
    for made in (*bent, track(HOME, (0.5, *HOME[1:]), HOME, knots=6)):
        assert list(recheck.jerks_disagree(made, group, recheck.seen_of(made))) == []


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_a_wrong_closed_form_is_our_own_error(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, where = swing(0.1)
    given = timeline(made, where)
    assert findings("trajectory-disagrees", given) == ()
    monkeypatch.setattr(recheck, "jerks", lambda made: share * jerks(made))
    f = only("trajectory-disagrees", given)
    assert (f.severity, f.subject, f.unit) == (Severity.ERROR, "arm J1", "rad/s3")
    assert f.facts["what"] == "jerk by samples against closed form"


def test_an_excess_is_not_hidden_by_a_worse_one_beside_a_corner(
    bent: tuple[GroupTrack, GroupTrack],
) -> None:
    made, _ = bent
    first = next(m for m in made.motions if m.kind == "linear")
    inner = jerks(made)[first.first : first.last - 3].max(axis=0)
    joint = int(np.argmax(inner))
    arm = robot()
    joints = list(arm.joints)
    joints[joint] = replace(joints[joint], jerk=0.5 * float(inner[joint]))
    given = timeline(made, cell(replace(arm, joints=tuple(joints))))
    found = [f for f in findings("joint-jerk-exceeded", given) if f.line == first.index.line]
    assert {f.severity for f in found} == {Severity.ERROR, Severity.UNDECIDED}
