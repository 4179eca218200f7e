"""A saved program is not taken for what its task asks for once the task was edited."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from cellsim.cli.main import main
from cellsim.domain.files.task import load_task, parse_task
from cellsim.domain.task import steps_digest

ROOT = Path(__file__).resolve().parents[1]
ONE = ["--variant", "steel"]


@pytest.fixture
def cell(tmp_path: Path) -> Path:
    place = tmp_path / "packing"
    shutil.copytree(ROOT / "cells" / "tray_packing", place)
    return place


def task_of(cell: Path) -> Path:
    (task,) = cell.glob("*.task.yaml")
    return task


def edited(cell: Path, old: str, new: str) -> None:
    text = task_of(cell).read_text()
    assert re.search(old, text)
    task_of(cell).write_text(re.sub(old, new, text, count=1))


def test_comments_and_layout_change_no_task(cell: Path) -> None:
    edited(cell, r"\Asteps:|\A", r"# another remark\n\g<0>")
    assert main(["verify", str(cell), *ONE]) == 0


def test_an_edited_step_leaves_the_programs_undecided_and_unreleased(
    cell: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = steps_digest(load_task(task_of(cell)))
    text = task_of(cell).read_text()
    numbers = re.search(r"(clearance|approach|pull|retract|depart)_mm: (\d+)", text)
    assert numbers, text
    edited(cell, re.escape(numbers[0]), f"{numbers[1]}_mm: {int(numbers[2]) + 1}")
    assert steps_digest(load_task(task_of(cell))) != before
    assert main(["verify", str(cell), *ONE]) == 2
    assert "undecided[task-changed] the task pack_tray" in capsys.readouterr().out
    assert main(["release", str(cell), *ONE, "--out", str(tmp_path / "out")]) != 0
    assert not (tmp_path / "out").exists()


def test_a_task_that_is_gone_is_told(cell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task_of(cell).unlink()
    assert main(["verify", str(cell), *ONE]) == 2
    assert "task-changed" in capsys.readouterr().out


def test_programs_of_an_older_version_know_no_task(cell: Path) -> None:
    job = cell / "programs" / "steel" / "pack_tray" / "job.yaml"
    text, count = re.subn(r"^task: .*\n", "", job.read_text(), flags=re.MULTILINE)
    assert count == 1
    job.write_text(text)
    task_of(cell).unlink()
    assert main(["verify", str(cell), *ONE]) == 0


def test_a_digest_that_is_none_is_bad_input(cell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = cell / "programs" / "steel" / "pack_tray" / "job.yaml"
    job.write_text(re.sub(r"task: \w+", "task: yesterday", job.read_text()))
    assert main(["verify", str(cell), *ONE]) == 3
    assert "job.yaml" in capsys.readouterr().err


def test_the_digest_is_of_the_steps() -> None:
    text = task_of(ROOT / "cells" / "tray_packing").read_text()
    task = parse_task(text, "a.task.yaml")
    assert steps_digest(task) == steps_digest(parse_task("# remark\n" + text, "b.task.yaml"))
