"""The cycle time as a band: slow and fast acceleration class, slow and fast processes.

Beside it the overrides: see `override`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cellsim.cache import Cache
from cellsim.domain.job import Job
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Band, Timeline
from cellsim.simulate.choices import Choices
from cellsim.simulate.gather import MODEL
from cellsim.simulate.override import ends_of, ranges_of
from cellsim.simulate.run import simulate


def simulate_band(job: Job, cache: Cache | None = None, choices: Choices | None = None) -> Timeline:
    """Run a job three times and return the typical timeline with the band of all three.

    Low: fast class of acceleration and shortest process times; high: slow class and longest.

    Args:
        cache: Where the timing of runs that did not change is taken from, and kept.
        choices: What unknown readings are taken to be; the other classes follow the typical one.
    """
    typical = simulate(job, cache=cache, choices=choices, shifts=True, paces=True)
    fast = simulate(job, "fast", "min", cache, _following(choices))
    slow = simulate(job, "slow", "max", cache, _following(choices))
    ranges = ranges_of(job)
    others = {_named(ends): _at(job, cache, choices, ends) for ends in ends_of(ranges)}
    if cache is not None:
        cache.flush()
    times = [run.duration for run in (typical, fast, slow)]
    assumptions = list(typical.assumptions)
    for name, run in {
        "fast axes and processes": fast,
        "slow axes and processes": slow,
        **others,
    }.items():
        if _order(run) != _order(typical):
            assumptions.append(f"signals come in another order with {name}")
    if others:
        assumptions.append("between the ends of the override ranges nothing else times out")
    return replace(
        typical,
        band=Band(typical.duration, min(times), max(times), MODEL),
        findings=(*typical.findings, *_further(typical, fast, slow, *others.values())),
        assumptions=tuple(assumptions),
        overrides=ranges,
    )


def _at(
    job: Job, cache: Cache | None, choices: Choices | None, ends: Mapping[str, float]
) -> Timeline:
    return simulate(job, cache=cache, choices=_following(choices), overrides=ends)


def _following(choices: Choices | None) -> Choices | None:
    if choices is None:
        return None
    return Choices(tuple(choices.met), choices.free, follow=True)


def _further(typical: Timeline, *others: Timeline) -> tuple[Finding, ...]:
    """Return what stops a release in another class only, once per rule, subject, line and severity.

    A warning of the typical class at the same line does not hide an error.
    """
    stops = (Severity.ERROR, Severity.UNDECIDED)
    known = {_place(f) for f in typical.findings if f.severity in stops}
    found: dict[tuple[str, str, str, int, Severity], Finding] = {}
    for run in others:
        for finding in run.findings:
            key = _place(finding)
            if key not in known and finding.severity in stops:
                found.setdefault(key, finding)
    return tuple(found.values())


def _place(f: Finding) -> tuple[str, str, str, int, Severity]:
    return f.rule, f.subject, f.file, f.line, f.severity


def _named(ends: Mapping[str, float]) -> str:
    return ", ".join(f"{group} at {value:g} %" for group, value in ends.items())


def _order(timeline: Timeline) -> list[tuple[str, str, str, float]]:
    """Return the discrete course: what happened in which order."""
    return [(e.kind, e.name, e.group, e.value) for e in timeline.events]
