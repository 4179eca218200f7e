"""The report: verdict, waivers, and what each rendering says of it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from timelines import FILE, HOME, cell, held, robot, timeline, track
from violations import violated

from cellsim.collision.result import CollisionResult, PairResult
from cellsim.domain.cell import PairRule, Waiver
from cellsim.domain.program import Index
from cellsim.domain.report import Finding, MoveClearance, PairClearance, Report, Severity, Verdict
from cellsim.domain.timeline import Timeline
from cellsim.errors import UnknownName
from cellsim.verify.render import FORMATS, render, render_html
from cellsim.verify.render.json import schema
from cellsim.verify.render.numbers import clearance_text, need_text, number, value_and_limit
from cellsim.verify.render.text import finding_text
from cellsim.verify.run import verdict_of, verify_timeline, with_physics
from cellsim.verify.waivers import waive

EVIL = "</script><img src=x onerror=alert(1)>|`*\x07\n<b>"


def collision(*statuses: Any) -> CollisionResult:
    """A result with one free pair, and one pair with a violation of each status."""
    at = Index(FILE, 3)
    free = PairResult("arm/L6", "part:box", "free", 0.0213, 0.01, 2.0, "arm", at)
    pairs = [free]
    for status, value in statuses:
        pairs.append(violated(status, value, at))
    return CollisionResult(tuple(pairs))


def judged(given: Timeline | None = None, *statuses: Any) -> Report:
    return verify_timeline(given or timeline(), collision(*statuses))


def waived(given: Timeline, *waivers: Waiver) -> Timeline:
    job = replace(given.job, cell=replace(given.job.cell, waivers=waivers))
    return replace(given, job=job)


def finding(severity: Severity, **more: Any) -> Finding:
    return Finding("joint-limit-exceeded", severity, "arm J1", **more)


def test_a_clean_timeline_is_green() -> None:
    report = judged()
    assert (report.verdict, report.exit_code, report.findings) == (Verdict.GREEN, 0, ())
    assert report.programs == (FILE,)


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ((), Verdict.GREEN),
        ((Severity.NOTE, Severity.WARNING), Verdict.GREEN),
        ((Severity.UNDECIDED,), Verdict.UNDECIDED),
        ((Severity.NOT_CHECKED,), Verdict.UNDECIDED),
        ((Severity.UNDECIDED, Severity.ERROR), Verdict.FINDINGS),
    ],
)
def test_verdict_follows_the_worst_open_finding(severities: Any, verdict: Verdict) -> None:
    assert verdict_of([finding(s) for s in severities]) is verdict
    assert verdict_of([replace(finding(s), waived_by="me") for s in severities]) is Verdict.GREEN


def test_collision_and_undecided_reach_the_verdict() -> None:
    assert judged(None, ("collision", -0.004)).verdict is Verdict.FINDINGS
    assert judged(None, ("clearance", 0.004)).verdict is Verdict.FINDINGS
    assert judged(None, ("undecided", 0.004)).verdict is Verdict.UNDECIDED


def test_a_missing_figure_needs_a_signed_waiver() -> None:
    given = timeline(where=cell(replace(robot(), payload=None)))
    assert judged(given).verdict is Verdict.UNDECIDED
    unsigned = Waiver("payload-*", "arm *", "", "no figure published")
    assert judged(waived(given, unsigned)).verdict is Verdict.UNDECIDED
    signed = replace(unsigned, author="A. Reviewer")
    report = judged(waived(given, signed))
    assert report.verdict is Verdict.GREEN
    assert [f.waived_by for f in report.findings] == ["A. Reviewer"]
    assert "no figure published (A. Reviewer; 1 accepted)" in report.waivers[0]


def test_a_waiver_of_another_subject_accepts_nothing() -> None:
    found = waive([finding(Severity.ERROR)], [Waiver("joint-*", "other *", "me", "why")])
    assert found[0].waived_by == ""


def test_a_finding_of_a_rule_that_nobody_knows_is_not_lost() -> None:
    told = Finding("something-new", Severity.ERROR, "arm", file=FILE, line=3)
    report = judged(timeline(findings=(told,)))
    assert report.findings == (told,)
    assert report.verdict is Verdict.FINDINGS


class Physics:
    """What a replay gives."""

    findings = (Finding("physics-grip-slips", Severity.WARNING, "box", 6.0, 5.0, "mm"),)
    assumptions = ("motors are ideal",)


def test_physics_findings_join_the_report_at_once_or_later() -> None:
    at_once = verify_timeline(timeline(), collision(), physics=Physics())
    later = with_physics(judged(), timeline(), Physics())
    for report in (at_once, later):
        assert [f.rule for f in report.findings] == ["physics-grip-slips"]
        assert report.assumptions[-1] == "motors are ideal"
        (rule,) = [r for r in report.rules if r.rule == "physics-grip-slips"]
        assert rule.checked
    assert at_once == later


def test_progress_names_every_rule() -> None:
    seen: list[str] = []
    verify_timeline(timeline(), collision(), progress=lambda what, _: seen.append(what))
    assert "rule takt-exceeded" in seen


def test_exceptions_are_repeated_with_author_reason_and_window() -> None:
    rule = PairRule(
        "contact", "arm/tool:*", "part:*", 0.002, "fingers", "me", "grip:box", "release:box"
    )
    report = judged(timeline(where=cell(pair_rules=(rule,))))
    pair, window = "arm/tool:* / part:*", "from grip:box until release:box"
    assert report.exceptions == (f"{pair} may touch up to 2 mm deep {window}: fingers (me)",)


def test_worst_grade_of_the_shapes_is_counted() -> None:
    assert next(iter(judged().grades.items())) == ("estimate", 6)


def test_text_says_place_time_rule_value_limit_and_help() -> None:
    lines = render(judged(None, ("collision", -0.004)), "text").splitlines()
    place = f"{FILE}:3 t=1.10s error[collision]"
    assert lines[1] == "verdict: findings (1 error)"
    told = "overlap by 4.0 mm at (0.0, 0.0, 0.0) mm, allowed 0.0 mm"
    at = lines.index(f"{place} arm/L5 / fixture:table {told}")
    assert lines[at - 1] == "error (1)"
    assert lines[at + 1].startswith("    help: ")
    assert "cycle time: 4.0 s, between 3.6 and 4.8 (jerk-limited, not calibrated)" in lines
    assert lines[-1] == "verdict: findings (1 error)"


def test_certified_numbers_round_outward() -> None:
    assert number(21.3999, 1, "down") == "21.3"
    assert number(4.01, 1, "up") == "4.1"
    assert number(-0.01, 1, "down") == "-0.1"
    assert number(-0.001, 1) == "0.0"
    text = render(judged(None, ("clearance", 0.00999)), "text")
    assert "come within 9.9 mm, required 10.0 mm" in text
    assert "21.30 mm" in text


def test_a_clearance_below_what_it_keeps_never_looks_kept() -> None:
    """2 mm may be touched: 1.996 mm keeps it, 2.004 mm does not; 3.336 mm are short of 3.34 mm."""
    for clearance, required, shown in (
        (-0.0020004, -0.002, "-2.01 mm (may touch 2.0 mm deep)"),
        (-0.0019996, -0.002, "-2.00 mm (may touch 2.0 mm deep)"),
        (0.003336, 0.0033361, "3.33 mm (required 3.34 mm)"),
        (0.01, 0.01, "10.00 mm (required 10.0 mm)"),
    ):
        pair = PairClearance("a", "b", clearance, required, 0.0, "p", 1)
        assert f"{clearance_text(pair.clearance, 'en')} ({need_text(pair, 'en')})" == shown


def test_a_value_never_looks_like_its_limit_unless_it_is() -> None:
    near = finding(Severity.ERROR, value=156.0004, limit=156.0, unit="deg")
    assert value_and_limit(near) == ("156.0004", "156.0000")
    assert value_and_limit(replace(near, value=158.2)) == ("158.2", "156.0")
    assert value_and_limit(replace(near, value=156.0)) == ("156.0", "156.0")


def test_a_cycle_time_is_never_printed_without_band_and_model() -> None:
    for fmt in FORMATS:
        text = render(judged(), fmt)
        assert ("4.0 s" in text) <= ("not calibrated" in text), fmt


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_json_keeps_to_its_schema_and_is_the_same_twice(lang: str) -> None:
    report = judged(timeline(**held(1.0, 3.0)), ("collision", -0.004), ("undecided", 0.001))
    text = render([report, judged()], "json", lang)
    assert text == render([report, judged()], "json", lang)
    data = json.loads(text)
    jsonschema.validate(data, dict(schema()))
    assert data["format"] == "cellsim/report@1"
    assert [r["exit_code"] for r in data["reports"]] == [1, 0]


def test_json_has_no_infinite_number() -> None:
    far = replace(collision().pairs[0], clearance=float("inf"))
    report = verify_timeline(timeline(), CollisionResult((far,)))
    data = json.loads(render(report, "json"), parse_constant=pytest.fail)
    assert data["reports"][0]["clearances"][0]["clearance"] is None


def test_junit_has_a_case_for_each_rule_program_and_variant() -> None:
    bad, good = judged(None, ("collision", -0.004)), judged()
    root = ET.fromstring(render([bad, good], "junit"))
    cases = root.findall(".//testcase")
    assert len(cases) == len(bad.rules) + len(good.rules) == int(root.attrib["tests"])
    failed = [c.attrib["name"] for c in cases if c.find("failure") is not None]
    assert failed == [f"collision {FILE}"]
    assert root.attrib["failures"] == "1"


def test_junit_tells_the_programs_of_a_job_and_its_variants_apart() -> None:
    """Two programs, two variants: each rule four times; a finding fails the case of its program."""
    other = "other.program.yaml"
    met = (Finding("wait-timeout", Severity.ERROR, "other", file=other, line=3),)
    good = replace(judged(), programs=(FILE, other))
    bad = replace(judged(timeline(findings=met)), programs=(FILE, other), variant="two")
    root = ET.fromstring(render([good, bad], "junit"))
    cases = [(c.attrib["classname"], c.attrib["name"]) for c in root.findall(".//testcase")]
    assert len(set(cases)) == len(cases) == 4 * len(good.rules)
    for rule in ("collision", "wait-timeout"):
        assert sum(name.startswith(f"{rule} ") for _, name in cases) == 4
    failed = [c.attrib for c in root.findall(".//testcase") if c.find("failure") is not None]
    (only_one,) = failed
    assert only_one["name"] == f"wait-timeout {other}"
    assert ".two." in only_one["classname"]


def test_junit_fails_what_is_undecided_and_not_what_is_waived() -> None:
    given = timeline(where=cell(replace(robot(), payload=None)))
    assert ET.fromstring(render(judged(given), "junit")).attrib["failures"] == "1"
    given = waived(given, Waiver("payload-*", "*", "me", "why"))
    assert ET.fromstring(render(judged(given), "junit")).attrib["failures"] == "0"


def test_names_from_files_cannot_break_out_of_any_rendering() -> None:
    told = Finding("something-new", Severity.ERROR, EVIL, file=EVIL, line=3, facts={"a": EVIL})
    report = replace(judged(timeline(findings=(told,))), cell=EVIL, variant=EVIL, job=EVIL)
    ET.fromstring(render(report, "junit"))
    json.loads(render(report, "json"))
    assert "<img" not in render(report, "html")
    assert "<img" not in render(report, "md")
    assert len(finding_text(told).splitlines()) == 1
    rows = [line for line in render(report, "md").splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {5}


def test_korean_report_has_korean_sentences_and_the_same_numbers() -> None:
    report = judged(None, ("collision", -0.004))
    korean = render(report, "text", "ko")
    assert "4.0 mm 겹침" in korean
    assert "error[collision]" in korean


@pytest.mark.parametrize(("there", "told"), [(12, "(12)"), (13, "(12/13)")])
def test_markdown_says_how_many_of_the_motions_it_lists(there: int, told: str) -> None:
    moves = tuple(
        MoveClearance(
            "arm", FILE, k, 0.1 * k, 0.2 * k, "arm/tool:t", "fixture:f", 0.01, 0.002, 0.1 * k
        )
        for k in range(1, there + 1)
    )
    lines = render(replace(judged(), moves=moves), "md").splitlines()
    assert any(line.endswith(f"{told}</summary>") for line in lines)
    assert sum("fixture:f" in line for line in lines if line.startswith("|")) == 12


def test_an_unknown_format_names_what_there_is() -> None:
    with pytest.raises(UnknownName, match="junit"):
        render(judged(), "junt")


def test_a_program_that_never_moves_is_judged_and_drawn() -> None:
    """One knot, no motion: what a deadlock at the first line leaves."""
    still = track(HOME, HOME)
    still = replace(
        still, t=still.t[:1], q=still.q[:1], qd=still.qd[:1], qdd=still.qdd[:1],
        dev_path=still.dev_path[:0], dev_time=still.dev_time[:0], motion=still.motion[:0],
        motions=(), block=still.block[:0],
    )  # fmt: skip
    assert judged(timeline(still)).verdict is Verdict.GREEN
    beyond = replace(still, q=still.q + 4.0)
    report = judged(timeline(beyond))
    assert {f.rule for f in report.findings} == {"joint-limit-exceeded", "home-not-reached"}
    assert "<svg" in render_html([report], [timeline(beyond)])
