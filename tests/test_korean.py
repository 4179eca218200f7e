"""A report in Korean is Korean: every sentence of ours; names, code and users' words stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cellsim.cache import default_cache
from cellsim.controllers.brands import rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.messages import catalogue, said
from cellsim.sweep import CellRun, verify_cell
from cellsim.verify.render import render, render_html

CELLS = sorted(p.parent.name for p in (Path(__file__).parents[1] / "cells").glob("*/cell.yaml"))
# Four plain words in a row: no name, no code and no unit looks like that.
ENGLISH = re.compile(r"(?<![\w./])[A-Za-z]?[a-z']+(?:,? [a-z']+){3,}")


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, str):
        yield data


def test_no_korean_sentence_is_english() -> None:
    found = [text for text in _strings(catalogue("ko")) if ENGLISH.search(text)]
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


@pytest.mark.parametrize("name", CELLS)
def test_every_assumed_convention_of_a_brand_has_its_korean_sentence(name: str) -> None:
    for rules in rules_of(load_cell(name)).values():
        for convention in rules.conventions:
            if convention.evidence == "assumed":
                told = said("ko", f"{rules.brand}: {convention.text}")
                assert told.startswith(f"{rules.brand}: "), convention.id
                assert re.search("[가-힣]", told), convention.id


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
    found = [line for line in shown.splitlines() if ENGLISH.search(line)]
    assert found == []
    assert len(re.findall("[가-힣]{2,}", shown)) > 100
