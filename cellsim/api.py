"""The public verbs: functions from data to data, one import away (`import cellsim as cs`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.report import Report
from cellsim.domain.robot import Robot
from cellsim.domain.timeline import Timeline

if TYPE_CHECKING:
    from cellsim.cache import Cache
    from cellsim.collision.swept import Swept
    from cellsim.domain.task import Task
    from cellsim.physics.result import PhysicsResult
    from cellsim.probe.confirm import Outcome
    from cellsim.probe.run import Probe
    from cellsim.release.check import Check
    from cellsim.release.meaning.difference import Difference
    from cellsim.release.release import Release
    from cellsim.teach.repair.fix import Fixed
    from cellsim.translate.run import Translation
    from cellsim.verify.clearmap import ClearanceMap

Progress = Callable[[str, float], None]


def load_cell(path: str | Path, variant: str | None = None, overrides: Sequence[str] = ()) -> Cell:
    """Load one variant of a cell.

    Args:
        path: Cell folder, or the name of a shipped cell.
        variant: Variant name; None takes the first.
        overrides: "carrier.xyz_mm=2500,0,0" texts: what if, without editing a file.

    Raises:
        BadInput: With file, line, column and what was expected.
    """
    from cellsim.domain.files.cell import load_cell as load

    return load(path, variant, tuple(overrides))


def load_robot(name: str | Path) -> Robot:
    """Load a robot by folder name or path."""
    from cellsim.domain.files.robot import load_robot as load

    return load(name)


def load_job(cell: Cell, name: str) -> Job:
    """Load the saved programs of a task of this cell and variant."""
    from cellsim.controllers.brands import rules_of
    from cellsim.domain.files.job import load_job as load

    return load(cell, name, rules_of(cell))


def save_job(job: Job, folder: str | Path | None = None) -> tuple[Path, ...]:
    """Save the programs of a job beside its cell (or under `folder`); return the files."""
    from cellsim.domain.files.job import save_job as save

    return tuple(save(job, Path(folder) if folder is not None else None))


def teach(cell: Cell, task: str, *, progress: Progress | None = None) -> Job:
    """Turn a task that names features into programs for this cell and variant.

    Raises:
        TeachFailed: A step that cannot be reached or planned, with its line and the reason.
    """
    from cellsim.teach.run import teach as run

    return run(cell, task, progress=progress)


def read(
    files: str | Path | Mapping[str, bytes],
    cell: Cell,
    group: str,
    controller: str | None = None,
    *,
    inputs: Mapping[str, bool | float] | None = None,
) -> Job:
    """Read controller text into a job with one program.

    Args:
        files: A file, or file name to bytes. cell: The cell whose names the numbers mean.
        group: Motion group it is for. controller: Brand; None takes the group's own.
        inputs: Unknown readings fixed by the user.
    """
    from cellsim.controllers.brands import read_files
    from cellsim.simulate.given import with_inputs

    return with_inputs(read_files(files, cell, group, controller), inputs or {})


def simulate(job: Job, *, inputs: Mapping[str, bool | float] | None = None) -> Timeline:
    """Run a job on one clock; the cycle time carries its band.

    inputs: Signals, and names that programs read, fixed for this.
    """
    from cellsim.simulate.band import simulate_band
    from cellsim.simulate.given import with_inputs

    return simulate_band(with_inputs(job, inputs or {}))


def verify(
    what: Timeline | Job | str | Path,
    *,
    variants: Sequence[str] = (),
    programs: Sequence[str] = (),
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
    cache: Cache | None = None,
    inputs: Mapping[str, bool | float] | None = None,
    courses: int | None = None,
) -> Report | tuple[Report, ...]:
    """Verify a timeline, a job, or every program of a cell on every variant.

    Args:
        what: A Timeline or Job gives one Report; a cell folder gives one per program and variant.
        variants, programs: Only these (cell folders); empty means all.
        overrides: What-if settings (cell folders).
        cache: Where results that did not change are taken from, and kept (`Cache(folder)`,
            `default_cache()`); the report is the same with and without.
        inputs: Signals, and names that programs read, fixed for this (jobs and cell folders).
        courses: Most courses on unknown readings that are run, 32 where None; 0 runs one, in which
            a branch on a free signal goes as its initial value says and the other way is a note
            (branch-not-run; jobs and cell folders).
    """
    most = 32 if courses is None else courses
    if isinstance(what, str | Path):
        from cellsim.sweep import verify_cell

        runs = verify_cell(
            what, variants, programs, overrides, progress=progress, cache=cache, inputs=inputs,
            courses=most,
        )  # fmt: skip
        return tuple(run.report for run in runs)
    if isinstance(what, Job):
        from cellsim.simulate.given import with_inputs
        from cellsim.sweep import verify_job

        job = with_inputs(what, inputs or {})
        return verify_job(job, progress=progress, cache=cache, courses=most).report
    if inputs or courses:
        from cellsim.errors import BadInput

        raise BadInput("a timeline has run already", expected="a job or a cell for inputs, courses")
    from cellsim.verify.run import verify_timeline

    return verify_timeline(what, progress=progress, cache=cache)


def release(
    job: Job,
    report: Report,
    out: str | Path,
    *,
    also: Sequence[str] = (),
    progress: Progress | None = None,
    courses: int = 32,
    lang: str = "en",
) -> Release:
    """Write controller text, read it back, verify what was read, and leave it with a certificate.

    Args:
        also: "csv", "ros2": the verified timeline beside the text, read back like it.
        courses: Most courses on unknown readings that are run; all must be green.
        lang: A further language of the load sheet, beside English.

    Raises:
        NotVerified: Without a green verdict on this job and on the text that was read back.
    """
    from cellsim.release.release import release as run

    return run(job, report, out, also=also, progress=progress, courses=courses, lang=lang)


def check(
    folder: str | Path,
    *,
    search: bool = True,
    progress: Progress | None = None,
    cell: str | Path | None = None,
) -> tuple[Check, ...]:
    """Recompute the certificates of released files, offline.

    Args:
        search: Search clearances anew beside checking the clearance proof.
        cell: The cell that they have to be of, as it stands elsewhere; None believes their copy.
    """
    from cellsim.release.check import check as run

    return run(folder, search=search, progress=progress, cell=cell)


def fix(
    job: Job,
    *,
    hints: bool = False,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Fixed:
    """Return a job with its open findings mended where an edit is known, on a copy.

    Each repair is the smallest edit of its kind that takes a finding away and brings no other; the
    whole job is verified with it. hints: warnings and notes too.
    """
    from cellsim.teach.repair.fix import fix as run

    return run(job, hints=hints, cache=cache, progress=progress)


def diff(a: Job | Cell | Task, b: Job | Cell | Task) -> tuple[tuple[str, Difference], ...]:
    """Return (group, difference) for everything that two jobs, cells or tasks mean differently.

    Raises:
        BadInput: One of each kind.
    """
    from cellsim.errors import BadInput
    from cellsim.release.sides import Side, differences
    from cellsim.release.textjob import compare_jobs

    if isinstance(a, Job) and isinstance(b, Job):
        return compare_jobs(a, b)
    if type(a) is not type(b):
        raise BadInput("one of each kind", expected="two jobs, two cells or two tasks")
    return differences(Side(a), Side(b))


def probe(
    cell: Cell,
    out: str | Path,
    controller: str = "",
    group: str = "",
    *,
    progress: Progress | None = None,
) -> Probe:
    """Write a program of six poses, proven in the cell, and what the pendant must read there.

    Raises:
        NotVerified: No set of poses near home is proven free.
    """
    from cellsim.probe.run import probe as run

    return run(cell, Path(out), controller, group, progress=progress)


def confirm(readings: str | Path, cell: Cell) -> Outcome:
    """Hold an operator's readings of a probe to what was expected; keep what they confirm."""
    from cellsim.probe.run import confirm as run

    return run(Path(readings), cell)


def translate(
    file: str | Path,
    cell: Cell,
    to: str,
    out: str | Path,
    *,
    group: str = "",
    retarget: str = "",
    into: Cell | None = None,
    progress: Progress | None = None,
) -> Translation:
    """Translate controller text to another brand and release it where it is proven.

    Args:
        file: Text, or a .program.yaml. cell: The cell whose names its numbers mean.
        to: Brand to write. out: Gets the losses, the program and, where green, the release.
        group: Group the text is for. retarget: Group of another arm, in `into` or in `cell`.
    """
    from cellsim.translate.run import Request
    from cellsim.translate.run import translate as run

    return run(Path(file), cell, Request(to, group, retarget, into), Path(out), progress=progress)


def clearance_map(timeline: Timeline) -> ClearanceMap:
    """Return clearance over time, certified and seen, and the worst point of each motion."""
    from cellsim.verify.clearmap import clearance_map as run

    return run(timeline)


def swept(timeline: Timeline, bodies: Sequence[str], voxel_m: float = 0.025) -> Swept:
    """Return voxels that certainly hold all that bodies go through.

    Args:
        bodies: Body names with wildcards: "holder/*", "*/tool:*", "part:door.front_left".
    """
    from cellsim.collision.swept import swept_volume

    return swept_volume(timeline, bodies, voxel_m)


def swept_mesh(volume: Swept, kind: str = ".glb") -> bytes:
    """Return the surface of a swept volume as a ".glb" or ".stl" file."""
    from cellsim.geometry.mesh import stl_bytes
    from cellsim.geometry.voxels import glb_bytes, voxel_surface

    mesh = voxel_surface(volume.taken, volume.low, volume.voxel)
    return stl_bytes(*mesh) if kind == ".stl" else glb_bytes(*mesh, (0.2, 0.5, 0.9, 0.5))


def replay(timeline: Timeline, *, pictures: Sequence[float] = ()) -> PhysicsResult:
    """Replay a timeline on motors in PyBullet; pictures at these times [s].

    Raises:
        Unavailable: pybullet has no wheel for this platform.
    """
    from cellsim.physics.replay import replay as run

    return run(timeline, pictures=tuple(pictures))


def show(what: Cell | Timeline, *, port: int = 8080, block: bool = True) -> object:
    """Show a cell or a timeline in the browser (extra `view`); binds to this machine only."""
    from cellsim.view.show import show as run

    return run(what, port=port, block=block)
