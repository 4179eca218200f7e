"""Promises of rules and reports: what parts weigh, where they are let go, where a waiver holds."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_cells as tiny
from gantry_cells import cell_of, job_of, panel, program, to
from rule_findings import BY_ID
from table_cell import folder
from timelines import cell, timeline
from tubes_corners import RULES as TUBES

from cellsim.collision.result import CollisionResult
from cellsim.domain.cell import External, Frame, Waiver
from cellsim.domain.feature import Feature
from cellsim.domain.files.cell import load_cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Delay,
    Grip,
    Move,
    Program,
    Release,
    Routine,
    Speed,
    Target,
)
from cellsim.domain.report import Finding, Severity, Verdict
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.release.claims import claimed, job_digests
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.run import verdict_of, verify_timeline
from cellsim.verify.waivers import waive, waiver_rows


def test_a_part_that_hangs_on_the_flange_from_the_start_weighs_there() -> None:
    """And what weighs too much at the last moment is told at the last line."""
    made = tiny.pick_cell()
    frame = Frame("hand", "group:r.flange", Pose.translation(0, 0, 0.25))
    part = replace(made.parts["box"], frame="hand", pose=Pose.identity(), mass=9.5)
    made = replace(made, frames={**made.frames, "hand": frame}, parts={"box": part})
    q = tuple(np.array(made.groups["r"].home) + 0.1)
    body = (Move("joint", Target(q=q), Speed(50, "%"), FINE, line=1),)
    what = Program("r", "r", (Routine("main", body),), "r.yaml")
    context = Context(simulate(Job("job", made, {"r": what}, {"r": TUBES})))
    (f,) = BY_ID["payload-exceeded"](context).findings
    assert (f.value, f.limit, f.line) == (pytest.approx(10.5), 10.0, 1)
    torque = BY_ID["wrist-torque-exceeded"](context).findings
    assert {f.facts["load"] for f in torque} <= {"gripper + box"}
    assert context.place_at("r", context.timeline.duration) == ("r.yaml", 1)


def on_positioner(mass: float, payload: float | None) -> tuple[Finding, ...]:
    table = replace(tiny.track(), name="table", kind="positioner", payload=payload)
    group = replace(
        tiny.pick_cell().groups["r"],
        externals=(External(table, "world", Pose.translation(3, 0, 0), "part"),),
    )
    group = replace(group, home=(*group.home, 0.5))
    made = tiny.pick_cell()
    part = replace(made.parts["box"], frame="plate", pose=Pose.identity(), mass=mass)
    plate = Frame("plate", "group:r.positioner/flange", Pose.identity())
    made = replace(
        made, groups={"r": group}, frames={**made.frames, "plate": plate}, parts={"box": part}
    )
    empty = Program("r", "r", (Routine("main", (Delay(0.1, line=1),)),), "r.yaml")
    return BY_ID["payload-exceeded"](
        Context(simulate(Job("job", made, {"r": empty}, {"r": TUBES})))
    ).findings


def test_a_positioner_carries_no_more_than_its_own_payload() -> None:
    assert on_positioner(50.0, 50.0) == ()
    (f,) = on_positioner(50.1, 50.0)
    assert (f.severity, f.value, f.limit) == (Severity.ERROR, pytest.approx(50.1), 50.0)
    (f,) = on_positioner(1.0, None)
    assert (f.severity, f.facts["figure"]) == (Severity.NOT_CHECKED, "payload")


@pytest.mark.limit("part-placed-elsewhere")
def test_a_part_is_let_go_where_its_release_says() -> None:
    """The hook is at x = 3 m; the limit is 15 mm."""
    made = cell_of((panel(hinge=False),))
    for off, count in ((0.0, 0), (0.015 * (1 - 1e-6), 0), (0.015 * (1 + 1e-6), 1), (0.3, 1)):
        body = (to(1), Grip("panel"), to(1, 0, 1), to(3 + off, 0, 1), to(3 + off))
        job = job_of(made, program("hand", *body, Release("panel", at="rack.hook")))
        found = BY_ID["part-placed-elsewhere"](Context(simulate(job))).findings
        assert [(f.line, f.unit) for f in found] == [(6, "mm")] * count
        if count:
            assert found[0].value == pytest.approx(1e3 * off)


def test_a_part_is_let_go_upright_where_its_release_says() -> None:
    made = cell_of((panel(hinge=False),))
    for degrees, count in ((4.9, 0), (5.1, 1)):
        tilted = replace(made.fixtures["rack"], features={
            "hook": Feature("hook", "hook",
                            (Pose.from_xyz_rpy((0, 0, 0), (math.radians(degrees), 0, 0)),))
        })  # fmt: skip
        where = replace(made, fixtures={"rack": tilted})
        body = (to(1), Grip("panel"), to(1, 0, 1), to(3, 0, 1), to(3))
        job = job_of(where, program("hand", *body, Release("panel", at="rack.hook")))
        found = BY_ID["part-placed-elsewhere"](Context(simulate(job))).findings
        assert [(f.unit, f.limit) for f in found] == [("deg", pytest.approx(5.0))] * count


def over(value: float | None, **place: Any) -> Finding:
    told = {"file": "a.yaml", "line": 3, **place}
    return Finding("joint-limit-exceeded", Severity.ERROR, "arm J1", value, 90.0, "deg", **told)


@pytest.mark.parametrize(
    ("scope", "f", "variant", "accepted"),
    [
        ({}, over(95.0), "suv", True),
        ({"variant": "sedan"}, over(95.0), "suv", False),
        ({"variant": "s*"}, over(95.0), "suv", True),
        ({"line": 3}, over(95.0), "suv", True),
        ({"line": 4}, over(95.0), "suv", False),
        ({"file": "b.yaml", "line": 3}, over(95.0), "suv", False),
        ({"worst": 95.0}, over(95.0), "suv", True),
        ({"worst": 95.0}, over(95.01), "suv", False),
        ({"worst": 95.0}, over(None), "suv", False),
        ({"worst": 95.0}, over(math.nan), "suv", False),
        ({"worst": -95.0}, replace(over(-95.0), limit=-90.0), "suv", True),
        ({"worst": -95.0}, replace(over(-96.0), limit=-90.0), "suv", False),
    ],
)
def test_a_waiver_holds_where_it_says_and_no_worse(
    scope: dict[str, Any], f: Finding, variant: str, accepted: bool
) -> None:
    row = Waiver("joint-*", "arm *", "Kim", "looked at on the line", severity="error", **scope)
    (told,) = waive([f], [row], variant)
    assert bool(told.waived_by) is accepted


@pytest.mark.parametrize(
    ("scope", "severity", "accepted"),
    [
        ({}, Severity.NOT_CHECKED, True),
        ({}, Severity.UNDECIDED, True),
        ({}, Severity.ERROR, False),
        ({"severity": "error"}, Severity.ERROR, True),
        ({"severity": "error"}, Severity.UNDECIDED, False),
        ({"severity": "not_checked"}, Severity.NOT_CHECKED, True),
        ({"severity": "not_checked"}, Severity.ERROR, False),
        ({"severity": "not_checked"}, Severity.UNDECIDED, False),
    ],
)
def test_who_accepts_that_a_figure_is_missing_accepts_no_error_once_it_is_there(
    scope: dict[str, Any], severity: Severity, accepted: bool
) -> None:
    row = Waiver("joint-*", "arm *", "Kim", "no figure is published", **scope)
    (told,) = waive([replace(over(95.0), severity=severity)], [row])
    assert bool(told.waived_by) is accepted


def test_a_report_says_where_a_waiver_holds_and_leaves_out_those_of_other_variants() -> None:
    rows = (
        Waiver("takt-*", "*", "Kim", "known", "one", "a.yaml", 3, 40.0),
        Waiver("takt-*", "*", "Kim", "known", "two"),
    )
    made = cell(waivers=rows)
    (text,) = waiver_rows(made, ())
    assert text == "takt-* on * [one, a.yaml:3, <= 40]: known (Kim; 0 accepted)"


def test_an_error_that_a_waiver_meets_says_what_the_waiver_would_have_to_say() -> None:
    row = Waiver("joint-*", "arm *", "Kim", "looked at on the line")
    (told,) = waive([over(95.0)], [row])
    assert told.facts["unsaid"] == "looked at on the line"
    (again,) = waive([told], [replace(row, severity="error")])
    assert (again.waived_by, again.facts) == ("Kim", over(95.0).facts)


@pytest.mark.parametrize(("today", "accepted"), [("2026-12-31", True), ("2027-01-01", False)])
def test_a_waiver_accepts_until_its_last_day(today: str, accepted: bool) -> None:
    missing = replace(over(95.0), severity=Severity.NOT_CHECKED)
    row = Waiver("joint-*", "arm *", "Kim", "until the plate is read", expires="2026-12-31")
    (told,) = waive([missing], [row], today=today)
    assert bool(told.waived_by) is accepted
    assert told.facts.get("expired") == (
        None if accepted else "2026-12-31: until the plate is read"
    )
    (text,) = waiver_rows(cell(waivers=(row,)), (told,), today)
    end = "(Kim; 1 accepted)" if accepted else "(its last day is over: accepts nothing)"
    assert text == f"joint-* on arm * [until 2026-12-31]: until the plate is read {end}"
    # Another one that is still good accepts it.
    (both,) = waive([missing], [row, replace(row, expires="", author="Lee")], today=today)
    assert both.waived_by == ("Kim" if accepted else "Lee")
    assert "expired" not in both.facts


def test_what_a_waiver_that_is_over_says_is_undecided_or_an_error_as_the_finding_is() -> None:
    row = Waiver("joint-*", "arm *", "Kim", "for the trial", severity="error", expires="2020-01-01")
    assert verdict_of(waive([over(95.0)], [row])) is Verdict.FINDINGS
    missing = replace(over(95.0), severity=Severity.NOT_CHECKED)
    assert verdict_of(waive([missing], [replace(row, severity="")])) is Verdict.UNDECIDED


def test_check_says_that_the_last_day_of_a_waiver_is_over() -> None:
    """Its certificate was green; nobody changed a byte."""
    row = Waiver("joint-*", "arm *", "Kim", "for the trial", expires="2020-01-01")
    f = replace(over(95.0), severity=Severity.NOT_CHECKED)
    given = timeline(findings=(f,))
    given = replace(given, job=replace(given.job, cell=replace(given.job.cell, waivers=(row,))))
    report = verify_timeline(given, CollisionResult(()))
    report = replace(report, findings=waive([f], [row]), verdict=Verdict.UNDECIDED)
    body = {"content": job_digests(given.job), "cycle": report.cycle}
    told = claimed(body, given.job, report)
    assert told == [
        "the text is undecided, 1 findings", f"the last day of a waiver of {f.rule} is over"
    ]  # fmt: skip
    held = replace(report, findings=waive([f], [replace(row, expires="")]), verdict=Verdict.GREEN)
    assert claimed(body, given.job, held) == []


def test_the_last_day_of_a_waiver_is_a_day(tmp_path: Path) -> None:
    place = folder(tmp_path, "world")
    row = "{rule: takt-*, subject: '*', author: Kim, reason: known for a year, expires: DAY}"
    for day, good in (
        ("2026-12-31", True), ("'2026-12-31'", True), ("''", True), ("2026-02-30", False),
        ("31.12.2026", False), ("20261231", False), ("2026-12", False),
    ):  # fmt: skip
        text = f"format: cellsim/waivers@1\nwaivers:\n  - {row.replace('DAY', day)}\n"
        (place / "waivers.yaml").write_text(text, encoding="utf-8")
        if good:
            assert load_cell(place, "one").waivers[0].expires == day.strip("'")
        else:
            with pytest.raises(BadInput) as told:
                load_cell(place, "one")
            assert told.value.line == 3


def test_a_waiver_for_a_variant_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    place = folder(tmp_path, "world")
    row = "{rule: takt-*, subject: '*', author: Kim, reason: known for a year, variant: VARIANT}"
    for variant, good in (("one", True), ("o*", True), ("tow", False)):
        text = f"format: cellsim/waivers@1\nwaivers:\n  - {row.replace('VARIANT', variant)}\n"
        (place / "waivers.yaml").write_text(text, encoding="utf-8")
        if good:
            assert load_cell(place, "one").waivers[0].variant == variant
        else:
            with pytest.raises(BadInput, match="tow"):
                load_cell(place, "one")
