"""Release: write, read back, simulate and verify what was read, then the files in one rename."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cellsim.controllers.brands import lint
from cellsim.domain.files.program import dump_program
from cellsim.domain.job import Job
from cellsim.domain.report import CERTIFIED, DECIDING, Report, Severity, Verdict
from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput, NotVerified
from cellsim.messages import sentence
from cellsim.release.certificate import certificate, dump, job_digests
from cellsim.release.courseproofs import proof_files
from cellsim.release.exports.files import (
    EXPORTED,
    export_differences,
    export_files,
    known_exports,
)
from cellsim.release.inputs import input_files
from cellsim.release.loadsheet import load_sheets
from cellsim.release.manifest import MANIFEST, manifest_of
from cellsim.release.proof import rigid_arms
from cellsim.release.textjob import GroupText, compare, read_text, write_text
from cellsim.simulate.choices import course_text
from cellsim.simulate.courses import MAX_COURSES
from cellsim.simulate.lower import lower
from cellsim.verify.courses import Explored, verify_courses
from cellsim.verify.render import render
from cellsim.verify.render.numbers import fields

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Release:
    """What was released: the folder, its files, and the verdict on the text that was read back.

    notes: What the text says otherwise than the plan, by group.
    """

    folder: Path
    files: tuple[str, ...]
    report: Report
    timeline: Timeline
    notes: tuple[str, ...] = ()


def release(
    job: Job,
    report: Report,
    out: str | Path,
    *,
    also: Sequence[str] = (),
    progress: Progress | None = None,
    courses: int = MAX_COURSES,
    lang: str = "en",
) -> Release:
    """Write controller text, prove it, and leave it with its certificate in `out`.

    Args:
        job: The quantised job. report: Its green verdict. out: Folder to make; replaced whole.
        also: Exports of the verified timeline beside the text: "csv", "ros2".
        courses: Most courses on unknown readings that are run; all must be green, and
            each has its clearance proof. An export is of one course: with several it is refused.
        lang: A further language of the load sheet, beside English.

    Returns:
        The release; nothing is left in `out` when anything fails.

    Raises:
        NotVerified: `report` is not green, is of another job, a controller would reject the
            program, or the text read back is not green.
        BadInput: The cell is not in files, or `out` holds something that is no release.
        Refused: The language cannot say an instruction.
    """
    exports = known_exports(also)
    _must_cover(report, job)
    _must_load(job)
    texts = write_text(job)
    read = read_text(job.name, job.cell, {t.group: t.files for t in texts})
    differences = compare(job, read.job)
    if differences:
        group, first = differences[0]
        raise NotVerified(
            f"{group}: the text read back means something else at line {first.line_b}: {first.text}"
            f" ({len(differences)} differences)"
        )
    run = replace(read.job, inputs=job.inputs)
    explored = verify_courses(run, courses, "read text", progress)
    timeline, proven = explored.timeline, explored.report
    if proven.verdict is not Verdict.GREEN:
        raise NotVerified(
            f"the text read back is {proven.verdict}: {first_open(proven)}",
            exit_code=proven.exit_code or 1,
        )
    if exports and len(explored.timelines) > 1:
        raise NotVerified(
            f"an export is one fixed list of times, and the text has {len(explored.timelines)}"
            " courses that only the controller chooses between: fix its inputs"
        )
    further = export_files(timeline, run, exports)
    off = export_differences(further, timeline)
    if off:
        raise NotVerified(f"an export read back is not the verified timeline: {off[0]}")
    files = _collect(job, run, explored, texts, read.notes, further, courses, lang)
    _write_folder(Path(out), files)
    notes = tuple(f"{t.group}: {note}" for t in texts for note in t.changed)
    return Release(Path(out), tuple(sorted(files)), proven, timeline, notes)


def _must_cover(report: Report, job: Job) -> None:
    if report.verdict is not Verdict.GREEN:
        raise NotVerified(
            f"not released: the verdict is {report.verdict}: {first_open(report)}",
            exit_code=report.exit_code or 1,
        )
    if not job.programs:
        raise NotVerified("not released: the job has no program")
    if not job.cell.path:
        raise BadInput("a cell that is not in files cannot be released")
    for name, value in job_digests(job).items():
        if report.hashes.get(name) != value:
            raise NotVerified(f"not released: the report is not of this job ({name} differs)")


def _must_load(job: Job) -> None:
    """Raise where a controller would reject a program, by its brand's own rules."""
    for group in sorted(job.programs):
        for found in lint(lower(job.programs[group], job.cell), job.cell):
            if found.severity in (Severity.ERROR, Severity.UNDECIDED):
                place = f"{found.file}:{found.line}"
                raise NotVerified(f"not released: {place} {found.rule} {found.subject}")


def first_open(report: Report) -> str:
    """Return the first finding that decides a verdict: its place, rule and sentence."""
    deciding = [f for f in report.findings if f.severity in DECIDING]
    open_ = [f for f in deciding if not f.waived_by]
    for f in open_ or [f for f in deciding if f.rule in CERTIFIED]:
        place = (f"{f.file}:{f.line} " if f.line else f"{f.file} ") if f.file else ""
        what = sentence("en", f.rule, str(f.severity), fields(f))
        return f"{place}{f.rule}: {what}{' (waived)' if f.waived_by else ''}"
    return "no finding"


def _collect(
    job: Job,
    read: Job,
    explored: Explored,
    texts: tuple[GroupText, ...],
    read_notes: tuple[str, ...],
    further: Mapping[str, bytes],
    courses: int,
    lang: str,
) -> dict[str, bytes]:
    report = explored.report
    files: dict[str, bytes] = dict(further)
    for text in texts:
        for name, data in text.files.items():
            files[f"text/{text.group}/{name}"] = data
        group = job.cell.groups[text.group]
        program = dump_program(job.programs[text.group], group)
        files[f"plan/{text.group}.program.yaml"] = program.encode()
    files.update(input_files(job.cell))
    files.update(proof_files(explored))
    notes = tuple(f"{t.group}: {note}" for t in texts for note in t.notes) + read_notes
    notes += (EXPORTED,) if further else ()
    files["report.json"] = render((report,), "json").encode()
    files["report.md"] = render((report,), "md").encode()
    told = [course_text(timeline.choices) for timeline in explored.timelines]
    rigid = [rigid_arms(timeline) for timeline in explored.timelines]
    body = certificate(job, read, report, files, notes, courses, told, rigid)
    sheets = load_sheets(read, texts, body, lang)
    files.update({name: text.encode() for name, text in sheets.items()})
    files["certificate.json"] = dump(body)
    files[MANIFEST] = manifest_of(files)
    return files


def _write_folder(out: Path, files: dict[str, bytes]) -> None:
    """Write all files beside `out`, then put them in its place with one rename."""
    if out.exists() and any(out.iterdir()) and not (out / "certificate.json").exists():
        raise BadInput("the folder is not empty and holds no release", file=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for name, data in files.items():
            target = made / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        os.chmod(made, 0o755)
        if out.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
            os.rename(out, old / "old")
            os.rename(made, out)
            shutil.rmtree(old)
        else:
            os.rename(made, out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
