"""Finding and Report: numbers here, sentences in `messages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cellsim.messages import word


class Severity(StrEnum):
    """error and undecided stop a release; not_checked does until it is waived."""

    ERROR = "error"
    UNDECIDED = "undecided"
    NOT_CHECKED = "not_checked"
    WARNING = "warning"
    NOTE = "note"


class Verdict(StrEnum):
    """What a report says as a whole.

    green_except: nothing is open, and what a person accepted holds a finding of CERTIFIED rules.
    It is never released.
    """

    GREEN = "green"
    GREEN_EXCEPT = "green_except"
    FINDINGS = "findings"
    UNDECIDED = "undecided"


# The severities that decide a verdict.
DECIDING = (Severity.ERROR, Severity.UNDECIDED, Severity.NOT_CHECKED)
# The rules of the certified test: what they find is accepted by name only, and never plain green.
CERTIFIED = frozenset({"collision", "clearance", "shape-understated", "trajectory-disagrees"})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, undecided or worth knowing.

    Attributes:
        rule: Rule id, named after the bad thing ("joint-limit-exceeded").
        severity: See Severity.
        subject: What it is about ("holder V", "door.front_left / fixture:body").
        value, limit, unit: The numbers, in the unit they are shown in; None where none applies.
        file, line: Where in the program (or cell file); line 0 = whole file.
        t0, t1: Time interval [s]; None where none applies.
        facts: Further numbers and names for the sentence, by key.
        help: Message key of the advice, "" = none.
        waived_by: Author of the waiver that accepts it, "" = not waived; waived_reason: Its reason.
    """

    rule: str
    severity: Severity
    subject: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    file: str = ""
    line: int = 0
    t0: float | None = None
    t1: float | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    help: str = ""
    waived_by: str = ""
    waived_reason: str = ""


@dataclass(frozen=True)
class PairClearance:
    """Least certified clearance of a pair [m], where and when it is reached."""

    a: str
    b: str
    clearance: float
    required: float
    t: float
    file: str
    line: int


@dataclass(frozen=True)
class MoveClearance:
    """The worst point of one motion: the pair with the least certified clearance to spare.

    Attributes:
        group, file, line: Whose motion, and where it is written.
        t0, t1: From when to when it is carried out [s].
        a, b: The pair. clearance, required: [m]. t: when it is reached [s].
    """

    group: str
    file: str
    line: int
    t0: float
    t1: float
    a: str
    b: str
    clearance: float
    required: float
    t: float


@dataclass(frozen=True)
class ClearanceCourse:
    """Certified clearance of a pair over the time of one group.

    Attributes:
        rows: (from, to [s], clearance, required [m]), in order of time.
    """

    a: str
    b: str
    group: str
    rows: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class ShapeGrade:
    """What the shape of a body rests on, and how far mesh and pieces differ.

    Attributes:
        body: Its name. grade: "cad", "drawing" or "estimate".
        margin: Outer margin of the grade [m].
        deviation: How far the body is taken to lie outside its pieces [m]; with the margin this is
            taken off every clearance.
        mesh: Whether it has a mesh. outside: how far that lies outside the pieces, proved [m].
        filled: how far sampled points of the pieces lie outside the mesh [m]; None without a mesh.
    """

    body: str
    grade: str
    margin: float
    deviation: float
    mesh: bool
    outside: float | None = None
    filled: float | None = None


@dataclass(frozen=True)
class RuleResult:
    """What one rule did: checked (with how many subjects), or not checked and why."""

    rule: str
    checked: bool
    subjects: int
    note: str = ""


@dataclass(frozen=True)
class CycleStep:
    """One step of the cycle: what a group, a device or a gripper did in [t0, t1] [s].

    Attributes:
        who: Group, device or tool. kind: "move", "process", "grip", "wait_robot", "wait_signal"
            or "delay". file, line: Where in the program.
        slack: How much later it could end without making the cycle longer [s].
        critical: On the critical path: without slack, and not standing for something else.
    """

    who: str
    kind: str
    t0: float
    t1: float
    file: str
    line: int
    slack: float
    critical: bool


@dataclass(frozen=True)
class Report:
    """The verdict on one job in one variant.

    Attributes:
        verdict: From the findings, after waivers.
        cell, variant, job: Names. source: "program" or "read text".
        findings: Open ones that others may follow from first; by severity, file, line, time.
        rules: What each rule did.
        clearances: Least certified clearance per pair, smallest first; the tightest pair is the one
            with the least above what is required.
        cycle: nominal, low, high [s] and model name.
        breakdown: Group to seconds by kind. steps: What the cycle is made of, in order of time.
        assumptions, exceptions, waivers: Sentences to repeat.
        grades: Worst grade of the shapes and how many of each.
        hashes: Name to SHA-256 of what was judged.
        versions: Package versions.
        programs: Program files that were judged, in order of groups.
        shapes: Grade, margin and deviation of every body.
        moves: Worst point of each motion. courses: Clearance of the nearest pairs over time.
    """

    verdict: Verdict
    cell: str
    variant: str
    job: str
    source: str
    findings: tuple[Finding, ...]
    rules: tuple[RuleResult, ...]
    clearances: tuple[PairClearance, ...]
    cycle: Mapping[str, object]
    breakdown: Mapping[str, Mapping[str, float]]
    assumptions: tuple[str, ...]
    exceptions: tuple[str, ...]
    waivers: tuple[str, ...]
    grades: Mapping[str, int]
    hashes: Mapping[str, str]
    versions: Mapping[str, str]
    programs: tuple[str, ...] = ()
    shapes: tuple[ShapeGrade, ...] = ()
    moves: tuple[MoveClearance, ...] = ()
    courses: tuple[ClearanceCourse, ...] = ()
    steps: tuple[CycleStep, ...] = ()

    @property
    def waived(self) -> int:
        """How many findings a person accepted."""
        return sum(bool(f.waived_by) for f in self.findings)

    @property
    def verdict_text(self) -> str:
        """The verdict as reports say it, in English: "green except 6 waived" where it is so."""
        return verdict_said(self, "en")

    @property
    def exit_code(self) -> int:
        """0 nothing is open, 1 findings, 2 undecided only."""
        return {Verdict.FINDINGS: 1, Verdict.UNDECIDED: 2}.get(self.verdict, 0)


def verdict_said(report: Report, lang: str) -> str:
    """Return the verdict alone, with how many findings were waived where that makes it green."""
    if report.waived and report.exit_code == 0:
        return word(lang, "green_short").format(count=report.waived)
    return word(lang, report.verdict)
