"""Saved jobs: a folder with one program file per group and job.yaml."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import Field

from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.files.flow import word
from cellsim.domain.files.onfeature import resolve_features
from cellsim.domain.files.program import SUFFIX, dump_program, load_program
from cellsim.domain.files.task import SUFFIX as TASK_SUFFIX
from cellsim.domain.files.task import load_task
from cellsim.domain.files.yamltext import FileModel, load_yaml, shown
from cellsim.domain.job import Job
from cellsim.domain.ports import can_be, width_of
from cellsim.domain.task import steps_digest
from cellsim.errors import BadInput, UnknownName

JOB_FILE = "job.yaml"


class JobText(FileModel):
    """job.yaml: what belongs to the job and to none of its programs.

    task: SHA-256 of the steps of the task it was taught from; "" where not known.
    """

    noun = "job"
    inputs: dict[str, bool | float] = Field(default_factory=dict)
    choices: tuple[str, ...] = ()
    task: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


def job_folder(cell: Cell, name: str) -> Path:
    """Return where the programs of a job of this variant are kept."""
    if not cell.path:
        raise BadInput(f"cell '{cell.name}' has no folder to keep programs in")
    return Path(cell.path) / "programs" / cell.variant / name


def has_job(cell: Cell, name: str) -> bool:
    """Return whether the job has saved programs for this variant."""
    return bool(cell.path) and any(job_folder(cell, name).glob(f"*{SUFFIX}"))


def saved_jobs(cell: Cell) -> tuple[str, ...]:
    """Return the names of the jobs that are saved for this variant, sorted."""
    root = Path(cell.path) / "programs" / cell.variant if cell.path else None
    if root is None or not root.is_dir():
        return ()
    return tuple(sorted(path.name for path in root.iterdir() if has_job(cell, path.name)))


@contextmanager
def saved_as(cell: Cell, name: str, folder: Path | None = None) -> Iterator[None]:
    """Say the folder in errors of a saved job: its programs know the last part of their file.

    Args:
        cell, name: Of the job. folder: Where its files are, None for their place beside the cell.
    """
    try:
        yield
    except BadInput as error:
        place = folder or (job_folder(cell, name) if cell.path else None)
        if place and error.file == Path(error.file).name and (place / error.file).is_file():
            file, error.file = error.file, ""
            error.at(shown(place / file))
        raise


def load_job(
    cell: Cell, name: str, rules: Mapping[str, MotionRules], folder: Path | None = None
) -> Job:
    """Return a saved job of this cell and variant.

    Args:
        cell: The cell it runs in. name: Job name. rules: Group name to the rules of its brand.
        folder: Where the files are, None for their place beside the cell.

    Errors: UnknownName for the job; BadInput with file, line and column inside its files.
    """
    place = folder if folder is not None else job_folder(cell, name)
    files = sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else []
    if not files:
        raise UnknownName("saved program", name, saved_jobs(cell), file=shown(place))
    programs = {}
    for file in files:
        with saved_as(cell, name, place):
            program = resolve_features(load_program(file, cell), cell)
        if program.group not in cell.groups:
            raise UnknownName("group", program.group, cell.groups, file=shown(file), line=1)
        if program.group in programs:
            raise BadInput(f"second program of group '{program.group}'", file=shown(file), line=1)
        programs[program.group] = program
    text = JobText(format="cellsim/job@1")
    if (place / JOB_FILE).is_file():
        text, lines = load_yaml(place / JOB_FILE, JobText)
        for signal in text.inputs:
            if signal not in cell.signals:
                at = lines.at("inputs", signal)
                raise UnknownName(
                    "signal", signal, cell.signals, file=at.file, line=at.line, column=at.column
                )
            if not can_be(text.inputs[signal], width_of(cell, signal)):
                raise lines.error(f"'{signal}' cannot be {text.inputs[signal]:g}", "inputs", signal)
    ordered = {group: programs[group] for group in cell.groups if group in programs}
    used = {group: rules[group] for group in ordered}
    now = _task_now(cell, name) if text.task else ""
    return Job(name, cell, ordered, used, dict(text.inputs), text.choices, text.task, now)


def _task_now(cell: Cell, name: str) -> str:
    """Return the digest of the task of a cell, "" where it has none of that name."""
    place = Path(cell.path) / f"{name}{TASK_SUFFIX}"
    return steps_digest(load_task(place)) if cell.path and place.is_file() else ""


def save_job(job: Job, folder: Path | None = None) -> tuple[Path, ...]:
    """Write the files of a job in one step: all of them, or none; return their paths."""
    place = folder if folder is not None else job_folder(job.cell, job.name)
    texts = {
        f"{group}{SUFFIX}": dump_program(program, job.cell.groups[group])
        for group, program in job.programs.items()
    }
    texts[JOB_FILE] = _job_text(job)
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        fresh.chmod(0o755)
        for name, text in texts.items():
            (fresh / name).write_text(text, encoding="utf-8")
        _swap(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return tuple(place / name for name in texts)


def _swap(fresh: Path, place: Path) -> None:
    """Put a folder in the place of another; the old one is back if that fails."""
    if not place.exists():
        os.replace(fresh, place)
        return
    old = fresh.with_name(fresh.name + ".old")
    os.replace(place, old)
    try:
        os.replace(fresh, place)
    except OSError:
        os.replace(old, place)
        raise
    shutil.rmtree(old)


def _job_text(job: Job) -> str:
    lines = ["format: cellsim/job@1"]
    if job.inputs:
        lines += ["inputs:", *(f"  {word(k)}: {str(v).lower()}" for k, v in job.inputs.items())]
    if job.taught_from:
        lines.append(f"task: {job.taught_from}")
    if job.choices:
        lines += ["choices:", *(f"- {word(choice)}" for choice in job.choices)]
    return "\n".join(lines) + "\n"
