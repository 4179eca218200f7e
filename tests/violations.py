"""A pair that is not free, for tests of reports."""

from __future__ import annotations

from typing import Any

from cellsim.collision.result import PairResult, Violation
from cellsim.domain.program import Index


def violated(status: Any, value: float, at: Index) -> PairResult:
    """Return the pair of an arm's link and the table, with one violation [m] of 10 mm."""
    v = Violation(
        status, "arm/L5", "fixture:table", 1.1, 1.4, value, 0.01, (0, 0, 0), "arm", 5, 1.2,
        (0.0,) * 6, at,
    )  # fmt: skip
    return PairResult("arm/L5", "fixture:table", status, value, 0.01, 1.2, "arm", at, (v,))
