"""Run jobs with and without a defect, and count which rules told what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count, islice

import numpy as np
from jobs import Case, case
from kinds import KINDS, Expected, Kind
from world import draw

from cellsim.domain.report import Finding, Verdict
from cellsim.simulate.band import simulate_band
from cellsim.verify.run import verify_timeline


@dataclass
class Matrix:
    """What came of the jobs of each kind.

    Attributes:
        made, found: Kind to how many jobs, and how many were told by the right rule at its line.
        rules: (kind, rule) to how many jobs of the kind the rule told something about.
        named: Rules that told a defect at its line. missed: A sentence for each that was not told.
        clean, alarms: How many clean jobs, and a sentence for each that was not clean.
    """

    made: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    named: set[str] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)
    clean: int = 0
    alarms: list[str] = field(default_factory=list)


def judged(c: Case) -> tuple[tuple[Finding, ...], Verdict]:
    """Return findings and verdict of a case, its timeline tampered with where it asks for it."""
    timeline = simulate_band(c.job())
    if c.tamper is not None:
        timeline = c.tamper(timeline)
    report = verify_timeline(timeline)
    return report.findings, report.verdict


def tells(f: Finding, expected: Expected) -> bool:
    """Whether a finding is the one that a defect must give: its rule, at its line if it has one."""
    if f.rule not in expected.rules:
        return False
    if expected.frame and f.facts.get("frame") != expected.frame:
        return False
    if not expected.lines:
        return True
    own = not expected.group or f.file == f"{expected.group}.program.yaml"
    return f.line in expected.lines and own


def add_defect(m: Matrix, kind: Kind, seed: int) -> None:
    """Draw a job, put a defect into it, and count what is told."""
    rng = np.random.default_rng(seed)
    d = draw(rng)
    while not kind.fits(d):
        d = draw(rng)
    c = case(d)
    expected = kind.make(c, rng)
    findings, _ = judged(c)
    m.made[kind.name] += 1
    for rule in {f.rule for f in findings}:
        m.rules[kind.name, rule] += 1
    right = {f.rule for f in findings if tells(f, expected)}
    m.named |= right
    if right:
        m.found[kind.name] += 1
    else:
        told = sorted({f"{f.rule}[{f.severity}] {f.file}:{f.line}" for f in findings})
        m.missed.append(f"{kind.name} seed {seed}: wanted {expected}, told {told}")


def add_clean(m: Matrix, seed: int) -> None:
    """Draw a clean job; anything that is told about it is a false alarm."""
    findings, verdict = judged(case(draw(np.random.default_rng(seed))))
    m.clean += 1
    if findings or verdict is not Verdict.GREEN:
        told = sorted({f"{f.rule}[{f.severity}] {f.file}:{f.line}" for f in findings})
        m.alarms.append(f"clean seed {seed}: {told}")


def in_turn() -> Iterator[Kind]:
    """Yield the kinds round and round, rare ones every third time."""
    for turn in count():
        yield from (kind for kind in KINDS.values() if not kind.rare or turn % 3 == 0)


def run(defects: int, clean: int, seed: int, names: Collection[str] = KINDS) -> Matrix:
    """Return the matrix of `defects` jobs, the named kinds in turn, and of `clean` jobs."""
    m = Matrix()
    for k, kind in enumerate(islice((k for k in in_turn() if k.name in names), defects)):
        add_defect(m, kind, seed + k)
    for k in range(clean):
        add_clean(m, seed + defects + k)
    return m


def table(m: Matrix) -> list[str]:
    """Return the confusion matrix: a line for each kind, with the rules that told something."""
    lines = [f"{'kind':44} {'made':>5} {'found':>5}  rules that told something"]
    for kind in KINDS.values():
        told = {rule: n for (name, rule), n in m.rules.items() if name == kind.name}
        shown = ", ".join(f"{r} {n}" for r, n in sorted(told.items(), key=lambda x: (-x[1], x[0])))
        mark = "" if kind.proven else " *"
        made, found = m.made[kind.name], m.found[kind.name]
        lines.append(f"{kind.name + mark:44} {made:5} {found:5}  {shown}")
    return lines
