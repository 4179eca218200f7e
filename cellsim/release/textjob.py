"""From a job to controller text and back: write, read, and the job that the text really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cellsim.controllers.brands import brand_of, read_result, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.errors import BadInput, UnknownName
from cellsim.release.diff import Difference, diff_programs
from cellsim.simulate.lower import lower


@dataclass(frozen=True, eq=False)
class GroupText:
    """One group's controller files: name to bytes, and what the writer wants said."""

    group: str
    brand: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...]


def write_text(job: Job) -> tuple[GroupText, ...]:
    """Return the controller text of every program of a job, in the order of the groups' names."""
    return tuple(_write_group(job.cell, job.programs[group]) for group in sorted(job.programs))


def _write_group(cell: Cell, program: Program) -> GroupText:
    brand = brand_of(cell, program.group)
    text = brand.write(brand.quantise(lower(program, cell), cell), cell)
    files = {file.name: file.data for file in text.files}
    return GroupText(program.group, brand.name, files, tuple(text.notes))


def read_text(name: str, cell: Cell, texts: Mapping[str, Mapping[str, bytes]]) -> ReadJob:
    """Return the job that controller files mean.

    Args:
        name: Job name. cell: The cell they run in. texts: Group name to file name to bytes.

    Raises:
        BadInput: A file is not text of that controller at all.
    """
    programs: dict[str, Program] = {}
    notes: list[str] = []
    for group in sorted(texts):
        if group not in cell.groups:
            raise UnknownName("group", group, cell.groups)
        if not texts[group]:
            raise BadInput(f"group {group} has no controller files")
        result = read_result(texts[group], cell, group)
        programs[group] = result.program
        notes += [f"{group}: {note}" for note in result.notes]
    rules = rules_of(cell)
    used = {group: rules[group] for group in programs}
    return ReadJob(Job(name, cell, programs, used), tuple(notes))


@dataclass(frozen=True, eq=False)
class ReadJob:
    """A job read from text, and what the readers noted (unknown numbers, text not understood)."""

    job: Job
    notes: tuple[str, ...]


def compare(planned: Job, read: Job) -> tuple[tuple[str, Difference], ...]:
    """Return (group, difference) for everything that the text means otherwise than the plan.

    The plan is taken as its brand can say it, as it was written.
    """
    cell = planned.cell
    said = {
        group: brand_of(cell, group).quantise(lower(program, cell), cell)
        for group, program in planned.programs.items()
    }
    return _differences(said, read.programs, cell)


def _differences(
    a: Mapping[str, Program], b: Mapping[str, Program], cell: Cell
) -> tuple[tuple[str, Difference], ...]:
    found: list[tuple[str, Difference]] = []
    for group in sorted(set(a) | set(b)):
        if group not in a or group not in b:
            found.append((group, Difference("missing", 0, 0, "the whole program is missing")))
            continue
        found += [(group, d) for d in diff_programs(a[group], b[group], cell)]
    return tuple(found)


def compare_jobs(a: Job, b: Job) -> tuple[tuple[str, Difference], ...]:
    """Return (group, difference) for everything that two jobs of one cell mean differently."""
    one, two = (
        {group: lower(program, job.cell) for group, program in job.programs.items()}
        for job in (a, b)
    )
    return _differences(one, two, a.cell)
