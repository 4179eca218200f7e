"""A new cell folder, started from a shipped one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from cellsim.domain.files.cell import CELL_FILE, WAIVERS_FILE, cell_folder
from cellsim.domain.files.data import data_names
from cellsim.domain.files.yamltext import Document, parse_yaml, read_text
from cellsim.errors import BadInput

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_NAME_LINE = re.compile(r"^name:.*$", re.MULTILINE)
_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""


def new_cell(folder: Path, like: str) -> Path:
    """Copy a cell into a new folder under its own name, without its saved programs.

    Its waivers come along without their authors: what somebody accepted for another cell is open
    here until a person signs it.

    Args:
        folder: Folder to make; its last part becomes the cell's name.
        like: Name or folder of the cell to start from.

    Errors: BadInput where the folder exists, its name is no cell name, or a waiver's author cannot
        be taken out.
    """
    source = cell_folder(like)
    if not _NAME.fullmatch(folder.name):
        raise BadInput(f"'{folder.name}' is no cell name", expected="letters, digits, _ and -")
    if str(folder) == folder.name and folder.name in data_names("cells"):
        raise BadInput(
            f"'{folder.name}' is a shipped cell, which this folder would hide from its own name",
            expected="another name",
        )
    if folder.exists():
        raise BadInput("it exists already", file=str(folder), expected="a folder to make")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        told = f"cannot be made: {(error.strerror or '').lower()}"
        raise BadInput(told, file=str(folder)) from None
    try:
        made = fresh / "new"
        shutil.copytree(source, made, ignore=shutil.ignore_patterns("programs", "*.py"))
        text = (made / CELL_FILE).read_text(encoding="utf-8")
        text = _NAME_LINE.sub(f"name: {folder.name}", text, count=1)
        (made / CELL_FILE).write_text(text, encoding="utf-8")
        _unsign(made, source)
        os.replace(made, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def unsigned_rules(folder: Path) -> tuple[str, ...]:
    """Return the rules that waivers of a cell name without anybody having signed."""
    return tuple(rule for rule, author in _waivers(folder) if not author)


def _unsign(made: Path, source: Path) -> None:
    """Take the authors out of the waivers of a copy; raise where one is left."""
    for file in _files(made):
        document = parse_yaml(read_text(file), str(file))
        lines = read_text(file).splitlines(keepends=True)
        rows = enumerate(_rows(document))
        places = [(document.lines.at("waivers", k, "author"), row) for k, row in rows]
        for place, row in sorted(places, key=lambda p: p[0], reverse=True):
            line, at = lines[place.line - 1], place.column - 1
            value = re.escape(str(row.get("author", "")))
            author = rf"""(["']?author["']? *: *)({_QUOTED}|{value})"""
            lines[place.line - 1] = line[:at] + re.sub(author, r'\1""', line[at:], count=1)
        file.write_text("".join(lines), encoding="utf-8")
    signed = [f"{rule} ({author})" for rule, author in _waivers(made) if author]
    if signed:
        raise BadInput(
            f"the waiver of {signed[0]} cannot be copied without its author",
            file=str(source),
            expected="one key a line in its waivers",
        )


def _files(folder: Path) -> list[Path]:
    """Return the files of a cell folder that may hold waivers."""
    named = (folder / CELL_FILE, folder / WAIVERS_FILE, *sorted(folder.glob("variants/*.yaml")))
    return [file for file in named if file.is_file()]


def _waivers(folder: Path) -> list[tuple[str, str]]:
    """Return (rule, author) of every waiver in the files of a cell folder."""
    rows = [row for f in _files(folder) for row in _rows(parse_yaml(read_text(f), str(f)))]
    return [(str(row.get("rule", "")), str(row.get("author") or "")) for row in rows]


def _rows(document: Document) -> list[dict[str, object]]:
    rows = document.data.get("waivers") if isinstance(document.data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
