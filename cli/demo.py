"""The main job in one command: teach, verify, release, read back, replay, report, table."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from cellsim.release.release import Release
    from cellsim.sweep import CellRun

Progress = Callable[[str, float], None]


def run(cell: str, out: Path, lang: str, progress: Progress | None) -> int:
    """Run the main job on a cell and print its table; return the exit code."""
    from cellsim.cli.output import print_reports, rendered, write_whole
    from cellsim.sweep import all_green, verify_cell, worst_exit

    started = time.perf_counter()
    runs = verify_cell(cell, reteach=True, progress=progress)
    reports = [item.report for item in runs]
    if not all_green(reports):
        print_reports(reports, lang)
        return worst_exit(reports)
    releases = [_release(item, out, progress) for item in runs]
    physics = [_replay(made, out) for made in releases]
    for fmt, name in (("html", "report.html"), ("json", "report.json"), ("md", "report.md")):
        write_whole(out / name, rendered(runs, fmt, lang))
    for number, (item, made, line) in enumerate(zip(runs, releases, physics, strict=True)):
        first = item.job.cell.variant == runs[0].job.cell.variant
        _table(item, made, line, "" if first else _changeover(list(runs), number))
    typer.echo(f"\nreport: {out / 'report.html'}   ({time.perf_counter() - started:.0f} s in all)")
    return worst_exit([made.report for made in releases])


def _release(item: CellRun, out: Path, progress: Progress | None) -> Release:
    from cellsim.release.release import release

    folder = out / item.job.cell.variant / item.job.name
    return release(item.job, item.report, folder, progress=progress)


def _replay(made: Release, out: Path) -> str:
    """Replay in PyBullet; return one line of what was seen, or why it was skipped."""
    from cellsim.errors import Unavailable
    from cellsim.physics.replay import replay

    try:
        result = replay(made.timeline, pictures=(made.timeline.duration * 0.4,))
    except Unavailable as missing:
        return f"skipped: {missing}"
    cell = made.timeline.job.cell
    for number, png in enumerate(result.pictures):
        path = out / "pictures" / f"{cell.variant}_{made.timeline.job.name}_{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
    errors = [
        f"{group} {1e3 * e.largest:.1f} {'mrad' if e.unit == 'rad' else 'mm'} at {e.joint}"
        for group, e in result.tracking.items()
    ]
    return f"{len(result.findings)} findings; largest tracking error {', '.join(errors)}"


def _table(item: CellRun, made: Release, physics: str, changeover: str) -> None:
    """Print what was proven for one variant."""
    report, cycle = made.report, made.report.cycle
    cell = item.job.cell
    typer.echo(f"\n{cell.name} / {cell.variant} / {item.job.name}: {str(report.verdict).upper()}")
    rows = [
        (
            "cycle time",
            f"{cycle['nominal']:.1f} s, between {cycle['low']:.1f} and {cycle['high']:.1f} s"
            f" ({cycle['model']}), takt {cell.takt_s or '-'} s",
        )
    ]
    if report.clearances:
        least = min(report.clearances, key=lambda c: c.clearance - c.required)
        shown = math.floor(least.clearance * 1e4) / 10
        rows.append(
            (
                "least certified clearance",
                f"{shown:.1f} mm of {least.required * 1e3:.1f} required, {least.a} / {least.b},"
                f" {least.file}:{least.line}",
            )
        )
    waived = sum(1 for f in report.findings if f.waived_by)
    rows.append(("findings", f"{len(report.findings) - waived} open, {waived} waived"))
    rows.append(("assumptions", f"{len(report.assumptions)}, listed in the report"))
    rows.append(("physics replay", physics))
    rows.append(("files", f"{len(made.files)} in {made.folder}"))
    if changeover:
        rows.append(("changeover", changeover))
    for name, text in rows:
        typer.echo(f"  {name:<26} {text}")


def _changeover(runs: list[CellRun], number: int) -> str:
    """Say what the new model asked of the user, and what the old program would have met.

    The old model's program is run against the new model: its findings are what the line would
    have met had nobody checked.
    """
    from dataclasses import replace

    from cellsim.domain.files.inputs import variant_inputs
    from cellsim.sweep import verify_job

    cell = runs[number].job.cell
    inputs, coordinates = variant_inputs(cell)
    old = next(r for r in runs if r.job.name == runs[number].job.name)
    met = verify_job(replace(old.job, cell=cell)).report
    problems = [f for f in met.findings if f.severity in ("error", "undecided") and not f.waived_by]
    return (
        f"{inputs} user inputs, {coordinates} coordinates, {len(problems)} problems found before"
        f" the line (program of {old.job.cell.variant} on {cell.variant})"
    )
