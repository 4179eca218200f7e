"""The two sides of a diff: released folders, program files or controller texts, as jobs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cellsim.controllers.brands import quantise, rules_of
from cellsim.controllers.reading.source import MAX_BYTES
from cellsim.controllers.textfile import cell_program, is_program, text_result
from cellsim.domain.canonical import digest
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.job import Job
from cellsim.domain.report import Report
from cellsim.errors import BadInput
from cellsim.release.certificate import parse
from cellsim.release.diff import Difference
from cellsim.release.textjob import compare_jobs, read_text
from cellsim.simulate.band import simulate_band
from cellsim.verify.run import verify_timeline


@dataclass(frozen=True, eq=False)
class Side:
    """One side: its job, and whether it is a plan that no controller text was made of yet."""

    job: Job
    planned: bool


def load_sides(
    a: Path, b: Path, cell: str | None = None, variant: str | None = None, group: str = ""
) -> tuple[Side, Side]:
    """Return both sides.

    Args:
        a, b: Two released folders (each brings its cell), or two files of one cell.
        cell, variant: Of files. group: Of controller texts; "" takes the only one of the brand.

    Raises:
        BadInput: A side that cannot be read, a folder with a file, or files without a cell.
    """
    for path in (a, b):
        if not path.exists():
            raise BadInput("no such file or folder", file=str(path))
    if a.is_dir() and b.is_dir():
        return _folder(a), _folder(b)
    if a.is_dir() or b.is_dir():
        raise BadInput(f"{a} and {b} are a folder and a file", expected="two of one kind")
    if cell is None:
        raise BadInput("files name what their cell has", file=str(a), expected="--cell CELL")
    loaded = load_cell(cell, variant)
    return _file(a, loaded, group), _file(b, loaded, group)


def differences(a: Side, b: Side) -> tuple[tuple[str, Difference], ...]:
    """Return (group, difference) for everything that the sides mean differently.

    A plan beside a text is taken as its brand can say it. Other cells are a difference.
    """
    jobs = [_said(s.job) if s.planned and a.planned != b.planned else s.job for s in (a, b)]
    found = compare_jobs(jobs[0], jobs[1])
    if a.job.cell is not b.job.cell and digest(a.job.cell) != digest(b.job.cell):
        names = [f"{side.job.cell.name} / {side.job.cell.variant}" for side in (a, b)]
        text = f"the cell {names[0]} became {names[1]}, or what stands in it changed"
        found = (("cell", Difference("cell", 0, 0, text)), *found)
    return found


def _said(job: Job) -> Job:
    """Return a job as the controllers' text can say it."""
    said = {group: quantise(program, job.cell) for group, program in job.programs.items()}
    return replace(job, programs=said)


def measured(a: Side, b: Side) -> tuple[str, ...]:
    """Return cycle time and least certified clearance of both sides, and the differences."""
    one, two = _report(a.job), _report(b.job)
    old, new = (float(str(report.cycle["nominal"])) for report in (one, two))
    lines = [f"cycle time {old:.2f} s became {new:.2f} s ({new - old:+.2f} s)"]
    least = [min((1e3 * c.clearance for c in r.clearances), default=None) for r in (one, two)]
    if least[0] is not None and least[1] is not None:
        shift = least[1] - least[0]
        lines.append(
            f"least clearance {least[0]:.2f} mm became {least[1]:.2f} mm ({shift:+.2f} mm)"
        )
    if one.verdict != two.verdict:
        lines.append(f"verdict {one.verdict} became {two.verdict}")
    return tuple(lines)


def _report(job: Job) -> Report:
    missing = [group for group in job.cell.groups if group not in job.programs]
    if missing:
        names = ", ".join(missing)
        raise BadInput(f"no program for {names}; no time to measure", expected="released folders")
    return verify_timeline(simulate_band(job))


def _file(path: Path, cell: Cell, group: str) -> Side:
    planned = is_program(path)
    program = cell_program(path, cell) if planned else text_result(path, None, cell, group).program
    rules = {program.group: rules_of(cell)[program.group]}
    return Side(Job(program.name, cell, {program.group: program}, rules), planned)


def _folder(folder: Path) -> Side:
    """Return the job that the texts of a release mean in the cell that lies beside them."""
    place = folder / "certificate.json"
    if not place.is_file():
        raise BadInput("no certificate.json in it", file=str(folder), expected="a release folder")
    if place.stat().st_size > MAX_BYTES:
        raise BadInput(f"certificate larger than {MAX_BYTES} bytes", file=str(place))
    body = parse(place.read_bytes(), str(place))
    cell = load_cell(folder / "inputs" / "cells" / body["cell"], body["variant"])
    texts = {group: _texts(folder / "text" / group) for group in body["groups"]}
    return Side(read_text(body["job"], cell, texts).job, planned=False)


def _texts(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise BadInput("no such folder", file=str(folder), expected="controller text")
    found = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"file larger than {MAX_BYTES} bytes", file=str(path))
        found[path.name] = path.read_bytes()
    return found
