"""The inputs that a release carries, so that its certificate can be recomputed offline."""

from __future__ import annotations

from pathlib import Path

from cellsim.domain.cell import Cell
from cellsim.domain.files.data import find_data
from cellsim.errors import BadInput

SUFFIXES = (".yaml", ".stl", ".obj", ".urdf")
LARGEST = 50_000_000


def input_files(cell: Cell) -> dict[str, bytes]:
    """Return release path to bytes of the cell's own files and of its robots.

    The saved programs are not inputs of a release: its plan stands in `plan/`.
    """
    root = Path(cell.path)
    files: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix not in SUFFIXES or not path.is_file() or inside.parts[0] == "programs":
            continue
        files[f"inputs/cells/{cell.name}/{inside.as_posix()}"] = _bytes(path)
    for name in sorted(_robots(cell)):
        folder = find_data("robots", name, near=root)
        files[f"inputs/robots/{name}/robot.yaml"] = _bytes(folder / "robot.yaml")
    return files


def _robots(cell: Cell) -> set[str]:
    names = {group.robot.name for group in cell.groups.values()}
    return names | {e.robot.name for group in cell.groups.values() for e in group.externals}


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise BadInput(f"file larger than {LARGEST // 1_000_000} MB", file=str(path))
    return path.read_bytes()
