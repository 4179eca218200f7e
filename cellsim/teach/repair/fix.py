"""fix: finding by finding, the smallest edit that takes it away and brings no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cellsim.cache import Cache
from cellsim.controllers.brands import quantise
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.domain.report import Finding, Report, Severity, Verdict
from cellsim.domain.timeline import Timeline
from cellsim.errors import CellsimError
from cellsim.simulate.courses import MAX_COURSES
from cellsim.teach.repair.case import Case, Edit, Family, case_of, relined
from cellsim.teach.repair.judge import better, worse
from cellsim.teach.repair.plain import corner, home, slow, timeout, waits
from cellsim.teach.repair.way import branch, turn, via
from cellsim.teach.write import with_lines
from cellsim.verify.courses import Explored, verify_courses

Progress = Callable[[str, float], None]
OPEN = frozenset({Severity.ERROR, Severity.UNDECIDED})
HINTS = frozenset({Severity.WARNING, Severity.NOTE})
MOST_REPAIRS = 20
TRIALS = 12
OFFERS = 2
PATH: tuple[Family, ...] = (corner, via, branch, turn)
REACH: tuple[Family, ...] = (branch, turn, via)
PACE: tuple[Family, ...] = (slow, turn)
FAMILIES: Mapping[str, tuple[Family, ...]] = {
    "collision": PATH,
    "clearance": PATH,
    "joint-limit-exceeded": REACH,
    "combined-limit-exceeded": REACH,
    "line-unreachable": REACH,
    "target-unreachable": (turn,),
    "configuration-flip": REACH,
    "wrist-turned": REACH,
    "singularity-slowdown": PACE,
    "tcp-speed-not-held": PACE,
    "tcp-speed-exceeded": PACE,
    "joint-speed-exceeded": PACE,
    "joint-acceleration-exceeded": (slow, corner, turn),
    "joint-jerk-exceeded": (slow, corner),
    "joint-torque-exceeded": PACE,
    "corner-shrunk": (corner,),
    "corner-overlap": (corner,),
    "stop-inside-corner": (corner,),
    "gripper-acts-in-motion": (corner,),
    "deadlock": (waits,),
    "deadlock-possible": (waits,),
    "wait-timeout": (waits, timeout),
    "home-not-reached": (home,),
}


@dataclass(frozen=True, eq=False)
class Trial:
    """A job as it was verified whole, in every course, of which no more than `limit` are run."""

    job: Job
    found: Explored
    limit: int = MAX_COURSES

    @property
    def timeline(self) -> Timeline:
        """The longest course."""
        return self.found.timeline

    @property
    def report(self) -> Report:
        """The report of all courses."""
        return self.found.report

    def met(self, finding: Finding) -> Timeline:
        """Return the first course that a finding of the report is of, with its time and value."""
        courses = zip(self.found.timelines, self.found.reports, strict=True)
        own = (t for t, report in courses if any(_same(f, finding) for f in report.findings))
        return next(own, self.timeline)


def _same(f: Finding, g: Finding) -> bool:
    """Whether findings are one, whatever courses they are told to occur in."""
    return replace(f, facts={}) == replace(g, facts={})


@dataclass(frozen=True, eq=False)
class Repair:
    """An edit that takes a finding away.

    Attributes:
        finding: What it mends. edit: What it changes.
        before, after: The job, verified whole, without and with it.
        trials: How many edits were verified to find it.
    """

    finding: Finding
    edit: Edit
    before: Trial
    after: Trial
    trials: int

    @property
    def seconds(self) -> float:
        """What it adds to the nominal cycle [s]."""
        return self.after.timeline.band.nominal - self.before.timeline.band.nominal

    @property
    def unmended(self) -> Job:
        """The job before it, as its controller and its file can say it, with the lines it had.

        A mended program is rounded to that; so what differs between the two is the edit alone.
        """
        return _rounded(self.before.job, self.after.job)


@dataclass(frozen=True, eq=False)
class Fixed:
    """A job before and after its repairs.

    Attributes:
        repairs: In the order they were made, each on top of those before.
        left: Open findings that no known edit takes away.
    """

    before: Trial
    after: Trial
    repairs: tuple[Repair, ...]
    left: tuple[Finding, ...]

    @property
    def said(self) -> Job:
        """The job before all repairs, the mended programs rounded: what that alone changes."""
        return _rounded(self.before.job, self.after.job)

    @property
    def green(self) -> bool:
        """Whether the job is green now."""
        return self.after.report.verdict is Verdict.GREEN


def _rounded(old: Job, new: Job) -> Job:
    """Return a job with the programs that another one has otherwise rounded like mended ones."""
    said = {
        group: program if program is new.programs[group] else _said(program, old.cell)
        for group, program in old.programs.items()
    }
    return replace(old, programs=said)


def _said(program: Program, cell: Cell) -> Program:
    """Return a program rounded like a mended one; as it is where its controller cannot say it."""
    try:
        return relined(with_lines(quantise(program, cell), cell), program)
    except CellsimError:
        return program


def fix(
    job: Job,
    *,
    hints: bool = False,
    cache: Cache | None = None,
    progress: Progress | None = None,
    courses: int = MAX_COURSES,
) -> Fixed:
    """Return the job with its open findings mended where an edit is known; nothing is saved.

    For each finding, in order of time, the known kinds of edit are tried from small to large, each
    on a copy that is quantised, simulated and verified whole, in every course. An edit counts when
    the finding is gone and nothing else is more or worse than before (`judge.better`); of the kinds
    that lead there, the one that costs the least time is taken. What is left in the end is no worse
    than it was in the beginning: repairs that made it so are taken back.

    Args:
        hints: Mend warnings and notes too, after the open findings.
        cache: Where results that did not change are taken from, and kept.
        progress: Called with what is worked on and a part done, 0 to 1.
        courses: Most courses that are run; what is left out is a finding (undecided).
    """
    if progress is not None:
        progress("what is found", 0.0)
    before = now = _verified(job, cache, courses)
    repairs: list[Repair] = []
    hopeless: set[tuple[str, str, str, int]] = set()
    while len(repairs) < MOST_REPAIRS:
        todo = [f for f in _open(now.report) if _key(f) not in hopeless]
        if not todo and hints:
            todo = [f for f in _of(now.report, HINTS) if _key(f) not in hopeless]
        if not todo:
            break
        finding = min(todo, key=lambda f: (f.t0 is None, f.t0 or 0.0, f.rule, f.line))
        part = len(repairs) / (len(repairs) + 2)
        repair = _repair(now, finding, cache, progress, part)
        if repair is None:
            hopeless.add(_key(finding))
        else:
            repairs.append(repair)
            now = repair.after
    while repairs and worse(before.report, now.report):
        now = repairs.pop().before
    return Fixed(before, now, tuple(repairs), tuple(_open(now.report)))


def _key(f: Finding) -> tuple[str, str, str, int]:
    return f.rule, f.subject, f.file, f.line


def _open(report: Report) -> list[Finding]:
    return _of(report, OPEN)


def _of(report: Report, severities: frozenset[Severity]) -> list[Finding]:
    """Return the findings of some severities that no one waived and that an edit is known for."""
    known = severities is OPEN
    return [
        f
        for f in report.findings
        if f.severity in severities and not f.waived_by and (known or f.rule in FAMILIES)
    ]


def _verified(job: Job, cache: Cache | None, courses: int) -> Trial:
    return Trial(job, verify_courses(job, courses, cache=cache), courses)


def _repair(
    now: Trial, finding: Finding, cache: Cache | None, progress: Progress | None, part: float
) -> Repair | None:
    case = case_of(now.job, now.met(finding), now.report, finding)
    if case is None:
        return None
    offers: list[Repair] = []
    trials = 0
    for family in FAMILIES.get(finding.rule, ()):
        for number, edit in enumerate(family(case)):
            if number == TRIALS:
                break
            trials += 1
            if progress is not None:
                progress(
                    f"{finding.rule} at line {finding.line}: {edit.kind}, trial {trials}", part
                )
            after = _tried(case, edit, cache, now.limit)
            if after is not None and better(now.report, after.report, finding):
                offers.append(Repair(finding, edit, now, after, trials))
                break
        if len(offers) == OFFERS:
            break
    return min(offers, key=lambda r: r.seconds, default=None)


def _tried(case: Case, edit: Edit, cache: Cache | None, courses: int) -> Trial | None:
    """Return the edited job, verified; None where the controller or the cell cannot say it."""
    try:
        program = with_lines(quantise(edit.program, case.cell), case.cell)
        job = replace(case.job, programs={**case.job.programs, case.group: program})
        return _verified(job, cache, courses)
    except CellsimError:
        return None
