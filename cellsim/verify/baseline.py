"""Reports against a baseline: what is known does not fail the gate, what is new or worse does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cellsim.domain.files.baseline import Baseline, Known, sorted_known
from cellsim.domain.report import CERTIFIED, DECIDING, Finding, Report
from cellsim.verify.run import DIGITS, low_is_bad, no_worse, verdict_of

Key = tuple[str, str, str, str, str, str]


def baseline_of(reports: Sequence[Report], author: str, reason: str) -> Baseline:
    """Return the open findings of reports as a baseline."""
    rows: dict[Key, list[Finding]] = defaultdict(list)
    for report in reports:
        for f in report.findings:
            if f.severity in DECIDING and not f.waived_by:
                rows[_key(report, f)].append(f)
    known = [
        Known(*key, count=len(found), worst=_worst(found), unit=found[0].unit)
        for key, found in rows.items()
    ]
    return Baseline(author, reason, sorted_known(known))


def against(
    reports: Sequence[Report], baseline: Baseline
) -> tuple[tuple[Report, ...], tuple[Known, ...]]:
    """Return reports in which known findings are accepted, and what is known but not found.

    Of the findings of one rule about one subject, of one severity, as many are accepted as are
    known, each only while it is no worse than the worst known one; a shown digit decides. What was
    undecided and is an error now, or was an error and is not checked now, is new. What a rule of
    CERTIFIED found stays open until its own row is signed.
    """
    left = {_known_key(k): (k, k.count) for k in baseline.known}
    judged = []
    for report in reports:
        findings = []
        for f in report.findings:
            key = _key(report, f)
            known, count = left.get(key, (None, 0))
            open_ = f.severity in DECIDING and not f.waived_by
            if known and count and open_ and not _worse(f, known):
                left[key] = (known, count - 1)
                if known.author or f.rule not in CERTIFIED:
                    f = _accepted(f, known, baseline)
            findings.append(f)
        judged.append(replace(report, findings=tuple(findings), verdict=verdict_of(findings)))
    gone = [replace(k, count=count) for k, count in left.values() if count]
    return tuple(judged), sorted_known(gone)


def unsigned(baseline: Baseline) -> tuple[Known, ...]:
    """Return the rows that accept nothing before a person signs each of them."""
    return tuple(k for k in baseline.known if k.rule in CERTIFIED and not k.author)


def _accepted(f: Finding, known: Known, baseline: Baseline) -> Finding:
    author, reason = (baseline.author, baseline.reason)
    if known.author:
        author, reason = (known.author, known.reason)
    return replace(f, waived_by=author, waived_reason=reason)


def _key(report: Report, f: Finding) -> Key:
    return f.rule, f.subject, report.variant, report.job, f.file, f.severity.value


def _known_key(known: Known) -> Key:
    return known.rule, known.subject, known.variant, known.job, known.file, known.severity


def _worst(found: Iterable[Finding]) -> float | None:
    values = [f for f in found if f.value is not None]
    if not values:
        return None
    pick = min if low_is_bad(values[0]) else max
    return round(pick(f.value for f in values if f.value is not None), DIGITS)


def _worse(f: Finding, known: Known) -> bool:
    return f.value is not None and (known.worst is None or not no_worse(f, known.worst))
