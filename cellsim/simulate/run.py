"""The verb: a job in, a timeline out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np

from cellsim.cache import Cache
from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.files.job import saved_as
from cellsim.domain.job import Job
from cellsim.domain.program import Expr, Program
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.kinematics.frames import chain_of
from cellsim.motion.caps import AccelClass
from cellsim.motion.spec import MoveSpec, Run
from cellsim.simulate.actions import Go
from cellsim.simulate.actor import Actor
from cellsim.simulate.alongway import early_outputs, marks_of
from cellsim.simulate.attach import parts_of
from cellsim.simulate.choices import Choices
from cellsim.simulate.clockwork import Clock
from cellsim.simulate.devices import Answers, Process
from cellsim.simulate.expression import leaves
from cellsim.simulate.gather import timeline_of
from cellsim.simulate.interpret import Interpreter, Steps
from cellsim.simulate.kept import kept_run
from cellsim.simulate.lower import lower
from cellsim.simulate.movers import movers_at_start
from cellsim.simulate.moves import specs_of
from cellsim.simulate.override import at_override
from cellsim.simulate.readings import Readings
from cellsim.simulate.record import Record, Ride
from cellsim.simulate.wires import Wires, never_set, start_values, wrong_wires

STANDING = MotionRules("", "stop", "stop")


def simulate(
    job: Job,
    accel: AccelClass = "typical",
    process: Process = "typical",
    cache: Cache | None = None,
    choices: Choices | None = None,
    overrides: Mapping[str, float] = MappingProxyType({}),
    shifts: bool = False,
    paces: bool = False,
) -> Timeline:
    """Run the programs of a job on one clock.

    Args:
        job: What to run; groups without a program stand at home.
        accel: Acceleration class of the joints. process: End of the process time ranges.
        cache: Where the timing of runs that did not change is taken from, and kept.
        choices: What unknown readings are taken to be; None: they are findings.
        overrides: Group name to the override it runs at [%]; 100 where none is given.
        shifts: Also solve for sampled shifts of the frames that are measured at run time.
        paces: Also work out how far groups on one clock may be apart.

    Returns:
        The timeline; what went wrong are its findings. Its band is this one run.

    Raises:
        BadInput: A program that names what the cell does not have, with file and line.
    """
    with saved_as(job.cell, job.name):
        programs = {group: lower(program, job.cell) for group, program in job.programs.items()}
        clock = _clock(job, programs, accel, process, cache, choices, overrides)
        free = frozenset() if choices is None else choices.free
        clock.findings += [*never_set(job, programs, free), *wrong_wires(job, programs)]
        clock.run()
    again = partial(_timed, cell=job.cell, cache=cache) if paces else None
    return timeline_of(job, clock, accel, shifts, again)


def _clock(
    job: Job,
    programs: Mapping[str, Program],
    accel: AccelClass,
    process: Process,
    cache: Cache | None,
    choices: Choices | None,
    overrides: Mapping[str, float],
) -> Clock:
    cell = job.cell
    values = start_values(cell, job.inputs)
    wires = Wires(values, frozenset(job.inputs) & cell.signals.keys())
    parts = parts_of(cell)
    actors: dict[str, Actor] = {}
    for group in cell.groups:
        rules = job.rules.get(group, STANDING)
        program = programs.get(group) or Program(group, group, ())
        interpreter = Interpreter(
            program, rules.stops, job.inputs, choices=choices, stops_known=rules.stops_known
        )
        steps = interpreter.run() if group in programs else _nothing()
        record = Record(group, np.array(cell.groups[group].home, dtype=np.float64))
        actors[group] = Actor(group, interpreter, steps, record, rules.interpolation_s)

    def ride(actor: Actor, go: Go) -> Ride | None:
        rules = job.rules.get(actor.group, STANDING)
        start = actor.record.end_q()
        specs, findings = specs_of(go.moves, cell, actor.group, start, clock.q())
        clock.findings += findings
        if not specs:
            return None
        at = overrides.get(actor.group)
        driven = specs if at is None else [at_override(spec, at) for spec in specs]
        run = _timed(actor.group, start, driven, rules, accel, cell, cache)
        marks, beyond = marks_of(go, run, specs, chain_of(cell, actor.group))
        beyond += early_outputs(go, rules, actor.group)
        clock.findings += [f for f in beyond if f not in clock.findings]
        return Ride(clock.now, run, marks, tuple(driven), rules)

    readings = Readings(wires, programs, choices)
    clock = Clock(
        actors, wires, parts, ride, lambda c: _kind_of_wait(cell, c), readings,
        events=parts.events, choices=choices,
    )  # fmt: skip
    answers = Answers(
        cell,
        wires,
        parts,
        process,
        lambda: clock.now,
        clock.later,
        clock.q,
        clock.knot,
        movers_at_start(cell),
    )
    clock.answers = answers
    wires.react, wires.same = clock.changed, answers.asked_again
    return clock


def _timed(
    group: str, start: Array, specs: Sequence[MoveSpec], rules: MotionRules, accel: AccelClass,
    cell: Cell, cache: Cache | None,
) -> Run:  # fmt: skip
    joints, chain = cell.groups[group].joints, chain_of(cell, group)
    return kept_run(cache, chain, joints, start, specs, rules, accel)


def _nothing() -> Steps:
    yield from ()


def _kind_of_wait(cell: Cell, condition: Expr) -> str:
    """Return "grip" for a gripper's confirmation, "process" for a device's, else "wait"."""
    names = set(leaves(condition, "signal"))
    grippers = [t.gripper for t in cell.tools.values() if t.gripper is not None]
    if names & ({g.closed for g in grippers} | {g.opened for g in grippers}):
        return "grip"
    return "process" if names & {d.done for d in cell.devices.values() if d.start} else "wait"
