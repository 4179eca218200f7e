"""Wheel and sdist hold everything: code, grammars, messages, robots, cells; editable works too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEPT = ("cellsim", "cli", "robots", "cells")
FILES = ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel of this tree, built from a copy of it."""
    return build(tmp_path_factory.mktemp("source"), "--wheel")


def build(source: Path, *what: str) -> Path:
    """Return a folder with what is built of a copy of this tree in `source`."""
    for name in KEPT:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, source / name)
    out = source / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", str(out), str(source)],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return out


def data_in_the_tree() -> set[str]:
    """Return the data files of the tree, by their place in the installed package."""
    found = {
        f"cellsim/{kind}/{path.relative_to(ROOT / kind).as_posix()}"
        for kind in ("robots", "cells")
        for path in (ROOT / kind).rglob("*")
        if path.is_file()
    }
    inside = (".lark", ".json", ".css", ".js", ".html", ".typed", ".yaml", ".yml")
    found |= {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "cellsim").rglob("*")
        if path.suffix in inside or path.name == "py.typed"
    }
    return found


def test_the_wheel_holds_all_code_and_data(built: Path) -> None:
    names = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    assert data_in_the_tree() <= names, sorted(data_in_the_tree() - names)[:10]
    assert "cellsim/cli/main.py" in names
    assert not any(name.startswith(("tests/", "cli/", "robots/")) for name in names)


@pytest.mark.prove
def test_the_sdist_builds_the_same_wheel_content(built: Path, tmp_path: Path) -> None:
    both = build(tmp_path)  # the wheel is built from the sdist
    ((here,), (there,)) = (list(folder.glob("*.whl")) for folder in (built, both))
    assert zipfile.ZipFile(there).namelist() == zipfile.ZipFile(here).namelist()
    with tarfile.open(next(both.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    for place in sorted(data_in_the_tree()):
        source = place.removeprefix("cellsim/") if place.split("/")[1] in KEPT else place
        assert source in names, source


@pytest.mark.prove
def test_the_installed_wheel_runs_from_an_empty_folder(built: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(next(built.glob("*.whl"))).extractall(site)
    env = {**os.environ, "PYTHONPATH": str(site)}
    env.pop("CELLSIM_PATH", None)
    code = (
        "import sys, cellsim; print(cellsim.__file__);"
        "from cellsim.cli.main import main; sys.exit(main(['describe', 'machine_tending']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=env,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert str(site) in done.stdout.splitlines()[0]
    assert "group tender" in done.stdout
