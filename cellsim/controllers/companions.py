"""The files of a folder that belong to one file: those it calls, over others too, and tables."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

from cellsim.controllers.reading.source import MAX_BYTES
from cellsim.errors import BadInput


def tables_beside(path: Path, names: Set[str]) -> dict[str, bytes]:
    """Return the files beside a file that have one of these names (upper case)."""
    tables = (t for t in path.parent.iterdir() if t.name.upper() in names)
    return {table.name: bytes_of(table) for table in sorted(tables) if table.is_file()}


def with_called(
    loaded: dict[str, bytes], others: list[Path], calls: Callable[[bytes], frozenset[str]]
) -> dict[str, bytes]:
    """Return the files with those of the programs they call, over others too."""
    by_stem = {other.stem.upper(): other for other in others}
    waiting = list(loaded.values())
    while waiting and len(loaded) < 500:
        for name in sorted(calls(waiting.pop(0))):
            other = by_stem.pop(name, None)
            if other is not None:
                loaded[other.name] = bytes_of(other)
                waiting.append(loaded[other.name])
    return loaded


def bytes_of(path: Path) -> bytes:
    """Return a file's bytes; BadInput where it is too large."""
    if path.stat().st_size > MAX_BYTES:
        raise BadInput(f"file larger than {MAX_BYTES} bytes", file=path.name)
    return path.read_bytes()
