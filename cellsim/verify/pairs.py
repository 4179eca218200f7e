"""Findings from the certified clearance of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellsim.domain.report import Finding, Severity

if TYPE_CHECKING:
    from cellsim.collision.result import PairResult, Violation


def worst_by_line(pair: PairResult, status: str) -> tuple[Violation, ...]:
    """Return the worst violation of a status on each program line, in order of time."""
    worst: dict[tuple[str, int], Violation] = {}
    for violation in pair.violations:
        if violation.status != status:
            continue
        index = violation.motion
        line = (index.file, index.line) if index else ("", 0)
        spare = violation.value_m - violation.required_m
        if line not in worst or spare < worst[line].value_m - worst[line].required_m:
            worst[line] = violation
    return tuple(sorted(worst.values(), key=lambda v: v.t0))


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
