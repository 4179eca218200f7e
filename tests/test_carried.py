"""What a flange carries where a figure is missing: told, and what a waiver may be bound to."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from rule_findings import only
from timelines import box_part, cell, gripper_tool, held, robot, timeline

from cellsim.collision.result import CollisionResult
from cellsim.domain.cell import Waiver
from cellsim.domain.files.baseline import Baseline, Known
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.data import data_names
from cellsim.domain.report import Report, Severity
from cellsim.domain.timeline import Timeline
from cellsim.kinematics.mass import GRAVITY
from cellsim.verify.baseline import against, baseline_of
from cellsim.verify.context import Context
from cellsim.verify.loads import most_carried
from cellsim.verify.render import render
from cellsim.verify.run import verify_timeline

RULE = "payload-exceeded"


def carrying(mass: float, *waivers: Waiver) -> Timeline:
    where = cell(replace(robot(), payload=None), part=box_part(mass=mass), waivers=waivers)
    return timeline(where=where, **held(1.0, 3.0))


def judged(mass: float, *waivers: Waiver) -> Report:
    return verify_timeline(carrying(mass, *waivers), CollisionResult(()))


def up_to(mass: float | None) -> Waiver:
    return Waiver(
        RULE, "arm *", "Kim", "weighed by hand", severity="not_checked", worst=mass
    )  # fmt: skip


def test_what_is_carried_where_the_payload_is_not_known_is_told() -> None:
    f = only(RULE, carrying(10.0))
    assert (f.severity, f.value, f.limit, f.unit) == (Severity.NOT_CHECKED, 15.0, None, "kg")
    text = render(judged(10.0))
    assert "not checked: payload is not given; it carries 15.0 kg" in text
    assert "실린 값 15.0 kg" in render(judged(10.0), lang="ko")


def waived_by(report: Report) -> list[str]:
    return [f.waived_by for f in report.findings if f.rule == RULE]


@pytest.mark.parametrize(("mass", "by"), [(10.0, "Kim"), (10.1, "")])
def test_a_waiver_that_is_bound_to_a_mass_holds_up_to_it(mass: float, by: str) -> None:
    assert waived_by(judged(mass, up_to(15.0))) == [by]


def test_a_waiver_that_is_not_bound_says_what_it_is_held_for() -> None:
    report = judged(40.0, up_to(None))
    assert waived_by(report) == ["Kim"]
    assert "not_checked[payload-exceeded] arm test_arm 45.0 kg (waived by Kim)" in render(report)


def test_the_torque_and_inertia_at_the_flange_are_those_of_tool_and_part_together() -> None:
    (load,) = (one for one in Context(carrying(10.0)).loads["arm"] if one.parts)
    bodies = load.masses()
    moment = np.sum([b.mass * np.asarray(b.com) for b in bodies], axis=0)
    torque, unit = most_carried([load], "torque")
    assert (torque, unit) == (pytest.approx(GRAVITY * np.linalg.norm(moment)), "N m")
    inertia, unit = most_carried([load], "inertia")
    assert unit == "kg m2"
    rng = np.random.default_rng(3)
    seen = 0.0
    for _ in range(4000):
        axis = rng.normal(size=3)
        axis /= np.linalg.norm(axis)
        arms = [np.cross(axis, np.asarray(b.com)) for b in bodies]
        about = [axis @ np.asarray(b.inertia) @ axis for b in bodies]
        seen = max(
            seen, sum(i + b.mass * (r @ r) for i, b, r in zip(about, bodies, arms, strict=True))
        )
    assert seen <= inertia + 1e-9
    assert seen == pytest.approx(inertia, rel=1e-2)
    assert most_carried([replace(load, tool=gripper_tool(), parts=())], "mass") == (5.0, "kg")


def test_a_row_of_a_baseline_knows_what_was_carried_where_it_was_written_with_it() -> None:
    known = baseline_of([judged(10.0)], "Kim", "as taken over")
    assert [k.worst for k in known.known if k.rule == RULE] == [15.0]
    ((same,), _), ((more,), _) = (against([judged(m)], known) for m in (10.0, 11.0))
    assert (waived_by(same), waived_by(more)) == (["Kim"], [""])
    rows = tuple(replace(k, worst=None, unit="") for k in known.known)
    assert all(isinstance(k, Known) for k in rows)
    ((old,), gone) = against([judged(11.0)], Baseline("Kim", "as taken over", rows))
    assert waived_by(old) == ["Kim"]
    assert not gone


@pytest.mark.parametrize("name", data_names("cells"))
def test_a_shipped_waiver_of_a_payload_is_bound_to_the_mass_it_names(
    name: str,
) -> None:
    for waiver in load_cell(name).waivers:
        told = re.search(r"weigh (?:at most )?([\d.]+) kg", waiver.reason)
        if waiver.rule == RULE and told:
            assert waiver.worst == float(told[1])
