"""Check: recompute the certificate of released files, offline, from what lies in the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cellsim.controllers.brands import rules_of
from cellsim.domain.canonical import digest
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.program import load_program
from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.domain.report import Report, Verdict
from cellsim.errors import BadInput, CellsimError
from cellsim.messages import LANGUAGES
from cellsim.proofcheck.check import ProofCheck
from cellsim.release.certificate import is_intact, parse, sha256
from cellsim.release.claims import claimed, same_build, same_sheet, untrue
from cellsim.release.courseproofs import check_proofs
from cellsim.release.exports.files import FOLDER, export_differences
from cellsim.release.loadsheet import load_sheets
from cellsim.release.manifest import MANIFEST, file_problems, release_problems
from cellsim.release.meaning.difference import Difference
from cellsim.release.meaning.written import Text, written_otherwise
from cellsim.release.places import (
    CERTIFICATE,
    added,
    links,
    misplaced,
    releases_below,
    unwritten,
)
from cellsim.release.proof import rigid_arms
from cellsim.release.textjob import GroupText, compare, read_text, write_text
from cellsim.simulate.courses import MAX_COURSES, courses_of
from cellsim.verify.courses import verify_each

Progress = Callable[[str, float], None]
MOST_COURSES = 1000


@dataclass(frozen=True, eq=False)
class Check:
    """What the recomputation found: problems are empty exactly when the claim holds.

    A text that is not the certified one is not judged again: report is None then.
    proof is what the small checker said of the clearance proofs, of all courses together, None
    where the release has none;
    searched: clearances were also searched for anew, not only taken from the proof.
    readable: False where its certificate is none.
    rigid: Arms that the proofs take as rigid though they bend after a measured frame, see
    `proof.rigid_arms`: their clearances are always searched for anew.
    other_build: Its certificate says that another build made it: only facts of it were held.
    """

    folder: str
    problems: tuple[str, ...]
    report: Report | None
    proof: ProofCheck | None = None
    searched: bool = True
    readable: bool = True
    rigid: tuple[str, ...] = ()
    other_build: bool = False

    @property
    def exit_code(self) -> int:
        """0 the claim holds, 1 it does not, 2 the text is undecided, 3 no certificate in it."""
        if not self.problems or not self.readable:
            return 0 if not self.problems else 3
        undecided = self.report is not None and self.report.verdict is Verdict.UNDECIDED
        return 2 if undecided and len(self.problems) == 1 else 1


def check(
    folder: str | Path,
    *,
    search: bool = True,
    progress: Progress | None = None,
    cell: str | Path | None = None,
) -> tuple[Check, ...]:
    """Recompute every certificate in a folder.

    Args:
        folder: A release folder, or one that holds several.
        search: Search the clearances anew beside checking the proof. False: believe the proof
            where it covers every pair; all other rules are recomputed in any case.
        cell: The cell it has to be of, as it stands elsewhere. A release is judged in the copy of
            its cell that it carries: who may write it anew may write that too.

    Returns:
        One Check a certificate, in the order of their paths.

    Raises:
        BadInput: No certificate in the folder, or a file that cannot be read.
    """
    root = Path(folder)
    if not root.is_dir():
        raise BadInput("no such folder", file=str(root), expected="a release folder")
    found, bare = releases_below(root)
    if not found and not bare and not (root / MANIFEST).is_file():
        raise BadInput(f"no {CERTIFICATE} in it", file=str(root), expected="a release folder")
    missing = [Check(str(p), (f"text without its {CERTIFICATE}",), None) for p in bare]
    if whole := release_problems(root, found):
        missing.append(Check(str(root), tuple(whole), None))
    if not found and not missing:
        missing.append(Check(str(root), (f"{MANIFEST} of no release",), None))
    alone = len(found) == 1 and not missing
    checked = [_check_one(p, search, progress, cell) if alone else
               _check_among(p, search, progress, cell) for p in found]  # fmt: skip
    return tuple(sorted((*missing, *checked), key=lambda one: one.folder))


def _check_among(
    folder: Path, search: bool, progress: Progress | None, wanted: str | Path | None
) -> Check:
    """Check one release of several: one that cannot be read does not stop the others."""
    try:
        return _check_one(folder, search, progress, wanted)
    except BadInput as error:
        return Check(str(folder), (str(error),), None, readable=False)


def _check_one(
    folder: Path, search: bool, progress: Progress | None, wanted: str | Path | None
) -> Check:
    place = folder / CERTIFICATE
    if place.stat().st_size > 5_000_000:
        raise BadInput("certificate larger than 5 MB", file=str(place))
    body = parse(place.read_bytes(), str(place))
    problems: list[str] = []
    if not is_intact(body):
        problems.append("certificate.json was altered: its own hash does not fit")
    files = _read_files(folder, body, problems)
    with_manifest = "manifest" in body or (folder / MANIFEST).is_file()
    listed = [*links(folder), *misplaced(body), *([] if body["groups"] else ["it has no program"])]
    listed += (
        file_problems(folder, body["files"]) if with_manifest else added(folder, body["files"])
    )
    altered = bool(problems)
    written: tuple[GroupText, ...] = ()
    texts: dict[str, dict[str, bytes]] = {}
    try:
        cell = load_cell(folder / "inputs" / "cells" / body["cell"], body["variant"])
        listed += [] if wanted is None else _other_cell(cell, wanted)
        planned = _planned(folder, body, cell)
        texts = _texts(files, body)
        written = write_text(planned)
        read = read_text(body["job"], cell, texts)
    except (CellsimError, KeyError, TypeError) as error:
        lines = _rewritten(texts, written)
        return Check(str(folder), (*problems, *listed, f"not readable: {error}", *lines), None)
    listed += unwritten(texts, {text.group: text.files for text in written})
    found = compare(planned, read.job)
    problems += _differences(found)
    if altered or found:
        problems += _rewritten(texts, written, found, read.job.programs)
    job = replace(read.job, inputs=body.get("inputs", {}))
    problems = problems or _sheets(folder, body, files, job)
    problems = list(dict.fromkeys((*problems, *listed)))
    if problems:
        return Check(str(folder), tuple(problems), None)
    return _recomputed(folder, body, files, planned, job, written, search, progress)


def _other_cell(cell: Cell, wanted: str | Path) -> list[str]:
    """Say that the cell of a release is not the one that is wanted, as it stands elsewhere."""
    if digest(cell) == digest(load_cell(wanted, cell.variant or None)):
        return []
    return [f"its copy of the cell is not {wanted} (cellsim diff says what is different)"]


def _recomputed(
    folder: Path,
    body: dict[str, Any],
    files: dict[str, bytes],
    planned: Job,
    job: Job,
    written: tuple[GroupText, ...],
    search: bool,
    progress: Progress | None,
) -> Check:
    """Run and judge what was read, and hold every claim against what comes out."""
    most = max(1, min(body.get("most_courses", MAX_COURSES), MOST_COURSES))
    courses = list(courses_of(job, most))
    timelines = [course.timeline for course in courses]
    proved = check_proofs(body, files, timelines)
    every = len(proved.shown) == len(courses) and None not in proved.shown
    arms = [rigid_arms(timeline) for timeline in timelines]
    rigid = tuple(dict.fromkeys(arm for some in arms for arm in some))
    trusted = every and not search and not proved.problems and not rigid
    believed = proved.shown if trusted else ()
    explored = verify_each(courses, most, "read text", progress, None, believed)
    problems = [*proved.problems, *claimed(body, job, explored.report)]
    problems += untrue(body, planned, job, explored, written, files, arms, not believed)
    problems += export_differences(files, explored.timeline)
    return Check(
        str(folder), tuple(problems), explored.report, proved.told, not believed, rigid=rigid,
        other_build=not same_build(body),
    )  # fmt: skip


def _read_files(folder: Path, body: dict[str, Any], problems: list[str]) -> dict[str, bytes]:
    """Return the files that stand in the folder; say which are missing, altered or new."""
    files: dict[str, bytes] = {}
    claimed = body.get("files", {})
    for name, wanted in sorted(claimed.items()):
        path = folder / name
        if not path.is_file():
            problems.append(f"{name} is missing")
            continue
        files[name] = path.read_bytes()
        if sha256(files[name]) != wanted:
            problems.append(f"{name} is not the file that was certified")
    for path in sorted(p for part in ("text", FOLDER) for p in (folder / part).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in claimed:
            problems.append(f"{name} was added after the release")
    return files


def _texts(files: dict[str, bytes], body: dict[str, Any]) -> dict[str, dict[str, bytes]]:
    texts: dict[str, dict[str, bytes]] = {group: {} for group in body["groups"]}
    for name, data in files.items():
        parts = name.split("/")
        if parts[0] == "text" and len(parts) == 3:
            texts[parts[1]][parts[2]] = data
    return texts


def _planned(folder: Path, body: dict[str, Any], cell: Cell) -> Job:
    programs = {
        group: load_program(folder / "plan" / f"{group}.program.yaml") for group in body["groups"]
    }
    rules = rules_of(cell)
    return Job(body["job"], cell, programs, {group: rules[group] for group in programs})


def _sheets(folder: Path, body: dict[str, Any], files: dict[str, bytes], job: Job) -> list[str]:
    """Say which load sheets are not those that this certificate and these inputs give."""
    texts = tuple(
        GroupText(group, body["groups"][group], named, ())
        for group, named in sorted(_texts(files, body).items())
    )
    wanted = dict(load_sheets(job, texts, body))
    for lang in LANGUAGES:
        if (folder / f"load_sheet.{lang}.txt").exists() or (
            folder / f"load_sheet.{lang}.html"
        ).exists():
            wanted |= load_sheets(job, texts, body, lang)
    found = []
    for name, text in wanted.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif not same_sheet(path.read_bytes(), text, same_build(body)):
            found.append(f"{name} is not the sheet of this certificate")
    return found


def _differences(found: Iterable[tuple[str, Difference]]) -> list[str]:
    said = []
    for group, d in found:
        old, new = d.places
        place = f"line {new}" if new else f"plan line {old}"
        said.append(f"{group}: {place}: {d.kind}: {d.text}")
    return said


def _rewritten(
    texts: Mapping[str, Mapping[str, bytes]],
    written: Sequence[GroupText],
    found: Sequence[tuple[str, Difference]] = (),
    programs: Mapping[str, Program] = MappingProxyType({}),
) -> list[str]:
    """Say which lines are not as the plan is written, and nothing that was found stands on them."""
    lines: list[tuple[str, Difference]] = []
    for text in written:
        # on side A are the lines of the plan, not of its text
        mine = [replace(d, line_a=0) for group, d in found if group == text.group]
        main = programs[text.group].file if text.group in programs else ""
        sides = (Text(main, files) for files in (text.files, texts.get(text.group, {})))
        lines += ((text.group, d) for d in written_otherwise(mine, *sides))
    return _differences(lines)
