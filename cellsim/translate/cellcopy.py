"""The cell with another controller on one group: a copy of its files with one variant more."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cellsim.controllers.brands import Brand
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.yamltext import parse_yaml, read_text
from cellsim.errors import BadInput

# The type of controller that a group is given whose cell names none of that brand: what a text
# means can depend on it (RCONF of Yaskawa, lengths of names of FANUC); translations note it.
TYPES = {
    "abb": "IRC5",
    "fanuc": "R-30iB Plus",
    "hyundai": "Hi6",
    "kuka": "KRC4",
    "ur": "e-Series",
    "yaskawa": "YRC1000",
}


def cell_for(cell: Cell, group: str, brand: Brand, out: Path) -> Cell:
    """Write `out` with the cell's files and a variant whose group has a controller of a brand.

    Its type is that of `TYPES`. Tools, frames and signals keep their numbers; axes are named and
    counted as the robot says.
    """
    if not cell.path:
        raise BadInput("a cell that is not in files cannot be given another controller")
    if out.exists():
        if not (out / "cell.yaml").is_file():
            raise BadInput("the folder exists and holds no cell", file=str(out))
        shutil.rmtree(out)
    shutil.copytree(cell.path, out, ignore=shutil.ignore_patterns("programs", "out"))
    name = f"{cell.variant or cell.name}_{brand.name}"
    file = out / "variants" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    old = out / "variants" / f"{cell.variant}.yaml"
    text = read_text(old) if cell.variant else "format: cellsim/variant@1\n"
    controller = cell.groups[group].controller
    fields = {
        "brand": brand.name,
        "type": TYPES[brand.name],
        "version": "",
        "accu_mm": [],
        "program_number": controller.program_number or 1,
    }
    if re.search(r"^groups:", text, flags=re.MULTILINE):
        file.write_text(_merged(text, str(old), group, fields), encoding="utf-8")
        return load_cell(out, name)
    said = (f"      {key}: {json.dumps(value)}" for key, value in fields.items())
    lines = ["groups:", f"  {group}:", "    controller:", *said]
    file.write_text(text.rstrip("\n") + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return load_cell(out, name)


def _merged(text: str, file: str, group: str, fields: Mapping[str, Any]) -> str:
    """Return a variant that changes groups itself with another controller, as JSON (it is YAML)."""
    data: Any = parse_yaml(text, file).data
    changed = data["groups"].setdefault(group, {})
    if not isinstance(changed, dict) or not isinstance(changed.get("controller", {}), dict):
        raise BadInput(f"groups.{group} is no mapping", file=file)
    changed["controller"] = {**changed.get("controller", {}), **fields}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
