"""Time laws of one motion: closed form, derivatives, stretched."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from cellsim.motion.law import SegmentLaw, StretchedLaw, acceleration_bound

CAPS = list(itertools.product((0.003, 0.2, 3.0), (0.4, 2.0), (0.7, 5.0), (3.0, 60.0)))


@pytest.mark.parametrize(("distance", "v", "a", "j"), CAPS)
def test_the_closed_form_takes_as_long_as_ruckig(
    distance: float, v: float, a: float, j: float
) -> None:
    ruckig = pytest.importorskip("ruckig")
    otg = ruckig.Ruckig(1)
    ask, trajectory = ruckig.InputParameter(1), ruckig.Trajectory(1)
    ask.current_position, ask.target_position = [0.0], [distance]
    ask.max_velocity, ask.max_acceleration, ask.max_jerk = [v], [a], [j]
    ask.synchronization = ruckig.Synchronization.Phase
    otg.calculate(ask, trajectory)
    law = SegmentLaw(distance, v, a, j)
    assert law.duration == pytest.approx(trajectory.duration, abs=1e-6)
    t = np.linspace(0.0, law.duration, 40)
    theirs = np.array([trajectory.at_time(float(x))[0][0] for x in t])
    np.testing.assert_allclose(law.at(t)[0], theirs, atol=1e-6)


def test_a_law_with_endless_jerk_is_the_trapezoid() -> None:
    for distance, v, a in ((2.0, 0.5, 1.0), (0.1, 0.5, 1.0)):
        law = SegmentLaw(distance, v, a, 1e9)
        trapezoid = v / a + distance / v if distance > v * v / a else 2 * math.sqrt(distance / a)
        assert law.duration == pytest.approx(trapezoid, abs=1e-6)


@pytest.mark.parametrize(("distance", "v", "a", "j"), CAPS)
def test_the_derivatives_of_a_law_are_its_slopes_and_hold_the_caps(
    distance: float, v: float, a: float, j: float
) -> None:
    law = SegmentLaw(distance, v, a, j)
    t = np.linspace(0.0, law.duration, 4001)
    s, sd, sdd = law.at(t)
    assert (s[0], s[-1], sd[0], sd[-1]) == (0.0, distance, 0.0, 0.0)
    assert np.all(np.diff(s) >= 0.0)
    assert sd.max() <= v * (1 + 1e-9)
    assert np.abs(sdd).max() <= a * (1 + 1e-9)
    np.testing.assert_allclose(np.gradient(s, t)[1:-1], sd[1:-1], atol=2e-3 * sd.max())
    knots = np.linspace(0.0, law.duration, 37)
    bound = acceleration_bound(law, knots)
    k = np.clip(np.searchsorted(knots, t, side="right") - 1, 0, 35)
    assert np.all(np.abs(sdd) <= bound[k] + 1e-9)
    assert bound.max() == pytest.approx(np.abs(sdd).max(), rel=2e-2)


def test_a_stretched_law_is_the_same_way_in_longer_time() -> None:
    law = SegmentLaw(1.0, 0.5, 1.0, 5.0)
    slow = StretchedLaw(law, 2.0)
    t = np.linspace(0.0, slow.duration, 50)
    np.testing.assert_allclose(slow.at(t)[0], law.at(t / 2)[0])
    np.testing.assert_allclose(slow.at(t)[2], law.at(t / 2)[2] / 4)
    np.testing.assert_allclose(slow.breaks, 2 * law.breaks)
