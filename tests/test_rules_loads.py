"""Rules of masses, torques and grips: a bad case each, and a value exactly at its limit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rule_findings import findings, only, with_joint
from timelines import FILE, HOME, box_part, cell, gripper_tool, held, robot, timeline, track

from cellsim.domain.cell import Cell
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Event, GroupTrack
from cellsim.domain.wiring import Device, TimeRange
from cellsim.geometry import Pose
from cellsim.kinematics.mass import GRAVITY
from cellsim.verify.recheck import samples
from cellsim.verify.torque import MOST_LOOKS, _between


@pytest.mark.limit("payload-exceeded")
def test_payload_at_the_limit_passes_and_above_it_fails() -> None:
    at = cell(part=box_part(mass=25.0))
    assert findings("payload-exceeded", timeline(where=at, **held(1.0, 3.0))) == ()
    f = only("payload-exceeded", timeline(where=cell(part=box_part(mass=25.1)), **held(1.0, 3.0)))
    assert (f.value, f.limit, f.t0) == (pytest.approx(30.1), 30.0, 1.0)
    assert f.facts["load"] == "hand + box"


def test_payload_without_a_figure_is_not_checked() -> None:
    f = only("payload-exceeded", timeline(where=cell(replace(robot(), payload=None))))
    assert f.severity is Severity.NOT_CHECKED


@pytest.mark.limit("wrist-torque-exceeded")
def test_wrist_torque_is_weight_times_arm() -> None:
    """With J4..J6 at zero J5 is level and carries m g x (lever along the arm)."""
    level = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    lever = _OFFSET_J5_TO_FLANGE + (5.0 * 0.07 + 10.0 * 0.3) / 15.0
    torque = 15.0 * GRAVITY * lever
    made = track(level, (0.2, *level[1:]), level)
    for limit, count in ((torque + 1e-6, 0), (torque - 1e-3, 1)):
        wrist = tuple(
            replace(w, torque=limit if w.joint == "J5" else 1e6) for w in robot().wrist_limits
        )
        where = cell(replace(robot(), wrist_limits=wrist))
        found = findings("wrist-torque-exceeded", timeline(made, where, **held(1.0, 3.0)))
        assert len(found) == count
    assert found[0].value == pytest.approx(torque)


_OFFSET_J5_TO_FLANGE = 0.1 + 0.08
RUNS = (Event(1.0, "signal", "go", 1.0, "arm"), Event(2.0, "process", "nut", 1.0, "arm"))


def with_nutrunner(torque: float, reaction_arm: bool) -> Cell:
    """Return the cell with a device on the hand that turns it [N m] while it runs."""
    device = Device("nut", "go", "ok", TimeRange(1, 1, 1, "a test"), tool="hand")
    tool = gripper_tool(process_torque=torque, reaction_arm=reaction_arm)
    return replace(cell(tool=tool), devices={"nut": device})


def test_process_torque_counts_while_the_device_runs_unless_an_arm_takes_it() -> None:
    for reaction_arm, count in ((False, 1), (True, 0)):
        where = with_nutrunner(300.0, reaction_arm)
        found = findings("wrist-torque-exceeded", timeline(where=where, events=RUNS))
        turned = [f.value for f in found if f.subject == "arm J6"]
        assert turned == [pytest.approx(300.0)] * count


@pytest.mark.limit("wrist-inertia-exceeded")
def test_wrist_inertia_at_the_limit_passes_and_above_it_fails() -> None:
    offset = 0.4  # the box beside the axis of J6; tool and box inertia about it in closed form
    inertia = 0.02 + 0.1 + 10.0 * offset**2
    beside = Pose.translation(offset, 0, 0.3)
    for limit, count in ((inertia + 1e-9, 0), (inertia - 1e-6, 1)):
        wrist = tuple(
            replace(w, inertia=limit if w.joint == "J6" else 1e6) for w in robot().wrist_limits
        )
        where = cell(replace(robot(), wrist_limits=wrist))
        given = timeline(where=where, **held(1.0, 3.0, beside))
        assert len(findings("wrist-inertia-exceeded", given)) == count


@pytest.mark.parametrize("rule", ["wrist-torque-exceeded", "wrist-inertia-exceeded"])
def test_wrist_without_figures_is_not_checked(rule: str) -> None:
    f = only(rule, timeline(where=cell(replace(robot(), wrist_limits=()))))
    assert f.severity is Severity.NOT_CHECKED


@pytest.mark.limit("grip-overloaded")
def test_grip_at_capacity_passes_and_above_it_fails() -> None:
    at = cell(part=box_part(mass=25.0))
    assert findings("grip-overloaded", timeline(where=at, **held(1.0, 3.0))) == ()
    f = only("grip-overloaded", timeline(where=cell(part=box_part(mass=25.5)), **held(1.0, 3.0)))
    assert (f.value, f.limit) == (25.5, 25.0)


def test_grip_without_a_capacity_is_not_checked() -> None:
    tool = gripper_tool()
    assert tool.gripper is not None
    tool = replace(tool, gripper=replace(tool.gripper, capacity_kg=None))
    f = only("grip-overloaded", timeline(where=cell(tool=tool), **held(1.0, 3.0)))
    assert f.severity is Severity.NOT_CHECKED


@pytest.mark.parametrize(("mass", "count"), [(0.0, 1), (-1.0, 1), (math.nan, 1), (1e-3, 0)])
@pytest.mark.limit("mass-zero")
def test_a_held_part_has_a_mass(mass: float, count: int) -> None:
    given = timeline(where=cell(part=box_part(mass=mass)), **held(1.0, 3.0))
    assert len(findings("mass-zero", given)) == count


def still(q: Any) -> GroupTrack:
    return track(q, q, seconds=1.0)


@pytest.mark.limit("joint-torque-exceeded")
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


def about_upright(where: Cell) -> float:
    """Return the inertia of what J1 turns at HOME [kg m2], by sums over the bodies."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(where, "arm")
    poses = link_poses(chain, np.array(HOME))
    links = {f"L{i}" for i in range(1, 7)}
    rows = [k for k, name in enumerate(chain.link_names) if name.rpartition("/")[2] in links]
    bodies = [(poses[k], np.zeros(3)) for k in rows]
    bodies.append((poses[chain.flange], np.array([0, 0, 0.07])))
    inertia = 0.0
    for T, com in bodies:
        p = T[:3, :3] @ com + T[:3, 3]
        inertia += 5.0 * (p[0] ** 2 + p[1] ** 2)
        inertia += (T[:3, :3] @ np.eye(3) @ T[:3, :3].T)[2, 2] * 0.02
    return inertia


# Of a rest-to-rest quintic of 1 rad in 2 s: the largest acceleration [rad/s2], and when first [s].
PEAK, AT = 10.0 / math.sqrt(3.0) / 4.0, 1.0 - 1.0 / math.sqrt(3.0)


def test_torque_of_an_accelerated_axis_is_inertia_times_acceleration() -> None:
    """J1 stands upright: no weight on it, only the inertia of what it turns."""
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0)
    where = cell(with_joint(0, torque=1.0))
    f = only("joint-torque-exceeded", timeline(made, where))
    assert f.value == pytest.approx(about_upright(where) * PEAK, rel=1e-6)


def test_torque_that_only_the_way_between_two_knots_asks_for_is_told() -> None:
    """Half a second from knot to knot: 2.6 % more acceleration lies between them than at any."""
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=2.0, knots=5)
    inertia = about_upright(cell())
    at_knots = inertia * float(np.abs(made.qdd[:, 0]).max())
    assert at_knots < 0.98 * inertia * PEAK
    for share, count in ((1.0 + 1e-5, 0), (1.0 - 1e-5, 1)):
        where = cell(with_joint(0, torque=share * inertia * PEAK))
        found = findings("joint-torque-exceeded", timeline(made, where))
        assert len(found) == count
    assert found[0].value == pytest.approx(inertia * PEAK, rel=1e-6)
    assert (found[0].file, found[0].line) == (FILE, 3)
    assert min(abs(found[0].t0 - t) for t in (AT, 2.0 - AT)) < 0.002


def test_a_long_motion_is_looked_at_in_parts_that_leave_nothing_out() -> None:
    """What dynamics holds of 160 s at once was more than 200 MB."""
    made = track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=25.0)
    parts = list(_between(made, np.arange(len(made.t))))
    assert [len(part.t) for part in parts] == [MOST_LOOKS, MOST_LOOKS, 5001]
    t, values = samples(made, 0, len(made.t) - 1)
    assert np.array_equal(np.concatenate([part.t for part in parts]), t)
    for k, name in enumerate(("q", "qd", "qdd")):
        assert np.array_equal(np.concatenate([getattr(part, name) for part in parts]), values[k])
    at = np.concatenate([part.knots for part in parts])
    assert np.all((made.t[at] >= t) & (made.t[np.maximum(at - 1, 0)] <= t))


def test_a_nutrunner_turns_the_wrist_unless_an_arm_takes_it() -> None:
    for reaction_arm, count in ((False, 1), (True, 0)):
        where = with_nutrunner(950.0, reaction_arm)
        given = timeline(still(HOME), where, events=RUNS)
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


def test_a_joint_that_has_no_torque_at_all_is_told_where_it_needs_most() -> None:
    """It stands for a second and asks for none: 0 of 0 is no peak that hides a later one."""
    made = track(HOME, HOME, (HOME[0] + 1.0, *HOME[1:]))
    where = cell(with_joint(0, torque=0.0))
    with np.errstate(all="raise"):
        f = only("joint-torque-exceeded", timeline(made, where))
    assert (f.subject, f.limit, f.line) == ("arm J1", 0.0, 5)
    assert f.value is not None
    assert f.value > 0.0
    assert findings("joint-torque-exceeded", timeline(still(HOME), where)) == ()
    bent = (0.3, -0.2, 0.4, 0.0, -0.2, 0.1)
    turned = track(bent, bent, (*bent[:3], 1.0, *bent[4:]))
    f = only("joint-torque-exceeded", timeline(turned, cell(with_joint(3, torque=0.0))))
    assert f.line == 5, "rounding while it stands is no peak"
    assert f.value is not None
    assert f.value > 1.0


def test_torque_without_figures_is_not_checked_and_names_them() -> None:
    f = only("joint-torque-exceeded", timeline(where=cell(with_joint(3, torque=None))))
    assert (f.severity, f.facts["figure"]) == (Severity.NOT_CHECKED, "torque of J4")
    guessed = replace(robot(), assumed=("links.mass",))
    f = only("joint-torque-exceeded", timeline(where=cell(guessed)))
    assert f.severity is Severity.NOT_CHECKED
    assert "link masses" in str(f.facts["figure"])
