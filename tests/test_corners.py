"""Corners: their shape, their size under each brand's rules, and how they are driven."""

from __future__ import annotations

import math
from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny

from cellsim.domain.interpolate import hermite
from cellsim.domain.program import FINE, Zone
from cellsim.domain.report import Severity
from cellsim.errors import UnknownName
from cellsim.geometry import Pose

LEG = 0.4


@pytest.fixture(scope="module")
def big() -> cases.Case:
    return cases.Case(tiny.big_arm())


def bent(case: cases.Case, zone: Zone, turn: float = math.pi / 2, speed: str = "300 mm/s"):
    """Return a run of two lines that meet at an angle, with P0, P1, P2 [m]."""
    start = case.at()
    p1 = start.p + np.array([-LEG, 0.0, 0.0])
    p2 = p1 + LEG * np.array([-math.cos(turn), math.sin(turn), 0.0])
    moves = [
        case.line(Pose(start.R, p1), zone, speed),
        case.line(Pose(start.R, p2), FINE, speed),
    ]
    return moves, (start.p, p1, p2)


@pytest.mark.parametrize("turn", [math.radians(d) for d in (30, 90, 150)])
@pytest.mark.parametrize("d", [0.02, 0.1])
def test_a_corner_passes_its_point_at_half_d_times_the_sine(
    big: cases.Case, turn: float, d: float
) -> None:
    moves, (_, p1, _) = bent(big, Zone("radius", 1e3 * d, "mm"), turn)
    run = big.run(moves)
    dense = hermite(run.t, run.q, run.qd, run.qdd, np.arange(0.0, run.duration, 1e-3))
    nearest = np.min(np.linalg.norm(big.points(dense) - p1, axis=1))
    assert nearest == pytest.approx(d / 2 * math.sin(turn / 2), abs=2e-3 * d)


def test_a_corner_begins_and_ends_at_d_and_is_the_parabola(big: cases.Case) -> None:
    d = 0.08
    moves, (p0, p1, p2) = bent(big, Zone("radius", 80, "mm"))
    run = big.run(moves)
    kinds = [m.kind for m in run.motions]
    assert kinds == ["linear", "corner", "linear"]
    corner = run.motions[1]
    assert (corner.corner, corner.shrunk) == (pytest.approx(d), 0.0)
    p = big.points(run.q[corner.first : corner.last + 1])
    e, x = p1 + d * (p0 - p1) / LEG, p1 + d * (p2 - p1) / LEG
    np.testing.assert_allclose(p[[0, -1]], [e, x], atol=1e-7)
    # In the oblique frame (e - p1, x - p1) the parabola is sqrt(a) + sqrt(b) = 1.
    a, b = np.linalg.lstsq(np.stack([e - p1, x - p1], axis=1), (p - p1).T, rcond=None)[0]
    np.testing.assert_allclose(np.sqrt(np.abs(a)) + np.sqrt(np.abs(b)), 1.0, atol=1e-4)


def test_a_corner_holds_the_caps_and_is_faster_than_a_stop(big: cases.Case) -> None:
    soft, hard = (big.run(bent(big, zone, speed="900 mm/s")[0]) for zone in (cases.accu(5), FINE))
    assert soft.duration < hard.duration
    assert max(cases.shares(big, soft)) <= 1 + 1e-6
    middle = hard.motions[0].last
    assert np.all(hard.qd[middle] == 0.0)
    assert [m.kind for m in hard.motions] == ["linear", "linear"]


def test_a_corner_larger_than_half_a_segment_shrinks_and_says_so(big: cases.Case) -> None:
    moves, _ = bent(big, Zone("radius", 300, "mm"))
    run = big.run(moves)
    (found,) = run.findings
    assert (found.rule, found.severity) == ("corner-shrunk", Severity.NOTE)
    assert (found.value, found.limit) == (pytest.approx(200.0), pytest.approx(300.0))
    assert run.motions[0].corner == 0.0
    corner = next(m for m in run.motions if m.kind == "corner")
    assert (corner.corner, corner.shrunk) == (pytest.approx(0.2), pytest.approx(0.3))


@pytest.mark.limit("corner-shrunk")
def test_a_zone_exactly_half_a_segment_is_not_shrunk(big: cases.Case) -> None:
    moves, _ = bent(big, Zone("radius", 200, "mm"))
    assert big.run(moves).findings == ()


@pytest.mark.parametrize("endless", [math.inf, 1000.0])
def test_the_endless_level_takes_half_of_the_shorter_segment(
    big: cases.Case, endless: float
) -> None:
    moves, _ = bent(big, cases.accu(7))
    table = {"accu": (*cases.ACCU[:7], endless)}
    run = big.run(moves, replace(cases.RULES, zone_distance_m=table))
    assert run.findings == ()
    assert next(m for m in run.motions if m.kind == "corner").corner == pytest.approx(LEG / 2)


def test_level_zero_is_an_exact_stop(big: cases.Case) -> None:
    moves, _ = bent(big, cases.accu(0))
    assert [m.kind for m in big.run(moves).motions] == ["linear", "linear"]


@pytest.mark.limit("corner-overlap")
def test_corners_that_overlap_are_an_error_where_the_brand_says_so(big: cases.Case) -> None:
    start = big.at()
    rules = replace(cases.RULES, half_limit=False, overlap="error")
    points = [(-0.3, 0.0), (-0.3, 0.2), (0.0, 0.2)]
    zones = [Zone("radius", 120, "mm"), Zone("radius", 120, "mm"), FINE]
    moves = [
        big.line(Pose.translation(x, y, 0.0) @ start, zone)
        for (x, y), zone in zip(points, zones, strict=True)
    ]
    found = [f for f in big.run(moves, rules).findings if f.rule == "corner-overlap"]
    assert [(f.severity, f.value, f.limit) for f in found] == [
        (Severity.ERROR, pytest.approx(240.0), pytest.approx(200.0))
    ]
    corners = [m for m in big.run(moves, rules).motions if m.kind == "corner"]
    assert sum(c.corner for c in corners) == pytest.approx(0.2)
    for size, count in ((100, 0), (100.1, 1)):
        fitting = [replace(m, zone=Zone("radius", size, "mm")) for m in moves[:2]] + moves[2:]
        found = [f for f in big.run(fitting, rules).findings if f.rule == "corner-overlap"]
        assert len(found) == count


def test_a_joint_corner_is_the_parabola_in_joint_space(big: cases.Case) -> None:
    d1, d2 = np.array([0.6, 0, 0, 0, 0, 0]), np.array([0.6, 0.5, 0, 0, 0, 0])
    run = big.run([big.joint(d1, Zone("cptp", 100, "%")), big.joint(d2)])
    corner = next(m for m in run.motions if m.kind == "corner")
    q = run.q[corner.first : corner.last + 1] - big.q0
    # 100 % is half of each way: 0.3 before the point to 0.25 after it.
    np.testing.assert_allclose(q[0, :2], [0.3, 0.0], atol=1e-9)
    np.testing.assert_allclose(q[-1, :2], [0.6, 0.25], atol=1e-9)
    a, b = (0.6 - q[:, 0]) / 0.3, q[:, 1] / 0.25
    np.testing.assert_allclose(np.sqrt(np.abs(a)) + np.sqrt(np.abs(b)), 1.0, atol=1e-6)
    assert max(cases.shares(big, run)) <= 1 + 1e-6


def test_a_distance_zone_between_joint_moves_is_measured_at_the_tcp(big: cases.Case) -> None:
    run = big.run(
        [big.joint((0.6, 0, 0, 0, 0, 0), cases.accu(5)), big.joint((0.6, 0.5, 0, 0, 0, 0))]
    )
    corner = next(m for m in run.motions if m.kind == "corner")
    p = big.points(np.stack([run.q[corner.first], big.q0 + np.eye(6)[0] * 0.6]))
    assert np.linalg.norm(p[0] - p[1]) == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("first", ["joint", "linear"])
def test_a_corner_between_a_joint_move_and_a_line_is_smooth(big: cases.Case, first: str) -> None:
    goal = big.at((0.3, 0.1, 0, 0, 0, 0))
    line_end = Pose.translation(-0.3, 0.1, -0.1) @ goal
    if first == "joint":
        moves = [big.joint((0.3, 0.1, 0, 0, 0, 0), cases.accu(5)), big.line(line_end)]
    else:
        start = big.at()
        moves = [
            big.line(Pose.translation(-0.3, 0.1, -0.1) @ start, cases.accu(5)),
            big.joint((0.3, 0.1, 0, 0, 0, 0)),
        ]
    run = big.run(moves)
    assert [m.kind for m in run.motions][1] == "corner"
    jumps = np.abs(np.diff(run.qd, axis=0)) / np.diff(run.t)[:, None]
    allowed = [math.sqrt(j.acceleration[0] * j.acceleration[1]) for j in big.joints]
    assert np.max(jumps / allowed) <= 1.0 + 1e-3
    assert max(cases.shares(big, run)) <= 1 + 1e-6


def test_orientation_turns_smoothly_through_a_corner(big: cases.Case) -> None:
    start = big.at()
    turn1, turn2 = Pose.from_xyz_rpy(rpy=(0.3, 0, 0)), Pose.from_xyz_rpy(rpy=(0.3, 0.4, 0))
    moves = [
        big.line(Pose.translation(-0.3, 0, 0) @ start @ turn1, cases.accu(5)),
        big.line(Pose.translation(-0.3, 0.3, 0) @ start @ turn2),
    ]
    run = big.run(moves)
    assert run.findings == ()
    poses = [cases.tcp_pose(big.chain, q, big.tcp) for q in run.q]
    rate = [
        a.distance(b)[1] / dt for a, b, dt in zip(poses, poses[1:], np.diff(run.t), strict=False)
    ]
    assert np.max(np.abs(np.diff(rate))) < 0.1
    assert max(cases.shares(big, run)) <= 1 + 1e-6


def test_a_brand_that_stops_between_kinds_makes_no_corner(big: cases.Case) -> None:
    moves, _ = bent(big, cases.accu(4))
    run = big.run(moves, replace(cases.RULES, corner_linear="stop"))
    assert [m.kind for m in run.motions] == ["linear", "linear"]
    assert "no corner" in run.motions[0].note


def test_a_tool_change_between_lines_is_blended_in_joint_space(big: cases.Case) -> None:
    moves, _ = bent(big, cases.accu(4))
    other = replace(moves[1], flange_T_tcp=Pose.translation(0.0, 0.0, 0.3))
    run = big.run([moves[0], other])
    corner = next(m for m in run.motions if m.kind == "corner")
    assert corner.reached is None
    assert max(cases.shares(big, run)) <= 1 + 1e-6


def test_an_unknown_zone_names_what_the_brand_knows(big: cases.Case) -> None:
    moves, _ = bent(big, Zone("cnt", 50))
    with pytest.raises(UnknownName, match="cptp"):
        big.run(moves)


def test_a_move_that_goes_nowhere_stops_the_corner_before_it(big: cases.Case) -> None:
    moves, _ = bent(big, cases.accu(4))
    run = big.run([moves[0], replace(moves[0]), moves[1]])
    assert [m.kind for m in run.motions] == ["linear", "linear", "linear"]
    assert run.motions[1].first == run.motions[1].last


def test_a_long_blended_run_is_continuous_and_indexed(big: cases.Case) -> None:
    start = big.at()
    moves = []
    for k in range(12):
        x, y = -0.1 * (k % 4), 0.15 * ((k + 1) // 2)
        moves.append(big.line(Pose.translation(x - 0.05, y - 0.4, 0.0) @ start, cases.accu(4)))
    run = big.run(moves)
    assert np.all(np.diff(run.t) > 0.0)
    dt = np.diff(run.t)[:, None]
    hermite = (run.qd[:-1] + run.qd[1:]) / 2 * dt
    np.testing.assert_allclose(np.diff(run.q, axis=0), hermite, atol=2e-4)
    for k, motion in enumerate(run.motions):
        assert np.all(run.motion[motion.first : motion.last] == k)
    assert len(run.motion) == len(run.t) - 1 == len(run.dev_path) == len(run.dev_time)
    assert max(cases.shares(big, run)) <= 1 + 1e-6
    assert np.max(run.dev_path) <= 2e-5


def test_a_time_overlap_zone_grows_with_the_square_of_its_level_and_with_speed(
    big: cases.Case,
) -> None:
    # d = c^2 v t / 2 with t the slowest joint's time to full speed, jerk included.
    rules = replace(cases.RULES, corner_linear="overlap", zone_fraction={"cnt": 0.01})
    ramp = max(
        j.speed / math.sqrt(j.acceleration[0] * j.acceleration[1]) + j.jerk_time for j in big.joints
    )
    for level, speed in ((50, 300), (100, 300), (50, 150)):
        moves, _ = bent(big, Zone("cnt", level), speed=f"{speed} mm/s")
        corner = next(m for m in big.run(moves, rules).motions if m.kind == "corner")
        assert corner.corner == pytest.approx((level / 100) ** 2 * 1e-3 * speed * ramp / 2)
