"""Every rendering says the same: each finding with the same digits, each band, each verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from typing import Any

import jsonschema
import pytest
from timelines import FILE, HOME, box_part, cell, held, robot, timeline, track
from violations import violated

from cellsim.cli.main import main
from cellsim.collision.result import CollisionResult
from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Report, Severity
from cellsim.domain.timeline import Band
from cellsim.messages import sentence
from cellsim.verify.render import FORMATS, render, render_html
from cellsim.verify.render.numbers import cycle_text, fields
from cellsim.verify.run import verify_timeline

LANGS = ("en", "ko")


def collision() -> CollisionResult:
    at = Index(FILE, 3)
    kinds = (("collision", -0.00401), ("clearance", 0.0099999), ("undecided", 0.0042))
    return CollisionResult(tuple(violated(status, value, at) for status, value in kinds))


@pytest.fixture(scope="module")
def judged() -> tuple[Report, Any]:
    """A report with findings of many units and severities, and a band that rounds both ways."""
    wild = replace(robot(), payload=None)
    made = track(HOME, (3.0137, *HOME[1:]), HOME, seconds=0.9)
    given = timeline(made, cell(wild, part=box_part(mass=25.04)), **held(0.2, 0.5, end=1.8))
    given = replace(given, band=Band(38.249, 34.449, 42.049, "jerk-limited, not calibrated"))
    given = replace(given, job=replace(given.job, cell=replace(given.job.cell, takt_s=42.0)))
    report = verify_timeline(given, collision())
    assert {f.severity for f in report.findings} >= {
        Severity.ERROR, Severity.UNDECIDED, Severity.NOT_CHECKED,
    }  # fmt: skip
    return report, given


def rendered(judged: tuple[Report, Any], fmt: str, lang: str) -> str:
    """Return a rendering with its escapes undone; json and sarif as the texts in them."""
    report, given = judged
    if fmt == "html":
        return unescape(render_html([report], [given], lang))
    text = render(report, fmt, lang)
    if fmt in ("json", "sarif"):
        return "\n".join(_texts(json.loads(text))).replace("{{", "{").replace("}}", "}")
    return unescape(text)


def _texts(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [t for value in data.values() for t in _texts(value)]
    if isinstance(data, list):
        return [t for value in data for t in _texts(value)]
    return [str(data)]


def said(f: Finding, lang: str) -> str:
    return sentence(lang, f.rule, f.severity, fields(f))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_each_finding_stands_in_each_rendering_with_the_same_digits(
    judged: tuple[Report, Any], fmt: str, lang: str
) -> None:
    shown = rendered(judged, fmt, lang)
    for f in judged[0].findings:
        if fmt == "md" and f.severity is Severity.NOTE:
            continue
        assert said(f, lang) in shown, (fmt, f.rule)


@pytest.mark.parametrize("fmt", ["text", "md", "html"])
def test_the_band_rounds_outward_and_alike(judged: tuple[Report, Any], fmt: str) -> None:
    told = cycle_text(judged[0].cycle)
    assert told == "38.2 s, between 34.4 and 42.1 (jerk-limited, not calibrated)"
    shown = rendered(judged, fmt, "en")
    assert told in shown
    assert "34.5 –" not in shown
    assert "34.5 and" not in shown
    assert "42.0 s, between" not in shown


def test_the_number_of_failures_is_that_of_the_open_findings(judged: tuple[Report, Any]) -> None:
    report = judged[0]
    bad = (Severity.ERROR, Severity.UNDECIDED, Severity.NOT_CHECKED)
    rules = {f.rule for f in report.findings if f.severity in bad}
    assert f'failures="{len(rules)}"' in render(report, "junit")
    run = json.loads(render(report, "sarif"))["runs"][0]
    assert len(run["results"]) == len(report.findings)
    data = json.loads(render(report, "json"))["reports"][0]
    assert data["exit_code"] == report.exit_code == 1


def test_the_schema_that_the_command_prints_holds_for_a_report(
    judged: tuple[Report, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", "report"]) == 0
    printed = json.loads(capsys.readouterr().out)
    report = json.loads(render(judged[0], "json"))
    jsonschema.validate(report, printed)
    report["reports"][0]["verdict"] = "perhaps"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, printed)
