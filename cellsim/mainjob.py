"""The main job: teach every variant, verify, release, read back, replay, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cellsim.domain.report import Report, Severity, Verdict
from cellsim.errors import Unavailable
from cellsim.simulate.courses import MAX_COURSES
from cellsim.sweep import CellRun, verify_cell, verify_job

if TYPE_CHECKING:
    from cellsim.physics.result import PhysicsResult
    from cellsim.release.release import Release

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Changeover:
    """What a further variant asked of its user, and what it would have met unverified.

    Attributes:
        inputs: Values in the variant's file. coordinates: Poses and joint values among them.
        problems: Findings of the first variant's program run on this variant, unchanged.
        first: Name of the first variant.
        met: The report with these findings.
    """

    inputs: int
    coordinates: int
    problems: int
    first: str
    met: Report


@dataclass(frozen=True, eq=False)
class Done:
    """One program on one variant, to its end.

    Attributes:
        run: The taught program and its verdict.
        release: None where the verdict was not green.
        report: The last word: on the text read back, with the replay's findings.
        physics: None where it was skipped; skipped says why.
        changeover: None for the first variant.
    """

    run: CellRun
    release: Release | None
    report: Report
    physics: PhysicsResult | None
    skipped: str
    changeover: Changeover | None


def run_main_job(cell: str, out: Path, progress: Progress | None = None) -> tuple[Done, ...]:
    """Teach, verify, release and replay every program of a cell on every variant.

    Args:
        cell: Folder or shipped name. out: Folder for `<variant>/<program>/` releases.
    """
    done: list[Done] = []
    firsts: dict[str, CellRun] = {}
    for run in verify_cell(cell, reteach=True, progress=progress, courses=MAX_COURSES):
        first = firsts.setdefault(run.job.name, run)
        changeover = None if first is run else _changeover(first, run)
        done.append(_finish(run, changeover, out, progress))
    return tuple(done)


def _finish(
    run: CellRun, changeover: Changeover | None, out: Path, progress: Progress | None
) -> Done:
    from cellsim.release.release import release
    from cellsim.verify.run import with_physics

    if run.report.verdict is not Verdict.GREEN:
        return Done(run, None, run.report, None, "not green", changeover)
    folder = out / run.job.cell.variant / run.job.name
    made = release(run.job, run.report, folder, progress=progress)
    if progress is not None:
        progress("replay in PyBullet", 0.0)
    physics, skipped = _replay(made)
    report = made.report if physics is None else with_physics(made.report, made.timeline, physics)
    return Done(run, made, report, physics, skipped, changeover)


def _replay(made: Release) -> tuple[PhysicsResult | None, str]:
    try:
        from cellsim.physics.replay import replay

        return replay(made.timeline, pictures=(0.4 * made.timeline.duration,)), ""
    except Unavailable as missing:
        return None, str(missing)


def _changeover(first: CellRun, run: CellRun) -> Changeover:
    """Run the first variant's program on this one: what the line would have met."""
    from cellsim.domain.files.inputs import variant_inputs

    inputs, coordinates = variant_inputs(run.job.cell)
    met = verify_job(replace(first.job, cell=run.job.cell), courses=MAX_COURSES).report
    bad = (Severity.ERROR, Severity.UNDECIDED)
    problems = sum(1 for f in met.findings if f.severity in bad and not f.waived_by)
    return Changeover(inputs, coordinates, problems, first.job.cell.variant, met)
