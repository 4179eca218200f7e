"""Every program of a cell on every variant: load or teach, simulate, verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from cellsim.cache import Cache
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.report import Report, Verdict
from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput, UnknownName
from cellsim.messages import titled
from cellsim.simulate.given import with_inputs

Progress = Callable[[str, float], None]
TAUGHT = "no saved program was used: this one was taught for this report"


@dataclass(frozen=True, eq=False)
class CellRun:
    """One program on one variant, and what was found; taught: no saved program was used."""

    job: Job
    timeline: Timeline
    report: Report
    taught: bool


def cells_of(
    path: str | Path, variants: Sequence[str] = (), overrides: Sequence[str] = ()
) -> tuple[Cell, ...]:
    """Load the asked variants of a cell, or all of them."""
    from cellsim.domain.files.cell import load_cell

    first = load_cell(path, variants[0] if variants else None, tuple(overrides))
    names = tuple(variants) or first.variants or (first.variant,)
    rest = [load_cell(path, name, tuple(overrides)) for name in names if name != first.variant]
    cells = {cell.variant: cell for cell in (first, *rest)}
    return tuple(cells[name] for name in names)


def jobs_of(
    cell: Cell,
    programs: Sequence[str] = (),
    *,
    reteach: bool = False,
    progress: Progress | None = None,
) -> Iterator[tuple[Job, bool]]:
    """Yield (job, taught) for each task of a cell: the saved programs, or taught now.

    Raises:
        UnknownName: A program that the cell does not have.
        BadInput: Neither a task nor a saved program: nothing looked at would be green.
    """
    from cellsim.controllers.brands import rules_of
    from cellsim.domain.files.job import has_job, load_job
    from cellsim.teach.run import teach

    for name in names_of(cell, programs):
        if progress is not None:
            progress(titled(cell.name, cell.variant, name), 0.0)
        if not reteach and has_job(cell, name):
            yield load_job(cell, name, rules_of(cell)), False
        else:
            yield teach(cell, name, progress=progress), True


def names_of(cell: Cell, programs: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of the jobs of a cell, or the asked ones; errors as in `jobs_of`."""
    from cellsim.domain.files.job import saved_jobs

    known = tuple(dict.fromkeys((*cell.tasks, *saved_jobs(cell))))
    if not known:
        raise BadInput(
            f"no task and no saved program for variant '{cell.variant}'", file=cell.path,
            expected=f"a NAME.task.yaml, or programs/{cell.variant}/NAME",
        )  # fmt: skip
    for name in programs:
        if name not in known:
            raise UnknownName("program", name, known, file=cell.path)
    return tuple(programs) or known


def check_asked(
    cells: Sequence[Cell],
    programs: Sequence[str],
    inputs: Mapping[str, bool | float],
    reteach: bool = False,
) -> None:
    """Refuse programs and inputs that a cell does not have, before anything is taught or run.

    A program that will be taught reads signals of the cell alone.
    """
    from cellsim.controllers.brands import rules_of
    from cellsim.domain.files.job import has_job, load_job

    for cell in cells:
        for name in names_of(cell, programs):
            saved = inputs and not reteach and has_job(cell, name)
            job = load_job(cell, name, rules_of(cell)) if saved else Job(name, cell, {}, {})
            with_inputs(job, inputs)


def verify_job(
    job: Job,
    *,
    taught: bool = False,
    progress: Progress | None = None,
    cache: Cache | None = None,
    courses: int = 0,
) -> CellRun:
    """Simulate and verify one job; what did not change since is taken from the cache.

    courses: Most courses on unknown readings that are run; 0 runs one, in which a branch on a free
        signal goes as its initial value says and the other way is a note (branch-not-run).
    """
    from cellsim.simulate.band import simulate_band
    from cellsim.verify.courses import verify_courses
    from cellsim.verify.run import verify_timeline

    if progress is not None:
        progress(f"simulate {titled(job.cell.variant, job.name)}", 0.0)
    if courses:
        found = verify_courses(job, courses, progress=progress, cache=cache)
        timeline, report = found.timeline, found.report
    else:
        timeline = simulate_band(job, cache)
        report = verify_timeline(timeline, progress=progress, cache=cache)
    if taught:
        said = (*report.assumptions, TAUGHT)
        report = replace(report, assumptions=said)
    return CellRun(job, timeline, report, taught)


def verify_cell(
    path: str | Path,
    variants: Sequence[str] = (),
    programs: Sequence[str] = (),
    overrides: Sequence[str] = (),
    *,
    reteach: bool = False,
    progress: Progress | None = None,
    cache: Cache | None = None,
    processes: int = 1,
    inputs: Mapping[str, bool | float] | None = None,
    courses: int = 0,
) -> tuple[CellRun, ...]:
    """Verify every program of a cell on every variant.

    Args:
        path: Cell folder or shipped name. variants, programs: Only these; empty means all.
        overrides: What-if settings. reteach: Do not use saved programs.
        cache: Where results that did not change are taken from, and kept.
        inputs: Signals, and names that programs read, fixed for this.
        courses: Most courses on unknown readings that are run; 0 runs one.
        processes: How many work on the variants; the runs are the same for any number.

    Returns:
        One run per program and variant, variants outside, in the order of the files.
    """
    cells = cells_of(path, variants, overrides)
    check_asked(cells, programs, inputs or {}, reteach)
    if processes > 1:
        names = tuple(cell.variant for cell in cells)
        ask = Ask(
            str(path),
            tuple(programs),
            tuple(overrides),
            reteach,
            None if cache is None else cache.folder,
            tuple((inputs or {}).items()),
            courses,
        )
        return _in_processes(ask, names, processes, progress)
    runs = []
    for cell in cells:
        for job, taught in jobs_of(cell, programs, reteach=reteach, progress=progress):
            asked = with_inputs(job, inputs or {})
            runs.append(
                verify_job(asked, taught=taught, progress=progress, cache=cache, courses=courses)
            )
    return tuple(runs)


@dataclass(frozen=True)
class Ask:
    """What a process is asked for; a variant comes with it."""

    path: str
    programs: tuple[str, ...]
    overrides: tuple[str, ...]
    reteach: bool
    cache: Path | None
    inputs: tuple[tuple[str, bool | float], ...] = ()
    courses: int = 0


def _in_processes(
    ask: Ask, variants: Sequence[str], processes: int, progress: Progress | None
) -> tuple[CellRun, ...]:
    """Verify variants side by side, each in a process begun anew; runs in the order asked."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    runs: list[CellRun] = []
    count, others = min(processes, len(variants)), set(active_children())
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        try:
            for done, found in enumerate(pool.map(partial(_one_variant, ask), variants), 1):
                runs += found
                if progress is not None:
                    progress("variants", done / len(variants))
        except BaseException:
            # What is still at work or waits its turn would be done for nobody.
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(active_children()) - others:
                process.terminate()
            raise
    return tuple(runs)


def _one_variant(ask: Ask, variant: str) -> tuple[CellRun, ...]:
    cache = None if ask.cache is None else Cache(ask.cache)
    return verify_cell(
        ask.path,
        (variant,),
        ask.programs,
        ask.overrides,
        reteach=ask.reteach,
        cache=cache,
        inputs=dict(ask.inputs),
        courses=ask.courses,
    )


def worst_exit(reports: Sequence[Report]) -> int:
    """Return 1 if any report has findings, else 2 if any is undecided, else 0."""
    codes = {report.exit_code for report in reports}
    return 1 if 1 in codes else 2 if 2 in codes else 0


def all_green(reports: Sequence[Report]) -> bool:
    """Return whether every report is green."""
    return all(report.verdict is Verdict.GREEN for report in reports)
