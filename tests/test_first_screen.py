"""What a person sees first: the verdict, what it leaves out, findings in groups, on any output."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_baseline_severity import _report

from cellsim.cli.main import main
from cellsim.domain.report import Finding, Report, Severity
from cellsim.verify.render import render
from cellsim.verify.run import verdict_of

Capture = pytest.CaptureFixture[str]
CYCLE: dict[str, Any] = {"nominal": 4.0, "low": 3.5, "high": 4.5, "model": "jerk-limited"}


def _of(*findings: Finding) -> Report:
    bare = _report(Severity.NOTE, 1.0)
    empty: dict[str, Any] = {
        "cycle": CYCLE,
        "breakdown": {},
        "grades": {},
        "hashes": {},
        "versions": {},
        "findings": findings,
    }
    return replace(bare, verdict=verdict_of(findings), **empty)


def _note(rule: str, line: int, severity: Severity = Severity.NOTE, by: str = "") -> Finding:
    facts = {"figure": "a figure"}
    return Finding(rule, severity, f"arm J{line}", file="p", line=line, facts=facts, waived_by=by)


def test_verdict_and_what_it_leaves_out_come_first_and_the_verdict_last() -> None:
    silent = Severity.NOT_CHECKED
    waived = [_note("joint-jerk-exceeded", k, silent, "Kim") for k in range(1, 7)]
    report = _of(*waived, _note("payload-exceeded", 1, silent), _note("corner-shrunk", 9))
    lines = render(report, "text").splitlines()
    told = "verdict: undecided (1 not checked, 1 note, 6 waived: 6 not checked)"
    assert lines[1:5] == [
        told,
        "findings: 8 = 1 not checked + 1 note + 6 waived",
        "rules not checked: 1 (payload-exceeded)",
        "rules not checked and waived: 1 (joint-jerk-exceeded), by Kim",
    ]
    assert lines[-1] == told
    assert sum("joint-jerk-exceeded" in line for line in lines) == 2


def test_findings_stand_under_their_severity_and_alike_ones_are_folded() -> None:
    errors = [_note("joint-limit-exceeded", k, Severity.ERROR) for k in range(1, 31)]
    lines = render(_of(_note("corner-shrunk", 3), *errors), "text").splitlines()
    at = lines.index("error (30)")
    assert lines.index("note (1)") > at
    shown = [line for line in lines if "error[joint-limit-exceeded]" in line]
    assert len(shown) == 10
    left = "and 20 more of joint-limit-exceeded, on lines 11, 12, 13, 14, 15, 16 ...; "
    assert any(line.strip().startswith(left) for line in lines)


def test_a_body_that_stands_in_another_on_every_line_leaves_room_for_other_pairs() -> None:
    stands = [replace(_note("collision", k, Severity.ERROR), subject="a / b") for k in range(1, 60)]
    once = replace(_note("collision", 7, Severity.ERROR), subject="c / d")
    for fmt in ("text", "md"):
        shown = render(_of(*stands, once), fmt)
        assert sum("a / b" in line for line in shown.splitlines()) == 3
        assert "c / d" in shown
        assert "and 56 more of collision" in shown


def test_the_verdict_is_said_on_any_output(tmp_path: Path, capsys: Capture) -> None:
    ask = ["verify", "machine_tending", "--variant", "shaft_80"]
    assert main([*ask, "--format", "json", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("machine_tending / shaft_80 / swap_shaft: verdict: green")
    assert main([*ask, "--format", "md"]) == 0
    both = capsys.readouterr()
    assert "verdict: green" in both.err
    assert "swap_shaft: verdict" not in both.out


def test_a_green_page_says_what_a_person_has_to_do_where_something_was_waived() -> None:
    silent = _note("payload-exceeded", 1, Severity.NOT_CHECKED, "Kim")
    silent = replace(silent, waived_reason="hold it against the type plate")
    page = render(_of(silent), "html")
    todo = page[page.index('class="todo"') :]
    assert "hold it against the type plate" in todo[: todo.index("</section>")]
    assert "green except 1 waived (1 not checked)" in page
    assert "nothing; read the assumptions" not in page


def test_the_tightest_pair_is_the_one_with_the_least_to_spare_on_every_output() -> None:
    from cellsim.cli.demo import _tightest
    from cellsim.domain.report import PairClearance

    loose = PairClearance("pad", "box", 2.90e-3, 1.5e-3, 1.0, "p", 3)
    tight = PairClearance("arm", "door", 9.06e-3, 8.0e-3, 2.0, "p", 7)
    report = replace(_of(), clearances=(loose, tight))
    text = render(report, "text")
    assert "\ntightest clearance: 9.06 mm (required 8.0 mm) arm / door p:7" in text
    assert "\nnext tightest: 2.90 mm (required 1.5 mm) pad / box p:3" in text
    assert "9.06 mm (required 8.0 mm), arm / door" in render(report, "md")
    page = render(report, "html")
    assert "<span>tightest clearance</span><b>9.06 mm</b>" in page
    rows = page[page.index('<table class="pairs"') :]
    assert rows.index("arm / door") < rows.index("pad / box")
    assert _tightest(report) == "9.06 mm (required 8.0 mm), arm / door, p:7"


def test_counts_and_verdict_are_said_in_the_same_words_everywhere() -> None:
    from cellsim.verify.render.summary import counts_sum

    waived = [_note("payload-exceeded", k, Severity.NOT_CHECKED, "Kim") for k in (1, 2)]
    report = _of(*waived, _note("near-miss", 5, Severity.WARNING))
    parts = counts_sum(report)
    assert parts == "1 warning + 2 waived"
    assert report.verdict_text == "green except 2 waived"
    (data,) = json.loads(render(report, "json"))["reports"]
    assert (data["verdict"], data["verdict_text"], data["waived"]) == (
        "green", "green except 2 waived", 2,
    )  # fmt: skip
    (korean,) = json.loads(render(report, "json", "ko"))["reports"]
    assert korean["verdict_text"] in render(report, "md", "ko")
    page = render(report, "html")
    assert f"<span>findings</span><b>3</b><small>= {parts}</small>" in page
    assert '<span class="badge">green except 2 waived</span>' in page
    assert "**green except 2 waived**" in render(report, "md")
    assert f"findings: 3 = {parts}" in render(report, "text")


def test_open_findings_stand_before_waived_ones_on_the_page() -> None:
    waived = _note("payload-exceeded", 1, Severity.NOT_CHECKED, "Kim")
    page = render(_of(waived, _note("near-miss", 5, Severity.WARNING)), "html")
    for part in ('class="todo"', '<table class="findings"'):
        told = page[page.index(part) :]
        told = told[: told.index("</section>")]
        assert told.index("arm J5") < told.index("arm J1"), part
