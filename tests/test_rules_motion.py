"""Rules of the way and its speed: a bad case each, and a value exactly at its limit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rule_findings import BY_ID, findings, lines, only, with_joint
from timelines import (
    HOME,
    cell,
    move,
    program,
    robot,
    timeline,
    track,
)

from cellsim.domain.program import (
    SetSignal,
    Zone,
)
from cellsim.domain.report import Severity
from cellsim.domain.robot import CombinedLimit
from cellsim.verify.context import Context


@pytest.mark.limit("joint-limit-exceeded")
def test_joint_limit_at_the_limit_passes_and_above_it_fails() -> None:
    at = track(HOME, (3.0, *HOME[1:]), HOME)
    assert findings("joint-limit-exceeded", timeline(at)) == ()
    over = timeline(track(HOME, (3.01, *HOME[1:]), HOME))
    found = findings("joint-limit-exceeded", over)
    assert lines(found) == [3, 5]
    assert found[0].value == pytest.approx(math.degrees(3.01))
    assert found[0].limit == pytest.approx(math.degrees(3.0))
    assert found[0].subject == "arm J1"


def test_lower_joint_limit_counts_as_well() -> None:
    found = findings("joint-limit-exceeded", timeline(track(HOME, (-3.2, *HOME[1:]), HOME)))
    assert found[0].value == pytest.approx(math.degrees(-3.2))


def test_joint_limit_that_only_the_deviation_passes_is_undecided() -> None:
    at = track(HOME, (3.0, *HOME[1:]), HOME)
    wide = replace(at, dev_path=np.full_like(at.dev_path, 1e-4))
    found = findings("joint-limit-exceeded", timeline(wide))
    assert {f.severity for f in found} == {Severity.UNDECIDED}


def speed_of(seconds: float) -> Any:
    return track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=seconds)


@pytest.mark.limit("joint-speed-exceeded")
def test_joint_speed_at_the_limit_passes_and_above_it_fails() -> None:
    peak = 1.875  # of a rest-to-rest quintic of 1 rad in 1 s: closed form 15/8
    assert findings("joint-speed-exceeded", timeline(speed_of(peak / 2.0))) == ()
    f = only("joint-speed-exceeded", timeline(speed_of(peak / 2.02)))
    assert f.value == pytest.approx(math.degrees(2.02))


def test_joint_speed_without_a_figure_is_not_checked() -> None:
    arm = robot()
    arm = replace(arm, joints=(replace(arm.joints[0], speed=None), *arm.joints[1:]))
    f = only("joint-speed-exceeded", timeline(where=cell(arm)))
    assert (f.severity, f.subject) == (Severity.NOT_CHECKED, "arm J1")


@pytest.mark.limit("joint-acceleration-exceeded")
def test_joint_acceleration_is_held_against_the_class_of_the_timeline() -> None:
    peak = 10.0 / math.sqrt(3.0)  # of a rest-to-rest quintic of 1 rad in 1 s
    typical = timeline(track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=(peak / 6.0) ** 0.5))
    harder = timeline(track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=(peak / 6.1) ** 0.5))
    assert len(findings("joint-acceleration-exceeded", harder)) == 1
    assert findings("joint-acceleration-exceeded", typical) == ()
    assert findings("joint-acceleration-exceeded", replace(typical, accel="fast")) == ()
    f = only("joint-acceleration-exceeded", replace(typical, accel="slow"))
    assert f.limit == pytest.approx(math.degrees(4.0))


def test_joint_acceleration_without_a_class_is_not_checked() -> None:
    arm = robot()
    arm = replace(arm, joints=(replace(arm.joints[0], acceleration=None), *arm.joints[1:]))
    f = only("joint-acceleration-exceeded", timeline(where=cell(arm)))
    assert f.severity is Severity.NOT_CHECKED


def line_of(arm: Any, speed: float) -> Any:
    """A slow swing of J1: the limit of 2 rad/s gives the TCP 2 rad/s times its radius."""
    made = track(HOME, (0.3, *HOME[1:]), seconds=4.0, kind="linear", speed=speed)
    return timeline(made, cell(arm))


def radius() -> float:
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of

    c = cell()
    p = tcp_pose(chain_of(c, "arm"), np.array(HOME), c.tools["hand"].tcps["tip"]).p
    return float(np.hypot(p[0], p[1]))


@pytest.mark.limit("tcp-speed-not-held")
def test_tcp_speed_that_a_joint_cannot_give_is_a_warning() -> None:
    at = 2.0 * radius()
    assert findings("tcp-speed-not-held", line_of(robot(), at)) == ()
    f = only("tcp-speed-not-held", line_of(robot(), 1.05 * at))
    assert f.severity is Severity.WARNING
    assert float(str(f.facts["kappa"])) == pytest.approx(1.05, abs=0.01)
    assert f.subject == "arm J1"


@pytest.mark.limit("singularity-slowdown")
def test_slow_down_near_a_singularity_is_told_as_such() -> None:
    straight = (*HOME[:4], 0.0, 0.0)  # J4 and J6 in line
    made = track(straight, (0.3, *straight[1:]), seconds=4.0, kind="linear", speed=50.0)
    f = only("singularity-slowdown", timeline(made))
    assert float(str(f.facts["sigma"])) < 0.05
    assert findings("tcp-speed-not-held", timeline(made)) == ()
    exact = 50.0 / float(str(f.facts["kappa"]))  # kappa grows with the written speed
    for share, count in ((0.99, 0), (1.01, 1)):
        at = track(straight, (0.3, *straight[1:]), seconds=4.0, kind="linear", speed=exact * share)
        assert len(findings("singularity-slowdown", timeline(at))) == count


def test_corner_that_had_to_shrink_is_told_with_both_sizes() -> None:
    made = track(HOME, (0.5, *HOME[1:]), HOME, corner=0.02, shrunk=0.05)
    f = findings("corner-shrunk", timeline(made))[0]
    assert (f.value, f.limit) == (pytest.approx(20.0), pytest.approx(50.0))
    assert f.severity is Severity.NOTE
    uncut = timeline(made)
    known = {"arm": replace(uncut.job.rules["arm"], zone_reach_m=0.0065)}
    uncut = replace(uncut, job=replace(uncut.job, rules=known))
    assert findings("corner-shrunk", uncut)[0].severity is Severity.UNDECIDED
    same = track(HOME, (0.5, *HOME[1:]), HOME, corner=0.05, shrunk=0.05)
    assert findings("corner-shrunk", timeline(same)) == ()


def test_stop_at_the_end_of_a_move_with_a_corner_is_told() -> None:
    what = program(move(3, Zone("radius", 20.0, "mm")), SetSignal("close", True, line=4), move(5))
    assert only("stop-inside-corner", timeline(what=what)).line == 3
    fine = program(move(3), SetSignal("close", True, line=4), move(5))
    assert findings("stop-inside-corner", timeline(what=fine)) == ()


@pytest.mark.parametrize(("low", "count"), [(99.0, 1), (100.0, 0)])
@pytest.mark.limit("override-not-proven")
def test_only_the_override_that_was_run_is_proven(low: float, count: int) -> None:
    where = cell()
    group = where.groups["arm"]
    controller = replace(group.controller, override=(low, 100.0))
    where = replace(where, groups={"arm": replace(group, controller=controller)})
    assert len(findings("override-not-proven", timeline(where=where))) == count


@pytest.mark.limit("home-not-reached")
def test_the_end_at_home_within_a_millirad_passes() -> None:
    for off, count in ((1e-3, 0), (2e-3, 1)):
        made = track(HOME, (0.5, *HOME[1:]), (HOME[0] + off, *HOME[1:]))
        assert len(findings("home-not-reached", timeline(made))) == count


def test_joint_values_between_two_knots_count() -> None:
    """Both knots are inside; the polynomial between them passes the limit by 15 v h / 48."""
    made = track(HOME, (0.1, *HOME[1:]), seconds=1.0, knots=2)
    v, h = 2.0, 1.0
    swing = np.zeros_like(made.q)
    swing[:, 0] = 2.9
    rates = np.zeros_like(made.q)
    rates[:, 0] = (v, -v)
    made = replace(made, q=swing, qd=rates, qdd=np.zeros_like(swing), motions=made.motions)
    f = only("joint-limit-exceeded", timeline(made))
    assert f.severity is Severity.ERROR
    assert f.value == pytest.approx(math.degrees(2.9 + 5.0 * v * h / 16.0))
    slower = replace(made, qd=rates * (0.1 / (5.0 * v * h / 16.0)))
    assert findings("joint-limit-exceeded", timeline(slower)) == ()


@pytest.mark.limit("joint-jerk-exceeded")
def test_jerk_at_the_limit_passes_and_above_it_fails() -> None:
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0)
    most = 60.0 / 2.0**3  # of a rest-to-rest quintic of 1 rad in 1 s: 60, where it begins
    at = timeline(made, cell(with_joint(0, jerk=most / 1.019)))
    assert findings("joint-jerk-exceeded", at) == ()
    f = only("joint-jerk-exceeded", timeline(made, cell(with_joint(0, jerk=0.95 * most / 1.02))))
    assert (f.severity, f.subject) == (Severity.ERROR, "arm J1")
    assert f.value == pytest.approx(math.degrees(most), rel=1e-3)


def test_jerk_where_a_corner_begins_is_undecided() -> None:
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0, kind="corner")
    f = only("joint-jerk-exceeded", timeline(made, cell(with_joint(0, jerk=1.0))))
    assert f.severity is Severity.UNDECIDED


def test_jerk_without_a_figure_is_not_checked() -> None:
    f = only("joint-jerk-exceeded", timeline(where=cell(with_joint(2, jerk=None))))
    assert (f.severity, f.facts["figure"], f.subject) == (Severity.NOT_CHECKED, "jerk", "arm J3")


@pytest.mark.limit("combined-limit-exceeded")
def test_axes_together_at_their_limit_pass_and_above_it_fail() -> None:
    made = track(HOME, (HOME[0], *HOME[1:3], 1.0, HOME[4], 0.5))
    for upper, count in ((1.5, 0), (1.49, 1)):
        limit = CombinedLimit((("J4", 1.0), ("J6", 1.0)), -1.5, upper, "hose")
        arm = replace(robot(), combined_limits=(limit,))
        found = findings("combined-limit-exceeded", timeline(made, cell(arm)))
        assert len(found) == count
    assert found[0].value == pytest.approx(math.degrees(1.5))
    assert found[0].facts["why"] == "hose"
    assert BY_ID["combined-limit-exceeded"](Context(timeline(made))).subjects == 0


@pytest.mark.limit("wrist-turned")
def test_an_axis_that_goes_the_long_way_round_is_told() -> None:
    wide = tuple(replace(j, lower=-7.0, upper=7.0) for j in robot().joints)
    where = cell(replace(robot(), joints=wide))
    for way, count in ((math.pi, 0), (math.pi + 0.01, 1)):
        made = track(HOME, (*HOME[:5], way))
        assert len(findings("wrist-turned", timeline(made, where))) == count
    narrow = track(HOME, (*HOME[:5], math.pi + 0.01))
    tight = tuple(replace(j, lower=-3.0, upper=7.0) for j in robot().joints)
    arm = cell(replace(robot(), joints=tight))
    assert findings("wrist-turned", timeline(narrow, arm)) == ()
    line = track(HOME, (*HOME[:5], math.pi + 0.01), kind="linear")
    assert len(findings("wrist-turned", timeline(line, arm))) == 1


def swing(speed: float) -> Any:
    """J1 turns the TCP about an upright axis."""
    made = track(HOME, (0.3, *HOME[1:]), seconds=4.0, kind="circular", speed=speed)
    return timeline(made)


@pytest.mark.limit("tcp-speed-exceeded")
def test_tcp_speed_above_the_written_one_is_an_error() -> None:
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of

    c = cell()
    p = tcp_pose(chain_of(c, "arm"), np.array(HOME), c.tools["hand"].tcps["tip"]).p
    top = float(np.hypot(p[0], p[1])) * 0.3 * 1.875 / 4.0  # peak of a quintic: 15/8 of the mean
    assert findings("tcp-speed-exceeded", swing(top / 1.0099)) == ()
    f = only("tcp-speed-exceeded", swing(top / 1.011))
    assert f.value == pytest.approx(1e3 * top, rel=1e-5)
