"""A cell without variants: verified, released and checked like one that has them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from cellsim.cli.main import main

PALLETIZING = Path(__file__).resolve().parents[1] / "cells" / "palletizing"


def _laid(under: dict[str, object], over: dict[str, object]) -> dict[str, object]:
    """Return a mapping with another laid over it."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        pair = isinstance(old, dict) and isinstance(value, dict)
        both[key] = _laid(old, value) if pair else value  # type: ignore[arg-type]
    return both


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Palletizing with its variant of large boxes written into the cell."""
    folder, yaml = tmp_path / "plain", YAML(typ="safe")
    folder.mkdir()
    for name in ("waivers.yaml", "stack_layer.task.yaml"):
        shutil.copy(PALLETIZING / name, folder / name)
    cell = yaml.load(PALLETIZING / "cell.yaml")
    variant = yaml.load(PALLETIZING / "variants" / "large_boxes.yaml")
    del cell["variants"], variant["format"]
    with (folder / "cell.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(_laid(cell, variant), file)
    shutil.copytree(PALLETIZING / "programs" / "large_boxes", folder / "programs")
    return folder


def test_what_was_released_of_it_holds(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["release", str(plain), "--out", str(out)]) == 0
    assert (out / "stack_layer" / "certificate.json").is_file()
    assert "palletizing / stack_layer" in capsys.readouterr().out
    assert main(["check", str(out), "--no-search"]) == 0
    assert "the claim holds" in capsys.readouterr().out
    shutil.rmtree(out / "stack_layer")
    assert main(["check", str(out)]) == 1


def test_it_is_described_as_one_without(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", str(plain)]) == 0
    assert capsys.readouterr().out.startswith("palletizing, no variants\n")
