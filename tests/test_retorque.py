"""Torques a second way: by hand, against pinocchio, and what becomes of a wrong peak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rule_findings import findings, with_joint
from timelines import HOME, cell, held, robot, timeline, track

from cellsim.domain.report import Severity
from cellsim.geometry import Pose
from cellsim.kinematics.dynamics import inverse_dynamics
from cellsim.kinematics.mass import Mass
from cellsim.verify import torque
from cellsim.verify.context import Context
from cellsim.verify.retorque import torques_again, torques_disagree
from cellsim.verify.torque import torques


@pytest.mark.parametrize("slides", [(), (0,), (2, 4)])
def test_newton_euler_in_the_world_is_pinocchio_in_the_links(slides: tuple[int, ...]) -> None:
    draw = np.random.default_rng(7)
    arm = robot()
    joints = [replace(j, kind="prismatic") if k in slides else j for k, j in enumerate(arm.joints)]
    tilt = Pose.from_xyz_rpy((0.1, 0.2, 0.3), (0.4, -0.5, 0.6))
    joints[3] = replace(joints[3], origin=tilt)
    links = [replace(x, com=tuple(draw.normal(0, 0.1, 3))) for x in arm.links]
    arm = replace(arm, joints=tuple(joints), links=tuple(links))
    q, qd, qdd = (draw.normal(0, size, (40, 6)) for size in (1.0, 2.0, 8.0))
    pull = draw.normal(0, 3.0, (40, 3))
    load = Mass(12.0, np.array([0.1, -0.05, 0.3]), np.diag([0.3, 0.2, 0.1]))
    base = Pose.from_xyz_rpy((1.0, 2.0, 0.5), (0.3, 0.2, -0.7))
    theirs = np.abs(inverse_dynamics(arm, q, qd, qdd, (load,), base, pull))
    ours = torques_again(arm, base.R, (q, qd, qdd), (load,), np.zeros(3), pull)
    assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-8)


def swings() -> Context:
    """Two moves, the box in hand for a part of them."""
    made = track(HOME, (0.5, 0.4, 0.2, 0.3, 1.0, 0.3), HOME)
    return Context(timeline(made, **held(1.0, 3.0)))


def test_every_peak_is_what_the_second_way_tells() -> None:
    context = swings()
    assert len(torques(context, "arm")) == 3
    assert list(torques_disagree(context, "arm")) == []
    assert findings("trajectory-disagrees", context.timeline) == ()


@pytest.mark.parametrize("share", [0.999, 1.001])
def test_a_wrong_torque_is_our_own_error(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = torque._needed
    monkeypatch.setattr(torque, "_needed", lambda *given: share * needed(*given))
    found = findings("trajectory-disagrees", swings().timeline)
    assert {f.severity for f in found} == {Severity.ERROR}
    assert {f.subject for f in found} == {f"arm J{k}" for k in range(1, 7)}
    assert {f.facts["what"] for f in found} == {"torque by Newton-Euler against its peak"}


def test_a_peak_that_was_not_looked_at_is_our_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five knots, half a second apart: between them J1 asks for 2.6 % more."""
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0, knots=5)
    assert findings("trajectory-disagrees", timeline(made)) == ()
    monkeypatch.setattr(torque, "_between", lambda track, knots: iter(()))
    found = findings("trajectory-disagrees", timeline(made))
    assert [f.subject for f in found] == ["arm J1", "arm J4", "arm J6"]
    f = found[0]
    assert f.unit == "N m"
    assert f.value is not None
    assert f.limit is not None
    assert f.value == pytest.approx(1.026 * f.limit, rel=1e-3)


def test_rounding_alone_raises_nothing_over_a_limit_of_0() -> None:
    """J1 is upright: no weight on it, yet the sum of moments does not vanish to the last digit."""
    bent = (0.3, -0.2, 0.4, 0.0, -0.2, 0.1)
    made = track(bent, bent, seconds=1.0)
    given = timeline(made, cell(with_joint(0, torque=0.0)))
    (part,) = torques(Context(given), "arm")
    assert 0.0 < part.peaks[0].value < 1e-9
    assert findings("joint-torque-exceeded", given) == ()


@pytest.mark.parametrize(("share", "count"), [(0.99, 0), (1.01, 1)])
def test_over_a_limit_of_0_a_millionth_of_a_newton_metre_is_told(share: float, count: int) -> None:
    """A swing of J1 so slow that its inertia asks for 1e-6 N m at most."""
    one = Context(timeline(track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0)))
    inertia_peak = torques(one, "arm")[0].peaks[0].value
    step = share * torque.LEAST / inertia_peak
    made = track(HOME, (HOME[0] + step, *HOME[1:]), seconds=2.0)
    found = findings("joint-torque-exceeded", timeline(made, cell(with_joint(0, torque=0.0))))
    assert len(found) == count
