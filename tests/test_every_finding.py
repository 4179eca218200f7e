"""A report with every rule in every severity, waived and open: all forms keep their schema."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from functools import lru_cache
from itertools import product

import jsonschema
import pytest
from test_sarif import run_of
from timelines import FILE, timeline

from cellsim.collision.result import CollisionResult
from cellsim.domain.cell import Waiver
from cellsim.domain.report import CERTIFIED, Finding, Report, Severity, Verdict
from cellsim.verify.render import render
from cellsim.verify.render.json import schema
from cellsim.verify.rules import rule_ids
from cellsim.verify.rules.severities import SEVERITIES
from cellsim.verify.run import verify_timeline

SHIFT = {"frame": "jig", "shift": "+1.00 +0.00 +0.00 mm, +0.000 +0.000 +0.000 deg",
         "shift_mm": [1.0, 0.0, 0.0], "shift_deg": [0.0, 0.0, 0.0], "nominal_mm": 3.1,
         "shifted_mm": 0.9, "shifted_s": 1.2}  # fmt: skip
WAIVED = "waived"


def _findings() -> list[Finding]:
    """Each rule in each severity it has, open and to be waived, with and without a place."""
    found = []
    for rule in rule_ids():
        for severity, subject in product(SEVERITIES[rule], ("arm J1", f"{WAIVED} J2")):
            placed = {"file": FILE, "line": 3, "t0": 1.0, "t1": 1.5} if subject == "arm J1" else {}
            facts = SHIFT if rule == "clearance" else {"figure": "payload", "list": [1, 2.5, "x"]}
            found.append(Finding(rule, Severity(severity), subject, 1.2, 1.5, "mm", facts=facts,
                                 **placed))  # type: ignore[arg-type]  # fmt: skip
    return found


@lru_cache
def report() -> Report:
    from dataclasses import replace

    given = timeline(findings=tuple(_findings()))
    # What the certified test found is accepted by name alone.
    waivers = (
        Waiver(r, f"{WAIVED} *", "A. Reviewer", "seen", severity=severity)
        for r in ("*", *sorted(CERTIFIED))
        for severity in ("", "error")
    )
    cell = replace(given.job.cell, waivers=tuple(waivers))
    return verify_timeline(replace(given, job=replace(given.job, cell=cell)), CollisionResult(()))


def test_the_report_holds_every_rule_in_every_severity_open_and_waived() -> None:
    seen = {(f.rule, str(f.severity), bool(f.waived_by)) for f in report().findings}
    assert seen >= {
        (rule, severity, waived)
        for rule in rule_ids()
        for severity in SEVERITIES[rule]
        for waived in (False, True)
    }
    assert report().verdict is Verdict.FINDINGS


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_json_keeps_the_published_schema(lang: str) -> None:
    data = json.loads(render(report(), "json", lang))
    jsonschema.Draft202012Validator(schema()).validate(data)
    assert all(f["message"] and "…" not in f["message"] for f in data["reports"][0]["findings"]
               if f["rule"] == "clearance")  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_sarif_has_a_result_for_each_finding_and_open_ones_for_what_is_open(lang: str) -> None:
    results = run_of(render(report(), "sarif", lang))["results"]
    assert len(results) == len(report().findings)
    for f, result in zip(report().findings, results, strict=True):
        assert result["ruleId"] == f.rule
        assert (result["kind"] == "open") is (f.severity in ("undecided", "not_checked"))
        assert bool(result["suppressions"]) is bool(f.waived_by)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_junit_keeps_its_form_and_counts_what_fails(lang: str) -> None:
    """The form that CI servers read: suites of suites of cases, each with at most one failure."""
    root = ET.fromstring(render(report(), "junit", lang))
    assert root.tag == "testsuites"
    assert set(root.attrib) == {"name", "tests", "failures", "errors"}
    (suite,) = root
    assert (suite.tag, set(suite.attrib)) == (
        "testsuite",
        {"name", "tests", "failures", "errors"},
    )
    for case in suite:
        assert (case.tag, set(case.attrib)) == ("testcase", {"classname", "name"})
        assert [part.tag for part in case] in (
            [], ["failure"], ["system-out"], ["failure", "system-out"],
        )  # fmt: skip
        for failure in case.findall("failure"):
            assert set(failure.attrib) == {"type", "message"}
    failed = sum(case.find("failure") is not None for case in suite)
    deciding = {"error", "undecided", "not_checked"}
    assert failed == sum(bool(deciding & set(SEVERITIES[rule])) for rule in rule_ids())
    assert (len(suite), failed) == (int(suite.attrib["tests"]), int(root.attrib["failures"]))
