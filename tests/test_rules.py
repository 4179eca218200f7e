"""Every rule: a bad case, and a value exactly at its limit."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from timelines import (
    FILE,
    HOME,
    box_part,
    cell,
    gripper_tool,
    held,
    move,
    program,
    robot,
    solid,
    timeline,
    track,
)

import cellsim
from cellsim.domain.cell import Device, Hinge, TimeRange
from cellsim.domain.program import Index, Raw, SetSignal, Zone
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Band, Event
from cellsim.errors import UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics.mass import GRAVITY
from cellsim.verify.context import Context
from cellsim.verify.rules import HEADINGS, RULES, explain, rule_id, rule_ids
from cellsim.verify.rules.severities import SEVERITIES

BY_ID = {rule_id(rule): rule for rule in RULES}


def findings(rule: str, given: Any, collision: Any = None) -> tuple[Finding, ...]:
    return BY_ID[rule](Context(given, collision)).findings


def only(rule: str, given: Any, collision: Any = None) -> Finding:
    found = findings(rule, given, collision)
    assert len(found) == 1, found
    return found[0]


def lines(found: tuple[Finding, ...]) -> list[int]:
    return [f.line for f in found]


def pair(status: str, value_m: float, required_m: float) -> Any:
    violation = SimpleNamespace(
        tube=False, shift=None,
        status=status, t0=1.0, t1=1.1, value_m=value_m, required_m=required_m,
        motion=Index(FILE, 3), cause="", witness=(0.5, 0.0, 1.0), q=(0.1, 0.2), t=1.05,
        group="arm", pieces=("", ""),
    )  # fmt: skip
    one = SimpleNamespace(a="arm/L5", b="fixture:table", violations=(violation,))
    return SimpleNamespace(pairs=(one,))


def test_every_rule_has_its_page_with_four_headings() -> None:
    for rule in RULES:
        page = explain(rule_id(rule))
        for heading in HEADINGS:
            assert f"\n{heading}: " in page, (rule_id(rule), heading)


def test_explain_names_the_nearest_rule() -> None:
    with pytest.raises(UnknownName, match="joint-limit-exceeded"):
        explain("joint-limit-exceded")


def test_a_clean_timeline_has_no_finding() -> None:
    given = timeline()
    for rule in RULES:
        assert rule(Context(given)).findings == (), rule_id(rule)


def test_a_line_has_one_finding_for_a_pair_its_worst() -> None:
    given = pair("clearance", 0.004, 0.01)
    near = given.pairs[0].violations[0]
    nearer = SimpleNamespace(**{**vars(near), "value_m": 0.002, "t0": 1.5, "t1": 1.6})
    later = SimpleNamespace(**{**vars(near), "t0": 2.0, "motion": Index(FILE, 5)})
    given.pairs[0].violations = (near, nearer, later)
    found = findings("clearance", timeline(), given)
    assert [(f.line, f.value, f.t0) for f in found] == [(3, 2.0, 1.5), (5, 4.0, 2.0)]


def test_overlap_is_a_collision_with_its_depth_and_line() -> None:
    f = only("collision", timeline(), pair("collision", -0.004, 0.01))
    assert (f.severity, f.value, f.line, f.unit) == (Severity.ERROR, pytest.approx(4.0), 3, "mm")
    assert findings("clearance", timeline(), pair("collision", -0.004, 0.01)) == ()


def test_too_near_is_a_clearance_error_and_not_a_collision() -> None:
    given = pair("clearance", 0.004, 0.01)
    assert only("clearance", timeline(), given).severity is Severity.ERROR
    assert findings("collision", timeline(), given) == ()


def test_an_interval_left_open_is_undecided() -> None:
    f = only("clearance", timeline(), pair("undecided", 0.0099, 0.01))
    assert f.severity is Severity.UNDECIDED


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


def test_joint_acceleration_is_held_against_the_class_of_the_timeline() -> None:
    peak = 10.0 / math.sqrt(3.0)  # of a rest-to-rest quintic of 1 rad in 1 s
    typical = timeline(track(HOME, (HOME[0] + 1.0, *HOME[1:]), seconds=(peak / 6.0) ** 0.5))
    assert findings("joint-acceleration-exceeded", typical) == ()
    assert findings("joint-acceleration-exceeded", replace(typical, accel="fast")) == ()
    f = only("joint-acceleration-exceeded", replace(typical, accel="slow"))
    assert f.limit == pytest.approx(math.degrees(4.0))


def test_joint_acceleration_without_a_class_is_not_checked() -> None:
    arm = robot()
    arm = replace(arm, joints=(replace(arm.joints[0], acceleration=None), *arm.joints[1:]))
    f = only("joint-acceleration-exceeded", timeline(where=cell(arm)))
    assert f.severity is Severity.NOT_CHECKED


TOLD = [
    "line-unreachable", "configuration-flip", "grip-missed", "part-dropped", "part-falls",
    "fastener-missed", "deadlock", "signal-never-set", "wait-timeout", "endless-loop",
    "corner-overlap", "circle-degenerate", "move-time-not-held", "joint-figure-missing",
    "deadlock-possible", "signal-unknown", "signal-of-another", "program-empty",
    "branch-on-unknown", "tool-not-mounted", "target-unreachable", "configuration-unknown",
    "moved-while-clamped", "frame-not-followed",
]  # fmt: skip


@pytest.mark.parametrize("rule", TOLD)
def test_what_the_simulation_found_is_repeated_and_nothing_else(rule: str) -> None:
    said = Finding(rule, Severity.ERROR, "arm", file=FILE, line=3)
    other = Finding("something-else", Severity.ERROR, "arm")
    assert findings(rule, timeline(findings=(said, other))) == (said,)
    assert findings(rule, timeline(findings=(other,))) == ()


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


def test_tcp_speed_that_a_joint_cannot_give_is_a_warning() -> None:
    at = 2.0 * radius()
    assert findings("tcp-speed-not-held", line_of(robot(), at)) == ()
    f = only("tcp-speed-not-held", line_of(robot(), 1.05 * at))
    assert f.severity is Severity.WARNING
    assert float(str(f.facts["kappa"])) == pytest.approx(1.05, abs=0.01)
    assert f.subject == "arm J1"


def test_slow_down_near_a_singularity_is_told_as_such() -> None:
    straight = (*HOME[:4], 0.0, 0.0)  # J4 and J6 in line
    made = track(straight, (0.3, *straight[1:]), seconds=4.0, kind="linear", speed=50.0)
    f = only("singularity-slowdown", timeline(made))
    assert float(str(f.facts["sigma"])) < 0.05
    assert findings("tcp-speed-not-held", timeline(made)) == ()
    slow = track(straight, (0.3, *straight[1:]), seconds=4.0, kind="linear", speed=0.1)
    assert findings("singularity-slowdown", timeline(slow)) == ()


def test_corner_that_had_to_shrink_is_told_with_both_sizes() -> None:
    made = track(HOME, (0.5, *HOME[1:]), HOME, corner=0.02, shrunk=0.05)
    f = findings("corner-shrunk", timeline(made))[0]
    assert (f.value, f.limit) == (pytest.approx(20.0), pytest.approx(50.0))
    same = track(HOME, (0.5, *HOME[1:]), HOME, corner=0.05, shrunk=0.05)
    assert findings("corner-shrunk", timeline(same)) == ()


def test_stop_at_the_end_of_a_move_with_a_corner_is_told() -> None:
    what = program(move(3, Zone("radius", 20.0, "mm")), SetSignal("close", True, line=4), move(5))
    assert only("stop-inside-corner", timeline(what=what)).line == 3
    fine = program(move(3), SetSignal("close", True, line=4), move(5))
    assert findings("stop-inside-corner", timeline(what=fine)) == ()


def test_payload_at_the_limit_passes_and_above_it_fails() -> None:
    at = cell(part=box_part(mass=25.0))
    assert findings("payload-exceeded", timeline(where=at, **held(1.0, 3.0))) == ()
    f = only("payload-exceeded", timeline(where=cell(part=box_part(mass=25.1)), **held(1.0, 3.0)))
    assert (f.value, f.limit, f.t0) == (pytest.approx(30.1), 30.0, 1.0)
    assert f.facts["load"] == "hand + box"


def test_payload_without_a_figure_is_not_checked() -> None:
    f = only("payload-exceeded", timeline(where=cell(replace(robot(), payload=None))))
    assert f.severity is Severity.NOT_CHECKED


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


def test_process_torque_counts_while_the_device_runs_unless_an_arm_takes_it() -> None:
    device = Device("nut", "go", "ok", TimeRange(1, 1, 1, "a test"), tool="hand")
    runs = (Event(1.0, "signal", "go", 1.0, "arm"), Event(2.0, "process", "nut", 1.0, "arm"))
    for tool, count in (
        (gripper_tool(process_torque=300.0), 1),
        (gripper_tool(process_torque=300.0, reaction_arm=True), 0),
    ):
        where = replace(cell(tool=tool), devices={"nut": device})
        found = findings("wrist-torque-exceeded", timeline(where=where, events=runs))
        turned = [f.value for f in found if f.subject == "arm J6"]
        assert turned == [pytest.approx(300.0)] * count


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


def test_gripping_needs_an_arm_at_rest() -> None:
    found = findings("gripper-acts-in-motion", timeline(**held(1.0, 3.0)))
    assert [f.facts["act"] for f in found] == ["grip", "release"]
    assert lines(found) == [4, 4]
    assert findings("gripper-acts-in-motion", timeline(**held(0.0, 2.0))) == ()


def hinged() -> Any:
    hinge = Hinge("table", Pose.identity(), np.array([0.0, 0, 1]), 0.0, 1.0, 0.0, "bolts")
    return cell(part=box_part(hinge=hinge))


def test_a_holder_stands_still_until_the_part_is_unhinged() -> None:
    bolted = held(0.0, 4.0)
    late = (*bolted["events"], Event(3.0, "unhinged", "box", 1.0, "arm"))
    f = only("holder-moves-while-fastened", timeline(where=hinged(), **{**bolted, "events": late}))
    assert (f.line, f.t1) == (3, 3.0)
    early = (Event(0.0, "unhinged", "box", 1.0, "arm"), *bolted["events"])
    good = timeline(where=hinged(), **{**bolted, "events": early})
    assert findings("holder-moves-while-fastened", good) == ()


def test_takt_is_held_against_the_slow_end_of_the_band() -> None:
    given = replace(timeline(), band=Band(38.2, 34.4, 42.0, "jerk-limited, not calibrated"))
    for takt, count in ((42.0, 0), (41.9, 1), (None, 0)):
        job = replace(given.job, cell=cell(takt_s=takt))
        found = findings("takt-exceeded", replace(given, job=job))
        assert len(found) == count
        assert all((f.file, f.facts["longest"]) == (FILE, f"{f.t1 - f.t0:.1f}") for f in found)
        assert all(f.line > 0 for f in found)


@pytest.mark.parametrize(("mass", "count"), [(0.0, 1), (-1.0, 1), (math.nan, 1), (1e-3, 0)])
def test_a_held_part_has_a_mass(mass: float, count: int) -> None:
    given = timeline(where=cell(part=box_part(mass=mass)), **held(1.0, 3.0))
    assert len(findings("mass-zero", given)) == count


def test_a_link_without_a_shape_is_not_checked_and_named() -> None:
    where, drawn = cell(), robot()
    group = where.groups["arm"]

    def shaped(*solids: Any) -> Any:
        links = tuple(replace(k, solid=s) for k, s in zip(drawn.links, solids, strict=True))
        arm = replace(group, robot=replace(drawn, links=links))
        return timeline(where=replace(where, groups={"arm": arm}))

    box = solid("box", (0.1, 0.1, 0.1))
    boxes = [box] * len(drawn.links)
    assert findings("link-shape-missing", shaped(*boxes[:-1], None)) == ()
    (f,) = findings("link-shape-missing", shaped(None, *boxes[1:]))
    assert f.severity == Severity.NOT_CHECKED
    assert drawn.links[0].name in f.subject


@pytest.mark.parametrize(("low", "count"), [(99.0, 1), (100.0, 0)])
def test_only_the_override_that_was_run_is_proven(low: float, count: int) -> None:
    where = cell()
    group = where.groups["arm"]
    controller = replace(group.controller, override=(low, 100.0))
    where = replace(where, groups={"arm": replace(group, controller=controller)})
    assert len(findings("override-not-proven", timeline(where=where))) == count


def test_a_line_that_was_not_understood_is_undecided_unless_harmless() -> None:
    what = program(move(3), Raw(text="$TOOL = X", line=4), move(5))
    f = only("state-not-understood", timeline(what=what))
    assert (f.severity, f.line) == (Severity.UNDECIDED, 4)
    what = program(move(3), Raw(text="; x", line=4, harmless=True), move(5))
    assert findings("state-not-understood", timeline(what=what)) == ()


def test_a_line_told_by_the_simulation_is_not_told_twice() -> None:
    what = program(move(3), Raw(text="$TOOL = X", line=4), move(5))
    said = Finding("state-not-understood", Severity.UNDECIDED, "x", file=FILE, line=4)
    assert findings("state-not-understood", timeline(what=what, findings=(said,))) == (said,)


def test_a_branch_that_was_not_run_is_noted_with_its_line() -> None:
    f = only("branch-not-run", timeline(skipped=(f"{FILE}:12#2",)))
    assert (f.file, f.line, f.severity) == (FILE, 12, Severity.NOTE)


def test_the_end_at_home_within_a_millirad_passes() -> None:
    for off, count in ((1e-3, 0), (2e-3, 1)):
        made = track(HOME, (0.5, *HOME[1:]), (HOME[0] + off, *HOME[1:]))
        assert len(findings("home-not-reached", timeline(made))) == count


def test_rule_ids_are_unique() -> None:
    assert len(set(rule_ids())) == len(RULES)


def test_the_list_of_severities_is_that_of_the_code() -> None:
    """Each severity written beside a rule's id anywhere in the code is in the list."""
    assert set(SEVERITIES) == set(rule_ids())
    sources = Path(cellsim.__file__).parent.rglob("*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    written = re.findall(r'"([a-z]+(?:-[a-z]+)+)",\s*Severity\.([A-Z_]+)', code)
    written += [
        (rule, "NOT_CHECKED") for rule in re.findall(r'figure_missing\(\s*"([a-z-]+)"', code)
    ]
    seen = {(rule, severity.lower()) for rule, severity in written if rule in SEVERITIES}
    assert len(seen) > 30
    assert {
        (rule, severity) for rule, severity in seen if severity not in SEVERITIES[rule]
    } == set()
