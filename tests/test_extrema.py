"""Extrema in closed form and the 1 ms look: each against a second way to know."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rule_findings import only
from scipy.interpolate import BPoly
from timelines import (
    FILE,
    HOME,
    cell,
    timeline,
    track,
)

import cellsim as cs
from cellsim.domain.report import Severity
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.verify import recheck
from cellsim.verify.extrema import control_points, jerks, largest, mean_jerk, peaks, ranges
from cellsim.verify.recheck import (
    MOST,
    extrema_disagree,
    off_line,
    samples,
    seen_of,
    speeds_disagree,
    top_speed,
)


def wild(seed: int, knots: int = 9) -> GroupTrack:
    """Random knots: the polynomials between them swing far beyond them."""
    draw = np.random.default_rng(seed)
    made = track(HOME, (0.5, *HOME[1:]), knots=knots)
    shape = made.q.shape
    t = np.concatenate([[0.0], np.cumsum(draw.uniform(0.01, 0.3, len(made.t) - 1))])
    return replace(
        made, t=t, q=draw.normal(0, 1, shape), qd=draw.normal(0, 3, shape),
        qdd=draw.normal(0, 20, shape),
    )  # fmt: skip


def piecewise(made: GroupTrack) -> BPoly:
    """The same motion by scipy."""
    given = np.stack([made.q, made.qd, made.qdd], axis=1)
    return BPoly.from_derivatives(made.t, list(given))


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_extrema_in_closed_form_are_what_a_dense_look_by_scipy_sees(order: int, seed: int) -> None:
    made = wild(seed)
    curve = piecewise(made).derivative(order) if order else piecewise(made)
    dense = np.abs(curve(np.linspace(0.0, made.t[-1], 40001))).max(axis=0)
    assert np.allclose(largest(made, order), dense, rtol=2e-5)
    assert (largest(made, order) >= dense * (1 - 2e-7) - 1e-7).all()
    limit = 0.9 * dense
    assert np.allclose(peaks(made, order, limit).max(axis=0), dense, rtol=2e-5)


def test_a_piece_within_its_control_points_is_not_looked_at_again() -> None:
    made = wild(5)
    hull = np.abs(control_points(made, 1)).max(axis=(0, 1))
    assert np.array_equal(peaks(made, 1, hull), np.abs(made.qd))
    assert (largest(made, 1) <= hull + 1e-12).all()
    high, low = ranges(made, 0, np.full(6, -9e9), np.full(6, 9e9))
    assert np.array_equal(high, made.q)
    assert np.array_equal(low, made.q)


def test_millisecond_samples_are_those_of_scipy() -> None:
    made = wild(1)
    t, values = samples(made, 0, len(made.t) - 1)
    curve = piecewise(made)
    for order in range(3):
        assert np.allclose(values[order], curve.derivative(order)(t) if order else curve(t))


def test_a_motion_of_hours_is_looked_at_in_bounded_memory() -> None:
    """17 hours, as a line along a singularity once took: 62 million milliseconds."""
    made = track(HOME, (0.5, *HOME[1:]), seconds=62_218.0, knots=11)
    t, values = samples(made, 0, len(made.t) - 1)
    assert len(t) <= MOST + 2
    assert values.shape == (3, len(t), 6)
    (owner,) = timeline(made).job.cell.groups.values()
    assert list(extrema_disagree(made, owner, seen_of(made))) == []


def test_mean_jerk_of_a_motion_of_constant_jerk_is_its_jerk() -> None:
    t = np.linspace(0.0, 1.0, 11)[:, None]
    jerk = np.array([[3.0, -2.0, 0.0, 1.0, 0.5, 9.0]])
    made = track(HOME, (0.5, *HOME[1:]), seconds=1.0, knots=11)
    made = replace(made, q=jerk * t**3 / 6, qd=jerk * t**2 / 2, qdd=jerk * t)
    assert np.allclose(jerks(made), np.abs(jerk))
    begins, ends = mean_jerk(made, 0.15)
    assert np.allclose(begins[:-2], np.abs(jerk))
    assert np.allclose(ends[2:], np.abs(jerk))


def test_what_two_ways_tell_agrees_on_a_clean_track_and_on_a_wild_one() -> None:
    group = cell().groups["arm"]
    for made in (track(HOME, (0.5, *HOME[1:]), HOME), wild(2)):
        assert list(extrema_disagree(made, group, seen_of(made))) == []


def test_speeds_that_do_not_lead_along_the_way_are_our_own_error() -> None:
    made = track(HOME, (0.5, *HOME[1:]), HOME)
    group = cell().groups["arm"]
    assert list(speeds_disagree(made, group)) == []
    wrong = replace(made, qd=made.qd * 1.2)
    (bad,) = speeds_disagree(wrong, group)
    assert bad.joint == "J1"
    f = only("trajectory-disagrees", timeline(wrong))
    assert (f.severity, f.help, f.file) == (Severity.ERROR, "tell-us", FILE)


def test_a_straight_move_that_is_a_swing_is_our_own_error() -> None:
    made = track(HOME, (0.3, *HOME[1:]), seconds=4.0, kind="linear")
    f = only("trajectory-disagrees", timeline(made))
    assert f.unit == "mm"
    assert f.line == 3


def test_distance_off_a_line_and_top_speed_are_those_of_a_circle() -> None:
    u = np.linspace(0.0, math.pi, 1001)
    points = np.stack([np.cos(u), np.sin(u), 0 * u], axis=1)
    assert off_line(points) == pytest.approx(1.0)
    speed, _ = top_speed(np.arange(1001) * 1e-3, points)
    assert speed == pytest.approx(math.pi, rel=1e-5)


def test_two_looks_at_one_instant_have_no_speed_of_their_own() -> None:
    t = np.array([0.0, 1e-3, 1e-3, 2e-3])
    points = np.array([[0.0, 0, 0], [1e-3, 0, 0], [1e-3, 0, 0], [3e-3, 0, 0]])
    assert top_speed(t, points) == pytest.approx((2.0, 1e-3))


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_closed_form_three_times_too_large_is_seen(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a shipped job, at each of the three: most of its joints are named."""
    made = cs.simulate(
        cs.load_job(cs.load_cell("machine_tending", variant="shaft_80"), "swap_shaft")
    )
    (name, moved), *_ = made.tracks.items()
    group, seen = made.job.cell.groups[name], seen_of(moved)
    assert list(extrema_disagree(moved, group, seen)) == []

    def wrong(track: GroupTrack, k: int) -> Array:
        return (3.0 if k == order else 1.0) * largest(track, k)

    monkeypatch.setattr(recheck, "largest", wrong)
    named = {bad.joint for bad in extrema_disagree(moved, group, seen)}
    assert len(named) >= 5
