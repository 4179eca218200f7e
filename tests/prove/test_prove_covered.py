"""Broken text made by a fuzzer that sees which lines of the readers it reaches (atheris)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cellsim.controllers.brands import BRANDS

pytest.importorskip("atheris", reason="no atheris for this platform: pip install atheris")
pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
INPUTS = 100_000 if FULL else 500
SCRIPT = Path(__file__).with_name("covered.py")
# cov: edges of the readers' code; the first of the corpus alone, the last of all inputs.
EDGES = re.compile(r"cov: (\d+)")


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_fuzzer_that_sees_the_code_crashes_hangs_or_fills_no_reader(
    brand: str, tmp_path: Path
) -> None:
    command = [sys.executable, str(SCRIPT), brand, str(INPUTS), "7", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    edges = [int(n) for n in EDGES.findall(done.stderr)]
    print(f"\nPROVE covered-{brand} inputs={INPUTS} edges_at_first={edges[0]} at_last={edges[-1]}")
    assert re.search(rf"DONE .*\n(.*\n)*Done {INPUTS} runs", done.stderr)
    assert edges[-1] > edges[0] > 500
