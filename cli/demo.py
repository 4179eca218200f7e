"""The main job in one command, and its table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cellsim.messages import titled

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
        _table(item, lang)
    seconds = f"{time.perf_counter() - started:.0f}"
    typer.echo("\n" + _label(lang, "report", file=out / "report.html", seconds=seconds))
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


def _table(item: Done, lang: str) -> None:
    """Print what was proven for one program on one variant."""
    from cellsim.domain.report import verdict_said

    report = item.report
    typer.echo(f"\n{titled(report.cell, report.variant, report.job)}: {verdict_said(report, lang)}")
    rows = list(_rows(item, lang))
    width = max(26, *(_columns(name) + 2 for name, _ in rows))
    for name, text in rows:
        typer.echo(f"  {name}{' ' * (width - _columns(name))} {text}")


def _columns(text: str) -> int:
    """Return the columns a terminal gives a text: two for each wide letter, as Hangul is."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _label(lang: str, key: str, **facts: object) -> str:
    """Return a label or sentence of the table, filled; KeyError for an unknown key."""
    from cellsim.messages import catalogue, fill

    return fill(catalogue(lang)["demo"][key], facts)


def _rows(item: Done, lang: str) -> Iterator[tuple[str, str]]:
    from cellsim.verify.render.numbers import cycle_text
    from cellsim.verify.render.summary import counts_sum

    report, cell = item.report, item.run.job.cell
    takt = f"{cell.takt_s} s" if cell.takt_s else "-"
    yield (
        _label(lang, "cycle"),
        _label(lang, "band", time=cycle_text(report.cycle, lang), takt=takt),
    )
    if report.clearances:
        yield _label(lang, "tightest"), _tightest(report, lang)
    parts = counts_sum(report, lang)
    yield _label(lang, "findings"), f"{len(report.findings)}{' = ' if parts else ''}{parts}"
    yield _label(lang, "assumptions"), _label(lang, "listed", count=len(report.assumptions))
    yield _label(lang, "replay"), _physics(item, lang)
    if item.release is not None:
        texts = [name for name in item.release.files if name.startswith("text/")]
        names = ", ".join(Path(name).name for name in texts)
        made = {"count": len(item.release.files), "folder": item.release.folder, "names": names}
        yield _label(lang, "files"), _label(lang, "written", **made)
    if item.changeover is not None:
        c = item.changeover
        facts = {"inputs": c.inputs, "coordinates": c.coordinates, "problems": c.problems}
        file = f"changeover_{report.variant}_{report.job}.md"
        named = {"first": c.first, "variant": cell.variant, "file": file}
        yield _label(lang, "changeover"), _label(lang, "changed", **facts, **named)


def _tightest(report: Report, lang: str = "en") -> str:
    """Return the pair that is nearest to what is required of it; the clearance rounded down."""
    from cellsim.verify.render.numbers import by_slack, clearance_text, need_text
    from cellsim.verify.render.text import place

    pair = by_slack(report.clearances)[0]
    value = clearance_text(pair.clearance, lang)
    facts = {"value": value, "need": need_text(pair, lang), "place": place(pair)}
    return _label(lang, "nearest", a=pair.a, b=pair.b, **facts)


def _physics(item: Done, lang: str) -> str:
    if item.physics is None:
        why = _label(lang, "not_green") if item.skipped == "not green" else item.skipped
        return _label(lang, "skipped", why=why)
    errors = []
    for group, e in item.physics.tracking.items():
        value = f"{1e3 * e.largest:.1f} {'mrad' if e.unit == 'rad' else 'mm'}"
        errors.append(_label(lang, "error", group=group, value=value, joint=e.joint))
    return _label(lang, "replayed", count=len(item.physics.findings), errors=", ".join(errors))
