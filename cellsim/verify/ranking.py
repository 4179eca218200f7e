"""Which finding comes first, and which value of one is the worse."""

from __future__ import annotations

import math
from collections.abc import Iterable

from cellsim.domain.report import Finding, Severity

DIGITS = 3
ORDER = {severity: number for number, severity in enumerate(Severity)}


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, file, line and time."""
    return tuple(sorted(findings, key=_place))


def _place(f: Finding) -> tuple[int, str, int, float, str, str]:
    when = -1.0 if f.t0 is None else f.t0
    return ORDER[f.severity], f.file, f.line, when, f.rule, f.subject


def low_is_bad(f: Finding) -> bool:
    """Whether a finding is the worse the lower its value is: a clearance, not a speed."""
    return f.value is not None and f.limit is not None and f.value < f.limit


def no_worse(f: Finding, worst: float) -> bool:
    """Whether the value of a finding is no worse than another, to a shown digit; without: no."""
    if f.value is None or not math.isfinite(f.value):
        return False
    step, value = 10.0**-DIGITS, round(f.value, DIGITS)
    return value >= worst - step if low_is_bad(f) else value <= worst + step
