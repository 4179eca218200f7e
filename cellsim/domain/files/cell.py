"""Cells: cell.yaml, a variant laid over it, what-if settings, and the one checked noun."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from cellsim.domain.canonical import digest
from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.files import cellbuild as build
from cellsim.domain.files.cellcheck import (
    check_clocks,
    check_names,
    check_rules,
    check_waivers,
    parents_of,
)
from cellsim.domain.files.celltext import CellText, WaiversText
from cellsim.domain.files.data import find_data
from cellsim.domain.files.groupbuild import group_of
from cellsim.domain.files.merge import lay_over, set_values
from cellsim.domain.files.movercheck import check_movers
from cellsim.domain.files.portcheck import check_ports
from cellsim.domain.files.task import SUFFIX
from cellsim.domain.files.yamltext import (
    Document,
    check_format,
    load_yaml,
    parse_yaml,
    read_text,
    shown,
    validate,
)
from cellsim.errors import BadInput, UnknownName
from cellsim.units import mm

CELL_FILE = "cell.yaml"
WAIVERS_FILE = "waivers.yaml"


def cell_folder(path: str | Path) -> Path:
    """Return the folder of a cell given by folder, by its cell.yaml or by name."""
    place = Path(path)
    if place.name == CELL_FILE:
        place = place.parent
    if place.is_dir() or "/" in str(path):
        if not (place / CELL_FILE).is_file():
            raise BadInput(f"no {CELL_FILE} in it", file=shown(place), expected="a cell folder")
        return place
    return find_data("cells", str(path))


def load_cell(path: str | Path, variant: str | None = None, overrides: Sequence[str] = ()) -> Cell:
    """Load one variant of a cell, complete.

    Args:
        path: Cell folder, its cell.yaml, or the name of a shipped cell.
        variant: Variant name; None takes the first one listed.
        overrides: "carrier.xyz_mm=2500,0,0": what if, without editing a file.

    Errors: BadInput, UnknownName, TooNew, each with file, line, column.
    """
    folder = cell_folder(path)
    document = _document(folder / CELL_FILE)
    check_format(document, "cell", 1)
    names = _variants(document)
    chosen = names[0] if variant is None and names else (variant or "")
    if chosen:
        document = lay_over(document, _variant(folder, chosen, names, document))
    document = set_values(document, overrides)
    text = validate(document, CellText)
    check_names(text, document.lines)
    check_waivers(text.waivers, document.lines)
    check_movers(text, parents_of(text), document.lines)
    cell = _cell(text, document, folder, chosen)
    check_ports(cell, document.lines)
    check_rules(cell, document.lines)
    check_clocks(cell, document.lines)
    return replace(cell, hash=digest(cell))


def _document(file: Path) -> Document:
    return parse_yaml(read_text(file), shown(file))


def _variants(document: Document) -> tuple[str, ...]:
    """Return the listed variants; the cell itself is checked with its variant laid over."""
    data = document.data.get("variants", []) if isinstance(document.data, dict) else []
    return tuple(str(name) for name in data) if isinstance(data, list) else ()


def _variant(folder: Path, name: str, names: tuple[str, ...], document: Document) -> Document:
    """Return the variant's document; one that has a file but is not listed is welcome."""
    file = folder / "variants" / f"{name}.yaml"
    plain = "/" not in name and ".." not in name
    if not plain or not file.is_file():
        there = sorted({*names, *(p.stem for p in (folder / "variants").glob("*.yaml"))})
        place = document.lines.at("variants") if name in names else None
        at = (shown(folder), 0, 0) if place is None else place
        raise UnknownName("variant", name, there, file=at[0], line=at[1], column=at[2])
    over = _document(file)
    check_format(over, "variant", 1)
    return over


def _cell(text: CellText, document: Document, folder: Path, variant: str) -> Cell:
    lines = document.lines
    files = sorted(folder.glob(f"*{SUFFIX}"))
    fixtures = {n: build.fixture_of(n, f, folder, lines) for n, f in text.fixtures.items()}
    listed = tuple(path.stem for path in sorted((folder / "variants").glob("*.yaml")))
    variants = (*text.variants, *(name for name in listed if name not in text.variants))
    waivers = (*(build.waiver_of(w) for w in text.waivers), *_waivers(folder))
    _refuse_unknown_variants(waivers, variants)
    return Cell(
        name=text.name,
        variant=variant,
        groups={n: group_of(n, g, folder, lines) for n, g in text.groups.items()},
        tools={n: build.tool_of(n, t, folder, lines) for n, t in text.tools.items()},
        parts={n: build.part_of(n, p, folder, lines, fixtures) for n, p in text.parts.items()},
        fixtures=fixtures,
        frames={n: build.frame_of(n, f) for n, f in text.frames.items()},
        signals={n: build.signal_of(n, s) for n, s in text.signals.items()},
        devices={n: build.device_of(n, d) for n, d in text.devices.items()},
        clearance_m=text.clearance_mm * mm,
        self_clearance_m=text.self_clearance_mm * mm,
        near_miss_m=text.near_miss_mm * mm,
        pair_rules=tuple(build.rule_of(rule) for rule in text.pair_rules),
        takt_s=text.takt_s,
        waivers=waivers,
        tasks=tuple(path.name.removesuffix(SUFFIX) for path in files),
        path=str(folder),
        variants=variants,
        notes=text.notes,
        clocks=tuple(build.clock_of(clock) for clock in text.clocks),
    )


def _refuse_unknown_variants(waivers: Iterable[Waiver], variants: Sequence[str]) -> None:
    """Refuse a waiver for a variant that the cell does not have: it would never accept."""
    for waiver in waivers:
        if waiver.variant and not any(fnmatchcase(v, waiver.variant) for v in variants):
            raise UnknownName("variant", waiver.variant, variants, file=WAIVERS_FILE)


def _waivers(folder: Path) -> tuple[Waiver, ...]:
    if not (folder / WAIVERS_FILE).is_file():
        return ()
    text, lines = load_yaml(folder / WAIVERS_FILE, WaiversText)
    check_waivers(text.waivers, lines)
    return tuple(build.waiver_of(item) for item in text.waivers)
