"""Exports of a shipped cell, released and checked (make prove)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cellsim.cli.main import main


@pytest.mark.prove
def test_exports_are_released_and_checked(tmp_path: Path) -> None:
    asked = ["release", "machine_tending", "--variant", "shaft_80", "--out", str(tmp_path)]
    assert main([*asked, "--also", "csv", "--also", "ros2"]) == 0
    assert main(["check", str(tmp_path)]) == 0
    file = next(tmp_path.rglob("tender.goals.json"))
    certificate = json.loads((file.parents[1] / "certificate.json").read_text())
    assert {"exports/tender.goals.json", "exports/tender.timeline.csv"} <= set(certificate["files"])
    file.write_text(file.read_text().replace('"do": "wait"', '"do": "set"', 1))
    assert main(["check", str(tmp_path)]) == 1
