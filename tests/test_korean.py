"""A report in Korean is Korean: every sentence of ours; names, code and users' words stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from releases import first_job

from cellsim.cache import default_cache
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.messages import catalogue, said
from cellsim.release.check import check
from cellsim.release.release import release
from cellsim.sweep import CellRun, verify_cell, verify_job
from cellsim.verify.render import render, render_html

# Four plain words in a row: no name, no code and no unit looks like that.
ENGLISH = re.compile(r"(?<![\w./])[A-Za-z]?[a-z']+(?:,? [a-z']+){3,}")


def _english(line: str) -> bool:
    """Return whether a line holds a run of English words; units and names of axes are none."""
    return any(
        sum(len(word.strip(",'")) > 2 for word in found[0].split()) >= 3
        for found in ENGLISH.finditer(line)
    )


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, str):
        yield data


def test_no_korean_sentence_is_english() -> None:
    found = [text for text in _strings(catalogue("ko")) if _english(text)]
    assert found == []


@pytest.mark.parametrize("key", sorted(catalogue("en")["texts"]))
def test_each_fixed_sentence_is_known_by_its_english_form(key: str) -> None:
    english, korean = catalogue("en")["texts"][key], catalogue("ko")["texts"][key]
    names = re.findall(r"\{(\w+)\}", english)
    given = {name: f"n{number}" for number, name in enumerate(names)}
    filled, wanted = english, korean
    for name, value in given.items():
        filled, wanted = filled.replace(f"{{{name}}}", value), wanted.replace(f"{{{name}}}", value)
    assert said("ko", filled) == wanted
    assert said("en", filled) == filled


@pytest.fixture(scope="module")
def judged() -> CellRun:
    kept = default_cache()
    return verify_cell("machine_tending", ("shaft_80",), overrides=("takt_s=20",), cache=kept)[0]


def _theirs(cell: Cell) -> list[str]:
    """Return what a user wrote into a cell: names, notes, reasons, authors, sources."""
    axes = [f" {axis.name}" for group in cell.groups.values() for axis in group.controller.axes]
    figures = [", ".join(group.robot.assumed) for group in cell.groups.values()]
    words = [*axes, *figures, *cell.notes, *(d.time.source for d in cell.devices.values())]
    for row in (*cell.waivers, *cell.pair_rules):
        words += [row.reason, row.author]
    return sorted(filter(None, words), key=len, reverse=True)


@pytest.mark.parametrize("fmt", ["text", "md", "html"])
def test_a_report_in_korean_has_no_english_sentence(judged: CellRun, fmt: str) -> None:
    report = judged.report
    if fmt == "html":
        page = render_html([report], [judged.timeline], "ko")
        page = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
        shown = re.sub(r"<(?!wbr)[^>]*>", "\n", re.sub(r'(aria-label|title)="([^"]*)"', "", page))
        shown = unescape(shown.replace("<wbr>", ""))
    else:
        shown = unescape(render(report, fmt, "ko", everything=True))
        shown = re.sub(r"</?\w+>", " ", shown)
    for theirs in _theirs(judged.job.cell):
        shown = shown.replace(theirs, "…")
    found = [line for line in shown.splitlines() if _english(line)]
    assert found == []
    assert len(re.findall("[가-힣]{2,}", shown)) > 100


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    job = first_job("machine_tending", "shaft_80")
    folder = tmp_path_factory.mktemp("korean") / "release"
    release(job, verify_job(job, cache=default_cache()).report, folder, lang="ko")
    return folder


def test_a_korean_load_sheet_stands_beside_the_english_one_and_is_checked(sheets: Path) -> None:
    for kind in ("txt", "html"):
        english = (sheets / f"load_sheet.{kind}").read_text()
        shown = (sheets / f"load_sheet.ko.{kind}").read_text()
        assert any(map(_english, english.splitlines()))
        if kind == "html":
            shown = unescape(
                re.sub(r"<(?!wbr)[^>]*>", "\n", re.sub(r"<style.*?</style>", "", shown))
            )
            shown = shown.replace("<wbr>", "")
        shown = re.sub(r"\(가정; 근거: .*\)", "", shown)  # a quoted source
        for theirs in _theirs(load_cell("machine_tending", "shaft_80")):
            shown = shown.replace(theirs, "…")
        assert [line for line in shown.splitlines() if _english(line)] == []
    (result,) = check(sheets, search=False)
    assert result.problems == ()
    page = sheets / "load_sheet.ko.txt"
    kept = page.read_text()
    page.write_text(kept.replace("-60.000", "-70.000"))
    (result,) = check(sheets, search=False)
    page.write_text(kept)
    assert "load_sheet.ko.txt is not the sheet of this certificate" in result.problems


def test_the_rows_of_a_load_sheet_are_counted(sheets: Path) -> None:
    lines = (sheets / "load_sheet.txt").read_text().splitlines()
    at = {line: k for k, line in enumerate(lines) if re.fullmatch(r"[A-Z (].* \(\d+\)", line)}
    assert len(at) >= 5
    for line, k in at.items():
        rows = lines[k + 1 : lines.index("", k)]
        count = int(line.rsplit("(", 1)[1][:-1])
        assert count == len([row for row in rows if row != "  - none"]), line


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_waivers_of_a_load_sheet_add_up_to_what_its_verdict_says(
    sheets: Path, lang: str
) -> None:
    lines = (sheets / f"load_sheet{'' if lang == 'en' else '.ko'}.txt").read_text().splitlines()
    heading = {"en": "WAIVERS", "ko": "면제"}[lang]
    (at,) = (k for k, line in enumerate(lines) if re.fullmatch(rf"{heading} \(\d+\)", line))
    rows = lines[at + 1 : lines.index("", at)]
    ends = [re.search(r"(\d+)(?: accepted|건 수용)\)$", row) for row in rows]
    accepted = [int(found[1]) for found in ends if found]
    assert len(accepted) == len(rows) == int(lines[at].split("(")[1][:-1]) > 1
    told = {"en": "findings accepted: {}, waivers: {},", "ko": "수용된 지적 {}, 면제 {}건,"}[lang]
    assert told.format(sum(accepted), len(rows)) in lines[1]


def test_a_finding_that_two_waivers_of_one_person_meet_is_counted_once() -> None:
    from dataclasses import replace

    from cellsim.domain.cell import Waiver
    from cellsim.domain.report import Finding, Severity
    from cellsim.release.loadsheet import _accepted
    from cellsim.verify.waivers import waive, waiver_rows

    rows = (
        Waiver("joint-jerk-*", "arm *", "Kim", "looked at by hand"),
        Waiver("*", "arm *", "Kim", "taken over (all; 7 accepted)"),
        Waiver("*", "arm *", "", "to be signed"),
    )
    cell = replace(load_cell("machine_tending", "shaft_80"), waivers=rows)
    given = [Finding(rule, Severity.NOT_CHECKED, "arm J1") for rule in ("joint-jerk-exceeded", "x")]
    told = waiver_rows(cell, waive(given, rows))
    assert [_accepted(row) for row in told] == [1, 1, 0]


def test_simulate_says_the_cycle_as_the_report_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence for one number: the last line is the one that `verify` prints of the job."""
    from cellsim.cli.main import main

    ask = ["palletizing", "--variant", "large_boxes", "--lang", "ko"]
    assert main(["simulate", *ask]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("사이클 타임: ")
    assert main(["verify", *ask]) == 0
    assert last in capsys.readouterr().out.splitlines()
