"""Findings from the certified clearance of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellsim.domain.report import Finding, Severity

if TYPE_CHECKING:
    from cellsim.collision.result import PairResult, Violation


def finding(rule: str, severity: Severity, pair: PairResult, violation: Violation) -> Finding:
    """Return the finding of one violation of a pair, in millimetres."""
    deep = rule == "collision"
    value = -violation.value_m if deep else violation.value_m
    limit = max(0.0, -violation.required_m) if deep else violation.required_m
    index = violation.motion
    return Finding(
        rule,
        severity,
        f"{pair.a} / {pair.b}",
        1e3 * float(value),
        1e3 * float(limit),
        "mm",
        index.file if index else "",
        index.line if index else 0,
        float(violation.t0),
        float(violation.t1),
        {"cause": violation.cause} if violation.cause else {},
        {"collision": "make-room"}.get(rule, "more-clearance"),
    )
