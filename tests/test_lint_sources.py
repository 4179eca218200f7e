"""Every lint finding has its source: a manual, or that it is our own rule, and why."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from text_edits import Capture

import cellsim.controllers
from cellsim.cli.main import main
from cellsim.controllers.lintown import SOURCES, WITHOUT
from cellsim.controllers.lintpage import explain_lint

FOLDER = Path(cellsim.controllers.__file__).parent


def without_source() -> set[str]:
    """Return the items that a lint finds without naming a source where it finds them."""
    items = set()
    for file in FOLDER.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            found = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "found"
            if not (found and isinstance(node, ast.Call) and node.args):
                continue
            named = [k.value for k in node.keywords if k.arg == "source"]
            rule = node.args[0]
            if not named and isinstance(rule, ast.Constant) and isinstance(rule.value, str):
                items.add(rule.value)
    return items


def test_an_item_without_a_source_of_its_own_has_one_in_the_table() -> None:
    items = without_source()
    assert len(items) > 8
    assert items - WITHOUT <= SOURCES.keys()
    assert not WITHOUT & SOURCES.keys()
    assert all(len(text) > 20 for text in SOURCES.values())


@pytest.mark.parametrize("item", SOURCES)
def test_an_item_of_the_table_is_explained(item: str) -> None:
    assert "source stands with each finding" in explain_lint(f"lint-{item}")


@pytest.mark.parametrize("item", sorted(WITHOUT))
def test_an_item_that_names_no_source_does_not_claim_one(item: str) -> None:
    assert "source stands" not in explain_lint(f"lint-{item}")
    assert "has no source" in explain_lint(f"lint-{item}")


def test_lint_prints_the_source_of_its_own_rules(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "t.src"
    lines = ["DEF t( )", "WAIT FOR $IN[1]", "FROBNICATE 3", "END"]
    file.write_text("\n".join(lines) + "\n")
    main(["lint", str(file), "--controller", "kuka"])
    said = capsys.readouterr().out.splitlines()
    for item in ("wait-forever", "not-understood"):
        (line,) = [row for row in said if f"[lint-{item}]" in row]
        assert SOURCES[item] in line
