"""Random arms and fixtures that move on a fixture that moves: nothing called free is met.

`CELLSIM_PROVE=full`: 300 cells. Else 15. Each is sampled by coal over instants of the arm times
places of all three fixtures, wherever signals let them be.
"""

from __future__ import annotations

import os
import platform
from datetime import date

import numpy as np
import pytest
from nested_cells import TOOL, least_of, nested_run
from slides import find_pair

from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.proofcheck.check import check_proof

pytestmark = pytest.mark.prove
CELLS = 300 if os.environ.get("CELLSIM_PROVE") == "full" else 15
FINE = 5
PAIRS = [
    (TOOL, "fixture:table"), (TOOL, "fixture:clamp"), (TOOL, "fixture:rider"),
    ("fixture:table", "fixture:clamp"), ("fixture:table", "fixture:rider"),
    ("fixture:clamp", "fixture:other"), ("fixture:rider", "fixture:other"),
    ("fixture:rider", "fixture:post"), ("fixture:other", "fixture:post"),
]  # fmt: skip


def test_nothing_called_free_is_met_anywhere_fixtures_on_fixtures_may_be() -> None:
    rng = np.random.default_rng(20_261_126)
    status = {"free": 0, "collision": 0, "clearance": 0, "undecided": 0}
    contradicted = proved = seen_met = 0
    for _ in range(CELLS):
        made = nested_run(rng)
        result = check_timeline(made.run)
        shown = check_proof(made.run, prove(made.run, result))
        assert shown.problems == ()
        for (a, b), least in least_of(made, PAIRS, FINE).items():
            pair = find_pair(result, a, b)
            status[pair.status] += 1
            told = shown.clearances.get((pair.a, pair.b), shown.clearances.get((pair.b, pair.a)))
            proved += told is not None
            seen_met += least < -3e-3
            wrong = pair.clearance > least + 1e-6 or (told is not None and told > least + 1e-6)
            wrong |= pair.status == "free" and least < 0.002 - 1e-6
            wrong |= least < -3e-3 and pair.status != "collision"
            contradicted += wrong
    print(
        f"\nPROVE nested date={date.today()} machine={platform.machine()} cells={CELLS} "
        f"{' '.join(f'{k}={v}' for k, v in sorted(status.items()))} proved={proved} "
        f"met_by_samples={seen_met} contradicted={contradicted}"
    )
    assert contradicted == 0
    assert status["free"] > 4 * CELLS
    assert seen_met > CELLS // 2
    assert status["undecided"] < 0.05 * 9 * CELLS
    assert proved == status["free"]
