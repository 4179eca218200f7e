"""Proof of the certified test at size: random segments in random cells, against dense sampling.

`CELLSIM_PROVE=full`: 100,000 segments. Else 1,000.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "segments"), str(HERE.parent / "bench"), str(HERE.parent)]

from tally import DENSE, STEPS, Tally, tally  # noqa: E402

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"


@pytest.fixture(scope="module")
def found() -> Tally:
    """Run the segments and print the counts."""
    began = time.perf_counter()
    found = tally(100_000 if FULL else 1_000, seed=20_261_125)
    status = " ".join(f"{name}={count}" for name, count in found.status.items())
    missed = " ".join(f"missed_at_{step:g}_deg={found.missed[step]}" for step in STEPS)
    print(
        f"\nPROVE segments date={date.today()} machine={platform.machine()} "
        f"cores={os.cpu_count()} seconds={time.perf_counter() - began:.0f} "
        f"segments={found.segments} {status} contradicted={found.contradicted} "
        f"dense_deg={DENSE:g} collisions={found.collisions} {missed}"
    )
    return found


def test_no_segment_called_free_is_hit_by_a_dense_sample(found: Tally) -> None:
    assert found.status["free"] > 0.1 * found.segments
    assert found.collisions > 0.1 * found.segments
    assert found.contradicted == 0


def test_hardly_any_segment_is_undecided_at_half_a_millimetre(found: Tally) -> None:
    assert found.status["undecided"] <= 0.005 * found.segments


def test_sampling_misses_collisions_that_are_certain(found: Tally) -> None:
    """Else the proof would not have been hard: there must be some that 5 degrees do not see."""
    assert found.missed[5.0] > 0
    assert found.missed[5.0] >= found.missed[0.5]
