"""The cycle time as a band: slow and fast acceleration class, slow and fast processes.

Beside it the overrides: see `override`. The band is that of the highest override that is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cellsim.cache import Cache
from cellsim.domain.job import Job
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Band, Timeline
from cellsim.motion.caps import AccelClass
from cellsim.simulate.again import next_cycle
from cellsim.simulate.choices import Choices
from cellsim.simulate.devices import Process as ProcessEnd
from cellsim.simulate.gather import MODEL
from cellsim.simulate.override import ends_of, highest_of, ranges_of
from cellsim.simulate.run import simulate


def simulate_band(job: Job, cache: Cache | None = None, choices: Choices | None = None) -> Timeline:
    """Run a job three times and return the typical timeline with the band of all three.

    Low: fast class of acceleration and shortest process times; high: slow class and longest.

    Args:
        cache: Where the timing of runs that did not change is taken from, and kept.
        choices: What unknown readings are taken to be; the other classes follow the typical one.
    """
    typical = simulate(job, cache=cache, choices=choices, shifts=True, paces=True)
    if choices is not None and choices.impossible:
        return typical
    fast = simulate(job, "fast", "min", cache, _following(choices))
    slow = simulate(job, "slow", "max", cache, _following(choices))
    ranges, top = ranges_of(job), highest_of(job)
    others = {_named(ends): _at(job, cache, choices, ends) for ends in ends_of(ranges)}
    timed = _at(job, cache, choices, top) if top else (typical, fast, slow)
    if cache is not None:
        cache.flush()
    times = [run.duration for run in timed]
    assumptions = list(typical.assumptions)
    for name, runs in {
        "fast axes and processes": (fast,),
        "slow axes and processes": (slow,),
        **others,
    }.items():
        if any(_order(run) != _order(typical) for run in runs):
            assumptions.append(f"signals come in another order with {name}")
    if others:
        assumptions.append("between the ends of the override ranges nothing else times out")
    if top:
        assumptions.append(f"the cycle time is that with {_named(top)}, the highest override")
    more = [run for runs in (*others.values(), timed) for run in runs]
    again = next_cycle(job, typical, cache, _following(choices))
    return replace(
        typical,
        band=Band(times[0], min(times), max(times), MODEL),
        findings=(*typical.findings, *_further(typical, fast, slow, *more), *again),
        assumptions=tuple(assumptions),
        overrides=ranges,
    )


def _at(
    job: Job, cache: Cache | None, choices: Choices | None, ends: Mapping[str, float]
) -> tuple[Timeline, ...]:
    """Return the runs at some overrides: typical, fast and slow axes and processes."""
    classes: tuple[tuple[AccelClass, ProcessEnd], ...] = (
        ("typical", "typical"), ("fast", "min"), ("slow", "max"),
    )  # fmt: skip
    return tuple(
        simulate(job, accel, process, cache, _following(choices), ends)
        for accel, process in classes
    )


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
            # What timing decides is judged for all classes at once.
            raced = finding.facts.get("case") == "race"
            if key not in known and finding.severity in stops and not raced:
                found.setdefault(key, finding)
    return tuple(found.values())


def _place(f: Finding) -> tuple[str, str, str, int, Severity]:
    return f.rule, f.subject, f.file, f.line, f.severity


def _named(ends: Mapping[str, float]) -> str:
    return ", ".join(f"{group} at {value:g} %" for group, value in ends.items())


def _order(timeline: Timeline) -> list[tuple[str, str, str, float]]:
    """Return the discrete course: what happened in which order."""
    return [(e.kind, e.name, e.group, e.value) for e in timeline.events]
