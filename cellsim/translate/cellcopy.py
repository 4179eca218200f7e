"""The cell with another controller on one group: a copy of its files with one variant more."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from cellsim.controllers.brands import Brand
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.yamltext import read_text
from cellsim.errors import BadInput


def cell_for(cell: Cell, group: str, brand: Brand, out: Path) -> Cell:
    """Write `out` with the cell's files and a variant whose group has a controller of a brand.

    Tools, frames and signals keep their numbers; axes are named and counted as the robot says.
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
    if re.search(r"^groups:", text, flags=re.MULTILINE):
        raise BadInput("the variant changes groups itself", file=str(old), expected="--into CELL")
    controller = cell.groups[group].controller
    fields = [f"brand: {brand.name}", f"type: {json.dumps(brand.title)}", 'version: ""']
    fields += ["accu_mm: []", f"program_number: {controller.program_number or 1}"]
    lines = ["groups:", f"  {group}:", "    controller:", *(f"      {f}" for f in fields)]
    file.write_text(text.rstrip("\n") + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return load_cell(out, name)
