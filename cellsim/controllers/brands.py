"""The brands, each with its writer, reader, motion rules, print grid and lint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from cellsim.controllers.abb.alone import with_declared as abb_declared
from cellsim.controllers.abb.lint import lint as abb_lint
from cellsim.controllers.abb.motion import rules as abb_rules
from cellsim.controllers.abb.pgf import module_stems as abb_modules
from cellsim.controllers.abb.quantise import quantise as abb_quantise
from cellsim.controllers.abb.read import read as abb_read
from cellsim.controllers.abb.write import write as abb_write
from cellsim.controllers.companions import bytes_of, tables_beside, with_called
from cellsim.controllers.fanuc.backup import NAMES as FANUC_TABLES
from cellsim.controllers.fanuc.lint import lint as fanuc_lint
from cellsim.controllers.fanuc.macros import names_in as fanuc_calls
from cellsim.controllers.fanuc.motion import rules as fanuc_rules
from cellsim.controllers.fanuc.quantise import quantise as fanuc_quantise
from cellsim.controllers.fanuc.read import read as fanuc_read
from cellsim.controllers.fanuc.write import write as fanuc_write
from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.hyundai.lint import lint as hyundai_lint
from cellsim.controllers.hyundai.motion import rules as hyundai_rules
from cellsim.controllers.hyundai.quantise import quantise as hyundai_quantise
from cellsim.controllers.hyundai.read import read as hyundai_read
from cellsim.controllers.hyundai.write import write as hyundai_write
from cellsim.controllers.kuka.lint import lint as kuka_lint
from cellsim.controllers.kuka.motion import rules as kuka_rules
from cellsim.controllers.kuka.quantise import quantise as kuka_quantise
from cellsim.controllers.kuka.read import read as kuka_read
from cellsim.controllers.kuka.write import write as kuka_write
from cellsim.controllers.text import ReadResult, TextProgram
from cellsim.controllers.ur.lint import lint as ur_lint
from cellsim.controllers.ur.motion import rules as ur_rules
from cellsim.controllers.ur.quantise import quantise as ur_quantise
from cellsim.controllers.ur.read import read as ur_read
from cellsim.controllers.ur.write import write as ur_write
from cellsim.controllers.yaskawa.jobfile import called_names as yaskawa_calls
from cellsim.controllers.yaskawa.lint import lint as yaskawa_lint
from cellsim.controllers.yaskawa.motion import rules as yaskawa_rules
from cellsim.controllers.yaskawa.quantise import quantise as yaskawa_quantise
from cellsim.controllers.yaskawa.read import read as yaskawa_read
from cellsim.controllers.yaskawa.write import write as yaskawa_write
from cellsim.domain.cell import Cell
from cellsim.domain.controller import Controller, MotionRules
from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.domain.report import Finding
from cellsim.errors import BadInput, UnknownName

Write = Callable[[Program, Cell], TextProgram]
Lint = Callable[[Program, Cell], tuple[Finding, ...]]


@dataclass(frozen=True)
class Brand:
    """One controller language.

    Attributes:
        name: Folder name. title: As people say it.
        extensions: Of its files, lower case.
        write: Lowered program to text. read: Text to program. rules: How it moves.
        quantise: Program rounded to what its text can say, before it is planned and verified.
        lint: What its controller would reject or change in a program.
        calls: Stems (upper case) of the files that a file calls or lists: each a file of its own.
        beside: Names (upper case) of tables of a backup that belong to every file in their folder.
        declares: A stand-in cell with the tools and frames that a text itself declares.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    write: Write
    read: Callable[[Mapping[str, bytes], Cell, str], ReadResult]
    rules: Callable[[Controller], MotionRules]
    quantise: Callable[[Program, Cell], Program]
    lint: Lint
    calls: Callable[[bytes], frozenset[str]] | None = None
    declares: Callable[[Cell, Mapping[str, bytes]], Cell] | None = None
    beside: frozenset[str] = frozenset()


def _linted(write: Write, lint: Lint) -> Write:
    """Return a writer whose notes repeat what the lint of its brand finds."""

    def both(program: Program, cell: Cell) -> TextProgram:
        text = write(program, cell)
        found = [
            f"line {f.line}: {f.facts['what']}" if f.line else str(f.facts["what"])
            for f in lint(program, cell)
        ]
        return replace(text, notes=(*text.notes, *found))

    return seldom_collected(both)


_TABLE = (
    Brand(
        "abb",
        "ABB RAPID (RobotWare 6 and 7)",
        (".mod", ".pgf", ".sys", ".modx", ".sysx"),
        _linted(abb_write, abb_lint),
        abb_read,
        abb_rules,
        abb_quantise,
        abb_lint,
        abb_modules,
        abb_declared,
    ),
    Brand(
        "fanuc",
        "FANUC TP (R-30iB)",
        (".ls",),
        _linted(fanuc_write, fanuc_lint),
        fanuc_read,
        fanuc_rules,
        fanuc_quantise,
        fanuc_lint,
        fanuc_calls,
        beside=FANUC_TABLES,
    ),
    Brand(
        "hyundai",
        "Hyundai HRScript (Hi6)",
        (".job",),
        _linted(hyundai_write, hyundai_lint),
        hyundai_read,
        hyundai_rules,
        hyundai_quantise,
        hyundai_lint,
    ),
    Brand(
        "kuka",
        "KUKA KRL (KRC4, KRC5)",
        (".src", ".dat"),
        _linted(kuka_write, kuka_lint),
        kuka_read,
        kuka_rules,
        kuka_quantise,
        kuka_lint,
    ),
    Brand(
        "ur",
        "Universal Robots URScript (e-Series)",
        (".script",),
        _linted(ur_write, ur_lint),
        ur_read,
        ur_rules,
        ur_quantise,
        ur_lint,
    ),
    Brand(
        "yaskawa",
        "Yaskawa INFORM (DX100, DX200, YRC1000)",
        (".jbi",),
        _linted(yaskawa_write, yaskawa_lint),
        yaskawa_read,
        yaskawa_rules,
        yaskawa_quantise,
        yaskawa_lint,
        yaskawa_calls,
    ),
)
BRANDS: Mapping[str, Brand] = MappingProxyType({brand.name: brand for brand in _TABLE})


# What programmers call the languages.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"rapid": "abb", "tp": "fanuc", "hrscript": "hyundai", "krl": "kuka", "urscript": "ur",
     "inform": "yaskawa"}
)  # fmt: skip


def brand_named(name: str) -> Brand:
    """Return a brand by its name or its language's ("rapid"); UnknownName says which there are."""
    name = LANGUAGES.get(name.lower(), name)
    if name not in BRANDS:
        raise UnknownName("controller brand", name, BRANDS)
    return BRANDS[name]


def brand_of(cell: Cell, group: str) -> Brand:
    """Return the brand of a group's controller."""
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    return brand_named(cell.groups[group].controller.brand)


def rules_of(cell: Cell) -> dict[str, MotionRules]:
    """Return the motion rules of every group of a cell."""
    return {name: _rules(group.controller) for name, group in cell.groups.items()}


def _rules(controller: Controller) -> MotionRules:
    """Return the rules of a controller; what readings on it confirmed is not assumed any more."""
    rules = brand_named(controller.brand).rules(controller)
    if not controller.confirmed:
        return rules
    known = controller.confirmed
    conventions = tuple(
        replace(c, evidence="measured", source=known[c.id])
        if c.id in known and c.evidence == "assumed"
        else c
        for c in rules.conventions
    )
    return replace(rules, conventions=conventions)


def quantise(program: Program, cell: Cell) -> Program:
    """Return a program rounded to what its group's controller text can say."""
    return brand_of(cell, program.group).quantise(program, cell)


def write(program: Program, cell: Cell) -> TextProgram:
    """Return a lowered program as text of its group's controller."""
    return brand_of(cell, program.group).write(program, cell)


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return what a program's controller would reject or change."""
    return brand_of(cell, program.group).lint(program, cell)


def read_result(
    files: Mapping[str, bytes], cell: Cell, group: str, brand: str | None = None
) -> ReadResult:
    """Read controller text, with its coverage and what was not understood."""
    found = brand_named(brand) if brand else brand_of(cell, group)
    return found.read(files, cell, group)


def read_files(
    files: str | Path | Mapping[str, bytes], cell: Cell, group: str, brand: str | None = None
) -> Job:
    """Read controller text into a job with one program.

    Args:
        files: A file (those beside it with its stem are read too), or file name to bytes.
        cell: The cell whose names the numbers mean. group: Group it is for; "" takes the only
            group of that brand. brand: None takes the group's own.
    """
    group = group or group_of(cell, brand)
    chosen = brand_named(brand) if brand else brand_of(cell, group)
    given = load_text(Path(files), chosen) if isinstance(files, str | Path) else files
    return job_of(read_result(given, cell, group, chosen.name), cell, chosen)


def job_of(result: ReadResult, cell: Cell, brand: Brand) -> Job:
    """Return the job of a program that was read from text of a brand."""
    program = result.program
    rules = {program.group: brand.rules(cell.groups[program.group].controller)}
    return Job(program.name, cell, {program.group: program}, rules)


def group_of(cell: Cell, brand: str | None) -> str:
    """Return the only group of a brand (None: of the cell); BadInput where it must be named."""
    brand = LANGUAGES.get(brand.lower(), brand) if brand else brand
    fits = [n for n, g in cell.groups.items() if brand is None or g.controller.brand == brand]
    if not fits:
        there = ", ".join(f"{n} ({g.controller.brand})" for n, g in cell.groups.items())
        raise BadInput(
            f"no group of cell {cell.name} has {brand} as its controller;"
            f" there is: {there or 'none'}",
            expected=f"a cell with a controller of {brand}",
        )
    if len(fits) != 1:
        what = f"group not named; fits: {', '.join(fits)}"
        raise BadInput(what, expected=f"--group {fits[0]}, say")
    return fits[0]


def load_text(path: Path, brand: Brand) -> dict[str, bytes]:
    """Return the file and its companions: same stem, called, or a job file in the same folder."""
    if not path.is_file():
        raise BadInput(
            "is a folder" if path.is_dir() else "no such file",
            file=str(path),
            expected="a file" if path.is_dir() else "",
        )
    if path.suffix.lower() not in brand.extensions:
        raise BadInput(
            f"'{path.suffix}' is no text of {brand.title}", file=str(path),
            expected=f"a {brand.extensions[0]} file",
        )  # fmt: skip
    loaded = {path.name: bytes_of(path)}
    others = [
        other
        for other in sorted(path.parent.iterdir())
        if other.suffix.lower() in brand.extensions and other.name != path.name
    ]
    if brand.calls is not None:
        return with_called(loaded, others, brand.calls) | tables_beside(path, brand.beside)
    for other in others[:500]:
        if other.stem.lower() == path.stem.lower() or brand.name == "hyundai":
            loaded[other.name] = bytes_of(other)
    return loaded
