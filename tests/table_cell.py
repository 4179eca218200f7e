"""A cell as files: an arm with a positioner, and a jig on its table."""

from __future__ import annotations

from pathlib import Path

CELL = """format: cellsim/cell@1
name: table
variants: [one]
clearance_mm: 5
self_clearance_mm: 5
frames:
  turned: {parent: "group:arm.positioner/flange", xyz_mm: [200, 0, 0]}
groups:
  arm:
    robot: abb_irb2600_12_165
    externals: [{robot: yaskawa_motopos_d500, xyz_mm: [1300, 0, 0], carries: part, frame: PLACE}]
    home: {q_deg: [0, 0, 0, 0, 60, 0], e1_deg: 0, e2_deg: 0}
    controller: {brand: abb, type: IRC5, sources: {numbers: test}}
fixtures:
  jig:
    frame: turned
    solid: {pieces: [{shape: box, name: jig, center_mm: [0, 0, 10], size_mm: [100, 50, 20]}]}
"""


def folder(at: Path, place: str) -> Path:
    (at / "variants").mkdir()
    (at / "cell.yaml").write_text(CELL.replace("PLACE", place), encoding="utf-8")
    (at / "variants" / "one.yaml").write_text("format: cellsim/variant@1\n", encoding="utf-8")
    return at
