"""Drawn frames of drawn ranges: the joints that follow them never leave their certified box."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from jointbox_support import chain_named, drawn, measured

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
CASES, SHIFTS = (400, 2000) if FULL else (60, 150)
ARMS = ("door", "hyundai_hh050", "ur10e", "kuka_kr210_r2700_2", "abb_irb6700_200_260")


@pytest.mark.parametrize("arm", ARMS)
def test_no_drawn_frame_takes_a_joint_out_of_its_box(
    arm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rng, chain = np.random.default_rng(20261126), chain_named(arm)
    held, ratios, rests = [0, 0], [], []
    for k in range(CASES):
        case = drawn(chain, rng, k % 3 == 2)
        boxes = case.boxes()
        if not np.isfinite(boxes.most[0]).all():
            continue
        off, rest = measured(case, rng, SHIFTS)
        assert np.isfinite(off).all(), case
        assert np.all(off[:, :6] <= boxes.most[0, :6]), case
        assert np.all(rest[:, :6] <= boxes.rest[0, :6]), case
        held[k % 3 == 2] += 1
        ratios.append(float((off.max(axis=0)[:6] / boxes.most[0, :6]).max()))
        rests.append(float((rest.max(axis=0)[:6] / boxes.rest[0, :6]).max()))
    with capsys.disabled():
        print(f"\n{arm}: {sum(held)} of {CASES} boxes proven ({held[1]} of those drawn near the"
              f" wrist's singularity), {sum(held) * SHIFTS} frames, none outside; the farthest"
              f" {np.median(ratios):.2f} of the box (median; most {max(ratios):.3f}), beyond the"
              f" linear part {np.median(rests):.2f} of what is allowed")  # fmt: skip
    assert held[0] > 0.15 * CASES
    assert max(ratios) > 0.9
