"""Courses: every way that programs can go on what nothing in the cell determines, or timing alone.

In the first run no branch on the unknown is entered and every wait for it is met; what programs,
devices and grippers signal is as the clock has it. Then each choice that was met, and each reading
that another timing may turn out otherwise (`unsettled`), is taken the other way, with all before it
as they were. So only what a course really meets is varied; courses with the fewest choices come
first. A course in which something would have to come that never does is none.

None is missed: take any timing, and let the programs go the same way as some course up to a moment.
The first reading that then turns out otherwise than in this course is one that signals and times do
not settle in it, for up to there it is a timing of this very course; so it was varied.

A cycle that ends in another state than it began in may be followed by any course: all that are met
from there are run too, and each must be one of those of the first cycle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from cellsim.cache import Cache
from cellsim.domain.files.job import saved_as
from cellsim.domain.job import Job
from cellsim.domain.timeline import Choice, Timeline
from cellsim.simulate.again import RULE, differs, goes_as, left_by
from cellsim.simulate.band import simulate_band
from cellsim.simulate.choices import MAX_CHOICES, Choices, free_signals
from cellsim.simulate.lower import lower
from cellsim.simulate.run import simulate

MAX_COURSES = 32
# Runs at most for each course that is asked for, those counted that turn out to be none.
RUNS = 4


@dataclass(frozen=True, eq=False)
class Course:
    """One course; left: how many ways that were met in all are not run."""

    timeline: Timeline
    left: int


def courses_of(job: Job, limit: int = MAX_COURSES, cache: Cache | None = None) -> Iterator[Course]:
    """Yield the courses of a job, at most `limit`, once all are run.

    Where nothing is unknown there is one course without choices, as `simulate_band` gives it.
    """
    free = _free_of(job)

    def run(choices: Choices) -> Timeline:
        return simulate_band(job, cache, choices)

    made, left = _explored(run, free, limit)
    for timeline in made if len(made) == 1 else _followed(job, made, left, free, limit, cache):
        yield Course(timeline, left)


def _free_of(job: Job) -> frozenset[str]:
    """Return the signals that nothing in the cell determines."""
    with saved_as(job.cell, job.name):
        programs = {group: lower(program, job.cell) for group, program in job.programs.items()}
    return free_signals(job, programs)


def _explored(
    run: Callable[[Choices], Timeline], free: frozenset[str], limit: int
) -> tuple[list[Timeline], int]:
    """Return the courses that are met, at most `limit`, and how many ways were left."""
    waiting: list[tuple[Choice, ...]] = [()]
    known, made, left = {*waiting}, list[Timeline](), 0
    for _ in range(RUNS * limit):
        given = waiting.pop(0)
        choices = Choices(given, free)
        timeline = run(choices)
        others = [way for way in _others(given, timeline.choices) if way not in known]
        left += max(len(others) - MAX_CHOICES, 0)
        waiting += others[:MAX_CHOICES]
        known.update(others)
        waiting.sort(key=len)
        if not choices.impossible:
            made.append(timeline)
        if not waiting or len(made) == limit:
            break
    assert made
    return made, len(waiting) + left


def _followed(
    job: Job, made: Sequence[Timeline], left: int, free: frozenset[str], limit: int,
    cache: Cache | None,
) -> Iterator[Timeline]:  # fmt: skip
    """Yield the courses, with a finding where the next cycle may take one that is none of them."""
    known: dict[object, bool] = {}
    for timeline in made:
        state = None if any(f.rule == RULE for f in timeline.findings) else left_by(job, timeline)
        if state is None:
            yield timeline
            continue
        key = state.key
        if key not in known:
            then, more = _explored(partial(_again, state.job, cache), free, limit)
            alike = all(any(goes_as(first, second) for first in made) for second in then)
            known[key] = alike and (left > 0 or not more)
        further = () if known[key] else (differs(job, state),)
        yield replace(timeline, findings=(*timeline.findings, *further))


def _again(job: Job, cache: Cache | None, choices: Choices) -> Timeline:
    return simulate(job, cache=cache, choices=choices, paces=True)


def courses_run(job: Job, limit: int = MAX_COURSES) -> tuple[Course, ...]:
    """Return the courses of a job; with a limit of 0 the one run in which nothing is chosen."""
    return tuple(courses_of(job, limit)) if limit else (Course(simulate_band(job), 0),)


def _others(
    given: tuple[Choice, ...], met: tuple[Choice, ...]
) -> Iterator[tuple[Choice, ...]]:  # fmt: skip
    """Yield what to give so that a choice that was not given is taken the other way.

    A reading that was settled in the course it was given for may be open in what came of it.
    """
    fixed = set(_keys(given))
    for at, key in enumerate(_keys(met)):
        if key not in fixed:
            yield (*met[:at], replace(met[at], value=not met[at].value))


def _keys(choices: tuple[Choice, ...]) -> Iterator[tuple[str, int, bool]]:
    """Yield what tells each choice of a run: its group, its number there, and of which kind."""
    counts: Counter[str] = Counter()
    for choice in choices:
        if choice.at is None:
            yield choice.group, counts[choice.group], False
            counts[choice.group] += 1
        else:
            yield choice.group, choice.at, True
