"""The manifest of a release: every file with its hash and format, and every folder of a whole.

A manifest of files lies in each release folder; a manifest of releases lies above them, so that a
variant that is gone, or came from elsewhere, is noticed. Releases older than it have none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cellsim.errors import BadInput, TooNew

MANIFEST = "manifest.json"
FORMAT = "cellsim/manifest@1"
LARGEST = 20_000_000
_NAMED = rb"(cellsim/[a-z]+@\d{1,6})"
_WRITTEN = re.compile(rb'^ ?"?format"?: "?' + _NAMED + rb'"?,?\s*$', re.MULTILINE)
_PACKED = re.compile(rb'\A\{[^\n]{0,4000}?"format":"' + _NAMED + rb'"')
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FileEntry(_Strict):
    """One file: its hash, its size, and the format it says it has ("" = it says none)."""

    sha256: Hash
    size: int = Field(ge=0)
    format: str = Field(max_length=100)


class Manifest(_Strict):
    """A manifest file: of the files of one release, or of the releases below a folder."""

    format: Literal["cellsim/manifest@1"]
    files: dict[str, FileEntry] = Field(default={}, max_length=100_000)
    releases: dict[str, Hash] = Field(default={}, max_length=10_000)


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of the files of one release."""
    entries = {
        name: {"sha256": _hash(data), "size": len(data), "format": format_of(data)}
        for name, data in sorted(files.items())
    }
    return _dump({"format": FORMAT, "files": entries})


def format_of(data: bytes) -> str:
    """Return the format that a file of ours names, "" for any other."""
    found = _PACKED.match(data) or _WRITTEN.search(data)
    return found[1].decode() if found else ""


def schema_text() -> str:
    """Return the JSON Schema of a manifest."""
    schema = Manifest.model_json_schema() | {"title": FORMAT}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, sort_keys=True)


def whole_manifest(root: Path, made: Sequence[str]) -> bytes:
    """Return the manifest of the releases below a folder: those made now, and those it had."""
    known = dict(_load(root / MANIFEST).releases) if (root / MANIFEST).is_file() else {}
    known = {name: value for name, value in known.items() if (root / name).is_dir()}
    known |= {name: _hash((root / name / MANIFEST).read_bytes()) for name in made}
    return _dump({"format": FORMAT, "releases": dict(sorted(known.items()))})


def file_problems(folder: Path, certified: Mapping[str, str]) -> list[str]:
    """Say which files of a release are not those of its manifest.

    Args:
        certified: The files that its certificate names; what is said of them is not said again.
    """
    place = folder / MANIFEST
    if not place.is_file():
        return [f"{MANIFEST} is missing"]
    told = _load(place).files
    found = [f"{name} is not in {MANIFEST}" for name in sorted(set(certified) - set(told))]
    for name, entry in sorted(told.items()):
        if name in certified and entry.sha256 != certified[name]:
            found.append(f"{name} has another hash in {MANIFEST} than in the certificate")
        elif name not in certified and not (folder / name).is_file():
            found.append(f"{name} is missing")
        elif name not in certified and _hash((folder / name).read_bytes()) != entry.sha256:
            found.append(f"{name} is not the file of {MANIFEST}")
    there = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())
    known = {MANIFEST, *told, *certified}
    return found + [f"{name} was added after the release" for name in there if name not in known]


def release_problems(root: Path, found: Sequence[Path]) -> list[str]:
    """Say which releases below a folder are missing, exchanged, or not of its manifest.

    Args:
        found: The release folders that are there.
    """
    if not (root / MANIFEST).is_file():
        return []
    told = _load(root / MANIFEST).releases
    there = {p.relative_to(root).as_posix(): p for p in found if p != root}
    problems = [f"{name} is missing" for name in sorted(set(told) - set(there))]
    if told:
        problems += [f"{name} is not in {MANIFEST}" for name in sorted(set(there) - set(told))]
    for name in sorted(set(told) & set(there)):
        place = there[name] / MANIFEST
        if not place.is_file() or _hash(place.read_bytes()) != told[name]:
            problems.append(f"{name} is not the release of {MANIFEST}")
    return problems


def _load(place: Path) -> Manifest:
    """Return a manifest; BadInput where it is none, or a name in it leads out of its folder."""
    if place.stat().st_size > LARGEST:
        raise BadInput(f"manifest larger than {LARGEST // 1_000_000} MB", file=str(place))
    try:
        data = json.loads(place.read_bytes())
        version = data.get("format") if isinstance(data, dict) else None
        if (
            isinstance(version, str)
            and version.startswith("cellsim/manifest@")
            and version != FORMAT
        ):
            raise TooNew(f"format {version} is not known", file=str(place), expected=FORMAT)
        manifest = Manifest.model_validate(data)
    except (ValueError, RecursionError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise BadInput(f"not a manifest: {told}", file=str(place), expected=FORMAT) from None
    for name in (*manifest.files, *manifest.releases):
        parts = name.split("/")
        if not all(parts) or {".", ".."} & set(parts) or "\\" in name or ":" in name:
            raise BadInput(f"path leaves the folder: {name!r}", file=str(place))
    return manifest


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _dump(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
