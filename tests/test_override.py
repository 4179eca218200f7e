"""Overrides: the path stays, or a tube holds it; timeouts are looked at where they are slowest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from releases import verified
from tubes_support import held

from cellsim.domain.job import Job
from cellsim.domain.program import Wait
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Timeline
from cellsim.domain.tubes import with_tubes
from cellsim.domain.walk import statements_of
from cellsim.simulate.band import simulate_band
from cellsim.simulate.run import simulate
from cellsim.sweep import cells_of, jobs_of
from cellsim.teach.repair.case import rewritten


def job_at(cell: str, variant: str, low: float) -> Job:
    """The saved job of a cell whose controllers may run from `low` to 100 %."""
    job = next(jobs_of(cells_of(cell, [variant])[0]))[0]
    groups = {
        n: replace(g, controller=replace(g.controller, override=(low, 100.0)))
        for n, g in job.cell.groups.items()
    }
    return replace(job, cell=replace(job.cell, groups=groups))


def judged(job: Job) -> tuple[Timeline, set[str]]:
    """Return the timeline that was verified, and the rules that found something in it."""
    run = verified(job)
    open_ones = [f for f in run.report.findings if not f.waived_by]
    return run.timeline, {f.rule for f in open_ones if f.severity is not Severity.NOTE}


def test_at_half_the_speed_the_same_way_is_driven() -> None:
    job = job_at("machine_tending", "shaft_80", 50.0)
    full, half = simulate(job), simulate(job, overrides={"tender": 50.0})
    assert half.duration > full.duration + 1.0
    for a, b in ((full, half), (half, full)):
        ways = [t.tracks["tender"].q for t in (a, b)]
        far = [float(np.abs(ways[1] - q).max(axis=1).min()) for q in ways[0][::7]]
        # Knots of the one lie between knots of the other, at most a step of its motion away.
        step = float(np.abs(np.diff(ways[1], axis=0)).max())
        assert max(far) <= step


def test_a_range_whose_ends_were_run_is_proven_and_named() -> None:
    job = job_at("machine_tending", "shaft_80", 30.0)
    timeline, found = judged(job)
    assert timeline.overrides == {"tender": (30.0, 100.0)}
    assert any("between the ends of the override" in text for text in timeline.assumptions)
    assert found == set()


@pytest.mark.prove
def test_a_timeout_that_only_a_low_override_meets_is_found() -> None:
    job = job_at("door_removal", "suv", 10.0)
    program = job.programs["holder"]
    waits = [s for s in statements_of(program) if isinstance(s, Wait) and s.timeout_s]
    tight = {id(w): [replace(w, timeout_s=35.0)] for w in waits}
    hurried = {**job.programs, "holder": rewritten(program, tight)}
    found = [
        f
        for f in simulate_band(replace(job, programs=hurried)).findings
        if f.rule == "wait-timeout"
    ]
    assert found
    assert all(f.line > 0 for f in found)


def test_corners_that_depend_on_the_speed_are_proven_by_their_tube() -> None:
    job = job_at("depalletizing", "cartons", 50.0)
    timeline, found = judged(job)
    assert timeline.overrides == {"unloader": (50.0, 100.0)}
    assert found == set()


def test_without_a_tube_they_are_not() -> None:
    job = job_at("depalletizing", "cartons", 50.0)
    bare = {group: replace(rules, tube=frozenset()) for group, rules in job.rules.items()}
    timeline, found = judged(replace(job, rules=bare))
    assert timeline.overrides == {}
    assert "override-not-proven" in found


@pytest.mark.prove
def test_knots_at_every_override_lie_in_the_tubes_of_full_speed() -> None:
    job = job_at("depalletizing", "cartons", 20.0)
    wide = with_tubes(simulate(job)).tracks["unloader"]
    for percent in (20.0, 45.0, 75.0, 100.0):
        slow = simulate(job, overrides={"unloader": percent}).tracks["unloader"]
        for motion in slow.motions:
            if motion.kind == "corner":
                assert held(slow.q[motion.first : motion.last : 7], wide) <= 1e-9


@pytest.mark.prove
def test_a_band_is_that_of_full_speed() -> None:
    full = simulate_band(job_at("machine_tending", "shaft_80", 100.0))
    assert simulate_band(job_at("machine_tending", "shaft_80", 20.0)).band == full.band
