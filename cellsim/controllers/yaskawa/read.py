"""Read INFORM jobs into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: DX100 manual 156191-1CD 4.1, INFORM manuals of FS100,
DX200 and YRC1000, sections named at the places that rest on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.own import with_own_variables
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files
from cellsim.controllers.reading.unnamed import with_unnamed
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.controllers.text import ReadResult
from cellsim.controllers.yaskawa.acts import Step, register
from cellsim.controllers.yaskawa.counted import For
from cellsim.controllers.yaskawa.flow import Flow
from cellsim.controllers.yaskawa.fold import fold, switches
from cellsim.controllers.yaskawa.groups import with_groups
from cellsim.controllers.yaskawa.jobfile import JobFile, Position, names_in, parse
from cellsim.controllers.yaskawa.modal import START
from cellsim.controllers.yaskawa.motions import Motions
from cellsim.controllers.yaskawa.points import Points
from cellsim.controllers.yaskawa.runs import read_outputs
from cellsim.controllers.yaskawa.variables import REGISTER
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.ports import bits_of
from cellsim.domain.program import Program, Routine
from cellsim.errors import BadInput, UnknownName

_COUNTER = re.compile(r"^\s*(FOR|NEXT)\s+[BIDR]\d+", re.IGNORECASE)


@seldom_collected
def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that jobs mean.

    Args:
        files: File name to bytes; the first is the main job, or the one that calls it.
        cell: Whose names the numbers mean. group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, wrong counts, or a label that does not exist.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    gathered = {name: Collector() for name in files}
    jobs = [parse(name, data, gathered[name]) for name, data in files.items()]
    by_name = {job.name: job for job in jobs}
    if len(by_name) < len(jobs):
        raise BadInput("two jobs of one name", file=jobs[0].file)
    called = _reached(_main(jobs), by_name)
    collector = Collector()
    for job in called:
        collector.counted += gathered[job.file].counted
        collector.take(gathered[job.file])
    names = Names(cell.groups[group].controller)
    routines = _routines(called, cell, group, names, collector)
    for note in names.notes:
        collector.note(note)
    first = called[0]
    program = Program(first.name, group, routines, first.file, "yaskawa")
    return collector.result(with_unnamed(program, names.made_up))


def _calls(job: JobFile) -> list[str]:
    found = (act for _, act in job.lines if isinstance(act, Act) and act.word == "call")
    return [str(act.data[0]) for act in found]


def _main(jobs: list[JobFile]) -> JobFile:
    """Return the first job, or the only one that nobody calls where the first is called."""
    called = {name for job in jobs for name in _calls(job) if name != job.name}
    free = [job for job in jobs if job.name not in called]
    return free[0] if jobs[0].name in called and len(free) == 1 else jobs[0]


def _reached(first: JobFile, by_name: Mapping[str, JobFile]) -> list[JobFile]:
    """Return the entry and the jobs it calls, in the order of the files after it."""
    found, waiting = {first.name}, [first]
    while waiting:
        for name in _calls(waiting.pop()):
            if name in by_name and name not in found:
                found.add(name)
                waiting.append(by_name[name])
    return [first, *(j for n, j in by_name.items() if n in found and n != first.name)]


@dataclass(frozen=True)
class _Text:
    """A job's lines as nested nodes, and its positions."""

    job: JobFile
    nodes: list[Node]


def _routines(
    jobs: list[JobFile], cell: Cell, group: str, names: Names, collector: Collector
) -> tuple[Routine, ...]:
    """Return the routines of the jobs, the first being the entry."""
    texts = {}
    for job in jobs:
        assert job.last is not None
        texts[job.name] = _Text(job, fold(nest(switches(_named(job, names)), job.last)))
    whole, parts = _changed(jobs)
    shared = _shared(jobs, whole)
    moved = next((job.group for job in jobs if job.group), "")
    texts_of = [line.text for job in jobs for line, _ in job.lines]
    begins = dict(START) | _begin(whole, parts, shared)
    positions = (key for key in begins if key not in START)
    registers = (register(n) for t in texts_of for n in REGISTER.findall(t))
    keys = frozenset({*positions, *registers})
    elsewhere = _elsewhere(jobs)
    busy, assigned = _busy(cell.groups[group], texts_of), _assigned(jobs)
    main = jobs[0].name

    def make(context: Context) -> Flow:
        text = texts[context.name]
        points = Points(cell, cell.groups[group], names, text.job, shared, "*" in whole, moved)
        return Flow(
            nodes=text.nodes,
            motions=Motions(cell.groups[group], context.collector, points),
            names=names,
            collector=context.collector,
            state=context.state,
            keys=keys,
            busy=busy,
            elsewhere=elsewhere[context.name],
            assigned=assigned,
            routines=context.settings,
            exits=context.exits,
        )

    bodies = read_all(main, list(texts), make, collector, begins)
    every = [Routine(job.name, bodies[job.name], job.file) for job in jobs]
    return with_own_variables(every, {job.name: job.name for job in jobs}, _local(jobs))


def _shared(jobs: list[JobFile], whole: set[str]) -> dict[str, Position]:
    """Return the position variables of the jobs' data; two values of one count as set by lines.

    A position variable is one for all jobs: the value of the job that was loaded last holds.
    """
    shared: dict[str, Position] = {}
    for name, position in ((n, p) for job in jobs for n, p in job.positions.items() if n[0] == "P"):
        if replace(shared.setdefault(name, position), line=position.line) != position:
            whole.add(name)
    return shared


def _elsewhere(jobs: list[JobFile]) -> dict[str, frozenset[str]]:
    """Return for each job the registers that lines of others name, but to count a FOR with them."""
    named = {}
    for job in jobs:
        texts = (_COUNTER.sub("", line.text) for line, _ in job.lines)
        named[job.name] = frozenset(register(n) for text in texts for n in REGISTER.findall(text))
    return {
        job.name: frozenset().union(*(n for o, n in named.items() if o != job.name)) for job in jobs
    }


def _busy(group: MotionGroup, texts: list[str]) -> frozenset[int]:
    """Return the outputs that matter: those that the cell names, and those that lines read."""
    ports = group.controller.signals if group.robot.maker else {}
    busy = {p.number for p in ports.values() if p.kind == "do"} | read_outputs(texts)
    return frozenset(busy | {n for p in ports.values() if p.kind == "go" for _, n in bits_of(p)})


def _assigned(jobs: list[JobFile]) -> frozenset[str]:
    """Return the registers of all jobs (B000, ..; not LB000) that lines set."""
    found: set[str] = set()
    for act in (act for job in jobs for _, act in job.lines):
        if isinstance(act, For):
            found.add(act.variable)
        elif isinstance(act, Act) and act.word in {"set", "input", "free", "clear"}:
            found |= set(act.data if act.word == "clear" else act.data[:1])
    return frozenset(name for name in found if name[0] in "BIDR")


def _named(job: JobFile, names: Names) -> list[tuple[Line, object]]:
    """Return the lines of a job with the groups of signals as the cell has them."""
    return [(line, with_groups(act, names)) for line, act in job.lines]


def _local(jobs: list[JobFile]) -> dict[str, frozenset[str]]:
    """Return the local registers (LB000, ..) of each job, which are its own."""
    return {
        job.name: frozenset(
            register(n)
            for line, _ in job.lines
            for n in REGISTER.findall(line.text)
            if n[0] in "Ll"
        )
        for job in jobs
    }


def _changed(jobs: list[JobFile]) -> tuple[set[str], set[str]]:
    """Return position variables that lines set as a whole ("*" for any), and by element alone."""
    whole, parts = set[str](), set[str]()
    for line, act in (pair for job in jobs for pair in job.lines):
        word = act.word if isinstance(act, Act) else ""
        if isinstance(act, Step) or not line.text or word in ("shift_on", "settool"):
            continue
        if isinstance(act, Act) and word == "element":
            parts.add(act.data[0])
        elif isinstance(act, Act) and word == "position":
            (whole if act.data[0] == "SET" else parts).add(act.data[1])
        else:
            whole |= names_in(line.text)
    return whole, parts


def _begin(whole: set[str], parts: set[str], shared: Mapping[str, Position]) -> dict[str, object]:
    """Return the position variables that lines set as they are before the first of them.

    They hold what the last run left: not known, but one that is only set by element has the type,
    tool and frame of the data.
    """
    found: dict[str, object] = dict.fromkeys(sorted(whole - {"*"}), UNKNOWN)
    for name in sorted(parts - whole):
        base = shared.get(name)
        plain = base is not None and not base.pulses
        found[name] = (name, tuple((at, None) for at in range(1, 7))) if plain else UNKNOWN
    return found
