"""Joint moves and TCP lines in time: against closed forms, ruckig, and densely solved paths."""

from __future__ import annotations

import math

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny

from cellsim.domain.cell import External
from cellsim.domain.program import Speed
from cellsim.domain.report import Severity
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.ik import solve_all, solve_near
from cellsim.motion.law import SegmentLaw

DQ = (0.9, -0.4, 0.5, -1.1, 0.6, 0.3)


@pytest.fixture(scope="module")
def big() -> cases.Case:
    return cases.Case(tiny.big_arm())


@pytest.fixture(scope="module")
def gantry() -> cases.Case:
    return cases.Case(cases.gantry())


def test_a_joint_move_stays_on_the_straight_joint_line(big: cases.Case) -> None:
    run = big.run([big.joint(DQ)])
    share = (run.q - big.q0) @ np.array(DQ) / np.dot(DQ, DQ)
    np.testing.assert_allclose(run.q, big.q0 + share[:, None] * np.array(DQ), atol=1e-9)
    np.testing.assert_allclose(run.q[-1], big.q0 + np.array(DQ), atol=1e-12)
    assert np.all(run.dev_path == 0.0)
    assert np.all(run.qd[[0, -1]] == 0.0)
    assert run.t[0] == 0.0
    assert np.all(np.diff(run.t) > 0.0)
    assert run.findings == ()


def test_a_joint_move_takes_what_its_slowest_joint_takes(big: cases.Case) -> None:
    run = big.run([big.joint(DQ, speed="50 %")])
    joint = big.joints[3]
    a = math.sqrt(joint.acceleration[0] * joint.acceleration[1])
    alone = SegmentLaw(abs(DQ[3]), 0.5 * joint.speed, a, a / joint.jerk_time)
    assert run.duration == pytest.approx(alone.duration, rel=1e-12)
    assert cases.shares(big, run)[0] <= 0.5 * (1 + 1e-9)


def test_the_time_deviation_of_a_joint_move_encloses_the_true_motion(big: cases.Case) -> None:
    run = big.run([big.joint(DQ)])
    joint = big.joints[3]
    a = math.sqrt(joint.acceleration[0] * joint.acceleration[1])
    law = SegmentLaw(abs(DQ[3]), joint.speed, a, a / joint.jerk_time)
    t = np.linspace(0.0, run.duration, 20001)
    true = big.q0 + (law.at(t)[0] / abs(DQ[3]))[:, None] * np.array(DQ)
    chord = np.column_stack([np.interp(t, run.t, column) for column in run.q.T])
    k = np.clip(np.searchsorted(run.t, t, side="right") - 1, 0, len(run.t) - 2)
    assert np.all(np.abs(true - chord) <= run.dev_time[k] + 1e-12)
    assert np.max(run.dev_time) < 1.1 * np.max(np.abs(true - chord))


def test_slow_takes_longer_than_typical_than_fast(big: cases.Case) -> None:
    moves = [big.joint(DQ, cases.accu(4)), big.joint((0.0,) * 6)]
    slow, typical, fast = (
        big.run(moves, accel=name).duration for name in ("slow", "typical", "fast")
    )
    assert slow > typical > fast


def test_a_joint_move_with_a_tcp_speed_reaches_it_and_stays_below(big: cases.Case) -> None:
    run = big.run([big.joint(DQ, speed="400 mm/s")])
    speed = np.linalg.norm(np.diff(big.points(run.q), axis=0), axis=1) / np.diff(run.t)
    assert 0.39 < speed.max() <= 0.4 * (1 + 1e-4)


def test_a_joint_move_in_seconds_takes_them(big: cases.Case) -> None:
    assert big.run([big.joint(DQ, speed="3 s")]).duration == pytest.approx(3.0, abs=1e-9)
    late = big.run([big.joint(DQ, speed="0.1 s")])
    assert [f.rule for f in late.findings] == ["move-time-not-held"]
    assert late.findings[0].value == pytest.approx(late.duration)


def test_a_joint_move_in_degrees_per_second_limits_its_leading_axis(big: cases.Case) -> None:
    run = big.run([big.joint(DQ, speed="20 deg/s")])
    assert np.max(np.abs(run.qd)) == pytest.approx(math.radians(20), rel=1e-9)


def test_a_line_of_a_gantry_takes_way_by_speed_plus_the_ramps(gantry: cases.Case) -> None:
    # J is the identity: jerk-limited trapezoid, d / v + v / a + jerk time.
    goal = gantry.at() @ Pose.translation(1.2, 0.0, 0.0)
    run = gantry.run([gantry.line(goal, speed="600 mm/s")])
    assert run.duration == pytest.approx(1.2 / 0.6 + 0.6 / 4.0 + 0.1, rel=2e-3)
    assert run.motions[0].reached == pytest.approx(0.6, rel=1e-6)
    assert cases.shares(gantry, run)[1] == pytest.approx(1.0, rel=5e-3)


def test_a_line_holds_its_path_at_every_knot(big: cases.Case) -> None:
    start, goal = big.at(), big.at() @ Pose.from_xyz_rpy((-0.5, 0.6, -0.3), (0.4, -0.2, 0.7))
    run = big.run([big.line(goal)])
    p = big.points(run.q)
    way = goal.p - start.p
    share = (p - start.p) @ way / (way @ way)
    assert np.max(np.linalg.norm(p - start.p - share[:, None] * way, axis=1)) < 1e-7
    for q, u in zip(run.q[::20], share[::20], strict=True):
        pose = cases.tcp_pose(big.chain, q, big.tcp)
        turn = Pose.from_rotvec((0, 0, 0), u * Pose(goal.R @ start.R.T, np.zeros(3)).rotvec())
        assert Pose(turn.R @ start.R, pose.p).distance(pose)[1] < 1e-7
    assert cases.tcp_pose(big.chain, run.q[-1], big.tcp).distance(goal)[0] < 1e-9
    assert max(cases.shares(big, run)) <= 1 + 1e-6


@pytest.mark.parametrize("robot", [tiny.big_arm, tiny.ur10e])
def test_the_path_deviation_encloses_the_densely_solved_line(robot) -> None:
    case = cases.Case(robot())
    start = case.at()
    goal = (
        Pose.translation(-0.1, 0.15, -0.1) @ start @ Pose.from_xyz_rpy((0, 0, 0), (0.3, 0.1, 0.2))
    )
    run = case.run([case.line(goal)])
    assert run.findings == ()
    way = goal.p - start.p
    spin = Pose(goal.R @ start.R.T, np.zeros(3)).rotvec()
    share = (case.points(run.q) - start.p) @ way / (way @ way)
    flange = case.tcp.inverse()
    for k in range(0, len(run.t) - 1, 7):
        for part in (0.2, 0.5, 0.8):
            u = share[k] + part * (share[k + 1] - share[k])
            turn = Pose.from_rotvec((0, 0, 0), u * spin)
            pose = Pose(turn.R @ start.R, start.p + u * way)
            q = solve_near(case.chain, pose @ flange, run.q[k])
            off = np.abs(q - run.q[k] - part * (run.q[k + 1] - run.q[k]))
            assert np.all(off <= run.dev_path[k] + 1e-9)
    assert np.max(run.dev_path) <= 2e-5


def test_seven_axes_hold_a_line_with_their_least_motion() -> None:
    case = cases.Case(tiny.seven_axes())
    start = case.at()
    goal = Pose.translation(-0.1, 0.15, -0.1) @ start
    run = case.run([case.line(goal)])
    assert run.findings == ()
    way = goal.p - start.p
    p = case.points(run.q) - start.p
    assert np.max(np.linalg.norm(np.cross(p, way), axis=1)) / np.linalg.norm(way) < 1e-7
    assert max(cases.shares(case, run)) <= 1 + 1e-6


def test_knots_agree_with_their_own_speeds_and_accelerations(big: cases.Case) -> None:
    goal = big.at() @ Pose.from_xyz_rpy((-0.5, 0.6, -0.3), (0.4, -0.2, 0.7))
    run = big.run([big.line(goal)])
    dt = np.diff(run.t)[:, None]
    hermite = (run.qd[:-1] + run.qd[1:]) / 2 * dt + (run.qdd[:-1] - run.qdd[1:]) / 12 * dt**2
    np.testing.assert_allclose(np.diff(run.q, axis=0), hermite, atol=1e-6)
    np.testing.assert_allclose(
        np.diff(run.qd, axis=0), (run.qdd[:-1] + run.qdd[1:]) / 2 * dt, atol=1e-3
    )


def test_a_circle_keeps_its_radius(big: cases.Case) -> None:
    start = big.at()
    via, goal = start @ Pose.translation(0.2, 0.2, 0.0), start @ Pose.translation(0.4, 0.0, 0.0)
    run = big.run([big.line(goal, via=via)])
    centre = (start @ Pose.translation(0.2, 0.0, 0.0)).p
    radius = np.linalg.norm(big.points(run.q) - centre, axis=1)
    np.testing.assert_allclose(radius, 0.2, atol=1e-7)
    middle = big.points(run.q)[len(run.q) // 2]
    assert np.linalg.norm(middle - via.p) < 0.05
    assert run.motions[0].kind == "circular"


def test_a_circle_through_one_line_is_an_error(big: cases.Case) -> None:
    start = big.at()
    via, goal = start @ Pose.translation(0.2, 0.0, 0.0), start @ Pose.translation(0.4, 0.0, 0.0)
    run = big.run([big.line(goal, via=via)])
    assert [(f.rule, f.severity) for f in run.findings] == [("circle-degenerate", Severity.ERROR)]


def test_a_line_near_the_wrist_singularity_slows_down_within_the_caps() -> None:
    # B (index 4) swings through zero while R2 and R1 have to turn by half a turn.
    start = np.array([0.0, -0.3, 0.3, 0.05, 0.5, 0.0])
    case = cases.Case(tiny.big_arm())
    case.q0 = start
    goal = case.at() @ Pose.from_xyz_rpy((0.0, 0.0, 0.0), (0.0, -1.0, 0.0))
    run = case.run([case.line(Pose.translation(0.0, 0.25, 0.1) @ goal, speed="800 mm/s")])
    assert "tcp-speed-not-held" in [f.rule for f in run.findings]
    assert max(cases.shares(case, run)) <= 1 + 1e-6
    slow = next(f for f in run.findings if f.rule == "tcp-speed-not-held")
    assert slow.value < 0.95 * slow.limit
    assert 0.0 <= slow.facts["way_percent"] <= 100.0


def test_a_line_beside_the_wrist_singularity_swings_the_wrist_and_never_hops() -> None:
    # B stands 0.2 degrees before zero; the line leads past zero at a distance of 1e-4 rad.
    case = cases.Case(tiny.big_arm())
    case.q0 = np.array([0.0, -0.3, 0.3, -0.19, -0.003, 0.17])
    goal = Pose.translation(0.05, 0.1, 0.0) @ case.at()
    run = case.run([case.line(goal)])
    speed = np.array([joint.speed for joint in case.joints])
    steps = np.abs(np.diff(run.q, axis=0)) / np.diff(run.t)[:, None]
    assert np.all(steps <= speed * (1 + 1e-6))
    assert np.ptp(run.q[:, 3]) > 1.2
    assert np.max(run.dev_path) <= 2e-5
    assert cases.tcp_pose(case.chain, run.q[-1], case.tcp).distance(goal)[0] < 1e-9


def test_a_line_out_of_reach_says_how_far_it_goes(big: cases.Case) -> None:
    start = big.at()
    goal = Pose.translation(3.0, 0.0, 0.0) @ start
    run = big.run([big.line(goal)])
    (found,) = run.findings
    assert (found.rule, found.severity) == ("line-unreachable", Severity.ERROR)
    share = found.value / 100.0
    flange = big.tcp.inverse()
    inside = Pose.translation(3.0 * (share - 1e-3), 0.0, 0.0) @ start @ flange
    outside = Pose.translation(3.0 * (share + 0.02), 0.0, 0.0) @ start @ flange
    assert solve_all(big.chain, inside)
    assert not solve_all(big.chain, outside)
    assert len(run.t) == 1


def test_a_line_that_ends_in_another_configuration_is_a_flip(big: cases.Case) -> None:
    goal = big.at() @ Pose.translation(0.1, 0.1, 0.0)
    move = big.line(goal)
    honest = big.run([move]).q[-1]
    twins = solve_all(big.chain, goal @ big.tcp.inverse())
    other = max(twins, key=lambda q: float(np.abs(q - honest).max()))
    flipped = big.run([cases.with_target(move, other)])
    assert [f.rule for f in flipped.findings] == ["configuration-flip"]
    assert big.run([cases.with_target(move, honest)]).findings == ()


def test_the_track_rides_along_a_line_at_its_share() -> None:
    case = cases.Case(tiny.big_arm(), (External(tiny.track(), "world", Pose.identity(), "arm"),))
    start = case.at()
    goal = Pose.translation(1.0, 0.0, 0.0) @ start
    move = cases.with_ext(case.line(goal), (1.5,))
    run = case.run([move])
    share = (case.points(run.q)[:, 0] - start.p[0]) / 1.0
    np.testing.assert_allclose(run.q[:, 6], 0.5 + share, atol=1e-7)
    np.testing.assert_allclose(run.q[:, :6], np.tile(case.q0[:6], (len(run.q), 1)), atol=1e-7)
    assert max(cases.shares(case, run)) <= 1 + 1e-6


def test_a_line_in_per_cent_is_led_by_its_fastest_joint(big: cases.Case) -> None:
    goal = big.at() @ Pose.translation(-0.6, 0.8, -0.3)
    run = big.run([big.line(goal, speed="30 %")])
    assert 0.29 < cases.shares(big, run)[0] <= 0.3 * (1 + 1e-6)


def test_a_turn_on_the_spot_is_led_by_the_joints(big: cases.Case) -> None:
    start = big.at()
    run = big.run([big.line(start @ Pose.from_xyz_rpy((0, 0, 0), (0.0, 0.0, 0.8)))])
    assert np.max(np.linalg.norm(big.points(run.q) - start.p, axis=1)) < 1e-7
    assert 0.3 < run.duration < 3.0


def test_a_missing_joint_figure_is_said_and_not_invented_in_silence() -> None:
    robot = tiny.big_arm()
    case = cases.Case(robot)
    case.joints = (cases.without_speed(case.joints[0]), *case.joints[1:])
    run = case.run([case.joint(DQ)])
    assert [(f.rule, f.severity, f.subject) for f in run.findings] == [
        ("joint-figure-missing", Severity.NOT_CHECKED, "J1")
    ]


def test_a_speed_of_zero_is_bad_input_with_its_line(big: cases.Case) -> None:
    with pytest.raises(BadInput, match=r"case\.program\.yaml:\d"):
        big.run([big.joint(DQ, speed="0 %")])
    with pytest.raises(BadInput, match="furlong"):
        big.run([cases.with_speed(big.joint(DQ), Speed(1.0, "furlong"))])


def test_a_move_to_where_it_stands_takes_no_time(big: cases.Case) -> None:
    run = big.run([big.joint((0.0,) * 6), big.line(big.at())])
    assert len(run.t) == 1
    assert [(m.first, m.last) for m in run.motions] == [(0, 0), (0, 0)]
