"""Workflow files for users: they parse, their commands exist, and they stop at findings."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cellsim.cli.main import main
from cellsim.verify.render.workflow import HOSTS, workflow

Capture = pytest.CaptureFixture[str]


def parsed(host: str) -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load(workflow(host)))


def commands(host: str) -> list[str]:
    """Return the shell lines of a workflow, in order."""
    data = parsed(host)
    if host == "github":
        return [step["run"] for step in data["jobs"]["verify"]["steps"] if "run" in step]
    return [*data["cellsim"]["before_script"], *data["cellsim"]["script"]]


def verify_line(host: str) -> list[str]:
    (line,) = [line for line in commands(host) if line.startswith("cellsim ")]
    return shlex.split(line)[1:]


@pytest.mark.parametrize("host", HOSTS)
def test_the_command_prints_the_file(host: str, capsys: Capture) -> None:
    assert main(["ci", host]) == 0
    assert capsys.readouterr().out == workflow(host)


def test_another_service_is_bad_input(capsys: Capture) -> None:
    assert main(["ci", "githob"]) == 3
    assert "did you mean 'github'" in capsys.readouterr().err


@pytest.mark.parametrize("host", HOSTS)
def test_it_installs_first_and_its_options_are_real(host: str, capsys: Capture) -> None:
    assert commands(host)[0] == 'pip install "$CELLSIM"'
    line = verify_line(host)
    assert main([line[0], "--help"]) == 0
    said = capsys.readouterr().out
    for option in {word for word in line if word.startswith("--")}:
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", said), option


@pytest.mark.parametrize("host", HOSTS)
def test_it_installs_a_wheel_of_this_version_and_nothing_of_that_name_elsewhere(host: str) -> None:
    """On PyPI the name is that of another project."""
    job = parsed(host)["jobs"]["verify"] if host == "github" else parsed(host)["cellsim"]
    wanted = job["env" if host == "github" else "variables"]["CELLSIM"]
    assert wanted == f"wheels/cellsim-{version('cellsim')}-py3-none-any.whl"
    assert "pip install cellsim" not in workflow(host)


# What is spoiled, so that the schema is seen to look.
SPOILED = {
    "github": ("    runs-on: ubuntu-latest\n", ""),
    "gitlab": ("    when: always\n", "    when: sometimes\n"),
}


@pytest.mark.parametrize("host", HOSTS)
def test_it_is_valid_by_the_schema_of_its_service(host: str, tmp_path: Path) -> None:
    """The schemas are those of SchemaStore and of GitLab, as check-jsonschema carries them."""

    def exit_code(text: str) -> int:
        file = tmp_path / f"{host}.yml"
        file.write_text(text)
        kind = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[host]
        line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", kind, str(file)]
        return subprocess.run(line, capture_output=True, timeout=240).returncode

    whole, part = workflow(host), SPOILED[host]
    assert part[0] in whole
    assert exit_code(whole) == 0
    assert exit_code(whole.replace(*part)) == 1


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_swallows_an_exit_code(host: str) -> None:
    text = workflow(host)
    assert "|| true" not in text
    assert "continue-on-error" not in text
    assert "allow_failure: true" not in text
    line = " ".join(verify_line(host))
    assert not set("|;&") & set(line)


def test_github_uploads_the_sarif_file_also_when_the_verdict_is_red() -> None:
    steps = parsed("github")["jobs"]["verify"]["steps"]
    (upload,) = [s for s in steps if "upload-sarif" in s.get("uses", "")]
    assert upload["with"]["sarif_file"] == "out/report/report.sarif"
    assert "!cancelled()" in upload["if"]
    assert parsed("github")["permissions"]["security-events"] == "write"


def test_gitlab_keeps_the_reports_also_when_the_verdict_is_red() -> None:
    artifacts = parsed("gitlab")["cellsim"]["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["paths"] == ["out/report"]
    assert artifacts["reports"] == {"junit": "out/report/report.xml"}


def test_the_line_of_the_workflows_writes_the_files_they_upload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = (verify_line(host) for host in HOSTS)
    assert first == second
    line = ["machine_tending" if word == "$CELL" else word for word in first]
    assert main([*line, "--variant", "shaft_80"]) == 0
    names = {path.name for path in (tmp_path / "out/report").iterdir()}
    assert names == {"report.xml", "report.sarif", "report.md"}
    assert json.loads((tmp_path / "out/report/report.sarif").read_text())["version"] == "2.1.0"
