"""A new cell folder, started from a shipped one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from cellsim.domain.files.cell import CELL_FILE, cell_folder
from cellsim.domain.files.data import data_names
from cellsim.errors import BadInput

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_NAME_LINE = re.compile(r"^name:.*$", re.MULTILINE)


def new_cell(folder: Path, like: str) -> Path:
    """Copy a cell into a new folder under its own name, without its saved programs.

    Args:
        folder: Folder to make; its last part becomes the cell's name.
        like: Name or folder of the cell to start from.

    Errors: BadInput where the folder exists or its name is no cell name.
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
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        shutil.copytree(source, fresh / "new", ignore=shutil.ignore_patterns("programs", "*.py"))
        text = (fresh / "new" / CELL_FILE).read_text(encoding="utf-8")
        text = _NAME_LINE.sub(f"name: {folder.name}", text, count=1)
        (fresh / "new" / CELL_FILE).write_text(text, encoding="utf-8")
        os.replace(fresh / "new", folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder
