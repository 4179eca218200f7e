"""The main job in one command, and its table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from cellsim.domain.report import Report
    from cellsim.mainjob import Done

Progress = Callable[[str, float], None]


def run(cell: str, out: Path, lang: str, progress: Progress | None) -> int:
    """Run the main job on a cell, write its reports, print its table; return the exit code."""
    from cellsim.cli.output import print_reports
    from cellsim.mainjob import run_main_job
    from cellsim.sweep import worst_exit

    started = time.perf_counter()
    done = run_main_job(cell, out, progress)
    reports = [item.report for item in done]
    code = worst_exit(reports)
    if code:
        print_reports(reports, lang)
    _write(done, out, lang)
    for item in done:
        _table(item)
    typer.echo(f"\nreport: {out / 'report.html'}   ({time.perf_counter() - started:.0f} s in all)")
    return code


def _write(done: Sequence[Done], out: Path, lang: str) -> None:
    from cellsim.cli.output import write_whole
    from cellsim.verify.render import render, render_html

    reports = [item.report for item in done]
    timelines = [item.release.timeline if item.release else item.run.timeline for item in done]
    pictures = [item.physics.pictures if item.physics else () for item in done]
    write_whole(out / "report.html", render_html(reports, timelines, lang, pictures))
    write_whole(out / "report.json", render(reports, "json", lang))
    write_whole(out / "report.md", render(reports, "md", lang))
    for item in done:
        if item.changeover is not None:
            path = out / f"changeover_{item.report.variant}_{item.report.job}.md"
            write_whole(path, render(item.changeover.met, "md", lang))


def _table(item: Done) -> None:
    """Print what was proven for one program on one variant."""
    from cellsim.verify.render.summary import verdict_word

    report = item.report
    typer.echo(f"\n{report.cell} / {report.variant} / {report.job}: {verdict_word(report)}")
    for name, text in _rows(item):
        typer.echo(f"  {name:<26} {text}")


def _rows(item: Done) -> Iterator[tuple[str, str]]:
    from cellsim.verify.render.summary import counts_sum

    report, cycle, cell = item.report, item.report.cycle, item.run.job.cell
    band = f"{cycle['nominal']:.1f} s, between {cycle['low']:.1f} and {cycle['high']:.1f} s"
    yield "cycle time", f"{band} ({cycle['model']}), takt {cell.takt_s or '-'} s"
    if report.clearances:
        yield "tightest clearance", _tightest(report)
    parts = counts_sum(report)
    yield "findings", f"{len(report.findings)}{' = ' if parts else ''}{parts}"
    yield "assumptions", f"{len(report.assumptions)}, listed in the report"
    yield "physics replay", _physics(item)
    if item.release is not None:
        texts = [name for name in item.release.files if name.startswith("text/")]
        names = ", ".join(Path(name).name for name in texts)
        yield (
            "files",
            f"{len(item.release.files)} in {item.release.folder}, controller text {names}",
        )
    if item.changeover is not None:
        c = item.changeover
        yield (
            "changeover",
            f"{c.inputs} user inputs, {c.coordinates} coordinates, {c.problems} problems found"
            f" before the line (the program of {c.first} on {cell.variant}:"
            f" changeover_{report.variant}_{report.job}.md)",
        )


def _tightest(report: Report) -> str:
    """Return the pair that is nearest to what is required of it; the clearance rounded down."""
    from cellsim.verify.render.numbers import by_slack, clearance_mm, need_text
    from cellsim.verify.render.text import place

    pair = by_slack(report.clearances)[0]
    need = need_text(pair, "en")
    return f"{clearance_mm(pair)} mm ({need}), {pair.a} / {pair.b}, {place(pair)}"


def _physics(item: Done) -> str:
    if item.physics is None:
        return f"skipped: {item.skipped}"
    errors = [
        f"{group} {1e3 * e.largest:.1f} {'mrad' if e.unit == 'rad' else 'mm'} at {e.joint}"
        for group, e in item.physics.tracking.items()
    ]
    return f"{len(item.physics.findings)} findings; largest tracking error {', '.join(errors)}"
