"""No rule without a bad case by name; and the two that had neither bad case nor limit."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from timelines import FILE, cell, move, program, timeline

from cellsim.domain.program import Index, Release
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Event
from cellsim.verify.context import Context
from cellsim.verify.rules import explain, rule_ids
from cellsim.verify.rules.near_miss import near_miss
from cellsim.verify.rules.part_not_held import part_not_held

TESTS = Path(__file__).parent


@pytest.mark.parametrize("rule", rule_ids())
def test_every_rule_is_tested_by_name(rule: str) -> None:
    """By its id or its function, in a test that is not about reports or lists of rules."""
    lists = {"test_house.py", "test_report.py", "test_sarif.py", "test_first_screen.py"}
    places = [p for p in TESTS.glob("test_*.py") if p.name not in lists]
    names = (f'"{rule}', f"[{rule}]", f"{rule.replace('-', '_')}(", f"'{rule}'")
    assert any(any(n in p.read_text(encoding="utf-8") for n in names) for p in places), rule


@cache
def at_the_limit() -> dict[str, list[str]]:
    """Return rule to the tests marked as holding a value just inside and just outside its limit."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for mark in getattr(node, "decorator_list", ()):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.limit":
                    for rule in mark.args:
                        found.setdefault(str(ast.literal_eval(rule)), []).append(node.name)  # type: ignore[attr-defined]
    return found


NONE = ("It is yes or no: there is no value at it.", "No value at it: ")


@pytest.mark.parametrize("rule", rule_ids())
def test_every_rule_has_a_value_at_its_limit_or_its_page_says_why_there_is_none(rule: str) -> None:
    page = " ".join(explain(rule).split())
    limit = page[page.index(" Limit: ") : page.index(" Source: ")]
    reasoned = any(text in limit for text in NONE)
    assert bool(at_the_limit().get(rule)) is not reasoned, rule


def test_no_test_is_marked_for_a_rule_that_does_not_exist() -> None:
    assert set(at_the_limit()) <= set(rule_ids())


def near(certified: float, needed: float = 0.01, limit: float = 0.05) -> Any:
    """One motion with a certified clearance, in a cell that wants to be told below a limit."""
    rows = np.array([[0.0, 2.0, certified, needed, 1.0, 0.0]])
    course = SimpleNamespace(group="arm", certified=rows[:, 2], rows=rows)
    one = SimpleNamespace(a="arm/L5", b="fixture:table", courses=(course,))
    context: Any = Context(
        timeline(where=cell(near_miss_m=limit)),
        SimpleNamespace(pairs=(one,)),  # type: ignore[arg-type]
    )
    return near_miss(context).findings


@pytest.mark.limit("near-miss")
def test_a_near_miss_is_told_below_the_limit_of_the_cell_and_not_at_it() -> None:
    (f,) = near(0.0499)
    assert (f.severity, f.value, f.limit) == (Severity.WARNING, pytest.approx(49.9), 50.0)
    assert (f.file, f.line, f.t0) == (FILE, 3, 1.0)
    assert near(0.05) == ()
    assert len(near(0.01)) == 1
    assert near(0.0099) == ()  # short of what is required: rule clearance
    assert near(0.02, limit=0.0) == ()
    assert near(-0.001, needed=-0.002) == ()


def let_go(*events: Event) -> Any:
    what = program(move(3), Release(part="box", line=4), move(5))
    return part_not_held(Context(timeline(what=what, events=events))).findings


def test_a_release_lets_go_of_the_part_it_names() -> None:
    at = Index(FILE, 4)
    opened = Event(2.0, "signal", "close", 0.0, "arm", at)
    assert let_go(opened, Event(2.0, "release", "box", 0.0, "arm", at)) == ()
    (f,) = let_go(opened)
    assert (f.severity, f.line, f.facts["let_go"]) == (Severity.ERROR, 4, "nothing")
    (f,) = let_go(opened, Event(2.0, "release", "lid", 0.0, "arm", at))
    assert f.facts["let_go"] == "lid"
    assert let_go() == ()  # never carried out
