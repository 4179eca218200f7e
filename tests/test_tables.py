"""The README's tables are what a run printed, between their marks, and nothing else changes."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "prove"))

from tables import MARKS, rows_of, written


def test_lines_of_a_run_become_rows_and_the_last_of_a_name_counts() -> None:
    log = "x\nPROVE a n=1 k=2\nnot PROVE b n=1\nPROVE a n=3 left_out=0.5\n.PROVE c z=1\n"
    assert rows_of(log) == {"a": {"n": "3", "left_out": "0.5"}}
    before = f"head\n{MARKS[0]}\nold\n{MARKS[1]}\ntail\n"
    after = written(before, log)
    assert after.startswith("head\n")
    assert after.endswith(f"| a | n 3; left out 0.5 |\n{MARKS[1]}\ntail\n")
    assert "old" not in after
    assert written("no marks\n", log) == "no marks\n"


def test_rows_of_proofs_that_were_not_run_stay() -> None:
    before = f"{MARKS[0]}\n| proof | result |\n|---|---|\n| a | n 1 |\n| b | n 2 |\n{MARKS[1]}\n"
    after = written(before, "PROVE b n=3\nPROVE c n=4\n")
    table = "| proof | result |\n|---|---|\n| a | n 1 |\n| b | n 3 |\n| c | n 4 |\n"
    assert after == f"{MARKS[0]}\n{table}{MARKS[1]}\n"
