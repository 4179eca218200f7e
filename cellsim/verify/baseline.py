"""Reports against a baseline: what is known does not fail the gate, what is new or worse does."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cellsim.domain.files.baseline import Baseline, Known, sorted_known
from cellsim.domain.report import CERTIFIED, DECIDING, Finding, Report, Severity
from cellsim.verify.ranking import DIGITS, low_is_bad, no_worse
from cellsim.verify.run import verdict_of

Key = tuple[str, str, str, str, str, str]


def baseline_of(reports: Sequence[Report], author: str, reason: str) -> Baseline:
    """Return the open findings of reports as a baseline.

    Values in two units, or beyond two ends of a range, are rows of their own.
    """
    rows: dict[tuple[Key, str, bool], list[Finding]] = defaultdict(list)
    for report in reports:
        for f in report.findings:
            if f.severity in DECIDING and not f.waived_by:
                rows[_key(report, f), _unit(f), low_is_bad(f)].append(f)
    known = [
        Known(*key, count=len(found), worst=_worst(found), unit=unit)
        for (key, unit, _), found in rows.items()
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
    left: dict[Key, list[tuple[Known, int]]] = defaultdict(list)
    for k in baseline.known:
        left[_known_key(k)].append((k, k.count))
    worse: dict[Key, Counter[str]] = defaultdict(Counter)
    judged = []
    for report in reports:
        findings = []
        for f in report.findings:
            open_ = f.severity in DECIDING and not f.waived_by
            known = _take(left[_key(report, f)], f) if open_ else None
            worse[_key(report, f)][_unit(f)] += open_ and known is None
            if known is not None and (known.author or f.rule not in CERTIFIED):
                f = _accepted(f, known, baseline)
            findings.append(f)
        judged.append(replace(report, findings=tuple(findings), verdict=verdict_of(findings)))
    gone = [k for key, rows in left.items() for k in _gone(rows, worse[key])]
    return tuple(judged), sorted_known(gone)


def _gone(rows: list[tuple[Known, int]], worse: Counter[str]) -> Iterable[Known]:
    """Yield the rows of one kind that nothing was found for; what is worse was found.

    What is worse counts for a row in its unit; then, where either has no value, for any row.
    """
    left = Counter(worse)
    open_ = []
    for known, count in rows:
        found = min(count, left[known.unit])
        left[known.unit] -= found
        open_.append((known, count - found))
    for known, count in open_:
        for unit in [*left] if not known.unit else [""]:
            found = min(count, left[unit])
            left[unit] -= found
            count -= found
        if count:
            yield replace(known, count=count)


def _take(rows: list[tuple[Known, int]], f: Finding) -> Known | None:
    """Return the first row that knows a finding, and count it there; None where none does."""
    for number, (known, count) in enumerate(rows):
        if count and not _worse(f, known):
            rows[number] = known, count - 1
            return known
    return None


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


def _value(f: Finding) -> float | None:
    """Return the value of a finding, None where it has none or it is not bounded."""
    return f.value if f.value is not None and math.isfinite(f.value) else None


def _unit(f: Finding) -> str:
    return "" if _value(f) is None else f.unit


def _worst(found: Iterable[Finding]) -> float | None:
    values = [(f, value) for f in found if (value := _value(f)) is not None]
    if not values:
        return None
    pick = min if low_is_bad(values[0][0]) else max
    return round(pick(value for _, value in values), DIGITS)


def _worse(f: Finding, known: Known) -> bool:
    """Whether a finding is worse than a row knows; of what has no value, a value is.

    But what is carried where a figure is missing: rows of before knew only that it is missing.
    """
    if known.worst is None and f.severity is Severity.NOT_CHECKED:
        return False
    if _value(f) is None or known.worst is None:
        return (_value(f) is None) is not (known.worst is None)
    return f.unit != known.unit or not no_worse(f, known.worst)
