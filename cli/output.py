"""What the commands print: reports, timelines, programs, checks, releases."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cellsim.messages import titled

if TYPE_CHECKING:
    from cellsim.collision.swept import Swept
    from cellsim.domain.files.baseline import Baseline
    from cellsim.domain.report import Report
    from cellsim.proofcheck.check import ProofCheck
    from cellsim.release.check import Check
    from cellsim.release.release import Release
    from cellsim.sweep import CellRun
    from cellsim.teach.repair.fix import Fixed
    from cellsim.verify.clearmap import ClearanceMap

SUFFIX = {
    "text": "txt",
    "json": "json",
    "junit": "xml",
    "sarif": "sarif",
    "md": "md",
    "html": "html",
}


def known_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return the asked formats once each, text where none is asked; UnknownName for another."""
    from cellsim.errors import UnknownName

    for fmt in formats:
        if fmt not in SUFFIX:
            raise UnknownName("format", fmt, SUFFIX)
    return tuple(dict.fromkeys(formats)) or ("text",)


def print_or_write(
    runs: Sequence[CellRun],
    formats: Sequence[str],
    lang: str,
    out: Path | None,
    everything: bool = False,
) -> None:
    """Print the reports of a sweep, or write them into a folder and print where.

    The verdict of each is said in any case: on standard error where a format has the output.
    """
    for fmt in formats:
        text = rendered(runs, fmt, lang, everything)
        if out is None:
            typer.echo(text, nl=not text.endswith("\n"))
            continue
        path = out / f"report.{SUFFIX[fmt]}"
        write_whole(path, text)
        typer.echo(f"wrote {path}")
    if out is not None or tuple(formats) != ("text",):
        print_verdicts([run.report for run in runs], lang, err=out is None)


def print_verdicts(reports: Sequence[Report], lang: str, err: bool = False) -> None:
    """Print one line a report: what was judged, and its verdict."""
    from cellsim.verify.render.summary import verdict_line

    for r in reports:
        typer.echo(f"{titled(r.cell, r.variant, r.job)}: {verdict_line(r, lang)}", err=err)


def rendered(runs: Sequence[CellRun], fmt: str, lang: str, everything: bool = False) -> str:
    """Return the reports of a sweep in one format; html has the timelines, sarif the folders."""
    from cellsim.verify.render import render, render_html, render_sarif

    reports = [run.report for run in runs]
    if fmt == "html":
        return render_html(reports, [run.timeline for run in runs], lang=lang)
    if fmt == "sarif":
        return render_sarif(reports, [_from_here(run.job.cell.path) for run in runs], lang)
    return render(reports, fmt, lang, everything)


def _from_here(folder: str) -> str:
    """Return a folder as seen from the working directory, "" where it is not below it."""
    place, here = Path(folder).resolve(), Path.cwd()
    return place.relative_to(here).as_posix() if folder and place.is_relative_to(here) else ""


def against_baseline(runs: Sequence[CellRun], known: Baseline, file: Path) -> tuple[CellRun, ...]:
    """Return runs with what a baseline knows accepted; say what it knows and was not found."""
    from dataclasses import replace

    from cellsim.verify.baseline import against, unsigned

    reports, gone = against([run.report for run in runs], known)
    for row in unsigned(known):
        typer.echo(
            f"{file}: accepted only with an author and a reason of its own: {row.rule} "
            f"{row.subject} ({titled(row.variant, row.job)}, {row.count})",
            err=True,
        )
    for row in gone:
        typer.echo(
            f"{file}: no longer found, take it out: {row.rule} {row.subject} "
            f"({titled(row.variant, row.job)}, {row.count})",
            err=True,
        )
    return tuple(replace(run, report=r) for run, r in zip(runs, reports, strict=True))


def print_reports(reports: Sequence[Report], lang: str) -> None:
    """Print reports as text."""
    from cellsim.verify.render import render

    typer.echo(render(reports, "text", lang))


def print_fixed(fixed: Fixed, lang: str) -> None:
    """Print each finding with its repair, what it changes, and the verdict before and after."""
    from cellsim.api import diff
    from cellsim.messages import fill, repair_text, word
    from cellsim.verify.render.summary import verdict_line
    from cellsim.verify.render.text import finding_text

    before, after, before_job = fixed.before.report, fixed.after.report, fixed.before.job
    typer.echo(titled(before.cell, before.variant, before.job))
    for repair in fixed.repairs:
        typer.echo(finding_text(repair.finding, lang))
        typer.echo(
            f"    {word(lang, 'repair')}: {repair_text(lang, repair.edit.kind, repair.edit.facts)}"
        )
        for group, d in diff(repair.unmended, repair.after.job):
            typer.echo(f"    {group} {d.line_a or '-'} -> {d.line_b or '-'}: {d.kind}: {d.text}")
        typer.echo(f"    {word(lang, 'cycle')}: {repair.seconds:+.2f} s")
    for group, count in Counter(group for group, _ in diff(before_job, fixed.said)).items():
        typer.echo(fill(word(lang, "rounded"), {"group": group, "count": count}))
    for finding in fixed.left:
        typer.echo(f"{finding_text(finding, lang)} - {word(lang, 'no_repair')}")
    typer.echo(f"{verdict_line(before, lang)} -> {verdict_line(after, lang)}")
    times = [trial.timeline.band.nominal for trial in (fixed.before, fixed.after)]
    typer.echo(f"{word(lang, 'cycle')}: {times[0]:.1f} s -> {times[1]:.1f} s")


def print_nothing_mended(fixed: Fixed, lang: str, hints: bool) -> None:
    """Print why a job stays as it is: nothing is open, or no edit is known; nothing is written."""
    from cellsim.messages import fill, word
    from cellsim.teach.repair.fix import HINTS

    report = fixed.before.report
    further = sum(f.severity in HINTS and not f.waived_by for f in report.findings)
    key = "left_as_is" if fixed.left else "nothing_to_mend"
    told = fill(word(lang, key), {"count": len(fixed.left)})
    if further and not hints:
        told += "; " + fill(word(lang, "with_hints"), {"count": further})
    typer.echo(told)


def print_checks(checks: Sequence[Check], folder: Path, lang: str = "en") -> None:
    """Print what a recomputation found, one problem a line, and how many releases there were."""
    from cellsim.messages import fill, word

    for item in checks:
        typer.echo(f"{item.folder}: {'the claim holds' if not item.problems else 'REFUSED'}")
        for problem in item.problems:
            typer.echo(f"  {problem}")
        if item.proof is not None:
            typer.echo(f"  {proof_line(item.proof, lang, item.searched, item.rigid)}")
        if item.other_build:
            typer.echo(f"  {word(lang, 'other_build')}")
    held = sum(not item.problems for item in checks)
    told = {"folder": folder, "count": len(checks), "held": held}
    typer.echo(fill(word(lang, "releases_found"), told))


def proof_line(proof: ProofCheck, lang: str, searched: bool, rigid: Sequence[str] = ()) -> str:
    """Return what the small checker said of a clearance proof, as one line."""
    from cellsim.kinematics.frameshift import unit_shifts
    from cellsim.messages import fill, word

    told = word(lang, "searched_too" if searched else "not_searched")
    counts = {"leaves": proof.leaves, "runs": proof.runs, "open": len(proof.unproved)}
    template = word(lang, "proof_refused" if proof.problems else "proof_holds")
    line = fill(template, counts | {"searched": told})
    if not rigid:
        return line
    facts = {"arms": ", ".join(rigid), "shifts": len(unit_shifts())}
    return f"{line}; {fill(word(lang, 'rigid_arms'), facts)}"


def print_release(made: Release, lang: str) -> None:
    """Print the verdict on the text that was read back and every file; the inputs as one line."""
    from cellsim.messages import fill, said, word

    print_reports([made.report], lang)
    for note in made.notes:
        typer.echo(f"  {said(lang, note)}")
    inputs = [name for name in made.files if name.startswith("inputs/")]
    for name in made.files:
        if name not in inputs:
            typer.echo(f"  {made.folder / name}")
    told = fill(word(lang, "inputs_written"), {"count": len(inputs)})
    typer.echo(f"  {made.folder / 'inputs'}/  ({told})")


def print_moves(maps: Sequence[ClearanceMap], lang: str) -> None:
    """Print the worst point of each motion: certified clearance and what is required."""
    from cellsim.messages import word
    from cellsim.verify.render.numbers import clearance_text, need_mm

    for one in maps:
        typer.echo(f"{titled(one.cell, one.variant, one.job)}: {word(lang, 'worst_of_moves')}")
        for m in one.moves:
            least, need = clearance_text(m.clearance, lang), need_mm(m.required)
            typer.echo(f"{m.file}:{m.line} t={m.t:.2f}s {least} ({need} mm)  {m.a} / {m.b}")


def print_swept(place: Path, swept: Swept, lang: str) -> None:
    """Print where a swept volume was written, and what it guarantees."""
    from cellsim.messages import fill, word
    from cellsim.verify.render.numbers import number

    told = {
        "bodies": len(swept.bodies),
        "volume": number(swept.volume, 3, "up"),
        "voxel": number(1e3 * swept.voxel, 1),
        "beyond": number(1e3 * swept.beyond, 0, "up"),
    }
    typer.echo(f"wrote {place}")
    typer.echo(fill(word(lang, "swept"), told))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file with one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write a text file with one rename, so that nothing is ever half written.

    What is no letter (a file name of other bytes) is written by its code.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))
