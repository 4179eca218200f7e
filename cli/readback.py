"""What `read` prints: the program, then on standard error what was noted and not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from cellsim.controllers.text import Coverage
    from cellsim.domain.job import Job
    from cellsim.domain.program import Program
    from cellsim.domain.report import Finding

# A note of a reader that repeats a line not understood: (file, line, reason), or how many more.
_LEFT = re.compile(r"(.+):(\d+): not understood: (.+)", re.DOTALL)
_MORE = re.compile(r"\d+ more lines not understood")
_UNNAMED = re.compile(r"(\d+) has no name in the cell$")


def print_program(job: Job, files: Mapping[str, Coverage], lang: str = "en") -> bool:
    """Print a program that was read; return whether every line, and every motion, is understood.

    files: How many lines of each file were understood.
    """
    from cellsim.cli.lost import lost_lines
    from cellsim.domain.files.program import dump_program
    from cellsim.messages import fill, said, word

    understood = True
    for group, program in job.programs.items():
        typer.echo(dump_program(program, job.cell.groups[group]))
        for note in program.notes:
            if not _LEFT.fullmatch(note) and not _MORE.fullmatch(note):
                typer.echo(f"# {said(lang, note)}", err=True)
        left = _left(program)
        for (text, reason), places in left.items():
            understood = False
            typer.echo(_told(places, text, reason, lang), err=True)
        for line in lost_lines(program, lang):
            understood = False
            typer.echo(line, err=True)
    for file, part in files.items():
        facts = {"file": file, "understood": part.understood, "total": part.total}
        typer.echo(f"# {fill(word(lang, 'lines_understood'), facts)}", err=True)
    return understood


def _left(program: Program) -> dict[tuple[str, str], list[str]]:
    """Return (text, reason) of what was not understood to the places where it stands, once each."""
    from cellsim.domain.program import Raw
    from cellsim.domain.walk import statements_of

    files = {(int(m[2]), m[3]): m[1] for m in map(_LEFT.fullmatch, program.notes) if m}
    found: dict[tuple[str, str], list[str]] = {}
    for statement in statements_of(program):
        if isinstance(statement, Raw) and not statement.harmless:
            file = files.get((statement.line, statement.comment), program.file)
            places = found.setdefault((statement.text.strip(), statement.comment), [])
            if (place := f"{file}:{statement.line}") not in places:
                places.append(place)
    return found


def _told(places: list[str], text: str, reason: str, lang: str) -> str:
    """Return a text that was not understood as one line, with how often it stands there."""
    from cellsim.messages import fill, said, word

    because = f" ({said(lang, reason)})" if reason else ""
    line = f"{places[0]}: {word(lang, 'not_understood')}: {text}{because}"
    if len(places) == 1:
        return line
    times = fill(word(lang, "times"), {"count": len(places)})
    return f"{line}; {times}: {', '.join(_shortened(places))}"


def _shortened(places: list[str]) -> Iterator[str]:
    """Yield places, the file only where it is another than before."""
    before = ""
    for place in places:
        file, _, line = place.rpartition(":")
        yield line if file == before else place
        before = file


def is_told(note: str, findings: Sequence[Finding]) -> bool:
    """Return whether the findings of `lint` say what a note of the reader says."""
    if _LEFT.fullmatch(note) or _MORE.fullmatch(note):
        return any(f.rule in ("lint-not-understood", "lint-needs-cell") for f in findings)
    unnamed = _UNNAMED.search(note)
    unset = [f.subject for f in findings if f.rule.endswith("-unset")]
    return unnamed is not None and any(
        re.search(rf"(?<!\d){unnamed[1]}(?!\d)", subject) for subject in unset
    )


def print_untaken(job: Job) -> None:
    """Print where the branches begin that the job does not enter with its inputs."""
    from cellsim.simulate.run import simulate

    given = ", ".join(f"{name}={str(value).lower()}" for name, value in sorted(job.inputs.items()))
    for line in simulate(job).skipped:
        typer.echo(f"# {line} is not entered with {given}", err=True)
