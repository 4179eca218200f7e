"""A cell without variants: verified, released and checked like one that has them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from cellsim.cli.main import main

PACKING = Path(__file__).resolve().parents[1] / "cells" / "tray_packing"


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
    """Tray packing with its variant of steel written into the cell."""
    folder, yaml = tmp_path / "plain", YAML(typ="safe")
    folder.mkdir()
    for name in ("waivers.yaml", "pack_tray.task.yaml"):
        shutil.copy(PACKING / name, folder / name)
    cell = yaml.load(PACKING / "cell.yaml")
    variant = yaml.load(PACKING / "variants" / "steel.yaml")
    del cell["variants"], variant["format"]
    with (folder / "cell.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(_laid(cell, variant), file)
    shutil.copytree(PACKING / "programs" / "steel", folder / "programs")
    return folder


def test_what_was_released_of_it_holds(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["release", str(plain), "--out", str(out)]) == 0
    assert (out / "pack_tray" / "certificate.json").is_file()
    assert "tray_packing / pack_tray" in capsys.readouterr().out
    assert main(["check", str(out), "--no-search"]) == 0
    assert "the claim holds" in capsys.readouterr().out
    shutil.rmtree(out / "pack_tray")
    assert main(["check", str(out)]) == 1


def test_it_is_described_as_one_without(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", str(plain)]) == 0
    assert capsys.readouterr().out.startswith("tray_packing, no variants\n")
