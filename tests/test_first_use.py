"""What somebody meets on the first day: the first page, a new cell, reports that add up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_first_screen import _note, _of

from cellsim.cli.grouped import STEPS
from cellsim.cli.main import app, main
from cellsim.domain.cell import Waiver
from cellsim.domain.files.new import new_cell, unsigned_rules
from cellsim.domain.report import Finding, Severity, Verdict
from cellsim.messages import LANGUAGES, sentence
from cellsim.verify.render import render
from cellsim.verify.render.numbers import fields
from cellsim.verify.run import verdict_of
from cellsim.verify.waivers import waive

Capture = pytest.CaptureFixture[str]


def test_the_bare_command_prints_its_first_page_and_is_green(capsys: Capture) -> None:
    assert main([]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert not told.out.startswith("error")
    assert len(told.out.splitlines()) < 60
    assert main(["robot"]) == 0
    assert "import" in capsys.readouterr().out


def test_the_first_page_names_every_command_once() -> None:
    named = [name for _, rows in STEPS for name, _ in rows]
    there = [c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands]
    there += [str(g.name) for g in app.registered_groups]
    assert sorted(named) == sorted(there)


SIGNED = """format: cellsim/waivers@1
waivers:
  - rule: payload-exceeded
    subject: "arm *"
    author: Kim, plant 2
    reason: "read off the plate, author: none"
  - {rule: joint-jerk-exceeded, subject: "arm *", author: 'Lee', reason: looked at by hand}
"""


def test_a_new_cell_has_no_signature_of_somebody_else(tmp_path: Path, capsys: Capture) -> None:
    made = new_cell(tmp_path / "first", "machine_tending")
    (made / "waivers.yaml").write_text(SIGNED)
    with (made / "cell.yaml").open("a") as file:
        file.write(SIGNED.split("\n", 1)[1].replace("Kim, plant 2", "Kim"))
    row = 'waivers:\n- rule: takt-exceeded\n  subject: "*"\n  author: "Choi"\n  reason: until May\n'
    with (made / "variants" / "shaft_80.yaml").open("a") as file:
        file.write(row)
    assert main(["new", str(tmp_path / "second"), "--like", str(made)]) == 0
    assert "nobody has signed for its 5 waivers" in capsys.readouterr().out
    assert len(unsigned_rules(tmp_path / "second")) == 5
    written = "".join(p.read_text() for p in (tmp_path / "second").rglob("*.yaml"))
    assert not re.search("Kim|Lee|Choi", written)
    assert "read off the plate, author: none" in written
    shipped = new_cell(tmp_path / "third", "machine_tending")
    assert len(unsigned_rules(shipped)) == 6


def test_a_waiver_without_a_signature_accepts_nothing_and_the_finding_says_so() -> None:
    open_ = Waiver("payload-*", "arm *", "", "hold it against the type plate")
    found = waive([_note("payload-exceeded", 1, Severity.NOT_CHECKED)], [open_])
    assert verdict_of(found) is Verdict.UNDECIDED
    for lang in LANGUAGES:
        told = sentence(lang, found[0].rule, found[0].severity, fields(found[0]))
        assert "hold it against the type plate)" in told
    signed = Waiver("payload-*", "arm *", "Kim", "read off the type plate")
    (again,) = waive(found, [open_, signed])
    assert again.waived_by == "Kim"
    assert "unsigned" not in again.facts


def test_fix_of_what_is_green_says_that_there_is_nothing(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "mended"
    assert main(["fix", "machine_tending", "--variant", "shaft_80", "--out", str(out)]) == 0
    assert "nothing to mend, nothing written" in capsys.readouterr().out
    assert not out.exists()


def _numbers(line: str) -> tuple[int, list[int]]:
    """Return the two sides of "findings: n = a ... + b ...": the sum and what is added."""
    left, right = line.split(" = ")
    return int(left.split()[-1]), [int(part.split()[0]) for part in right.split(" + ")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fmt", ["text", "md", "html"])
def test_the_counts_add_up_and_stand_in_every_report(fmt: str, lang: str) -> None:
    errors = [_note("joint-limit-exceeded", k, Severity.ERROR) for k in range(1, 31)]
    warnings = [_note("corner-shrunk", k, Severity.WARNING) for k in range(1, 8)]
    waived = [_note("joint-jerk-exceeded", k, Severity.NOT_CHECKED, "Kim") for k in (1, 2)]
    report = _of(*errors, *warnings, *waived, _note("home-not-reached", 1))
    shown = render(report, fmt, lang)
    told = re.search(r"[^<>\n]*: 40 = [^<>\n]*", shown)
    assert told is not None
    total, parts = _numbers(told[0])
    assert total == sum(parts) == len(report.findings)
    assert parts == [30, 7, 1, 2]


@pytest.mark.parametrize(("fmt", "listed"), [("text", 10), ("md", 10)])
def test_alike_findings_are_folded_until_all_are_asked_for(fmt: str, listed: int) -> None:
    errors = [_note("joint-limit-exceeded", k, Severity.ERROR) for k in range(1, 31)]
    report = _of(*errors, _note("home-not-reached", 1))

    def lines(everything: bool) -> list[str]:
        text = render(report, fmt, "en", everything)
        return [line for line in text.splitlines() if "limit …" in line]

    assert len(lines(False)) == listed
    assert len(lines(True)) == 30
    assert "and 20 more of joint" in render(report, fmt)
    assert "more of joint" not in render(report, fmt, "en", True)
    assert ("home-not-reached" in render(report, "md")) is False
    assert "home-not-reached" in render(report, "md", "en", True)


def test_a_group_that_can_end_no_later_is_not_said_to() -> None:
    from dataclasses import replace

    from cellsim.domain.report import CycleStep

    steps = (
        CycleStep("arm", "move", 0.0, 4.0, "p", 1, 0.0, True),
        CycleStep("other", "move", 0.0, 2.5, "p", 2, 1.5, False),
    )
    breakdown = {"arm": {"move": 4.0}, "other": {"move": 2.5}}
    shown = render(replace(_of(), steps=steps, breakdown=breakdown), "text")
    assert "arm: move 4.0 s\n" in shown
    assert "other: move 2.5 s; could end later by 1.5 s\n" in shown


def test_waived_findings_are_counted_row_by_row() -> None:
    jerk = [_note("joint-jerk-exceeded", k, Severity.NOT_CHECKED, "Kim") for k in range(1, 4)]
    load = Finding("payload-exceeded", Severity.NOT_CHECKED, "arm", waived_by="Kim")
    lines = render(_of(*jerk, load), "text").splitlines()
    at = lines.index("waived (4)")
    rows = lines[at + 1 : lines.index("", at)]
    assert [row.split("[")[0] for row in rows] == ["3 x not_checked", "not_checked"]
