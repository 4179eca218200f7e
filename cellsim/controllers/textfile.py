"""One file of controller text or one program file, read or linted as what its name says it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from cellsim.controllers.brands import BRANDS, Brand, brand_named, group_of, load_text
from cellsim.controllers.lintown import SOURCES
from cellsim.controllers.standin import GROUP, stand_in
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.files.onfeature import resolve_features
from cellsim.domain.files.program import SUFFIX, load_program
from cellsim.domain.program import Program
from cellsim.domain.report import Finding, Severity
from cellsim.errors import BadInput, UnknownName
from cellsim.simulate.lower import lower

_NUMBERED = re.compile(r"(\d{1,4}).*\.job", re.IGNORECASE)
# Reasons of the readers that only say that the cell is not there.
_CELL_IS_MISSING = (
    "is not in the cell",
    "the group has",
    "joint positions fit",
    "joint position reaches",
    "payload is not that of the tool",
)


@dataclass(frozen=True, eq=False)
class Linted:
    """Findings of one file by line, and what its reader noted."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 nothing to say but notes, 1 findings, 2 undecided only."""
        met = {f.severity for f in self.findings} - {Severity.NOTE}
        if met & {Severity.ERROR, Severity.WARNING}:
            return 1
        return 2 if met else 0


def lint_file(path: Path, brand: str = "", cell: Cell | None = None, group: str = "") -> Linted:
    """Return what a controller rejects or silently changes in a file.

    Args:
        path: Controller text, or a .program.yaml.
        brand: Of the controller; "" takes that of the file's ending, or of the program's group.
        cell: Whose names the numbers mean; None takes a stand-in with six axes (text only).
        group: Motion group; "" takes the only one of that brand.

    Raises:
        BadInput: The file cannot be read, or means nothing without a cell.
    """
    named = brand_named(brand) if brand else None
    if is_program(path):
        if cell is None:
            raise BadInput("a program names what its cell has", file=str(path), expected="--cell")
        program = cell_program(path, cell)
        if group not in ("", program.group):
            raise BadInput(f"is the program of group {program.group}, not {group}", file=str(path))
        own = cell.groups[program.group].controller.brand
        chosen = named or brand_named(own)
        if own != chosen.name:
            raise BadInput(f"the controller of group {program.group} is {own}", file=str(path))
        return Linted(_with_source(chosen.lint(program, cell)), program.notes)
    chosen = named or brand_of_suffix(path)
    if cell is not None:
        result = text_result(path, chosen, cell, group)
        return Linted(_with_source(chosen.lint(result.program, cell)), result.notes)
    number = _NUMBERED.fullmatch(path.name)
    files = load_text(path, chosen)
    main = files[path.name].decode("utf-8", "replace")
    alone = stand_in(chosen.name, int(number[1]) if number else 0, main)
    if chosen.declares is not None:
        alone = chosen.declares(alone, files)
    result = text_result(path, chosen, alone, GROUP)
    found = _without_cell(_with_source(chosen.lint(result.program, alone)), result)
    return Linted(found, (*result.notes, "no cell: names, tool masses and places not looked at"))


def is_program(path: Path) -> bool:
    """Return whether a path has the name of a program file of a cell."""
    return path.name.endswith(SUFFIX)


def cell_program(path: Path, cell: Cell) -> Program:
    """Return a program file as its controller would run it: features resolved, grips as signals."""
    program = resolve_features(load_program(path, cell), cell)
    if program.group not in cell.groups:
        raise UnknownName("group", program.group, cell.groups, file=str(path), line=1)
    return lower(program, cell)


def text_result(path: Path, brand: Brand | None, cell: Cell, group: str) -> ReadResult:
    """Return what a file of controller text means; the files of the same program are read too.

    Raises:
        BadInput: Not text of a known brand, or another file beside it is the main program.
    """
    chosen = brand or brand_of_suffix(path)
    name = group or group_of(cell, chosen.name)
    result = chosen.read(load_text(path, chosen), cell, name)
    read = Path(result.program.file)
    same_kind = read.suffix.lower() == path.suffix.lower()
    if same_kind and read.stem.lower() != path.stem.lower():
        raise BadInput(
            f"the cell's number makes {read.name} beside it the main program",
            file=str(path),
            expected="the main program, or a folder of its own",
        )
    return result


def brand_of_suffix(path: Path, programs: bool = True) -> Brand:
    """Return the brand whose files end so; BadInput where there is none.

    programs: Whether a program file would be taken too where it is asked, which is then said.
    """
    for brand in BRANDS.values():
        if path.suffix.lower() in brand.extensions:
            return brand
    known = sorted(e for brand in BRANDS.values() for e in brand.extensions)
    raise BadInput(
        f"no controller language has files named '{path.suffix}'",
        file=str(path),
        expected=", ".join((*known, SUFFIX) if programs else known),
    )


def _with_source(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings whose facts are their source alone: the subject says the rest."""
    kept = ("source",)
    return tuple(
        replace(f, facts={key: f.facts[key] for key in kept if f.facts.get(key)}) for f in findings
    )


def _without_cell(findings: tuple[Finding, ...], result: ReadResult) -> tuple[Finding, ...]:
    """Return findings in which a line that only lacks its cell is not checked, not wrong."""
    lacking = {
        raw.line: raw.reason
        for raw in result.raw_lines
        if any(reason in raw.reason for reason in _CELL_IS_MISSING)
    }
    return tuple(
        replace(
            f,
            rule="lint-needs-cell",
            severity=Severity.NOTE,
            facts={"source": SOURCES["needs-cell"]},
            subject=f"{GROUP} not looked at without --cell: {lacking[f.line]}",
        )
        if f.rule == "lint-not-understood" and f.line in lacking
        else f
        for f in findings
    )
