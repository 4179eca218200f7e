"""Texts to translate, and the cells they go into."""

from __future__ import annotations

import shutil
from pathlib import Path

from releases import first_job

from cellsim.release.textjob import write_text

ROOT = Path(__file__).resolve().parents[1]
KR16 = """
fixtures:
  pedestal:
    solid:
      pieces:
        - {shape: box, name: column, center_mm: [-350, -100, 200], size_mm: [400, 400, 400]}
groups:
  tender:
    robot: kuka_kr16_r2010_2
    xyz_mm: [-350, -100, 400]
    home: {q_deg: [-30, -110, 110, 0, 90, 0]}
    controller: {brand: kuka, type: KRC4, version: "8.6"}
"""


R2000 = """
groups:
  stacker:
    robot: fanuc_r2000ic_210f
    home: {q_deg: [0, 0, 0, 0, 60, 0]}
    controller: {brand: fanuc, type: R-30iB Plus, version: ""}
"""


def cell_with_r2000(folder: Path) -> Path:
    """Return a copy of the palletizing cell with a variant that has a FANUC arm."""
    place = folder / "palletizing"
    ignore = shutil.ignore_patterns("programs")
    shutil.copytree(ROOT / "cells/palletizing", place, ignore=ignore)
    text = (place / "variants/large_boxes.yaml").read_text()
    (place / "variants/r2000.yaml").write_text(text + R2000)
    return place


def text_of(folder: Path, cell: str, variant: str, group: str) -> Path:
    """Write the text of a saved program of a shipped cell; return its main file."""
    texts = {t.group: t.files for t in write_text(first_job(cell, variant))}[group]
    place = folder / "source"
    place.mkdir()
    for name, data in texts.items():
        (place / name).write_bytes(data)
    return place / next(iter(texts))


def cell_with_kr16(folder: Path) -> Path:
    """Return a copy of the machine tending cell with a variant that has a KUKA arm."""
    place = folder / "machine_tending"
    shutil.copytree(
        ROOT / "cells/machine_tending", place, ignore=shutil.ignore_patterns("programs")
    )
    text = (place / "variants/shaft_80.yaml").read_text()
    (place / "variants/kr16.yaml").write_text(text + KR16)
    return place
