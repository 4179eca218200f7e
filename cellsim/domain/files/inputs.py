"""How much a variant asks of its user: values typed in, and coordinates among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cellsim.domain.cell import Cell
from cellsim.domain.files.yamltext import parse_yaml, read_text, shown

_POSE_KEYS = ("xyz_mm", "rpy_deg", "abc_deg", "wpr_deg", "rotvec_rad", "quat_wxyz", "q_deg")


def variant_inputs(cell: Cell) -> tuple[int, int]:
    """Return (values in the variant's file, poses and joint values typed in there).

    The format line and colours are no inputs; neither are the shapes, which CAD brings.
    """
    file = Path(cell.path) / "variants" / f"{cell.variant}.yaml"
    document = parse_yaml(read_text(file), shown(file))
    leaves = [keys for keys in _leaves(document.data, ()) if keys != ("format",)]
    values = [keys for keys in leaves if "color" not in keys]
    poses = {keys[: keys.index(key) + 1] for keys in leaves for key in _POSE_KEYS if key in keys}
    return len(values), len(poses)


def _leaves(data: object, keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*keys, str(key)))
    elif isinstance(data, list):
        for value in data:
            yield from _leaves(value, keys)
    else:
        yield keys
