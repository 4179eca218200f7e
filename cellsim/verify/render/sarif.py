"""Reports as SARIF 2.1.0, for editors and code scanning: one run, a result per finding.

An undecided or not-checked finding is `open`, which SARIF gives no level; every other kind of
finding is `fail` with the level of its severity. A waiver is an external suppression.

Source: OASIS SARIF 2.1.0, sections 3.14 (run), 3.27 (result), 3.35 (suppression), 3.49 (rule).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from cellsim.domain.report import Finding, Report, Severity
from cellsim.messages import fill, said, sentence, title, word
from cellsim.verify.render.numbers import fields
from cellsim.verify.render.text import help_text
from cellsim.verify.rules import explain, rule_ids, summaries

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
CELL_FILE = "cell.yaml"
_KIND_LEVEL: Mapping[Severity, tuple[str, str]] = {
    Severity.ERROR: ("fail", "error"),
    Severity.UNDECIDED: ("open", "none"),
    Severity.NOT_CHECKED: ("open", "none"),
    Severity.WARNING: ("fail", "warning"),
    Severity.NOTE: ("fail", "note"),
}


def render_sarif(reports: Sequence[Report], folders: Sequence[str] = (), lang: str = "en") -> str:
    """Return a SARIF log: ASCII, sorted keys, one trailing newline.

    Args:
        reports: One or more.
        folders: Cell folder of each report, as seen from the root of the repository; without it
            files are named from the cell folder on.
        lang: Language of the messages; the rules' manual pages are English.
    """
    places = folders or [""] * len(reports)
    found = {f.rule for report in reports for f in report.findings}
    rules = (*rule_ids(), *sorted(found - set(rule_ids())))
    results = [
        _result(report, f, folder, rules.index(f.rule), lang)
        for report, folder in zip(reports, places, strict=True)
        for f in report.findings
    ]
    run = {
        "tool": {"driver": _driver(reports, rules, lang)},
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _driver(reports: Sequence[Report], rules: Sequence[str], lang: str) -> dict[str, Any]:
    lines = dict(summaries())
    driver: dict[str, Any] = {"name": "cellsim", "rules": [_rule(r, lines, lang) for r in rules]}
    version = reports[0].versions.get("cellsim") if reports else None
    return driver | ({"version": version} if version else {})


def _rule(rule: str, lines: Mapping[str, str], lang: str) -> dict[str, Any]:
    """Return the descriptor of a rule; one that has no manual page is named only."""
    entry = {"id": rule, "shortDescription": _message(title(lang, rule))}
    if rule in lines:
        entry["fullDescription"] = _message(lines[rule])
        entry["help"] = _message(explain(rule))
    return entry


def _result(report: Report, f: Finding, folder: str, index: int, lang: str) -> dict[str, Any]:
    kind, level = _KIND_LEVEL[f.severity]
    names = {"cell": report.cell, "variant": report.variant, "job": report.job}
    named = "\n".join((*names.values(), f.rule, f.subject, f.file))
    return {
        "ruleId": f.rule,
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": _message(_told(f, lang)),
        "locations": [_location(report, f, folder)],
        **_related(report, f, folder, lang),
        "partialFingerprints": {
            "cellsimFinding/v1": hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()
        },
        "properties": {**names, "severity": str(f.severity), "subject": f.subject},
        "suppressions": [_suppression(f)] if f.waived_by else [],
    }


def _related(report: Report, f: Finding, folder: str, lang: str) -> dict[str, Any]:
    """Return the lines that set what the motion of a finding runs with, and that lost it."""
    told = f.facts.get("set_at")
    places = [(a["file"], a["line"], a["state"]) for a in told] if isinstance(told, list) else []
    lost, since = f.facts.get("lost_in"), f.facts.get("since")
    if isinstance(lost, str) and isinstance(since, int):
        states = f.facts.get("states", ())
        places += [(lost, since, s) for s in states] if isinstance(states, tuple | list) else []
    related = []
    for file, line, state in places:
        key = "set_on_of" if isinstance(told, list) else "lost_on_of"
        known = {"state": said(lang, str(state)), "line": line, "file": file}
        at = _location(report, replace(f, file=file, line=line), folder)
        related.append({**at, "message": _message(fill(word(lang, key), known))})
    return {"relatedLocations": related} if related else {}


def _told(f: Finding, lang: str) -> str:
    time = f"t={f.t0:.2f}s " if f.t0 is not None else ""
    advice = f"; {text}" if (text := help_text(f, lang)) else ""
    return f"{time}{sentence(lang, f.rule, f.severity, fields(f))}{advice}"


def _suppression(f: Finding) -> dict[str, Any]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": f"{f.waived_reason} ({f.waived_by})".strip(),
        "properties": {"author": f.waived_by},
    }


def _location(report: Report, f: Finding, folder: str) -> dict[str, Any]:
    """Return program file and line; what lies in no program is placed at the cell file."""
    saved = f.file in report.programs and report.source == "program"
    parts = ("programs", report.variant, report.job, f.file) if saved else (f.file or CELL_FILE,)
    uri = "/".join(quote(part, safe="", errors="replace") for part in parts)
    if folder and folder != ".":
        uri = f"{quote(folder, errors='replace')}/{uri}"
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if f.line > 0:
        place["region"] = {"startLine": f.line}
    return {"physicalLocation": place}


def _message(text: str) -> dict[str, str]:
    """Return text without control characters, links and placeholders: names come from files."""
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return {"text": clean.replace("](", "] (").replace("{", "{{").replace("}", "}}")}
