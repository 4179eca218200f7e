"""A cell file may hang a fixture on the table of a positioner, and it turns with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cellsim.domain.files.cell import load_cell
from cellsim.errors import BadInput
from cellsim.geometry import rotation_axis
from cellsim.kinematics.frames import world_T_fixture

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


def test_a_fixture_on_the_table_turns_with_tilt_and_turn(tmp_path: Path) -> None:
    cell = load_cell(folder(tmp_path, "world"), "one")
    q = np.radians([0, 0, 0, 0, 60, 0, 30.0, 90.0])
    tilt, turn = (
        rotation_axis(np.array([0, -1.0, 0]), q[6]),
        rotation_axis(np.array([0, 0, -1.0]), q[7]),
    )
    # Tilt 380 mm above the foot, the plate 150 mm over that, the frame 200 mm along x of the plate.
    expected = [1.3, 0, 0.38] + tilt @ ([0, 0, 0.15] + turn @ [0.2, 0, 0])
    assert np.allclose(world_T_fixture(cell, "jig", {"arm": q}).p, expected, atol=1e-12)


def test_a_positioner_that_stands_on_its_own_table_is_a_circle(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="circle"):
        load_cell(folder(tmp_path, "turned"), "one")
