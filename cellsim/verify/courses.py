"""Verify every course of a job: each one whole, one report of all, the worst verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cellsim.collision.check import check_timeline
from cellsim.domain.job import Job
from cellsim.domain.report import Finding, PairClearance, Report, RuleResult, Severity
from cellsim.domain.timeline import Timeline
from cellsim.simulate.choices import course_text
from cellsim.simulate.courses import MAX_COURSES, Course, courses_of
from cellsim.verify.ranking import sorted_findings
from cellsim.verify.run import verdict_of, verify_timeline
from cellsim.verify.waivers import waiver_rows

if TYPE_CHECKING:
    from cellsim.cache import Cache
    from cellsim.collision.result import CollisionResult

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Explored:
    """All courses of a job.

    Attributes:
        report: One report: worst verdict, findings with the courses they occur in.
        timelines: One a course; the first takes no branch on the unknown. reports: Theirs.
        longest: Number of the course with the longest cycle, of which the report shows the steps.
        collisions: Clearances of each course.
    """

    report: Report
    timelines: tuple[Timeline, ...]
    reports: tuple[Report, ...]
    longest: int
    collisions: tuple[CollisionResult, ...]

    @property
    def timeline(self) -> Timeline:
        """The longest course."""
        return self.timelines[self.longest]


def verify_courses(
    job: Job,
    limit: int = MAX_COURSES,
    source: str = "program",
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Explored:
    """Simulate and verify every course of a job.

    Args:
        limit: Most courses that are run; what is left out is a finding (undecided).
        source: "program" or "read text". cache: Where what did not change is taken from, and kept.
    """
    return verify_each(courses_of(job, limit, cache), limit, source, progress, cache)


def verify_each(
    given: Iterable[Course],
    limit: int,
    source: str,
    progress: Progress | None = None,
    cache: Cache | None = None,
    shown: Sequence[CollisionResult | None] = (),
) -> Explored:
    """Verify courses that were simulated.

    Args:
        limit: Most courses that were run. shown: Clearances known by course; None are searched.
    """
    courses: list[Course] = []
    reports: list[Report] = []
    collisions: list[CollisionResult] = []
    step = None if progress is None else lambda done: progress("collision", done)
    for number, course in enumerate(given):
        known = shown[number] if number < len(shown) else None
        found = known or check_timeline(course.timeline, progress=step, cache=cache)
        reports.append(verify_timeline(course.timeline, found, None, source, progress, cache))
        courses.append(course)
        collisions.append(found)
    timelines = tuple(course.timeline for course in courses)
    longest = max(range(len(courses)), key=lambda k: (timelines[k].band.nominal, -k))
    alone = len(courses) == 1
    if alone and not timelines[0].choices:
        return Explored(reports[0], timelines, tuple(reports), 0, tuple(collisions))
    report = _merged(courses, reports, longest, limit)
    return Explored(report, timelines, tuple(reports), longest, tuple(collisions))


def _merged(courses: list[Course], reports: list[Report], longest: int, limit: int) -> Report:
    texts = [course_text(course.timeline.choices) for course in courses]
    findings = _findings(reports, texts)
    findings += left_out(courses, limit)
    shown = sorted_findings(findings)
    base = reports[longest]
    cycle = dict(base.cycle)
    cycle["low"] = min(float(str(r.cycle["low"])) for r in reports)
    cycle["high"] = max(float(str(r.cycle["high"])) for r in reports)
    told = [
        f"explored {len(courses)} courses (at most {limit}); the times shown are of the longest",
        *(f"course {number}: {text}" for number, text in enumerate(texts, 1)),
        "a signal that nothing in the cell determines is free at each reading after a motion, a"
        " delay, a wait or a lap; a wait on it without a way on after its timeout may end at"
        " any time; a signal that is read twice at one moment, with no output between, reads alike",
        "a branch, or a wait with a way on after its timeout, on a signal that another group or a"
        " device may change before or after goes each way that signals and the times of the cell"
        " allow",
    ]
    return replace(
        base,
        verdict=verdict_of(shown),
        findings=shown,
        rules=_rules(reports),
        clearances=_least(reports),
        cycle=cycle,
        waivers=waiver_rows(courses[0].timeline.job.cell, shown),
        assumptions=tuple(dict.fromkeys((*told, *(a for r in reports for a in r.assumptions)))),
    )


def _findings(reports: list[Report], texts: list[str]) -> list[Finding]:
    """Return each finding once, with the courses it occurs in where it is not in all.

    Where one course has several that are alike, the worst of each course are one, then the next,
    and so on. A branch that was not run counts only where no course ran it.
    """
    found: dict[tuple[object, ...], tuple[Finding, list[int]]] = {}
    for number, report in enumerate(reports):
        met: Counter[tuple[object, ...]] = Counter()
        for f in sorted(report.findings, key=lambda f: (bool(f.waived_by), -_beyond(f))):
            alike = (f.rule, f.severity, f.subject, f.file, f.line, f.unit)
            met[alike] += 1
            key = (*alike, met[alike])
            worst, where = found.setdefault(key, (f, []))
            where.append(number)
            if _worse(f, worst):
                found[key] = (f, where)
    result = []
    for f, where in found.values():
        if len(where) == len(reports):
            result.append(f)
        elif f.rule != "branch-not-run":
            named = "; ".join(f"{k + 1} ({texts[k]})" for k in where)
            result.append(replace(f, facts={**f.facts, "course": named}))
    return result


def _worse(f: Finding, other: Finding) -> bool:
    """Whether a finding is farther beyond its limit than another of the same kind."""
    if bool(other.waived_by) is not bool(f.waived_by):
        return not f.waived_by
    return _beyond(f) > _beyond(other)


def _beyond(f: Finding) -> float:
    if f.value is None:
        return -1.0
    return f.value if f.limit is None else abs(f.value - f.limit)


def left_out(courses: Sequence[Course], limit: int) -> list[Finding]:
    """Say how many ways the bound left out: it is not known whether they are free."""
    left, job = courses[-1].left, courses[0].timeline.job
    if not left:
        return []
    facts = {"kind": "course", "condition": job.name, "left": left, "most": limit}
    return [
        Finding("branch-on-unknown", Severity.UNDECIDED, job.name, float(left), float(limit),
                "courses", facts=facts, help="courses-left-out")
    ]  # fmt: skip


def _rules(reports: list[Report]) -> tuple[RuleResult, ...]:
    """Return what each rule did: checked where it was in every course that had its subjects."""
    found = []
    for row in zip(*(r.rules for r in reports), strict=True):
        asked = [r for r in row if r.subjects]
        notes = "; ".join(dict.fromkeys(r.note for r in row if r.note))
        checked = bool(asked) and all(r.checked for r in asked)
        found.append(RuleResult(row[0].rule, checked, max(r.subjects for r in row), notes))
    return tuple(found)


def _least(reports: Iterable[Report]) -> tuple[PairClearance, ...]:
    least: dict[tuple[str, str], PairClearance] = {}
    for report in reports:
        for pair in report.clearances:
            known = least.get((pair.a, pair.b))
            if known is None or pair.clearance - pair.required < known.clearance - known.required:
                least[pair.a, pair.b] = pair
    return tuple(sorted(least.values(), key=lambda p: (p.clearance, p.a, p.b)))
