"""Extrema in closed form, torque, and the 1 ms look: each against a second way to know."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.interpolate import BPoly
from timelines import (
    FILE,
    HOME,
    box_part,
    cell,
    gripper_tool,
    held,
    program,
    robot,
    timeline,
    track,
)

from cellsim.domain.cell import Device, Signal, TimeRange, Waiver
from cellsim.domain.program import (
    Move,
    SetSignal,
    Speed,
    Target,
    Wait,
    signal_is,
)
from cellsim.domain.report import CERTIFIED, Finding, Severity, Verdict
from cellsim.domain.robot import CombinedLimit
from cellsim.domain.timeline import Event, GroupTrack
from cellsim.verify.context import Context
from cellsim.verify.extrema import control_points, largest, mean_jerk, peaks, ranges
from cellsim.verify.recheck import (
    MOST,
    extrema_disagree,
    off_line,
    samples,
    speeds_disagree,
    top_speed,
)
from cellsim.verify.rules import RULES, rule_id
from cellsim.verify.run import verdict_of, waive

BY_ID = {rule_id(rule): rule for rule in RULES}


def findings(rule: str, given: Any) -> tuple[Finding, ...]:
    return BY_ID[rule](Context(given)).findings


def only(rule: str, given: Any) -> Finding:
    found = findings(rule, given)
    assert len(found) == 1, found
    return found[0]


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
    assert list(extrema_disagree(made, owner)) == []


def test_mean_jerk_of_a_motion_of_constant_jerk_is_its_jerk() -> None:
    t = np.linspace(0.0, 1.0, 11)[:, None]
    jerk = np.array([[3.0, -2.0, 0.0, 1.0, 0.5, 9.0]])
    made = track(HOME, (0.5, *HOME[1:]), seconds=1.0, knots=11)
    made = replace(made, q=jerk * t**3 / 6, qd=jerk * t**2 / 2, qdd=jerk * t)
    assert np.allclose(mean_jerk(made), jerk)


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


def with_joint(number: int, **changes: Any) -> Any:
    arm = robot()
    joints = list(arm.joints)
    joints[number] = replace(joints[number], **changes)
    return replace(arm, joints=tuple(joints))


def test_jerk_at_the_limit_passes_and_above_it_fails() -> None:
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0)
    most = float(np.abs(mean_jerk(made)[:, 0]).max())
    at = timeline(made, cell(with_joint(0, jerk=most / 1.02)))
    assert findings("joint-jerk-exceeded", at) == ()
    f = only("joint-jerk-exceeded", timeline(made, cell(with_joint(0, jerk=0.95 * most / 1.02))))
    assert (f.severity, f.subject) == (Severity.ERROR, "arm J1")
    assert f.value == pytest.approx(math.degrees(most))


def test_jerk_where_a_corner_begins_is_undecided() -> None:
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0, kind="corner")
    f = only("joint-jerk-exceeded", timeline(made, cell(with_joint(0, jerk=1.0))))
    assert f.severity is Severity.UNDECIDED


def test_jerk_without_a_figure_is_not_checked() -> None:
    f = only("joint-jerk-exceeded", timeline(where=cell(with_joint(2, jerk=None))))
    assert (f.severity, f.facts["figure"], f.subject) == (Severity.NOT_CHECKED, "jerk", "arm J3")


def still(q: Any) -> GroupTrack:
    return track(q, q, seconds=1.0)


def test_torque_of_a_level_arm_is_weight_times_lever() -> None:
    """Links, tool and part beyond J5, all level, by hand."""
    level = (0.0,) * 6
    weights = [(5.0, 0.0), (5.0, 0.1), (5.0, 0.1 + 0.08 + 0.07), (10.0, 0.1 + 0.08 + 0.3)]
    torque = 9.80665 * sum(m * x for m, x in weights)
    for limit, count in ((torque * (1 + 1e-6), 0), (torque * (1 - 1e-6), 1)):
        where = cell(with_joint(4, torque=limit))
        found = findings("joint-torque-exceeded", timeline(still(level), where, **held(0.0, 1.0)))
        assert len(found) == count
    assert found[0].value == pytest.approx(torque)
    assert (found[0].unit, found[0].facts["load"]) == ("N m", "hand + box")


def test_torque_of_an_accelerated_axis_is_inertia_times_acceleration() -> None:
    """J1 stands upright: no weight on it, only the inertia of what it turns."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0)
    where = cell(with_joint(0, torque=1.0))
    poses = link_poses(chain_of(where, "arm"), np.array(HOME))
    bodies = [(poses[k], 5.0, np.zeros(3), np.eye(3) * 0.02) for k in range(2, 8)]
    flange = chain_of(where, "arm").flange
    bodies.append((poses[flange], 5.0, np.array([0, 0, 0.07]), np.eye(3) * 0.02))
    names = chain_of(where, "arm").link_names
    rows = [k for k, name in enumerate(names) if name.rpartition("/")[2] in
            {f"L{i}" for i in range(1, 7)}]  # fmt: skip
    inertia = 0.0
    for T, m, com, own in [
        *[(poses[k], 5.0, np.zeros(3), np.eye(3) * 0.02) for k in rows],
        bodies[-1],
    ]:
        p = T[:3, :3] @ com + T[:3, 3]
        inertia += m * (p[0] ** 2 + p[1] ** 2) + (T[:3, :3] @ own @ T[:3, :3].T)[2, 2]
    f = only("joint-torque-exceeded", timeline(made, where))
    assert f.value == pytest.approx(inertia * float(np.abs(made.qdd[:, 0]).max()), rel=1e-9)


def test_a_nutrunner_turns_the_wrist_unless_an_arm_takes_it() -> None:
    device = Device("nut", "go", "ok", TimeRange(1, 1, 1, "a test"), tool="hand")
    runs = (Event(1.0, "signal", "go", 1.0, "arm"), Event(2.0, "process", "nut", 1.0, "arm"))
    for tool, count in (
        (gripper_tool(process_torque=950.0), 1),
        (gripper_tool(process_torque=950.0, reaction_arm=True), 0),
    ):
        where = replace(cell(tool=tool), devices={"nut": device})
        given = timeline(still(HOME), where, events=runs)
        found = [f for f in findings("joint-torque-exceeded", given) if f.subject == "arm J6"]
        assert len(found) == count


def test_torque_is_held_against_the_curve_and_the_continuous_torque() -> None:
    level = (0.0,) * 6
    load = only("joint-torque-exceeded", timeline(still(level), cell(with_joint(1, torque=1.0))))
    torque = load.value
    assert torque is not None
    flat = with_joint(1, torque_at_speed=((0.0, torque * 0.99), (1.0, 9e9)))
    assert only("joint-torque-exceeded", timeline(still(level), cell(flat))).limit == pytest.approx(
        torque * 0.99
    )
    for share, count in ((1.0, 0), (0.99, 1)):
        arm = with_joint(1, torque_rms=torque * share)
        found = findings("joint-torque-exceeded", timeline(still(level), cell(arm)))
        assert [f.facts["how"] for f in found] == ["rms"] * count


def test_torque_without_figures_is_not_checked_and_names_them() -> None:
    f = only("joint-torque-exceeded", timeline(where=cell(with_joint(3, torque=None))))
    assert (f.severity, f.facts["figure"]) == (Severity.NOT_CHECKED, "torque of J4")
    guessed = replace(robot(), assumed=("links.mass",))
    f = only("joint-torque-exceeded", timeline(where=cell(guessed)))
    assert f.severity is Severity.NOT_CHECKED
    assert "link masses" in str(f.facts["figure"])


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


def named(config: str) -> Any:
    move = Move(kind="joint", to=Target(q=HOME, config=config), speed=Speed(50, "%"), line=3)
    return timeline(what=program(move))


def test_a_named_configuration_agrees_with_the_joint_values() -> None:
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.naming import branch_name

    name = branch_name(chain_of(cell(), "arm"), np.array(HOME))
    assert findings("configuration-mismatch", named(name)) == ()
    other = name.replace("noflip", "flip") if "noflip" in name else name.replace("flip", "noflip")
    f = only("configuration-mismatch", named(other))
    assert (f.facts["written"], f.facts["derived"], f.line) == (other, name, 3)


@pytest.mark.parametrize("awaited", [True, False])
def test_what_is_started_is_asked_whether_it_is_done(awaited: bool) -> None:
    device = Device("nut", "go", "ok", TimeRange(1, 1, 1, "a test"), tool="hand")
    signals = {"go": Signal("go", "group:arm"), "ok": Signal("ok", "device:nut")}
    where = replace(cell(), devices={"nut": device}, signals=signals)
    wait = (Wait(signal_is("ok", True), 2.0, line=5),) if awaited else ()
    what = program(SetSignal("go", True, line=4), *wait)
    found = findings("answer-not-awaited", timeline(where=where, what=what))
    assert [(f.line, f.facts["signal"]) for f in found] == [(4, "ok")] * (not awaited)


def swing(speed: float) -> Any:
    """J1 turns the TCP about an upright axis."""
    made = track(HOME, (0.3, *HOME[1:]), seconds=4.0, kind="circular", speed=speed)
    return timeline(made)


def test_tcp_speed_above_the_written_one_is_an_error() -> None:
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of

    c = cell()
    p = tcp_pose(chain_of(c, "arm"), np.array(HOME), c.tools["hand"].tcps["tip"]).p
    top = float(np.hypot(p[0], p[1])) * 0.3 * 1.875 / 4.0  # peak of a quintic: 15/8 of the mean
    assert findings("tcp-speed-exceeded", swing(top / 1.0099)) == ()
    f = only("tcp-speed-exceeded", swing(top / 1.011))
    assert f.value == pytest.approx(1e3 * top, rel=1e-5)


def test_what_two_ways_tell_agrees_on_a_clean_track_and_on_a_wild_one() -> None:
    group = cell().groups["arm"]
    for made in (track(HOME, (0.5, *HOME[1:]), HOME), wild(2)):
        assert list(extrema_disagree(made, group)) == []


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


def test_no_rule_is_green_about_a_figure_that_is_missing() -> None:
    """Every figure of robot and gripper taken away: each rule that needs one says so, by name."""
    joints = tuple(
        replace(j, speed=None, acceleration=None, jerk=None, torque=None) for j in robot().joints
    )
    links = tuple(replace(k, solid=None) for k in robot().links)
    arm = replace(robot(), joints=joints, links=links, payload=None, wrist_limits=())
    tool = gripper_tool()
    assert tool.gripper is not None
    tool = replace(tool, gripper=replace(tool.gripper, capacity_kg=None))
    where = cell(arm, tool, box_part())
    group = where.groups["arm"]
    slow = replace(group, controller=replace(group.controller, override=(10.0, 100.0)))
    given = timeline(where=replace(where, groups={"arm": slow}), **held(1.0, 3.0))
    found = [f for rule in RULES for f in rule(Context(given)).findings]
    silent = [f for f in found if f.severity is Severity.NOT_CHECKED]
    assert {f.rule for f in silent} == {
        "joint-speed-exceeded", "joint-acceleration-exceeded", "joint-jerk-exceeded",
        "joint-torque-exceeded", "payload-exceeded", "wrist-torque-exceeded",
        "wrist-inertia-exceeded", "grip-overloaded", "link-shape-missing", "override-not-proven",
    }  # fmt: skip
    assert all(f.facts["figure"] for f in silent)


@pytest.mark.parametrize("rule", [rule_id(rule) for rule in RULES])
@pytest.mark.parametrize("severity", [Severity.NOT_CHECKED, Severity.UNDECIDED])
def test_what_any_rule_leaves_open_passes_by_a_signed_waiver_alone(
    rule: str, severity: Severity
) -> None:
    left = [Finding(rule, severity, "arm J1")]
    unsigned = Waiver(rule, "arm *", "", "a reason")
    assert verdict_of(waive(left, ())) is Verdict.UNDECIDED
    assert verdict_of(waive(left, (unsigned,))) is Verdict.UNDECIDED
    accepted = Verdict.GREEN_EXCEPT if rule in CERTIFIED else Verdict.GREEN
    assert verdict_of(waive(left, (replace(unsigned, author="me"),))) is accepted
    assert verdict_of(waive(left, (replace(unsigned, author="me", subject="x"),))) is (
        Verdict.UNDECIDED
    )
