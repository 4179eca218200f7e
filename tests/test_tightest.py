"""The tightest pair is one pair: reports and the certificate name the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from timelines import FILE, timeline

from cellsim.collision.result import CollisionResult
from cellsim.domain.report import PairClearance, Report
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
    least = _least(report)
    assert least is not None
    assert least["pair"] == [NEAR.a, NEAR.b]
    assert "gripper" in line
    assert "vise" in line


def test_pairs_that_may_touch_are_named_where_there_are_no_others() -> None:
    report = reported(FOOT)
    assert (_least(report) or {})["pair"] == [FOOT.a, FOOT.b]
    assert _least(replace(report, clearances=())) is None
