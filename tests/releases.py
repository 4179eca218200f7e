"""Released folders for tests, made once a session and shared between the workers."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from cellsim.domain.job import Job
from cellsim.release.release import release
from cellsim.sweep import cells_of, jobs_of, verify_job


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
            release(job, verify_job(job).report, folder)
    return folder


def first_job(cell: str, variant: str) -> Job:
    """Return the saved (or taught) first job of a shipped cell's variant."""
    loaded = cells_of(cell, (variant,))[0]
    return next(job for job, _ in jobs_of(loaded))


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of a release that a test may edit."""
    return Path(shutil.copytree(folder, to / "release"))
