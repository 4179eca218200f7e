"""SARIF 2.1.0: the structure the standard requires, and what each finding becomes in it.

The schema of OASIS is not kept here. A report with errors, open and waived findings was valid
against it (sarif-schema-2.1.0.json of v2.1.0 errata01/os, by jsonschema) on 26 November 2026.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from timelines import FILE, timeline

from cellsim.collision.result import CollisionResult
from cellsim.domain.cell import Waiver
from cellsim.domain.report import Finding, Report, Severity
from cellsim.verify.render import render, render_sarif
from cellsim.verify.rules import RULES, explain, rule_ids
from cellsim.verify.run import verify_timeline

MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
    },
    "additionalProperties": False,
}
LOCATION: dict[str, Any] = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "minLength": 1}},
                    "additionalProperties": False,
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        }
    },
    "additionalProperties": False,
}
RELATED = {
    "type": "object",
    "required": ["message", *LOCATION["required"]],
    "properties": {"message": MESSAGE, **LOCATION["properties"]},
    "additionalProperties": False,
}
SUPPRESSION = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["inSource", "external"]},
        "status": {"enum": ["accepted", "underReview", "rejected"]},
        "justification": {"type": "string", "minLength": 1},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "kind", "level", "locations", "suppressions"],
    "properties": {
        "ruleId": {"type": "string", "minLength": 1},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "kind": {
            "enum": ["notApplicable", "pass", "fail", "review", "open", "informational"],
        },
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1},
        "relatedLocations": {"type": "array", "items": RELATED, "uniqueItems": True},
        "suppressions": {"type": "array", "items": SUPPRESSION, "uniqueItems": True},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
    "if": {"properties": {"kind": {"const": "fail"}}},
    "then": {"properties": {"level": {"enum": ["note", "warning", "error"]}}},
    "else": {"properties": {"level": {"const": "none"}}},
}
DRIVER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"const": "cellsim"},
        "version": {"type": "string"},
        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
    },
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "properties": {"driver": DRIVER},
            "additionalProperties": False,
        },
        "invocations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["executionSuccessful"],
                "properties": {"executionSuccessful": {"type": "boolean"}},
                "additionalProperties": False,
            },
        },
        "results": {"type": "array", "items": RESULT},
    },
    "additionalProperties": False,
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN},
    },
    "additionalProperties": False,
}


def report(*findings: Finding, waivers: tuple[Waiver, ...] = (), **changes: Any) -> Report:
    given = timeline(findings=findings)
    given = replace(given, job=replace(given.job, cell=replace(given.job.cell, waivers=waivers)))
    return replace(verify_timeline(given, CollisionResult(())), **changes)


def finding(severity: Severity, subject: str = "arm J1", **more: Any) -> Finding:
    more = {"file": FILE, "line": 3} | more
    return Finding("something-new", severity, subject, **more)


def run_of(text: str) -> dict[str, Any]:
    """Return the run of a log that keeps to the standard."""
    log = json.loads(text)
    jsonschema.validate(log, LOG)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return dict(run)


def place(result: dict[str, Any]) -> dict[str, Any]:
    return dict(result["locations"][0]["physicalLocation"])


@pytest.mark.parametrize(
    ("severity", "kind", "level"),
    [
        (Severity.ERROR, "fail", "error"),
        (Severity.UNDECIDED, "open", "none"),
        (Severity.NOT_CHECKED, "open", "none"),
        (Severity.WARNING, "fail", "warning"),
        (Severity.NOTE, "fail", "note"),
    ],
)
def test_each_severity_has_its_kind_and_level(severity: Severity, kind: str, level: str) -> None:
    (result,) = run_of(render(report(finding(severity)), "sarif"))["results"]
    assert (result["kind"], result["level"]) == (kind, level)
    assert result["suppressions"] == []


def test_a_waived_finding_is_suppressed_with_reason_and_author() -> None:
    told = finding(Severity.UNDECIDED), finding(Severity.UNDECIDED, "arm J2")
    given = report(*told, waivers=(Waiver("something-*", "arm J1", "A. Reviewer", "seen"),))
    first, second = run_of(render(given, "sarif"))["results"]
    (suppression,) = first["suppressions"]
    assert suppression["justification"] == "seen (A. Reviewer)"
    assert suppression["properties"] == {"author": "A. Reviewer"}
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert (second["kind"], second["level"], second["suppressions"]) == ("open", "none", [])


def test_every_rule_is_there_with_its_manual_page_and_unknown_ones_by_name() -> None:
    rules = run_of(render(report(finding(Severity.ERROR)), "sarif"))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*rule_ids(), "something-new"]
    assert len(rules) == len(RULES) + 1
    for rule in rules[:-1]:
        assert rule["help"]["text"] == explain(rule["id"])
        assert rule["shortDescription"]["text"]
    assert "help" not in rules[-1]


def test_the_place_is_program_file_and_line() -> None:
    given = report(finding(Severity.ERROR), cell="c", variant="v 1", job="doors")
    (result,) = run_of(render(given, "sarif"))["results"]
    uri = f"programs/v%201/doors/{FILE}"
    assert place(result) == {"artifactLocation": {"uri": uri}, "region": {"startLine": 3}}
    (result,) = run_of(render_sarif([given], ["cells/c"]))["results"]
    assert place(result)["artifactLocation"]["uri"] == f"cells/c/{uri}"
    (result,) = run_of(render_sarif([given], ["."]))["results"]
    assert place(result)["artifactLocation"]["uri"] == uri


def test_what_lies_in_no_program_is_placed_at_the_cell_file_without_a_line() -> None:
    given = report(finding(Severity.NOT_CHECKED, file="", line=0))
    (result,) = run_of(render(given, "sarif"))["results"]
    assert place(result) == {"artifactLocation": {"uri": "cell.yaml"}}


def test_a_text_that_was_read_back_keeps_its_own_file() -> None:
    given = report(finding(Severity.ERROR, file="work.src"), source="read text")
    (result,) = run_of(render(given, "sarif"))["results"]
    assert place(result)["artifactLocation"]["uri"] == "work.src"


def test_all_reports_are_one_run_and_the_bytes_are_the_same_twice() -> None:
    given = [report(finding(Severity.ERROR, t0=1.1)), report(variant="other"), report()]
    text = render(given, "sarif", "ko")
    assert text == render(given, "sarif", "ko")
    assert text.isascii()
    (result,) = run_of(text)["results"]
    assert result["message"]["text"].startswith("t=1.10s ")
    assert run_of(render([], "sarif"))["results"] == []


def test_a_fingerprint_outlives_a_moved_line_and_tells_variants_apart() -> None:
    here, moved = report(finding(Severity.ERROR)), report(finding(Severity.ERROR, line=9))
    other = replace(here, variant="other")
    results = run_of(render([here, moved, other], "sarif"))["results"]
    first, second, third = (r["partialFingerprints"]["cellsimFinding/v1"] for r in results)
    assert first == second != third


def test_names_from_files_make_no_link_no_scheme_and_no_field() -> None:
    evil = "//evil.example/[x](http://evil.example){0}\x07\ud800"
    told = Finding("something-new", Severity.ERROR, evil, file=evil, line=3, facts={"a": evil})
    (result,) = run_of(render(report(told), "sarif"))["results"]
    text = result["message"]["text"]
    assert "](" not in text
    assert "{{0}}" in text
    assert "\x07" not in text
    assert urlsplit(place(result)["artifactLocation"]["uri"])[:2] == ("", "")
