"""Lines of an arm with seven axes: what is told of speeds and accelerations is what is driven."""

from __future__ import annotations

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny

from cellsim.geometry import Pose
from cellsim.motion.curve import Arc, Leg, Line
from cellsim.motion.segment import follow_leg

NONE = (np.zeros(0), np.zeros(0))


@pytest.fixture(scope="module")
def seven() -> cases.Case:
    return cases.Case(tiny.seven_axes())


def legs(case: cases.Case) -> list[Leg]:
    start = case.at()
    end = Pose(start.R, start.p + np.array([0.05, 0.2, 0.0]))
    via = Pose(start.R, start.p + np.array([0.0, 0.1, 0.1]))
    turned = end @ Pose.from_xyz_rpy((0, 0, 0), (0.3, -0.2, 0.4))
    return [Line(start, end, NONE), Line(start, turned, NONE), Arc(start, via, end, NONE)]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_rates_and_accelerations_are_the_differences_of_the_way(
    seven: cases.Case, number: int
) -> None:
    way, reached = follow_leg(seven.chain, seven.tcp, legs(seven)[number], seven.q0)
    assert reached == 1.0
    u = np.linspace(0.0, 1.0, 201)
    q, dq, ddq = way.joints(u)
    h = u[1] - u[0]
    assert np.allclose((q[2:] - q[:-2]) / (2.0 * h), dq[1:-1], atol=2e-4)
    assert np.allclose((dq[2:] - dq[:-2]) / (2.0 * h), ddq[1:-1], atol=5e-3)


def test_the_elbow_goes_the_way_of_least_rates(seven: cases.Case) -> None:
    """No motion of the elbow alone: joint rates have no part that leaves the tool where it is."""
    from cellsim.kinematics.fk import jacobian

    way, _ = follow_leg(seven.chain, seven.tcp, legs(seven)[0], seven.q0)
    u = np.linspace(0.02, 0.98, 25)
    q, _, _ = way.joints(u)
    ahead, behind = way.joints(u + 1e-3)[0], way.joints(u - 1e-3)[0]
    for k in range(len(u)):
        J = jacobian(seven.chain, q[k], seven.tcp)
        still = np.linalg.svd(J)[2][6]
        assert abs(still @ (ahead[k] - behind[k]) / 2e-3) < 1e-3


def test_a_run_of_lines_keeps_its_accelerations(seven: cases.Case) -> None:
    start = seven.at()
    end = Pose(start.R, start.p + np.array([0.05, 0.2, 0.0]))
    run = seven.run([seven.line(end, speed="200 mm/s"), seven.line(start, speed="200 mm/s")])
    speed, acceleration = cases.shares(seven, run)
    assert speed <= 1.0 + 1e-6
    assert acceleration <= 1.01
    h = np.diff(run.t)[:, None]
    way = h / 2 * (run.qd[:-1] + run.qd[1:]) + h * h / 12 * (run.qdd[:-1] - run.qdd[1:])
    assert np.abs(np.diff(run.q, axis=0) - way).max() < 2e-5
