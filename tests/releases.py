"""Released folders for tests, made once a session and shared between the workers."""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from cellsim.cache import default_cache
from cellsim.domain.files.cell import load_cell
from cellsim.domain.job import Job
from cellsim.domain.timeline import Timeline
from cellsim.errors import CellsimError
from cellsim.release.certificate import dump, sha256
from cellsim.release.loadsheet import load_sheets
from cellsim.release.manifest import MANIFEST, manifest_of
from cellsim.release.release import release
from cellsim.release.textjob import GroupText, read_text
from cellsim.simulate.run import simulate
from cellsim.sweep import CellRun, cells_of, jobs_of, verify_job


def released(root: Path, cell: str, variant: str) -> Path:
    """Return a release of the first job of a cell's variant under `root`, made by the first caller.

    Args:
        root: A folder that all workers of the session share.
    """
    folder = root / "releases" / cell / variant
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{variant}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            job = first_job(cell, variant)
            release(job, verified(job).report, folder)
    return folder


def verified(job: Job) -> CellRun:
    """Return what is found of a job; what is kept in this session is not computed again.

    To the bit what is computed without it: test_cache, prove/test_prove_cache.
    """
    with contextlib.closing(default_cache()) as kept:
        return verify_job(job, cache=kept)


def simulated(job: Job) -> Timeline:
    """Return the typical timeline of a job; runs that this session timed are not timed again."""
    with contextlib.closing(default_cache()) as kept:
        made = simulate(job, cache=kept)
        kept.flush()
    return made


def first_job(cell: str, variant: str) -> Job:
    """Return the saved (or taught) first job of a shipped cell's variant."""
    loaded = cells_of(cell, (variant,))[0]
    return next(job for job, _ in jobs_of(loaded))


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of a release that a test may edit."""
    return Path(shutil.copytree(folder, to / "release"))


def forged(folder: Path, **changes: Any) -> None:
    """Make a release fit itself again after an edit: every hash, every sheet, the manifest.

    As somebody would who may run all of our code: `files` of the certificate are what lies there.

    Args:
        changes: Fields of the certificate to put in its place.
    """
    place = folder / "certificate.json"
    body = json.loads(place.read_text()) | changes
    own = {"certificate.json", MANIFEST}
    there = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    named = {p.relative_to(folder).as_posix(): p.read_bytes() for p in there}
    sheets = {name for name in named if name.startswith("load_sheet")}
    if "files" not in changes:
        body["files"] = {n: sha256(d) for n, d in named.items() if n not in own | sheets}
    for claim in [body["proof"], *body.get("course_proofs", ())]:
        if claim and claim["file"] in named:
            claim["sha256"] = sha256(named[claim["file"]])
    body.pop("sha256", None)
    body["sha256"] = sha256(dump(body))
    place.write_bytes(dump(body))
    with contextlib.suppress(CellsimError, KeyError, TypeError, ValueError, AttributeError):
        _sheets_again(folder, body, named)
    whole = {n: (folder / n).read_bytes() for n in named if n != MANIFEST}
    if "manifest" in body:
        (folder / MANIFEST).write_bytes(manifest_of(whole))


def _sheets_again(folder: Path, body: dict[str, Any], named: dict[str, bytes]) -> None:
    cell = load_cell(folder / "inputs" / "cells" / body["cell"], body["variant"])
    texts: dict[str, dict[str, bytes]] = {group: {} for group in body["groups"]}
    for name, data in named.items():
        parts = name.split("/")
        if parts[0] == "text" and len(parts) == 3:
            texts[parts[1]][parts[2]] = data
    job = replace(read_text(body["job"], cell, texts).job, inputs=body.get("inputs", {}))
    given = tuple(GroupText(g, body["groups"][g], texts[g], ()) for g in sorted(texts))
    for name, text in load_sheets(job, given, body).items():
        (folder / name).write_text(text, encoding="utf-8")
