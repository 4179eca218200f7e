"""The time-overlap corner law (CNT) against two motions added up step by step in time."""

from __future__ import annotations

import math
from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest

from cellsim.domain.program import FINE, Zone
from cellsim.geometry import Array, Pose
from cellsim.motion.caps import ramp_time
from cellsim.motion.run import Run

RULES = replace(
    cases.RULES, corner_linear="overlap", corner_joint="overlap", zone_fraction={"cnt": 0.01}
)
STEPS = 40_000


@pytest.fixture(scope="module")
def slides() -> cases.Case:
    return cases.Case(cases.gantry())


def alone(length: float, speed: float, ramp: float, t: Array) -> tuple[Array, float, float]:
    """Return way [m] at times t of a motion run on its own, its duration, and its braking time."""
    a = speed / ramp
    brake = min(ramp, math.sqrt(length / a))
    total = 2.0 * brake + (length - a * brake**2) / speed
    v = np.clip(np.minimum(a * t, a * (total - t)), 0.0, speed)
    way = np.concatenate([[0.0], np.cumsum((v[1:] + v[:-1]) / 2.0 * np.diff(t))])
    return way, total, brake


def added_up(
    legs: tuple[tuple[float, float, float], tuple[float, float, float]], share: float
) -> tuple[Array, Array]:
    """Return the ways of both legs while they overlap, from velocities added up in time."""
    (l1, v1, t1), (l2, v2, t2) = legs
    a = v1 / t1
    brake = min(t1, math.sqrt(l1 / a))
    total = 2.0 * brake + (l1 - a * brake**2) / v1
    begin = total - share * brake
    t = np.linspace(0.0, total, STEPS)
    x, _, _ = alone(l1, v1, t1, t)
    y, _, _ = alone(l2, v2, t2, t)
    both = np.linspace(begin, total, 2000)
    return np.interp(both, t, x), np.interp(both - begin, t, y)


def bent(case: cases.Case, l1: float, l2: float, v1: float, v2: float, cnt: float) -> Run:
    start = case.at()
    p1 = start.p + np.array([-l1, 0.0, 0.0])
    moves = [
        case.line(Pose(start.R, p1), Zone("cnt", cnt), f"{1e3 * v1} mm/s"),
        case.line(Pose(start.R, p1 + np.array([0.0, l2, 0.0])), FINE, f"{1e3 * v2} mm/s"),
    ]
    return case.run(moves, RULES)


@pytest.mark.parametrize("cnt", [10, 50, 100])
@pytest.mark.parametrize(
    ("l1", "l2", "v1", "v2"),
    [(1.5, 1.5, 0.5, 0.5), (1.5, 1.0, 0.6, 0.3), (0.6, 1.5, 0.25, 0.7), (0.05, 0.8, 0.5, 0.5)],
)
def test_the_way_is_the_sum_of_both_motions_while_they_overlap(
    slides: cases.Case, cnt: float, l1: float, l2: float, v1: float, v2: float
) -> None:
    ramp = ramp_time(slides.joints)
    run = bent(slides, l1, l2, v1, v2, cnt)
    corner = next(m for m in run.motions if m.kind == "corner")
    start = slides.at()
    p = slides.points(run.q[corner.first : corner.last + 1]) - start.p
    x, y = added_up(((l1, v1, ramp), (l2, v2, ramp)), cnt / 100.0)
    assert -p[0, 0] == pytest.approx(x[0], abs=2e-5)
    assert p[-1, 1] == pytest.approx(y[-1], abs=2e-5)
    np.testing.assert_allclose(np.interp(-p[:, 0], x, y), p[:, 1], atol=5e-5)


def test_cnt_keeps_its_share_of_the_speed_and_fine_and_cnt_0_stop(slides: cases.Case) -> None:
    ramp = ramp_time(slides.joints)
    for cnt in (25, 50, 100):
        run = bent(slides, 1.5, 1.5, 0.3, 0.3, cnt)
        corner = next(m for m in run.motions if m.kind == "corner")
        taken = float(run.t[corner.last] - run.t[corner.first])
        assert taken >= cnt / 100.0 * ramp - 1e-6
        speed = np.linalg.norm(run.qd[corner.first], 2)
        assert speed <= cnt / 100.0 * 0.3 + 1e-6
    kinds = [m.kind for m in bent(slides, 1.5, 1.5, 0.3, 0.3, 0).motions]
    assert kinds == ["linear", "linear"]


def test_the_way_is_the_same_in_every_acceleration_class(slides: cases.Case) -> None:
    start = slides.at()
    p1 = start.p + np.array([-1.0, 0.0, 0.0])
    moves = [
        slides.line(Pose(start.R, p1), Zone("cnt", 60), "500 mm/s"),
        slides.line(Pose(start.R, p1 + np.array([0.0, 1.0, 0.0])), FINE, "500 mm/s"),
    ]
    sizes = set()
    for accel in ("slow", "typical", "fast"):
        run = slides.run(moves, RULES, accel)
        sizes |= {round(m.corner, 12) for m in run.motions if m.kind == "corner"}
    assert len(sizes) == 1


def test_half_the_acceleration_makes_the_corner_twice_as_long(slides: cases.Case) -> None:
    start = slides.at()
    p1 = start.p + np.array([-1.5, 0.0, 0.0])
    found = []
    for accel in (100.0, 50.0):
        moves = [
            replace(slides.line(Pose(start.R, p1), Zone("cnt", 50), "200 mm/s"), accel=accel),
            slides.line(Pose(start.R, p1 + np.array([0.0, 1.5, 0.0])), FINE, "200 mm/s"),
        ]
        run = slides.run(moves, RULES)
        corner = next(m for m in run.motions if m.kind == "corner")
        p = slides.points(run.q[[corner.first, corner.last]]) - start.p
        found.append((1.5 + p[0, 0], p[1, 1]))
    ramp = ramp_time(slides.joints)
    assert found[0] == pytest.approx((0.2 * ramp / 8, 0.2 * ramp / 8), abs=1e-6)
    assert found[1] == pytest.approx((0.2 * ramp / 4, 0.2 * ramp / 2), abs=1e-6)


def test_a_joint_corner_overlaps_in_joint_space(slides: cases.Case) -> None:
    first = slides.joint((1.2, 0.0, 0.0, 0.0, 0.0, 0.0), Zone("cnt", 50), "50 %")
    second = slides.joint((1.2, 1.0, 0.0, 0.0, 0.0, 0.0), FINE, "25 %")
    run = slides.run([first, second], RULES)
    corner = next(m for m in run.motions if m.kind == "corner")
    q = run.q[corner.first : corner.last + 1] - slides.q0
    ramp = ramp_time(slides.joints)
    x, y = added_up(((1.2, 1.0, ramp), (1.0, 0.5, ramp)), 0.5)
    np.testing.assert_allclose(np.interp(q[:, 0], x, y), q[:, 1], atol=5e-5)
