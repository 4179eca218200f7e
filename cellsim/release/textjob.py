"""From a job to controller text and back: write, read, and the job that the text really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cellsim.controllers.brands import brand_of, read_result, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.errors import BadInput, UnknownName
from cellsim.release.meaning.difference import Difference
from cellsim.release.meaning.motions import BETWEEN_BRANDS, SAME, Side
from cellsim.release.meaning.programs import diff_programs, same_text
from cellsim.simulate.lower import lower


@dataclass(frozen=True, eq=False)
class GroupText:
    """One group's controller files: name to bytes, and what the writer wants said.

    changed: Those of its notes that say what the text says otherwise than the plan.
    """

    group: str
    brand: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    changed: tuple[str, ...] = ()


def write_text(job: Job) -> tuple[GroupText, ...]:
    """Return the controller text of every program of a job, in the order of the groups' names."""
    return tuple(_write_group(job.cell, job.programs[group]) for group in sorted(job.programs))


def _write_group(cell: Cell, program: Program) -> GroupText:
    brand = brand_of(cell, program.group)
    lowered = lower(program, cell)
    quantised = brand.quantise(lowered, cell)
    text = brand.write(quantised, cell)
    changed = tuple(note for note in quantised.notes if note not in lowered.notes)
    files = {file.name: file.data for file in text.files}
    notes = tuple(dict.fromkeys((*changed, *text.notes)))
    return GroupText(program.group, brand.name, files, notes, changed)


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
    found: list[tuple[str, Difference]] = []
    for group in sorted({*said, *read.programs}):
        if group not in said or group not in read.programs:
            found.append((group, _whole(group in said)))
            continue
        side = Side(cell, group, planned.rules.get(group))
        found += [(group, d) for d in same_text(said[group], read.programs[group], side)]
    return tuple(found)


def _whole(gone: bool) -> Difference:
    kind = "missing" if gone else "added"
    return Difference(kind, 0, 0, kind, {"what": "the whole program"})


def compare_jobs(a: Job, b: Job, *, in_world: bool = False) -> tuple[tuple[str, Difference], ...]:
    """Return (group, difference) for everything that two jobs mean differently.

    Groups are paired by name; where each job has one program, these two. Between two languages
    values may differ by the last digit that the coarser one prints.

    Args:
        in_world: Two arms: TCPs are compared in the world, joints not at all.
    """
    pairs = {group: group for group in a.programs if group in b.programs}
    if not pairs and len(a.programs) == len(b.programs) == 1:
        pairs = {next(iter(a.programs)): next(iter(b.programs))}
    found = [(g, _whole(True)) for g in a.programs if g not in pairs]
    found += [(g, _whole(False)) for g in b.programs if g not in pairs.values()]
    for one, two in sorted(pairs.items()):
        brands = (a.cell.groups[one].controller.brand, b.cell.groups[two].controller.brand)
        grid = SAME if brands[0] == brands[1] else BETWEEN_BRANDS
        grid = replace(BETWEEN_BRANDS, in_world=True) if in_world else grid
        name = one if one == two else f"{one} / {two}"
        programs = (lower(a.programs[one], a.cell), lower(b.programs[two], b.cell))
        sides = (Side(a.cell, one, a.rules.get(one)), Side(b.cell, two, b.rules.get(two)))
        found += [(name, d) for d in diff_programs(*programs, *sides, grid)]
    return tuple(found)
