"""Courses: every way that programs can go on readings which nothing in the cell determines.

In the first run no such branch is entered and every such wait is met. Then each choice that was met
is taken the other way, with all before it as they were. So only what a course really meets is
varied; courses with the fewest choices come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cellsim.cache import Cache
from cellsim.domain.files.job import saved_as
from cellsim.domain.job import Job
from cellsim.domain.timeline import Choice, Timeline
from cellsim.simulate.band import simulate_band
from cellsim.simulate.choices import Choices, free_signals
from cellsim.simulate.lower import lower

MAX_COURSES = 32


@dataclass(frozen=True, eq=False)
class Course:
    """One course; left: how many ways that were met are not run yet."""

    timeline: Timeline
    left: int


def courses_of(job: Job, limit: int = MAX_COURSES, cache: Cache | None = None) -> Iterator[Course]:
    """Yield the courses of a job, at most `limit`; the last one says how many ways were left.

    Where nothing is unknown there is one course without choices, as `simulate_band` gives it.
    """
    with saved_as(job.cell, job.name):
        programs = {group: lower(program, job.cell) for group, program in job.programs.items()}
    free = free_signals(job, programs)
    waiting: list[tuple[Choice, ...]] = [()]
    for _ in range(limit):
        given = waiting.pop(0)
        choices = Choices(given, free)
        timeline = simulate_band(job, cache, choices)
        met = timeline.choices
        for at in range(len(given), len(met)):
            waiting.append((*met[:at], replace(met[at], value=not met[at].value)))
        waiting.sort(key=len)
        yield Course(timeline, len(waiting))
        if not waiting:
            return
