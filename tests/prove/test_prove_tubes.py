"""Random corners against random blends: none leaves its tube, and what a tube frees is free."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import motion_cases as cases
import tiny_cells as tiny
from tubes_corners import RULES, blends, moves_of, on, triangle
from tubes_support import missed

pytestmark = pytest.mark.prove
COUNT = 1000 if os.environ.get("CELLSIM_PROVE") == "full" else 60
ARMS = (tiny.big_arm, tiny.ur10e, tiny.skew_arm, cases.gantry)


def test_no_random_blend_leaves_the_tube_of_its_corner(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(20261125)
    corners = points = lost = stopped = 0
    for number in range(COUNT):
        case = cases.Case(ARMS[number % len(ARMS)]())
        kinds = "".join(rng.choice(list("jl"), 2))
        moves = moves_of(case, kinds, rng)
        tubes = case.run(moves, RULES).tubes
        if len(tubes) != 1:
            stopped += 1
            continue
        (tube,) = tubes
        whole = triangle(case, moves)
        if whole.lanes() is None:
            lost += 1
            continue
        shares = blends(rng)[:: 1 if COUNT > 100 else 3]
        rows = on(whole, tube, shares)
        assert missed(rows, tube) <= 1e-9, (number, kinds)
        corners, points = corners + 1, points + len(rows)
    with capsys.disabled():
        print(f"\n{corners} corners, {points} points of blends, none outside its tube; {lost} tubes"
              f" not to be reached, {stopped} exact stops")  # fmt: skip
    assert corners > 0.7 * COUNT
