"""README and notebooks run as they are printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cellsim.cli.main import main
from cellsim.domain.files.verbs import VERBS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language in the README."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_readme_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = blocks("python")
    assert found
    for block in found:
        exec(compile(block, "README.md", "exec"), {})
    assert list(tmp_path.rglob("certificate.json"))


def test_readme_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        line.split("#")[0].strip()
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith("cellsim ")
    ]
    assert len(lines) >= 5
    for line in lines:
        assert main(shlex.split(line)[1:]) == 0, line


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.prove
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Cell by cell, in this process: a kernel of its own would compile and import all anew."""
    import matplotlib
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, path.name, "exec"), names)
    assert "the claim holds" in capsys.readouterr().out


def test_the_table_of_steps_names_every_verb_and_argument_with_its_default() -> None:
    """The page a person writes tasks by, held against the table that tasks are read by."""
    page = (ROOT / "cells" / "README.md").read_text()
    rows = re.findall(r"^\| (`[a-z_`, ]+) \| (.+) \|$", page, flags=re.MULTILINE)
    told = {verb: text for verbs, text in rows for verb in re.findall(r"`(\w+)`", verbs)}
    assert {*told} >= {*VERBS}
    for verb, model in VERBS.items():
        for name, field in model.model_fields.items():
            if name == "group":
                continue
            assert f"`{name}`" in told[verb], f"{verb}: {name}"
            if isinstance(field.default, float):
                assert f"`{name}` ({field.default:g})" in told[verb], f"{verb}: {name}"
