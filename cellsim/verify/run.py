"""Judge a timeline with every rule and make its report."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.report import (
    CERTIFIED,
    DECIDING,
    Finding,
    PairClearance,
    Report,
    RuleResult,
    Severity,
    Verdict,
)
from cellsim.domain.timeline import Timeline
from cellsim.verify.clearmap import nearest_courses, worst_of_moves
from cellsim.verify.context import Context
from cellsim.verify.cycle import cycle_steps, shares
from cellsim.verify.outcome import Outcome, Rule
from cellsim.verify.provenance import assumptions_of, exceptions_of, grades_of, hashes_of, versions
from cellsim.verify.replayed import Replayed
from cellsim.verify.rules import RULES, rule_id
from cellsim.verify.shapes import shapes_of

if TYPE_CHECKING:
    from cellsim.cache import Cache
    from cellsim.collision.result import CollisionResult

DIGITS = 3
Progress = Callable[[str, float], None]
_ORDER = {severity: number for number, severity in enumerate(Severity)}


def verify_timeline(
    timeline: Timeline,
    collision: CollisionResult | None = None,
    physics: Replayed | None = None,
    source: str = "program",
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Report:
    """Return the report on a timeline.

    Args:
        collision: Result of the collision check; computed here when None.
        physics: Findings of a replay to take in, None = not replayed.
        source: What was judged: "program" or "read text".
        progress: Called with (step, fraction done).
        cache: Where certified clearances that did not change are taken from, and kept.
    """
    if collision is None:
        from cellsim.collision.check import check_timeline

        step = None if progress is None else lambda done: progress("collision", done)
        collision = check_timeline(timeline, progress=step, cache=cache)
    context = Context(timeline, collision, physics)
    results, findings = _run_rules(context, progress)
    heard = [*timeline.findings, *(physics.findings if physics else ())]
    others = [f for f in heard if not _told(f, findings)]
    cell = timeline.job.cell
    waived = waive([*findings, *others], cell.waivers, cell.variant)
    return _report(context, source, tuple(results), waived, cache)


def with_physics(report: Report, timeline: Timeline, physics: Replayed) -> Report:
    """Return a report on the same timeline that also holds what its replay found."""
    context = Context(timeline, None, physics)
    replayed = {rule_id(r): _result(rule_id(r), r(context)) for r in RULES if _of_physics(r)}
    given = [
        replace(f, waived_by="", waived_reason="") for f in (*report.findings, *physics.findings)
    ]
    cell = timeline.job.cell
    findings = waive(given, cell.waivers, cell.variant)
    return replace(
        report,
        verdict=verdict_of(findings),
        findings=findings,
        rules=tuple(replayed.get(r.rule, r) for r in report.rules),
        assumptions=tuple(dict.fromkeys((*report.assumptions, *physics.assumptions))),
        waivers=_waivers(cell, findings),
    )


def _of_physics(rule: Rule) -> bool:
    return rule_id(rule).startswith("physics-")


def _run_rules(
    context: Context, progress: Progress | None
) -> tuple[list[RuleResult], list[Finding]]:
    results: list[RuleResult] = []
    findings: list[Finding] = []
    for number, rule in enumerate(RULES):
        if progress is not None:
            progress(f"rule {rule_id(rule)}", number / len(RULES))
        done = rule(context)
        findings += done.findings
        results.append(_result(rule_id(rule), done))
    if progress is not None:
        progress("proof and report", 0.0)
    return results, findings


def _result(rule: str, done: Outcome) -> RuleResult:
    missing = [f for f in done.findings if f.severity is Severity.NOT_CHECKED]
    figures = sorted({f"{f.subject}: {f.facts.get('figure', '')}" for f in missing})
    return RuleResult(rule, done.subjects > 0 and not missing, done.subjects, "; ".join(figures))


def _told(f: Finding, findings: list[Finding]) -> bool:
    """Return whether a rule already tells what the simulation found of a subject at the same line.

    Or of more than it: "hand panel", where the simulation says "hand". Two groups may have programs
    of one name, one line two signals; what is told as less bad hides nothing.
    """
    if f in findings:
        return True
    here = [g for g in findings if g.line and (g.rule, g.file, g.line) == (f.rule, f.file, f.line)]
    return any(
        _ORDER[g.severity] <= _ORDER[f.severity] and f"{g.subject} ".startswith(f"{f.subject} ")
        for g in here
    )


def waive(
    findings: Iterable[Finding], waivers: Iterable[Waiver], variant: str = ""
) -> tuple[Finding, ...]:
    """Return the findings, sorted, each with author and reason of the first waiver to accept it.

    A waiver needs an author: without one it accepts nothing, and the finding says so ("unsigned"
    among its facts: what the waiver asks for).
    """
    rows = sorted((w for w in waivers if _holds_for(w, variant)), key=lambda w: not w.author)
    found = []
    for f in findings:
        facts = {key: value for key, value in f.facts.items() if key != "unsigned"}
        by = next((w for w in rows if _meets(w, f)), None)
        if by is None:
            found.append(replace(f, facts=facts))
        elif by.author:
            found.append(replace(f, facts=facts, waived_by=by.author, waived_reason=by.reason))
        else:
            found.append(replace(f, facts={**facts, "unsigned": by.reason}))
    return sorted_findings(found)


def _holds_for(waiver: Waiver, variant: str) -> bool:
    return not waiver.variant or fnmatchcase(variant, waiver.variant)


def _meets(waiver: Waiver, f: Finding) -> bool:
    by_name = f.rule == waiver.rule if f.rule in CERTIFIED else fnmatchcase(f.rule, waiver.rule)
    named = by_name and fnmatchcase(f.subject, waiver.subject)
    named = named and waiver.severity in ("", f.severity)
    here = waiver.file in ("", f.file) and waiver.line in (0, f.line)
    return named and here and (waiver.worst is None or no_worse(f, waiver.worst))


def low_is_bad(f: Finding) -> bool:
    """Whether a finding is the worse the lower its value is: a clearance, not a speed."""
    return f.value is not None and f.limit is not None and f.value < f.limit


def no_worse(f: Finding, worst: float) -> bool:
    """Whether the value of a finding is no worse than another, to a shown digit; without: no."""
    if f.value is None or not math.isfinite(f.value):
        return False
    step, value = 10.0**-DIGITS, round(f.value, DIGITS)
    return value >= worst - step if low_is_bad(f) else value <= worst + step


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, file, line and time."""
    return tuple(sorted(findings, key=_place))


def _place(f: Finding) -> tuple[int, str, int, float, str, str]:
    when = -1.0 if f.t0 is None else f.t0
    return _ORDER[f.severity], f.file, f.line, when, f.rule, f.subject


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return findings for any unwaived error, else undecided for what is open, else green.

    Green is green_except where a waiver accepts what a rule of CERTIFIED found.
    """
    judged = [f for f in findings if f.severity in DECIDING]
    open_ = {f.severity for f in judged if not f.waived_by}
    if Severity.ERROR in open_:
        return Verdict.FINDINGS
    if open_:
        return Verdict.UNDECIDED
    accepted = any(f.rule in CERTIFIED for f in judged)
    return Verdict.GREEN_EXCEPT if accepted else Verdict.GREEN


def _report(
    context: Context,
    source: str,
    results: tuple[RuleResult, ...],
    findings: tuple[Finding, ...],
    cache: Cache | None,
) -> Report:
    timeline, cell = context.timeline, context.cell
    steps = cycle_steps(timeline)
    return Report(
        verdict=verdict_of(findings),
        cell=cell.name,
        variant=cell.variant,
        job=timeline.job.name,
        source=source,
        findings=findings,
        rules=results,
        clearances=_clearances(context),
        cycle=_cycle(timeline),
        breakdown=shares(steps, tuple(timeline.tracks)),
        assumptions=_assumptions(context),
        exceptions=_exceptions(context),
        waivers=_waivers(cell, findings),
        grades=grades_of(cell),
        hashes=hashes_of(timeline),
        versions=versions(),
        programs=tuple(program.file for program in timeline.job.programs.values()),
        shapes=shapes_of(cell, cache),
        moves=worst_of_moves(timeline, context.collision),
        courses=nearest_courses(context.collision),
        steps=steps,
    )


def _cycle(timeline: Timeline) -> Mapping[str, object]:
    band = timeline.band
    return {
        "nominal": float(band.nominal),
        "low": float(band.low),
        "high": float(band.high),
        "model": band.model,
        "takt": timeline.job.cell.takt_s,
    }


def _clearances(context: Context) -> tuple[PairClearance, ...]:
    found = []
    for pair in context.collision.pairs if context.collision else ():
        index = pair.index
        file, line = (index.file, index.line) if index else ("", 0)
        least, need, t = float(pair.clearance), float(pair.required), float(pair.t)
        found.append(PairClearance(pair.a, pair.b, least, need, t, file, line))
    return tuple(sorted(found, key=lambda p: (p.clearance, p.a, p.b)))


def _assumptions(context: Context) -> tuple[str, ...]:
    replayed = context.physics.assumptions if context.physics else ()
    return tuple(dict.fromkeys((*assumptions_of(context.timeline), *replayed)))


def _exceptions(context: Context) -> tuple[str, ...]:
    """Return what was not held to the default clearance, as the collision check tells it."""
    told = context.collision.exceptions if context.collision else ()
    return told or exceptions_of(context.cell)


def _waivers(cell: Cell, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return each waiver as a sentence with how many findings it accepts, each counted once."""
    texts, left = [], [f for f in findings if f.waived_by]
    for w in (w for w in cell.waivers if _holds_for(w, cell.variant)):
        named = f"{w.rule} on {w.subject}{_scope(w)}"
        if not w.author:
            texts.append(f"{named}: {w.reason} (not signed: accepts nothing)")
            continue
        rest = [f for f in left if f.waived_by != w.author or not _meets(w, f)]
        count, left = len(left) - len(rest), rest
        texts.append(f"{named}: {w.reason} ({w.author}; {count} accepted)")
    return tuple(texts)


def _scope(w: Waiver) -> str:
    """Return where alone a waiver holds, and up to what value, in brackets; "" for everywhere."""
    place = f"{w.file}:{w.line}".strip(":") if w.file or w.line else ""
    parts = [w.variant, w.severity, place]
    parts.append("" if w.worst is None else f"<= {w.worst:g}")
    told = ", ".join(part for part in parts if part)
    return f" [{told}]" if told else ""
