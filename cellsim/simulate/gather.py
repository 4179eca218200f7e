"""Make a timeline of what the clock recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cellsim.domain.job import Job
from cellsim.domain.program import Comment, If, Label, Loop, Raw, Statement
from cellsim.domain.report import Finding, Severity
from cellsim.domain.strokes import KNOTS
from cellsim.domain.timeline import Band, GroupTrack, Timeline
from cellsim.domain.walk import file_of
from cellsim.simulate.carriers import carried_by_others
from cellsim.simulate.clockwork import Clock
from cellsim.simulate.handed import early_departures, loosened
from cellsim.simulate.hazards import hazards
from cellsim.simulate.interpret import Interpreter
from cellsim.simulate.movers import Movers, fixture_track
from cellsim.simulate.order import clocks, rectangles
from cellsim.simulate.pacing import Course, paces_of
from cellsim.simulate.phases import by_fixture, loose_in
from cellsim.simulate.processes import ends_of
from cellsim.simulate.raced import place_of, polls_met
from cellsim.simulate.record import assemble
from cellsim.simulate.ridetimes import Timed
from cellsim.simulate.shifts import with_shifts
from cellsim.simulate.stale import stale_answers
from cellsim.simulate.stuck import possible_deadlocks
from cellsim.simulate.unsettled import Times, races, settled
from cellsim.simulate.wires import initial_of, start_values

MODEL = "jerk-limited, not calibrated"
KINDS = ("move", "process", "wait", "grip", "delay")


def timeline_of(
    job: Job, clock: Clock, accel: str, shifts: bool = False, timed: Timed | None = None
) -> Timeline:
    """Return the timeline of a clock that has run out.

    Args:
        shifts: Also solve for sampled shifts of the frames that are measured at run time.
        timed: Times a ride again in another acceleration class: for the pace of groups on one
            clock, which is left out without it.
    """
    end = _end(clock)
    tracks: dict[str, GroupTrack] = {}
    knots: dict[str, list[tuple[int, int]]] = {}
    courses: dict[str, Course] = {}
    for group, actor in clock.actors.items():
        tracks[group], knots[group], starts = assemble(actor.record, end, actor.last)
        last = len(tracks[group].t) - 1
        courses[group] = Course(actor.record, starts, actor.scan, last)
    strayed: list[Finding] = []
    for group, actor in clock.actors.items() if shifts else ():
        tracks[group], found = with_shifts(job.cell, actor.record, tracks[group])
        strayed += found
    for part in clock.parts.states:
        clock.parts.close_hold(part, end)
    log = clock.wires.log
    initial = initial_of(log, start_values(job.cell, job.inputs))
    stamps = clocks(log, initial)
    movers = Movers({}) if clock.answers is None else clock.answers.movers
    lowered = {g: clock.actors[g].interpreter.program for g in job.programs}
    moved = by_fixture(movers, log, stamps, end, loose_in(job, lowered) if movers.of else {})
    for name, known in moved.items():
        knots[name] = [(KNOTS * k, KNOTS * k + KNOTS) for k in range(len(known.phases))]
    ends = ends_of(job.cell, {} if clock.answers is None else clock.answers.told)
    knots |= ends.knots
    nodes = {**{name: known.nodes for name, known in moved.items()}, **ends.nodes}
    free = rectangles(log, stamps, knots, nodes)
    interpreters = [actor.interpreter for actor in clock.actors.values()]
    findings = [*clock.findings, *clock.parts.findings, *strayed]
    records = [actor.record for actor in clock.actors.values()]
    findings += carried_by_others(job.cell, records, tracks, free)
    findings += hazards(clock.parts.deeds, log, stamps, moved)
    findings += [finding for known in moved.values() for finding in known.findings]
    findings += stale_answers([] if clock.answers is None else clock.answers.taken, log, stamps)
    if not any(f.rule == "deadlock" for f in findings):
        findings += possible_deadlocks(log, initial, polls_met(log, lowered))
    findings += [f for interpreter in interpreters for f in interpreter.findings]
    times = Times(job.cell, courses, log, initial, stamps, timed) if timed else None
    if times is not None:
        findings += loosened(clock.parts.deeds, log, stamps, times)
        findings += early_departures(clock.parts.departures, log, stamps, times)
    raced, undecided = settled(clock.readings, races(log, stamps), times)
    findings += undecided
    return Timeline(
        job=job,
        tracks=tracks,
        holds=tuple(sorted(clock.parts.holds, key=lambda h: (h.part, h.t0))),
        events=tuple(sorted(clock.events, key=lambda e: e.t)),
        concurrent=tuple(c for c in free if c.b in nodes or (c.a0 < c.a1 and c.b0 < c.b1)),
        band=Band(end, end, end, MODEL),
        breakdown={
            group: {kind: clock.seconds.get(group, {}).get(kind, 0.0) for kind in KINDS}
            for group in clock.actors
        },
        findings=tuple(_once(findings)),
        skipped=tuple(line for i in interpreters for line in untaken(i)),
        assumptions=tuple(
            dict.fromkeys(
                f"{place_of(sync)} branches on a signal that another group may set before or after"
                for sync in raced
            )
        ),
        choices=() if clock.choices is None else tuple(clock.choices.met),
        accel=accel,
        paces=paces_of(job.cell, courses, log, initial, stamps, timed) if timed else (),
        fixtures={
            name: fixture_track(name, movers.of[name], known.phases, end)
            for name, known in moved.items()
        },
    )


def _end(clock: Clock) -> float:
    """Return when the last recorded thing ended [s]; one scan where nobody did anything."""
    ends = [a.record.segments[-1].t1 for a in clock.actors.values() if a.record.segments]
    ends += [event.t for event in clock.events]
    scan = max((actor.scan for actor in clock.actors.values()), default=0.0)
    return max([*ends, scan])


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings by file, line and time; one of each at a line (loops repeat them)."""
    seen: set[tuple[str, str, str, int, Severity]] = set()
    for finding in sorted(findings, key=lambda f: (f.file, f.line, f.t0 or 0.0, f.rule)):
        key = (finding.rule, finding.subject, finding.file, finding.line, finding.severity)
        if key not in seen:
            seen.add(key)
            yield finding


def untaken(interpreter: Interpreter) -> Iterator[str]:
    """Yield "file:line" of the first line of each branch and routine never entered.

    And of what jumps passed over, or what comes behind the timeout of a wait.
    """
    program = interpreter.program

    def reached(body: tuple[Statement, ...]) -> bool:
        return any(id(s) in interpreter.executed for s in body)

    def walk(body: tuple[Statement, ...], file: str) -> Iterator[str]:
        if not reached(body):
            lines = [s.line for s in body if not _silent(s)]
            if lines:
                yield f"{file}:{min(lines)}"
            return
        passed = False
        for statement in body:
            if id(statement) not in interpreter.executed:
                if not (passed or _silent(statement)):
                    passed = True
                    yield f"{file}:{statement.line}"
                continue
            passed = False
            if isinstance(statement, If):
                yield from walk(statement.then, file)
                yield from walk(statement.otherwise, file)
            elif isinstance(statement, Loop):
                yield from walk(statement.body, file)

    for routine in program.routines:
        yield from walk(routine.body, file_of(program, routine))


def _silent(statement: Statement) -> bool:
    harmless = isinstance(statement, Raw) and statement.harmless
    return harmless or isinstance(statement, Comment | Label)
