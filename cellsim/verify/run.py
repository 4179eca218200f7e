"""Judge a timeline with every rule and make its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

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
from cellsim.verify.known import known_bound
from cellsim.verify.outcome import Outcome, Rule
from cellsim.verify.provenance import assumptions_of, exceptions_of, grades_of, hashes_of, versions
from cellsim.verify.ranking import ORDER
from cellsim.verify.replayed import Replayed
from cellsim.verify.rules import RULES, rule_id
from cellsim.verify.setat import with_settings
from cellsim.verify.shapes import shapes_of
from cellsim.verify.waivers import waive, waiver_rows

if TYPE_CHECKING:
    from cellsim.cache import Cache
    from cellsim.collision.result import CollisionResult

Progress = Callable[[str, float], None]


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
    told = with_settings([*findings, *others], timeline)
    waived = waive(told, cell.waivers, cell.variant)
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
        waivers=waiver_rows(cell, findings),
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
        ORDER[g.severity] <= ORDER[f.severity] and f"{g.subject} ".startswith(f"{f.subject} ")
        for g in here
    )


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
        waivers=waiver_rows(cell, findings),
        grades=grades_of(cell),
        hashes=hashes_of(timeline),
        versions=versions(),
        programs=tuple(program.file for program in timeline.job.programs.values()),
        shapes=shapes_of(cell, cache),
        moves=worst_of_moves(timeline, context.collision),
        courses=nearest_courses(context.collision, cell),
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
    """Return the clearance of each pair: certified, or where it was seen to be worse, that.

    The search certifies nothing more of a pair that it has seen to meet: what it knew by then is no
    depth. A bound that says nothing is -inf, see `known.py`.
    """
    if context.collision is None:
        return ()
    decided = [v for v in context.collision.violations if v.status != "undecided"]
    worst = {(v.a, v.b): v for v in sorted(decided, key=lambda v: -v.value_m)}
    found = []
    for pair in context.collision.pairs:
        index, least, need, t = pair.index, pair.clearance, pair.required, pair.t
        if (seen := worst.get((pair.a, pair.b))) is not None:
            index, least, need, t = seen.motion, seen.value_m, seen.required_m, seen.t
        file, line = (index.file, index.line) if index else ("", 0)
        least = known_bound(float(least), pair.a, pair.b, context.cell)
        told = least, float(need), float(t), file, line
        found.append(PairClearance(pair.a, pair.b, *told))
    return tuple(sorted(found, key=lambda p: (p.clearance, p.a, p.b)))


def _assumptions(context: Context) -> tuple[str, ...]:
    replayed = context.physics.assumptions if context.physics else ()
    return tuple(dict.fromkeys((*assumptions_of(context.timeline), *replayed)))


def _exceptions(context: Context) -> tuple[str, ...]:
    """Return what was not held to the default clearance, as the collision check tells it."""
    told = context.collision.exceptions if context.collision else ()
    return told or exceptions_of(context.cell)
