"""Where robots and cells are found: CELLSIM_PATH, the checkout, the installed package."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from cellsim.errors import UnknownName

DataKind = Literal["robots", "cells"]
_FILE = {"robots": "robot.yaml", "cells": "cell.yaml"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,79}\Z")


def data_folders(kind: DataKind) -> tuple[Path, ...]:
    """Return the folders that may hold data of a kind, first found wins.

    Order: the entries of CELLSIM_PATH (each may hold `robots/` and `cells/`), the folder beside
    the package (a checkout), the folder inside the package (an installation).
    """
    package = Path(__file__).resolve().parents[2]
    entries = [Path(e) for e in os.environ.get("CELLSIM_PATH", "").split(os.pathsep) if e]
    candidates = [*(entry / kind for entry in entries), package.parent / kind, package / kind]
    return tuple(folder for folder in candidates if folder.is_dir())


def data_names(kind: DataKind) -> tuple[str, ...]:
    """Return every name that `find_data` finds, sorted."""
    return tuple(sorted({path.name for path in _all(kind)}))


def find_data(kind: DataKind, name: str) -> Path:
    """Return the folder of a robot or a cell by its name.

    Errors: UnknownName with the nearest name, also for a name that is a path.
    """
    if _NAME.match(name):
        for folder in data_folders(kind):
            if (folder / name / _FILE[kind]).is_file():
                return folder / name
    raise UnknownName(kind.removesuffix("s"), name, data_names(kind))


def _all(kind: DataKind) -> Iterator[Path]:
    for folder in data_folders(kind):
        for path in folder.iterdir():
            if _NAME.match(path.name) and (path / _FILE[kind]).is_file():
                yield path
