"""A probe in a shipped cell: written, proven, read, confirmed, and gone from the certificate."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from cellsim.cli.main import main
from cellsim.release.check import check

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.prove
def test_a_probe_turns_assumed_into_confirmed(tmp_path: Path) -> None:
    cell, out = tmp_path / "palletizing", tmp_path / "probe"
    shutil.copytree(ROOT / "cells/palletizing", cell)
    assert main(["probe", "--controller", "kuka", "--cell", str(cell), "--out", str(out)]) == 0
    assert check(out / "release")[0].problems == ()
    before = json.loads((out / "release/certificate.json").read_text())
    assert any("$NULLFRAME as base" in text for text in before["assumed_conventions"])
    file = out / "readings.yaml"
    lines = file.read_text().splitlines()
    assert sum(line == "  read:" for line in lines) == 6
    for at, line in enumerate(lines):
        if line == "  read:":
            lines[at + 1 : at + 4] = lines[at - 3 : at]
    text = "\n".join(lines) + "\n"
    file.write_text(text)
    assert main(["probe", "--confirm", str(file), "--cell", str(cell)]) == 3, "nobody signed"
    for name, value in (("operator", "Kim"), ("date", "2026-11-25"), ("controller_serial", "7")):
        text = re.sub(rf'^{name}: "".*$', f'{name}: "{value}"', text, flags=re.MULTILINE)
    file.write_text(text)
    assert main(["probe", "--confirm", str(file), "--cell", str(cell)]) == 0
    again = ["probe", "--controller", "kuka", "--cell", str(cell), "--out", str(out)]
    assert main(again) == 0
    after = json.loads((out / "release/certificate.json").read_text())
    assert not any("$NULLFRAME as base" in text for text in after["assumed_conventions"])
    assert any("confirmed by Kim" in text for text in after["confirmed_conventions"])
    assert check(out / "release")[0].problems == ()
