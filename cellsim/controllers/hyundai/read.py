"""Read HRScript job files into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: HRScript manual (hyundai-robotics/doc-hrscript) and the
Hi6 operation manual, sections named at the places that rest on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.hyundai.acts import Addressed, Shift
from cellsim.controllers.hyundai.flow import Flow
from cellsim.controllers.hyundai.functions import Formals, formals_of, parted_functions
from cellsim.controllers.hyundai.gosub import parted
from cellsim.controllers.hyundai.jobtext import JobText
from cellsim.controllers.hyundai.lines import understand
from cellsim.controllers.hyundai.signed import SignedNames
from cellsim.controllers.hyundai.steps import Steps, opaque_words
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.own import with_own_variables
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files, text_lines
from cellsim.controllers.reading.unnamed import with_unnamed
from cellsim.controllers.reading.unroll import counters, read_elsewhere
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Program, Routine
from cellsim.errors import BadInput, UnknownName

_FILE = re.compile(r"(\d{1,4})(?:_?(.*))\.job$", re.IGNORECASE)
_SETS = frozenset({"declare", "param", "assign", "pose", "shift"})
_HEADER = re.compile(r"\s*Hyundai Robot Job File;.*")


@dataclass(frozen=True)
class JobFile:
    """A job file: number and name from its file name, and what its lines do."""

    file: str
    number: int
    name: str
    lines: tuple[Addressed, ...]
    last: Line


@seldom_collected
def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that job files mean.

    Args:
        files: File name (0102_name.job) to bytes. cell: Whose names the numbers mean.
        group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, or a label that does not exist.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    collector = Collector()
    controller = cell.groups[group].controller
    names = SignedNames(controller)
    jobs = sorted((_job(n, d, collector) for n, d in files.items()), key=lambda j: j.number)
    first = next((j for j in jobs if j.number == controller.program_number), jobs[0])
    called = _reached(first, jobs)
    routines = _routines(called, cell.groups[group], names, collector)
    if first.number != controller.program_number:
        names.note(f"main job is {first.number}, the cell says {controller.program_number}")
    for note in names.notes:
        collector.note(note)
    program = Program(first.name, group, routines, first.file, "hyundai")
    return collector.result(with_unnamed(program, names.made_up))


def _routines(
    jobs: list[JobFile], group: MotionGroup, names: Names, collector: Collector
) -> tuple[Routine, ...]:
    """Return the routines of the jobs, the first being the entry."""
    by_name = {job.name: job for job in jobs}
    if len(by_name) < len(jobs):
        raise BadInput("two jobs of one name", file=jobs[0].file)
    numbers = {job.number: job.name for job in jobs}
    texts: dict[str, JobText] = {}
    subs: dict[str, dict[str, str]] = {}
    takes: dict[str, Formals] = {}
    owner = {job.name: job.name for job in jobs}

    named = {job.name: _named(job.lines) for job in jobs}
    shared = frozenset(name for job in jobs for name in _globals(job.lines))

    def elsewhere(lines: Sequence[Addressed], job: JobFile) -> tuple[frozenset[str], ...]:
        own = {id(a.line) for a in lines}
        beside = _named([a for a in job.lines if id(a.line) not in own])
        others = [named[other.name] for other in jobs if other is not job]
        return tuple(here.union(*there) for here, *there in zip(beside, *others, strict=True))

    for job in jobs:
        mine, functions = parted_functions(job.lines)
        own, parts = parted(mine)
        texts[job.name] = JobText(own, job.last, mine, job.name, *elsewhere(own, job))
        takes[job.name] = formals_of(mine)
        for name, lines in functions.items():
            if name in {*by_name, *texts}:
                raise BadInput(f"two routines '{name}'", file=job.file)
            texts[name] = JobText(lines, job.last, lines, name, *elsewhere(lines, job))
            takes[name] = formals_of(lines)
            subs[name] = {}
            owner[name] = name
        taken = {*by_name, *texts}
        subs[job.name] = {label: f"{job.name}_{label}" for label in parts}
        for label, name in subs[job.name].items():
            if name in taken:
                raise BadInput(f"two routines '{name}'", file=job.file)
            apart = elsewhere(parts[label], job)
            texts[name] = JobText(parts[label], job.last, mine, job.name, *apart)
            subs[name] = subs[job.name]

    texts[jobs[0].name].entry = True
    gives = frozenset(name for name, text in texts.items() if text.gives())

    def make(context: Context) -> Flow:
        text = texts[context.name]
        return Flow(
            text=text,
            nodes=text.nodes,
            steps=Steps(group, names, context.collector, text.poses),
            names=names,
            collector=context.collector,
            jobs=numbers,
            subs=subs[context.name],
            takes=takes,
            gives=gives,
            shared=shared,
            routine=context.name,
            state={"frame": 0} if context.name == jobs[0].name else context.state,
            routines=context.settings,
            exits=context.exits,
        )

    bodies = read_all(jobs[0].name, list(texts), make, collector)
    owner |= {name: job.name for job in jobs for name in subs[job.name].values()}
    read_routines = [Routine(name, bodies[name], texts[name].last.file) for name in texts]
    declared = {
        name: _declared([n for t in texts if owner[t] == name for n in texts[t].flat])
        for name in set(owner.values())
    }
    return with_own_variables(read_routines, owner, declared)


def _named(lines: Sequence[Addressed]) -> tuple[frozenset[str], ...]:
    """Return the names (lower case) that lines read, those that they set and that are not their
    own, those (as written) whose objects they may change in what is not followed, and "name values"
    of shifts that they set."""
    acts = [(a.line, a.act) for a in lines]
    held = [a.act for a in lines if isinstance(a.act, Act) and a.act.word in _SETS]
    pairs = [pair for act in held for pair in _pairs(act)]
    own = {str(name) for name, _ in _declares(lines, "var")}
    handed = {str(n) for act in held if act.word == "param" for n, _ in _pairs(act)}
    sets = {str(name).lower() for name, _ in pairs} | counters(acts)
    sets -= {name.lower() for name in own | handed}
    shifts = {f"{n} {v.values}" for n, v in pairs if isinstance(v, Shift) and n not in own}
    touched = opaque_words(lines) - own
    return read_elsewhere(acts), frozenset(sets), touched, frozenset(shifts)


def _declares(lines: Sequence[Addressed], word: str) -> list[tuple[object, object]]:
    """Return names and values of the lines that declare by a word, `var` or `global`."""
    held = [a for a in lines if isinstance(a.act, Act) and a.act.word == "declare"]
    acts = [a.act for a in held if a.line.text.lower().startswith(word)]
    return [pair for act in acts if isinstance(act, Act) for pair in _pairs(act)]


def _globals(lines: Sequence[Addressed]) -> list[str]:
    """Return the variables that a job declares by `global`: every job can set them (3.8.2)."""
    pairs = _declares(lines, "global")
    return [str(name) for name, value in pairs if not isinstance(value, Shift | tuple)]


def _pairs(act: Act) -> tuple[tuple[object, object], ...]:
    return act.data if act.word in {"declare", "param"} else (act.data,)


def _declared(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the names that a job declares by `var` or `param`, which are its own (3.8.1)."""
    found = set()
    for node in nodes:
        act = node.act
        own = node.line.text.lower().startswith("var")
        if isinstance(act, Act) and (act.word == "param" or (own and act.word == "declare")):
            found |= {name for name, _ in act.data}
    return frozenset(found)


def _job(file: str, data: bytes, collector: Collector) -> JobFile:
    """Return a job file's lines with what they do; its last statement must be `end`."""
    match = _FILE.search(file)
    if match is None:
        raise BadInput("file name without a job number", file=file, expected="0102_name.job")
    texts = text_lines(file, data, "cp949")
    start = 0
    if _HEADER.match(texts[0]):
        start = 1
    else:
        collector.note(f"{file}: no header line 'Hyundai Robot Job File; ...'")
    lines = []
    for number, text in enumerate(texts[start:], start + 1):
        found = understand(file, number, text)
        if found is not None:
            lines.append(found)
    collector.count(file, len(lines))
    code = [a for a in lines if not (isinstance(a.act, Act) and a.act.word == "comment")]
    if not code or not _ends(code[-1].act):
        raise BadInput(
            "last statement is not 'end'; the text is truncated",
            file=file,
            line=lines[-1].line.number if lines else len(texts),
            expected="end",
        )
    number = int(match[1])
    return JobFile(file, number, match[2] or f"job{number}", tuple(lines), code[-1].line)


def _ends(act: object) -> bool:
    return isinstance(act, Act) and act.word in {"end", "return"}


def _reached(first: JobFile, jobs: list[JobFile]) -> list[JobFile]:
    """Return the entry and the jobs it calls, in the order of their numbers after the entry."""
    by_number = {job.number: job for job in jobs}
    functions = {name: job.number for job in jobs for name in parted_functions(job.lines)[1]}
    found, waiting = {first.number}, [first]
    while waiting:
        for addressed in waiting.pop().lines:
            act = addressed.act
            if (
                isinstance(act, NotUnderstood)
                or not isinstance(act, Act)
                or act.word not in {"call", "jump"}
            ):
                continue
            named = re.match(r"\d+", act.data[0])
            number = int(named[0]) if named else functions.get(act.data[0], -1)
            if number in by_number and number not in found:
                found.add(number)
                waiting.append(by_number[number])
    return [first, *(by_number[n] for n in sorted(found) if n != first.number)]
