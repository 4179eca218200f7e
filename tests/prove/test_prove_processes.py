"""Proof that the number of processes changes nothing: the same bytes in every report."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellsim.cli.main import main

pytestmark = pytest.mark.prove


@pytest.mark.parametrize("cell", ["machine_tending", "door_removal"])
def test_reports_are_the_same_bytes_for_any_number_of_processes(cell: str, tmp_path: Path) -> None:
    texts = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        args = ["verify", cell, "--jobs", jobs, "--no-cache", "--out", str(out)]
        assert main([*args, "--format", "json", "--format", "html"]) == 0
        texts.append([(out / f"report.{kind}").read_bytes() for kind in ("json", "html")])
    assert texts[0] == texts[1]
