"""A cell file may hang a fixture on the table of a positioner, and it turns with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from table_cell import folder

from cellsim.domain.files.cell import load_cell
from cellsim.errors import BadInput
from cellsim.geometry import rotation_axis
from cellsim.kinematics.frames import world_T_fixture


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
