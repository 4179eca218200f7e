"""Proof that the number of processes changes nothing: the same bytes in every report."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cellsim.cli.main import main
from cellsim.simulate.kept import forget_runs

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
NUMBERS = ("1", "2", "3", "8") if FULL else ("1", "2")
# Two robots and shifts of a frame are in the full proofs; the other shows two variants at once.
CELLS = ("machine_tending", "door_removal") if FULL else ("machine_tending",)
FORMATS = ("text", "json", "junit", "sarif", "md", "html")


@pytest.mark.parametrize("cell", CELLS)
def test_reports_are_the_same_bytes_for_any_number_of_processes(cell: str, tmp_path: Path) -> None:
    texts = []
    for jobs in NUMBERS:
        forget_runs()
        out = tmp_path / jobs
        args = ["verify", cell, "--jobs", jobs, "--no-cache", "--out", str(out)]
        asked = [word for fmt in FORMATS for word in ("--format", fmt)]
        assert main([*args, *asked]) == 0
        texts.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert len(texts[0]) == len(FORMATS)
    assert texts[1:] == texts[:1] * (len(NUMBERS) - 1)
