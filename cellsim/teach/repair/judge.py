"""Whether an edit makes a job better: a finding gone, and nothing else more or worse."""

from __future__ import annotations

import math
from collections import Counter

from cellsim.domain.report import DECIDING, Finding, Report, Severity
from cellsim.verify.ranking import low_is_bad, no_worse

# What a slower motion costs is said in seconds beside each repair.
_TOLD_ANYWAY = frozenset({"takt-exceeded"})
Key = tuple[str, str, str, bool]


def better(before: Report, after: Report, finding: Finding) -> bool:
    """Tell whether a finding is gone, and nothing that decides the verdict is more or worse.

    Findings count by rule, subject and unit, what somebody waived apart from what is open: of
    errors, of errors and undecided ones, of these and what is not checked there must not be more
    than before, and no value beyond the worst that was there; but for errors that are open before
    and after, which are still to be mended.
    """
    gone = [
        sum(_key(f) == _key(finding) and f.severity is finding.severity for f in report.findings)
        for report in (before, after)
    ]
    return gone[1] < gone[0] and not _more(before, after) and not worse(before, after, True)


def _key(f: Finding) -> Key:
    return f.rule, f.subject, f.unit, bool(f.waived_by)


def _more(before: Report, after: Report) -> bool:
    """Whether there is more of some severity or above it, of any rule and subject."""
    for last in range(1, len(DECIDING) + 1):
        old, new = (_count(report, DECIDING[:last]) for report in (before, after))
        if any(new[key] > old[key] for key in new):
            return True
    return False


def _count(report: Report, severities: tuple[Severity, ...]) -> Counter[Key]:
    return Counter(_key(f) for f in report.findings if f.severity in severities)


def worse(before: Report, after: Report, on_the_way: bool = False) -> bool:
    """Tell whether a value is beyond all that were there of its rule and subject, on its side.

    Args:
        on_the_way: Open errors may be: they are looked at again.
    """
    old: dict[tuple[Key, bool], list[float]] = {}
    for f in before.findings:
        if f.value is not None and math.isfinite(f.value):
            old.setdefault((_key(f), low_is_bad(f)), []).append(f.value)
    for f in after.findings:
        values = old.get((_key(f), low_is_bad(f)))
        if on_the_way and f.severity is Severity.ERROR and not f.waived_by:
            continue
        judged = f.severity in DECIDING and f.rule not in _TOLD_ANYWAY
        if judged and values and not any(no_worse(f, value) for value in values):
            return True
    return False
