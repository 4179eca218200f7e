"""The two sides of a diff: cells, tasks, programs, controller texts or released folders."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellsim.controllers.brands import Brand, brand_of, load_text, quantise, rules_of
from cellsim.controllers.loads import LoadLine, Loads, load_changes, load_lines
from cellsim.controllers.reading.source import MAX_BYTES
from cellsim.controllers.textfile import cell_program, is_program, text_result
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import CELL_FILE, load_cell
from cellsim.domain.files.job import load_job
from cellsim.domain.files.task import SUFFIX as TASK
from cellsim.domain.files.task import load_task
from cellsim.domain.job import Job
from cellsim.domain.report import Report
from cellsim.domain.task import Task
from cellsim.errors import BadInput
from cellsim.release.certificate import parse
from cellsim.release.meaning.cells import diff_cells
from cellsim.release.meaning.difference import Difference
from cellsim.release.meaning.tasks import diff_tasks
from cellsim.release.meaning.written import Text, written_otherwise
from cellsim.release.textjob import compare_jobs, read_text
from cellsim.simulate.courses import MAX_COURSES
from cellsim.verify.courses import Explored, verify_courses
from cellsim.verify.render.numbers import by_slack


@dataclass(frozen=True, eq=False)
class Side:
    """One side: a job in its cell, a cell, or a task; planned: no controller text was made yet.

    loads: Group to (brand, what its text says of loads); empty for what is no text.
    texts: Group to the text itself.
    """

    what: Job | Cell | Task
    planned: bool = False
    loads: Mapping[str, tuple[str, Loads]] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a file needs to mean something: its cell (folder or name), variant and group."""

    cell: str | None = None
    variant: str | None = None
    group: str = ""


def load_sides(a: Path, b: Path, of_a: Context, of_b: Context) -> tuple[Side, Side]:
    """Return both sides.

    Args:
        a, b: Cell folders ("FOLDER@VARIANT" names one), task files, saved job folders, program
            files, controller texts or released folders (these bring their cell).
        of_a, of_b: The cells of files.

    Raises:
        BadInput: A side that cannot be read, or files without a cell.
    """
    for path in (a, b):
        if not _place(path)[0].exists():
            raise BadInput("no such file or folder", file=str(path))
    given = [_released_cell(_place(p)[0]) for p in (a, b)]
    sides = [
        _side(path, context, other)
        for path, context, other in ((a, of_a, given[1]), (b, of_b, given[0]))
    ]
    kinds = [type(side.what) for side in sides]
    if kinds[0] is not kinds[1]:
        names = [kind.__name__.lower() for kind in kinds]
        raise BadInput(f"{a} and {b} are a {names[0]} and a {names[1]}", expected="two of one kind")
    return sides[0], sides[1]


def _place(path: Path) -> tuple[Path, str | None]:
    """Return a path without the "@VARIANT" at its end, and the variant."""
    stem, mark, variant = str(path).rpartition("@")
    if path.exists() or not mark:
        return path, None
    return Path(stem), variant


def _released_cell(path: Path) -> Path | None:
    """Return the folder of the cell that a release brings, None for anything else."""
    cells = path / "inputs" / "cells"
    found = sorted(cells.iterdir()) if cells.is_dir() else []
    return found[0] if (path / "certificate.json").is_file() and found else None


def _side(path: Path, context: Context, other: Path | None) -> Side:
    place, variant = _place(path)
    if place.is_dir() and (place / "certificate.json").is_file():
        return _folder(place)
    if place.name == CELL_FILE or (place / CELL_FILE).is_file():
        return Side(load_cell(place, variant or context.variant))
    if place.name.endswith(TASK):
        return Side(load_task(place))
    if place.is_dir() and not any(place.glob("*.program.yaml")):
        expected = "a release, a cell, or saved programs"
        raise BadInput("no certificate.json in it", file=str(place), expected=expected)
    if context.cell is None and other is None:
        raise BadInput("files name what their cell has", file=str(place), expected="--cell CELL")
    cell = load_cell(context.cell or str(other), context.variant)
    if place.is_dir():
        return Side(load_job(cell, place.name, rules_of(cell), place), planned=True)
    return _file(place, cell, context.group)


def differences(a: Side, b: Side) -> tuple[tuple[str, Difference], ...]:
    """Return (group, difference) for everything that the sides mean differently.

    A plan beside a text is taken as its brand can say it. Other cells are differences too, unless
    the sides are of different controllers: then each is read in its own.
    """
    if isinstance(a.what, Cell) and isinstance(b.what, Cell):
        return tuple(("cell", d) for d in diff_cells(a.what, b.what))
    if isinstance(a.what, Task) and isinstance(b.what, Task):
        return tuple(("task", d) for d in diff_tasks(a.what, b.what))
    assert isinstance(a.what, Job)
    assert isinstance(b.what, Job)
    mixed = a.planned != b.planned
    one = _said(a.what) if mixed and a.planned else a.what
    two = _said(b.what) if mixed and b.planned else b.what
    found = (*compare_jobs(one, two), *_loads(a, b))
    found = (*found, *_rewritten(a, b, found))
    if a.what.cell is not b.what.cell and _same_controllers(a.what, b.what):
        found = (*(("cell", d) for d in diff_cells(a.what.cell, b.what.cell)), *found)
    return found


def _loads(a: Side, b: Side) -> tuple[tuple[str, Difference], ...]:
    """Return what two texts of one language say otherwise of the load."""
    shared = [g for g in a.loads if g in b.loads and a.loads[g][0] == b.loads[g][0]]
    return tuple(
        (group, _load(x, y))
        for group in shared
        for x, y in load_changes(a.loads[group][1], b.loads[group][1])
    )


def _rewritten(
    a: Side, b: Side, found: Sequence[tuple[str, Difference]]
) -> tuple[tuple[str, Difference], ...]:
    """Return the lines that two texts of one language write otherwise, where they differ at all."""
    return tuple(
        (group, d)
        for group in sorted({name for name, _ in found})
        if group in a.texts and group in b.texts and a.loads[group][0] == b.loads[group][0]
        for d in written_otherwise(
            [d for name, d in found if name == group], a.texts[group], b.texts[group]
        )
    )


def _load(x: LoadLine | None, y: LoadLine | None) -> Difference:
    lines = (0 if x is None else x.line, 0 if y is None else y.line)
    if x is not None and y is not None and x.value != y.value:
        old, new = x.text, y.text
        if old == new:
            old, new = f"{old} ({x.value})", f"{new} ({y.value})"
        return Difference("load", *lines, "changed", {"old": old, "new": new})
    known = x or y
    key = "missing" if y is None else "added" if x is None else "order"
    return Difference("load", *lines, key, {"what": "" if known is None else known.text})


def _same_controllers(a: Job, b: Job) -> bool:
    """Return whether two jobs share a group whose controller is of one brand on both sides."""
    shared = {*a.programs} & {*b.programs}
    brands = [[job.cell.groups[group].controller.brand for job in (a, b)] for group in shared]
    return any(one == two for one, two in brands)


def _said(job: Job) -> Job:
    """Return a job as the controllers' text can say it."""
    said = {group: quantise(program, job.cell) for group, program in job.programs.items()}
    return replace(job, programs=said)


def measured(a: Side, b: Side, courses: int = MAX_COURSES) -> tuple[Difference, ...]:
    """Return cycle time and least clearance over what is required of both sides, as differences.

    Of every course, of which no more than `courses` are run: the longest cycle, the least clearance
    of all, and the worst verdict, which is told where it differs. How many there are is told where
    a side has several, and how many of its ways were not run.
    """
    both = [_explored(side.what, courses) for side in (a, b)]
    one, two = (found.report for found in both)
    counts = [len(found.reports) for found in both]
    old, new = (float(str(report.cycle["nominal"])) for report in (one, two))
    shift = f"{new - old:+.2f}"
    facts: dict[str, object] = {"old": f"{old:.2f}", "new": f"{new:.2f}", "shift": shift}
    found = [Difference("cycle", 0, 0, "cycle", facts)]
    least = [_spare_mm(report) for report in (one, two)]
    if least[0] is not None and least[1] is not None:
        before, after = (round(value, 2) for value in least if value is not None)
        facts = {"old": f"{before:.2f}", "new": f"{after:.2f}", "shift": f"{after - before:+.2f}"}
        found.append(Difference("clearance", 0, 0, "least_clearance", facts))
    if one.verdict != two.verdict:
        facts = {"what": "verdict", "old": str(one.verdict), "new": str(two.verdict)}
        found.append(Difference("verdict", 0, 0, "value", facts))
    left = [_left(found) for found in both]
    if max(left):
        facts = {"old": str(left[0]), "new": str(left[1]), "most": str(courses)}
        found.append(Difference("courses", 0, 0, "courses_left", facts))
    elif max(counts) > 1:
        facts = {"old": str(counts[0]), "new": str(counts[1])}
        found.append(Difference("courses", 0, 0, "courses", facts))
    return tuple(found)


def _left(found: Explored) -> int:
    """Return how many ways to go on unknown readings were not run."""
    left = (f.facts["left"] for f in found.report.findings if f.help == "courses-left-out")
    return sum(int(str(count)) for count in left)


def _spare_mm(report: Report) -> float | None:
    """Return the least certified clearance over what is required [mm], None where none is known.

    Of pairs that may not touch, where there are such: what rests on something is no news.
    """
    pairs = by_slack(report.clearances)
    known = bool(pairs) and math.isfinite(pairs[0].clearance)
    return 1e3 * (pairs[0].clearance - pairs[0].required) if known else None


def _explored(job: Job | Cell | Task, courses: int) -> Explored:
    if not isinstance(job, Job):
        raise BadInput("nothing to measure in a cell or a task", expected="programs or releases")
    missing = [group for group in job.cell.groups if group not in job.programs]
    if missing:
        names = ", ".join(missing)
        raise BadInput(f"no program for {names}; no time to measure", expected="released folders")
    return verify_courses(job, courses)


def _file(path: Path, cell: Cell, group: str) -> Side:
    planned = is_program(path)
    program = cell_program(path, cell) if planned else text_result(path, None, cell, group).program
    rules = {program.group: rules_of(cell)[program.group]}
    brand = brand_of(cell, program.group)
    job = Job(program.name, cell, {program.group: program}, rules)
    if planned:
        return Side(job, planned)
    files = load_text(path, brand)
    loads = {program.group: _said_loads(brand, files)}
    return Side(job, loads=loads, texts={program.group: Text(program.file, files)})


def _said_loads(brand: Brand, files: Mapping[str, bytes]) -> tuple[str, Loads]:
    return brand.name, load_lines(brand.name, files)


def _folder(folder: Path) -> Side:
    """Return the job that the texts of a release mean in the cell that lies beside them."""
    place = folder / "certificate.json"
    if place.stat().st_size > MAX_BYTES:
        raise BadInput(f"certificate larger than {MAX_BYTES} bytes", file=str(place))
    body = parse(place.read_bytes(), str(place))
    cell = load_cell(folder / "inputs" / "cells" / body["cell"], body["variant"])
    texts = {group: _texts(folder / "text" / group) for group in body["groups"]}
    loads = {g: _said_loads(brand_of(cell, g), files) for g, files in texts.items()}
    job = read_text(body["job"], cell, texts).job
    given = {g: Text(job.programs[g].file, files) for g, files in texts.items()}
    return Side(job, loads=loads, texts=given)


def _texts(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise BadInput("no such folder", file=str(folder), expected="controller text")
    found = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"file larger than {MAX_BYTES} bytes", file=str(path))
        found[path.name] = path.read_bytes()
    return found


def as_lines(found: Sequence[tuple[str, Difference]], lang: str) -> list[str]:
    """Return differences as text, one a line."""
    lines = []
    for name, d in found:
        old, new = d.places
        place = f"{old or '-'} -> {new or '-'}: " if old or new else ""
        lines.append(f"{name}: {place}{d.kind}: {d.said(lang)}")
    return lines
