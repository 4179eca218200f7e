"""What a new user ran into: lost certificates, closed pipes, lost programs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from releases import copied, released

from cellsim.cli.main import main
from cellsim.release.check import check

ROOT = Path(__file__).resolve().parents[1]


def test_text_whose_certificate_is_gone_is_refused(session_root: Path, tmp_path: Path) -> None:
    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    assert [c.problems for c in check(copy, search=False)] == [()]
    (copy / "certificate.json").unlink()
    (found,) = check(copy)
    assert found.problems == ("text without its certificate.json",)
    assert found.exit_code == 1


def test_a_closed_pipe_changes_neither_the_work_nor_the_exit_code() -> None:
    command = f"{sys.executable} -c 'from cellsim.cli.main import run; run()' robots | head -1"
    code = f"set -o pipefail; {command}; echo code ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "code 0"
    assert done.stderr == ""


@pytest.mark.parametrize(("typed", "code"), [("verify nope", 3), ("robots", 0)])
def test_closed_streams_are_no_error_of_ours(typed: str, code: int) -> None:
    command = f"{sys.executable} -c 'from cellsim.cli.main import run; run()' {typed} 2>&1 | true"
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo code ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.splitlines() == [f"code {code}"]
    assert done.stderr == ""


def test_the_robots_of_the_readme_are_those_of_the_doctor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = {19: "nineteen", 20: "Twenty", 21: "Twenty-one", 22: "Twenty-two"}
    assert main(["doctor"]) == 0
    found = re.search(r"^robots +(\d+): (.*)$", capsys.readouterr().out, re.MULTILINE)
    assert found is not None
    names = found[2].split(", ")
    ours = [name for name in names if name.startswith("generic_")]
    assert len(names) == int(found[1])
    readme = (ROOT / "README.md").read_text()
    told = f"{words[len(names)]} robots, tracks and positioners: {words[len(names) - len(ours)]} of"
    assert told in readme
    assert len(ours) == 1


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_place_that_cannot_be_written_is_bad_input(
    out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    args = ["verify", "machine_tending", "--variant", "shaft_80", "--format", "md"]
    assert main([*args, "--out", str(tmp_path / out)]) == 3
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_an_unknown_language_is_wrong_usage_before_any_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["verify", "machine_tending", "--lang", "de"]) == 3
    assert "there is: en, ko" in capsys.readouterr().err


def test_more_than_full_speed_is_bad_input_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = tmp_path / "cell"
    shutil.copytree(ROOT / "cells" / "machine_tending", cell)
    file = cell / "programs" / "shaft_80" / "swap_shaft" / "tender.program.yaml"
    text = file.read_text()
    bad, count = re.subn(r"speed: [\d.]+ [^ ,]+", "speed: 180 %", text, count=1)
    assert count == 1
    file.write_text(bad)
    assert main(["verify", str(cell), "--variant", "shaft_80"]) == 3
    error = capsys.readouterr().err
    assert "at most 100 %" in error
    assert f"{file.name}:" in error


def test_a_program_that_is_not_saved_is_said_to_be_taught(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = tmp_path / "cell"
    shutil.copytree(ROOT / "cells" / "machine_tending", cell)
    shutil.rmtree(cell / "programs")
    assert main(["verify", str(cell), "--variant", "shaft_80"]) == 0
    assert "no saved program was used" in capsys.readouterr().out


def test_a_file_of_another_brand_is_refused_and_not_the_one_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.mod").write_text("MODULE a\nENDMODULE\n")
    (tmp_path / "a.src").write_text("DEF a( )\nPTP {A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}\nEND\n")
    args = ["read", str(tmp_path / "a.mod"), "--controller", "kuka", "--cell", "palletizing"]
    assert main(args) == 3
    assert "expected a .src file" in capsys.readouterr().err
