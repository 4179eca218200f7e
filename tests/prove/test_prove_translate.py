"""Translations of the shipped cells, released and checked again (make prove)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from translations import cell_with_kr16, cell_with_r2000, text_of

from cellsim.cli.main import main
from cellsim.release.check import check

pytestmark = pytest.mark.prove
PAIRS = [
    ("palletizing", "large_boxes", "stacker", "ur"),
    ("palletizing", "large_boxes", "stacker", "hyundai"),
    ("machine_tending", "shaft_80", "tender", "kuka"),
    ("machine_tending", "shaft_80", "tender", "hyundai"),
]


@pytest.mark.parametrize(("cell", "variant", "group", "brand"), PAIRS)
def test_the_same_arm_in_another_language_is_proven(
    cell: str, variant: str, group: str, brand: str, tmp_path: Path
) -> None:
    text = text_of(tmp_path, cell, variant, group)
    out = tmp_path / "out"
    asked = ["--cell", cell, "--variant", variant, "--out", str(out)]
    assert main(["translate", str(text), "--to", brand, *asked]) == 0
    assert check(out / "release")[0].problems == ()
    losses = json.loads((out / "losses.json").read_text())["losses"]
    assert not any(loss["kind"] == "lost" for loss in losses)
    assert not any("moved by" in loss["what"] for loss in losses), "every pose is kept"


def test_the_retargeted_text_of_another_arm_is_proven(tmp_path: Path) -> None:
    cell = cell_with_kr16(tmp_path)
    text = text_of(tmp_path, "machine_tending", "shaft_80", "tender")
    asked = ["--cell", "machine_tending", "--variant", "shaft_80", "--retarget", "tender"]
    goal = ["--to", "kuka", "--into", f"{cell}@kr16", "--out", str(tmp_path / "out")]
    assert main(["translate", str(text), *asked, *goal]) == 0
    assert check(tmp_path / "out/release")[0].problems == ()
    losses = json.loads((tmp_path / "out/losses.json").read_text())["losses"]
    moved = [loss for loss in losses if "moved by" in loss["what"]]
    assert len(moved) == 1, "only home, which is that of the other arm"


def test_a_way_that_another_arm_swings_elsewhere_gets_points_between(tmp_path: Path) -> None:
    cell = cell_with_r2000(tmp_path)
    text = text_of(tmp_path, "palletizing", "large_boxes", "stacker")
    asked = ["--cell", "palletizing", "--variant", "large_boxes", "--retarget", "stacker"]
    goal = ["--to", "fanuc", "--into", f"{cell}@r2000", "--out", str(tmp_path / "out")]
    assert main(["translate", str(text), *asked, *goal]) == 0
    assert check(tmp_path / "out/release")[0].problems == ()
    losses = json.loads((tmp_path / "out/losses.json").read_text())["losses"]
    assert any(loss["what"] == "3 points more in every joint move" for loss in losses)
