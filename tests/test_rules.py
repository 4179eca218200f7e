"""The rules as a whole: their pages, pairs, what the simulation told, figures that are missing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rule_findings import findings, only
from timelines import (
    FILE,
    box_part,
    cell,
    gripper_tool,
    held,
    robot,
    timeline,
)

import cellsim
from cellsim.domain.cell import Waiver
from cellsim.domain.program import Index
from cellsim.domain.report import CERTIFIED, Finding, Severity, Verdict
from cellsim.errors import UnknownName
from cellsim.verify.context import Context
from cellsim.verify.rules import HEADINGS, RULES, explain, rule_id, rule_ids
from cellsim.verify.rules.severities import SEVERITIES
from cellsim.verify.run import verdict_of
from cellsim.verify.waivers import waive


def pair(status: str, value_m: float, required_m: float) -> Any:
    violation = SimpleNamespace(
        tube=False, shift=None,
        status=status, t0=1.0, t1=1.1, value_m=value_m, required_m=required_m,
        motion=Index(FILE, 3), cause="", witness=(0.5, 0.0, 1.0), q=(0.1, 0.2), t=1.05,
        group="arm", pieces=("", ""), points=(), others=(),
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


TOLD = [
    "line-unreachable", "configuration-flip", "grip-missed", "part-dropped", "part-falls",
    "fastener-missed", "deadlock", "signal-never-set", "wait-timeout", "endless-loop",
    "corner-overlap", "circle-degenerate", "move-time-not-held", "joint-figure-missing",
    "deadlock-possible", "signal-unknown", "signal-of-another", "program-empty",
    "signal-value-impossible",
    "branch-on-unknown", "tool-not-mounted", "target-unreachable", "configuration-unknown",
    "moved-while-clamped", "frame-not-followed", "output-beyond-motion", "motion-state-unknown",
    "frame-moves-meanwhile", "target-ambiguous",
]  # fmt: skip


@pytest.mark.parametrize("rule", TOLD)
def test_what_the_simulation_found_is_repeated_and_nothing_else(rule: str) -> None:
    said = Finding(rule, Severity.ERROR, "arm", file=FILE, line=3)
    other = Finding("something-else", Severity.ERROR, "arm")
    assert findings(rule, timeline(findings=(said, other))) == (said,)
    assert findings(rule, timeline(findings=(other,))) == ()


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
