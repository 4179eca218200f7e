"""Each value of a cell changed alone: the report with a warm cache held to that without."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cellsim.cache import Cache
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.data import find_data
from cellsim.domain.files.yamltext import parse_yaml
from cellsim.errors import CellsimError
from cellsim.simulate.kept import forget_runs
from cellsim.sweep import verify_cell
from cellsim.verify.render import render

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Change:
    """One value of a file: where it stands, and the field it is (its path without numbers)."""

    file: Path
    line: int
    column: int
    old: str
    new: str
    field: str


def copy_of(name: str, to: Path) -> Path:
    """Return a copy of a shipped cell with the folders of its robots in it."""
    place = to / name
    shutil.copytree(find_data("cells", name), place)
    cell = load_cell(place)
    for group in cell.groups.values():
        for robot in (group.robot, *(e.robot for e in group.externals)):
            if not (place / "robots" / robot.name).is_dir():
                shutil.copytree(find_data("robots", robot.name), place / "robots" / robot.name)
    return place


def changes_of(cell: Path, seed: int) -> Iterator[Change]:
    """Yield one change of each field of each YAML file of a cell, of instances one by chance."""
    chosen = random.Random(seed)
    for file in sorted(cell.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        document = parse_yaml(text, file.name)
        rows = text.splitlines()
        by_field: dict[str, list[Change]] = {}
        for path, value in _leaves(document.data):
            place = document.lines.places[path]
            rest = rows[place.line - 1][place.column - 1 :]
            # The value of a key is placed where the key stands.
            key = re.match(r"[^:]+:\s+", rest) if isinstance(path[-1], str) else None
            begin = key.end() if key else 0
            told = _other(rest[begin:], value)
            if told is None:
                continue
            field = ".".join("#" if isinstance(key, int) else str(key) for key in path)
            kind = f"{file.relative_to(cell).as_posix()} {field}"
            made = Change(file, place.line, place.column + begin, *told, kind)
            by_field.setdefault(kind, []).append(made)
        for some in by_field.values():
            yield chosen.choice(some)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number))
    else:
        yield path, value


def _other(rest: str, value: Any) -> tuple[str, str] | None:
    """Return (as it is written, written otherwise); None for what has no value near to it."""
    if isinstance(value, bool):
        word = "true" if value else "false"
        return (word, "false" if value else "true") if rest.startswith(word) else None
    number = _NUMBER.match(rest)
    if isinstance(value, int | float) and number is not None:
        step = 1 if isinstance(value, int) else max(abs(value) * 0.004, 0.0005)
        return number[0], f"{value + step:g}" if isinstance(value, int) else f"{value + step:.6f}"
    if isinstance(value, str) and (found := re.match(r"([\w-]+) (\d+\.?\d*) (\w+|%)", rest)):
        return found[0], f"{found[1]} {float(found[2]) * 0.98:.4f} {found[3]}"
    if isinstance(value, str) and (found := re.match(r"(\d+\.?\d*) (\w+/?\w*|%)", rest)):
        return found[0], f"{float(found[1]) * 0.98:.4f} {found[2]}"
    return None


def written(change: Change) -> str:
    """Return the text of a file with one value changed."""
    rows = change.file.read_text(encoding="utf-8").split("\n")
    row, at = rows[change.line - 1], change.column - 1
    assert row[at:].startswith(change.old), (row, change)
    rows[change.line - 1] = row[:at] + change.new + row[at + len(change.old) :]
    return "\n".join(rows)


def moved_corner(data: bytes, seed: int) -> bytes:
    """Return a binary STL with one corner of all triangles that have it a little elsewhere."""
    head, body = data[:84], bytearray(data[84:])
    rows = np.frombuffer(bytes(body), dtype="<f4,<f4,<f4,(3,3)<f4,<u2")
    corners = rows["f3"].copy()
    picked = corners.reshape(-1, 3)[seed % (3 * len(rows))].copy()
    corners[(corners == picked).all(axis=2)] += np.float32(0.002 * max(1.0, abs(picked).max()))
    changed = rows.copy()
    changed["f3"] = corners
    return head + changed.tobytes()


def told(cell: Path, cache: Cache | None, variants: tuple[str, ...], **asked: Any) -> str:
    """Return what verify says of a cell: its report as JSON, or the error.

    Without a cache nothing of a run before is at hand either.
    """
    if cache is None:
        forget_runs()
    try:
        runs = verify_cell(cell, variants, cache=cache, **asked)
    except CellsimError as error:
        return f"{type(error).__name__}: {error}"
    return render([run.report for run in runs], "json")
