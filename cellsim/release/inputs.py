"""The inputs that a release carries, so that its certificate can be recomputed offline."""

from __future__ import annotations

from pathlib import Path

from cellsim.domain.cell import Cell
from cellsim.domain.files.data import find_data
from cellsim.errors import BadInput

SUFFIXES = (".yaml", ".stl", ".obj", ".urdf")
LARGEST = 50_000_000


def input_files(cell: Cell) -> dict[str, bytes]:
    """Return release path to bytes of the cell's own files, its robots inside its folder.

    The saved programs are not inputs of a release: its plan stands in `plan/`.
    """
    root = Path(cell.path)
    inside = f"inputs/cells/{cell.name}"
    files = {
        f"{inside}/{path.relative_to(root).as_posix()}": _bytes(path)
        for path in _files(root)
        if path.relative_to(root).parts[0] != "programs"
    }
    for name in sorted(_robots(cell)):
        if (root / "robots" / name).is_dir():
            continue
        folder = find_data("robots", name)
        for path in _files(folder):
            place = f"{inside}/robots/{name}/{path.relative_to(folder).as_posix()}"
            files[place] = _bytes(path)
    return files


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file())


def _robots(cell: Cell) -> set[str]:
    names = {group.robot.name for group in cell.groups.values()}
    return names | {e.robot.name for group in cell.groups.values() for e in group.externals}


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise BadInput(f"file larger than {LARGEST // 1_000_000} MB", file=str(path))
    return path.read_bytes()
