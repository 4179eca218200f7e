"""Proof of the workflow files: each of their commands is run, in order, on a newcomer's cell.

In an empty folder, with a new environment into which the wheel of this checkout is installed by the
very line of the file. What the services do beside it (check out, set up Python, upload) is not run:
that what they upload is there is looked at.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from glob import glob
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from cellsim.cli.main import main
from cellsim.verify.render.workflow import HOSTS, workflow

pytestmark = pytest.mark.prove
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ("cellsim", "cli", "robots", "cells", "pyproject.toml", "README.md", "LICENSE",
          "MANIFEST.in")  # fmt: skip
# The environment takes what cellsim needs from the one of the tests, and cellsim itself from the
# wheel alone.
OWN = re.compile(r"cellsim|__editable__|__pycache__|pip\b|pip-|.*(shared|own)\.pth$")


class Ended(NamedTuple):
    """How a job ended: exit code of each of its commands, files that the service takes after it."""

    codes: list[int]
    taken: list[str]
    summary: str


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a newcomer has it: a wheel, a cell made by `new`, an environment of its own."""
    folder = tmp_path_factory.mktemp("repository")
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*build, str(folder / "wheels"), str(copy)], check=True, capture_output=True)
    assert main(["new", str(folder / "cells" / "my_cell")]) == 0
    keep_one_variant(folder / "cells" / "my_cell")
    return folder


def keep_one_variant(cell: Path) -> None:
    """One is enough here."""
    text = (cell / "cell.yaml").read_text()
    assert "variants: [shaft_80, shaft_100]" in text
    (cell / "cell.yaml").write_text(text.replace(", shaft_100]", "]"))
    (cell / "variants" / "shaft_100.yaml").unlink()


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a job in a new environment: the first job installs cellsim there."""
    folder = tmp_path_factory.mktemp("new")
    venv.create(folder / "env", with_pip=True)
    site = next((folder / "env").glob("lib/python*/site-packages"))
    for place in (Path(p) for p in sys.path if p.endswith("site-packages")):
        for entry in place.iterdir():
            if not OWN.match(entry.name) and not (site / entry.name).exists():
                (site / entry.name).symlink_to(entry)
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    path = f"{folder / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return kept | {"PATH": path, "PIP_NO_INDEX": "1", "CELLSIM_CACHE": str(folder / "kept"),
                   "NEW": str(folder)}  # fmt: skip


def take_compiled(new: Path) -> None:
    """Take what this checkout has compiled: numba would need minutes for the same code."""
    site = next((new / "env").glob("lib/python*/site-packages"))
    for index in (ROOT / "cellsim").rglob("*.nbi"):
        source = index.parents[1] / f"{index.name.split('.')[0]}.py"
        installed = site / source.relative_to(ROOT)
        assert installed.read_bytes() == source.read_bytes()
        (installed.parent / "__pycache__").mkdir(exist_ok=True)
        for file in index.parent.glob(f"{index.stem}.*nb[ic]"):
            shutil.copy2(file, installed.parent / "__pycache__")
        stamp = source.stat()
        os.utime(installed, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def shell(line: str, folder: Path, env: dict[str, str]) -> int:
    """Run a line as both services do: bash, ended by the first error."""
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", line], cwd=folder, env=env,
                          capture_output=True, text=True)  # fmt: skip
    print(done.stdout[-2000:], done.stderr[-2000:])
    if line.startswith("pip install") and done.returncode == 0:
        take_compiled(Path(env["NEW"]))
    return done.returncode


def wanted(condition: str, failed: bool, folder: Path) -> bool:
    """Say whether a step with this condition runs, not cancelled and not from a fork."""
    text = condition.removeprefix("${{").removesuffix("}}").strip()
    if not text:
        return not failed
    for part in (part.strip() for part in text.split("&&")):
        files = re.fullmatch(r"hashFiles\('(.*)'\) != ''", part)
        if files and not glob(files[1], root_dir=folder):
            return False
        assert files or part in ("!cancelled()", "!github.event.pull_request.head.repo.fork"), part
    return True


def on_github(folder: Path, env: dict[str, str]) -> Ended:
    job = parsed("github")["jobs"]["verify"]
    summary = folder / "summary.md"
    env = env | job["env"] | {"GITHUB_STEP_SUMMARY": str(summary)}
    codes, taken = [], []
    for step in job["steps"]:
        if not wanted(step.get("if", ""), any(codes), folder):
            continue
        if "run" in step:
            codes.append(shell(step["run"], folder, env))
        told = step.get("with", {})
        taken += [told[key] for key in ("path", "sarif_file") if key in told]
    return Ended(codes, taken, summary.read_text() if summary.exists() else "")


def on_gitlab(folder: Path, env: dict[str, str]) -> Ended:
    job = parsed("gitlab")["cellsim"]
    codes: list[int] = []
    for line in (*job["before_script"], *job["script"]):
        if not any(codes):
            codes.append(shell(line, folder, env | job["variables"]))
    kept = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    return Ended(codes, [path for path in kept if (folder / path).exists()], "")


def parsed(host: str) -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load(workflow(host)))


Edit = tuple[str, str, str]


def job(host: str, repository: Path, folder: Path, env: dict[str, str], edit: Edit | None) -> Ended:
    """Run the job of a host on a copy of the repository, after an edit (file, old, new)."""
    shutil.copytree(repository, folder)
    if edit:
        file = folder / "cells" / "my_cell" / edit[0]
        assert edit[1] in file.read_text()
        file.write_text(file.read_text().replace(edit[1], edit[2]))
    return {"github": on_github, "gitlab": on_gitlab}[host](folder, env)


SIGNED = ("waivers.yaml", 'author: ""', 'author: "Kim, planner"')
TAKEN = {
    "github": ["out/report", "out/report/report.sarif"],
    "gitlab": ["out/report", "out/report/report.xml"],
}


TOO_SLOW = ("cell.yaml", "takt_s: 45", "takt_s: 5")
CASES = {
    "github-signed": ("github", SIGNED, 0),
    "github-unsigned": ("github", None, 2),
    "github-slow": ("github", TOO_SLOW, 1),
    "gitlab-signed": ("gitlab", SIGNED, 0),
    "gitlab-slow": ("gitlab", TOO_SLOW, 1),
}


@pytest.mark.parametrize("case", CASES)
def test_each_command_runs_and_the_reports_are_there(
    case: str, repository: Path, env: dict[str, str], tmp_path: Path
) -> None:
    host, edit, code = CASES[case]
    folder = tmp_path / "job"
    ended = job(host, repository, folder, env, edit)
    assert ended.codes == ([0, code, 0] if host == "github" else [0, code])
    assert ended.taken == TAKEN[host]
    names = {path.name for path in (folder / "out/report").iterdir()}
    assert names == {"report.xml", "report.sarif", "report.md"}
    assert json.loads((folder / "out/report/report.sarif").read_text())["version"] == "2.1.0"
    if host == "github":
        assert ended.summary == (folder / "out/report/report.md").read_text() != ""
    print(f"PROVE workflow-{case}: commands {len(ended.codes)}; exit of verify {code}")


@pytest.mark.parametrize("host", HOSTS)
def test_without_the_wheel_nothing_is_verified_and_the_job_fails(
    host: str, repository: Path, env: dict[str, str], tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(repository, bare)
    shutil.rmtree(bare / "wheels")
    assert job(host, bare, tmp_path / "job", env, None) == Ended([1], [], "")


@pytest.mark.parametrize("host", HOSTS)
def test_a_cell_that_is_not_there_fails_the_job(
    host: str, repository: Path, env: dict[str, str], tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(repository, bare)
    shutil.rmtree(bare / "cells")
    ended = job(host, bare, tmp_path / "job", env, None)
    assert ended.codes == [0, 3]
    assert ended.taken == []
