"""The tightest pair is one pair: reports and the certificate name the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from timelines import FILE, timeline

from cellsim.collision.result import CollisionResult
from cellsim.domain.report import PairClearance, Report
from cellsim.proofcheck.bound import COLUMNS
from cellsim.proofcheck.file import Proof, dump_proof
from cellsim.proofcheck.replay import Leaves
from cellsim.release.certificate import _least
from cellsim.verify.render import render
from cellsim.verify.run import verify_timeline

# An arm that may touch its pedestal by 1 mm, and does by 0.9; a gripper 2 mm above its need.
FOOT = PairClearance("arm base", "pedestal", -0.9e-3, -1e-3, 1.0, FILE, 3)
NEAR = PairClearance("gripper", "vise", 0.012, 0.010, 1.5, FILE, 4)
FAR = PairClearance("gripper", "wall", 0.400, 0.010, 1.5, FILE, 5)


def reported(*pairs: PairClearance) -> Report:
    return replace(verify_timeline(timeline(), CollisionResult(())), clearances=pairs)


@pytest.mark.parametrize("pairs", [(FOOT, NEAR, FAR), (FAR, NEAR, FOOT), (FOOT, FAR, NEAR)])
def test_the_certificate_names_the_pair_that_the_report_calls_tightest(
    pairs: tuple[PairClearance, ...],
) -> None:
    report = reported(*pairs)
    text = render(report, "text")
    (line,) = [row for row in text.splitlines() if row.startswith("tightest")]
    least = _least(report, None)
    assert least is not None
    assert least["pair"] == [NEAR.a, NEAR.b]
    assert "gripper" in line
    assert "vise" in line


def test_pairs_that_may_touch_are_named_where_there_are_no_others() -> None:
    report = reported(FOOT)
    assert (_least(report, None) or {})["pair"] == [FOOT.a, FOOT.b]
    assert _least(replace(report, clearances=()), None) is None


@pytest.mark.parametrize(("claim", "told"), [(0.0115, 11.5), (0.02, 12.0), (-np.inf, 10.0)])
def test_the_certificate_claims_no_more_than_its_proof(claim: float, told: float) -> None:
    """The search may find 12 mm where the proof shows 11.5, or only the 10 that are required."""
    runs = (("vise", 0, "gripper", 0, "arm", "arm"), ("vise", 0, "lamp", 0, "arm", "arm"))
    none = np.zeros(0)
    leaves = Leaves(
        none.astype(np.uint8), none.astype(np.uint32), none.astype(np.uint32),
        np.zeros((0, 3), np.float32),
    )  # fmt: skip
    proof = Proof("c", "v", "j", runs, np.array([claim, 0.001]), np.zeros(2, np.int64),
                  np.zeros((0, COLUMNS)), np.zeros((2, 3), np.int64), leaves)  # fmt: skip
    least = _least(reported(NEAR), dump_proof(proof))
    assert least is not None
    assert least["clearance_mm"] == pytest.approx(told)
