"""Which finding comes first, which ones others follow from, and which value of one is the worse."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cellsim.domain.report import DECIDING, Finding, Severity

DIGITS = 3
ORDER = {severity: number for number, severity in enumerate(Severity)}


# What is found behind one of these may be found because of it: first lines whose meaning is not
# known, then motions that are not made as written, then those that no arm can make.
CAUSES = (
    "state-not-understood",
    "tool-not-mounted",
    "tcp-speed-impossible",
    "signal-unknown",
    "motion-state-unknown",
    "configuration-unknown",
    "target-unreachable",
    "line-unreachable",
    "circle-degenerate",
    "joint-limit-exceeded",
)
_RANK = {rule: number for number, rule in enumerate(CAUSES)}


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings: causes of others first, then by severity, file, line and time."""
    found = tuple(findings)
    first = causes(found)
    return tuple(sorted(found, key=lambda f: (*_cause_place(f, id(f) in first), *_place(f))))


def causes(findings: Sequence[Finding]) -> frozenset[int]:
    """Return the identities of the open findings that others of a list may follow from.

    Those of a rule of CAUSES in a program, where an open finding of another kind stands behind the
    first of them, or in another program.
    """
    open_ = [f for f in findings if f.severity in DECIDING and not f.waived_by]
    others = [f for f in open_ if not _may_cause(f) and f.severity is not Severity.NOT_CHECKED]
    last: dict[str, int] = {}
    for f in others:
        last[f.file] = max(last.get(f.file, 0), f.line)
    leading = {
        (f.rule, f.file)
        for f in open_
        if _may_cause(f) and any(file != f.file or line > f.line for file, line in last.items())
    }
    return frozenset(id(f) for f in open_ if _may_cause(f) and (f.rule, f.file) in leading)


def _may_cause(f: Finding) -> bool:
    between_samples = f.rule == "joint-limit-exceeded" and f.severity is not Severity.ERROR
    return f.rule in _RANK and not between_samples


def _cause_place(f: Finding, first: bool) -> tuple[bool, int]:
    return not first, _RANK[f.rule] if first else 0


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
