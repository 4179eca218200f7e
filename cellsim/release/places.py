"""What lies in a folder: the releases below it, and what belongs to none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cellsim.errors import BadInput
from cellsim.release.exports.files import FOLDER
from cellsim.release.manifest import MANIFEST
from cellsim.release.proof import PROOF

CERTIFICATE = "certificate.json"
MOST_FOLDERS = 20_000
_NEAR = 2
_PARTS = ("text", "plan", PROOF)
_REPORTS = ("report.json", "report.md")
_BESIDE = (CERTIFICATE, MANIFEST, *_REPORTS)


def releases_below(root: Path) -> tuple[list[Path], list[Path]]:
    """Return the release folders below a folder, and those that look like one without certificate.

    Hidden folders, links and what lies inside a release are not gone into.

    Raises:
        BadInput: More than MOST_FOLDERS folders: that is no folder of releases.
    """
    found: list[Path] = []
    bare: list[Path] = []
    for number, (place, folders, files) in enumerate(os.walk(root)):
        if number >= MOST_FOLDERS:
            raise BadInput(
                f"more than {MOST_FOLDERS} folders below it", file=str(root),
                expected="a release folder, or one that holds releases",
            )  # fmt: skip
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here, depth = Path(place), len(Path(place).relative_to(root).parts)
        if CERTIFICATE in files:
            found.append(here)
            folders.clear()
        elif sum(name in (*folders, *files) for name in _PARTS) > (0 if depth <= _NEAR else 1):
            bare.append(here)
            folders.clear()
    return sorted(found), sorted(bare)


def links(folder: Path) -> Iterator[str]:
    """Yield what is no file and no folder of a release: a link says tomorrow what is not here."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            yield f"{name} is a link: a release holds files alone"
        elif not path.is_dir() and not path.is_file():
            yield f"{name} is no file"


def added(folder: Path, certified: Mapping[str, str]) -> Iterator[str]:
    """Yield the files of a release without a manifest that its certificate does not name."""
    for path in sorted(p for p in folder.rglob("*") if not p.is_dir()):
        name = path.relative_to(folder).as_posix()
        sheet = name.startswith("load_sheet.") and path.suffix in (".txt", ".html")
        if name not in certified and name not in _BESIDE and not sheet:
            yield f"{name} was added after the release"


def misplaced(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the files of a certificate that stand where no release has any: nothing reads them."""
    inputs = ("inputs", "cells", body["cell"])
    for name in sorted(body["files"]):
        parts = tuple(name.split("/"))
        known = name in _REPORTS or (len(parts) == 1 and name.endswith(".proof"))
        known = known or (parts[0] == FOLDER and len(parts) == 2)
        known = known or (parts[:3] == inputs and len(parts) > 3)
        if parts[0] == "text":
            known = len(parts) == 3 and parts[1] in body["groups"]
        if parts[0] == "plan":
            known = parts[1:] in {(f"{group}.program.yaml",) for group in body["groups"]}
        if not known or not all(parts) or "." in parts:
            yield f"{name} is no file of a release: nothing reads it"


def unwritten(
    there: Mapping[str, Mapping[str, bytes]], wanted: Mapping[str, Mapping[str, bytes]]
) -> Iterator[str]:
    """Yield text files that the plan is not written as: what no reader looks at may be loaded too.

    Args:
        there: Group to file name to bytes, as they lie in the folder. wanted: As written anew.
    """
    for group, files in sorted(there.items()):
        for name in sorted(set(files) - set(wanted.get(group, {}))):
            yield f"text/{group}/{name} is no file that the plan is written as"
