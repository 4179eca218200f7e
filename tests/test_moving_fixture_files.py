"""Moving fixtures in cell files: read, refused with their line, described, compared."""

import math
from pathlib import Path

import numpy as np
import pytest
from bad_cells import CELL, load_changed, with_cube

from cellsim.cli.describe import describe_cell
from cellsim.domain.cell import Cell
from cellsim.errors import BadInput
from cellsim.kinematics import chain_of, world_T_fixture, world_T_frame
from cellsim.kinematics.lines import line_of
from cellsim.kinematics.movers import movers_of
from cellsim.release.meaning.cells import diff_cells

DOORS = """  door:
    frame: table
    xyz_mm: [0, 0, 400]
    solid: {pieces: [{shape: box, center_mm: [0, 0, 0], size_mm: [20, 600, 600]}]}
    joint: {kind: prismatic, axis: "+y", lower_mm: 0, upper_mm: 500, start_mm: 100}
  cover:
    solid: {pieces: [{shape: box, center_mm: [0, 900, 0], size_mm: [200, 200, 20]}]}
    joint: {kind: revolute, axis: [0, 0, -2], origin_mm: [0, 800, 0], lower_deg: -90, upper_deg: 0}
  latch:
    frame: on_cover
    solid: {pieces: [{shape: box, center_mm: [0, 0, 0], size_mm: [20, 20, 20]}]}
devices:
  opener:
    {start: ask, done: told, time_s: {min: 1, typical: 2, max: 3, source: test},
     effect: move, target: door, to_mm: 500, back_mm: 100}
  turner:
    {start: ask, done: turned, time_s: {min: 1, typical: 2, max: 3, source: test},
     effect: move, target: cover, to_deg: -90}
"""
ON_COVER = '  on_cover: {parent: "fixture:cover", xyz_mm: [0, 1000, 0]}\n'
SLIDES = "joint: {kind: prismatic, axis: '+x', lower_mm: 0, upper_mm: 9}"
MEASURED = "measured: {residual_mm: 1, residual_deg: 1, range_mm: 5, range_deg: 1}"
GOOD = (
    CELL.replace("pair_rules:", f"{DOORS}pair_rules:")
    .replace("  closed: {from: cell, to: [arm]}\n", "  closed: {from: cell, to: [arm]}\n"
             '  ask: {from: cell}\n  told: {from: "device:opener"}\n'
             '  turned: {from: "device:turner"}\n')
    .replace("groups:\n", f"{ON_COVER}groups:\n", 1)
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_cube(tmp_path)


def load(folder: Path, old: str = "", new: str = "") -> Cell:
    return load_changed(folder, GOOD, old, new)


def test_joints_and_devices_are_read_in_si(folder: Path) -> None:
    cell = load(folder)
    assert movers_of(cell) == ("fixture:door", "fixture:cover")
    slide, turn = cell.fixtures["door"].joint, cell.fixtures["cover"].joint
    assert slide is not None
    assert turn is not None
    assert (slide.kind, slide.lower, slide.upper, slide.start) == ("prismatic", 0.0, 0.5, 0.1)
    assert (turn.lower, turn.upper, turn.start) == (-math.pi / 2, 0.0, 0.0)
    assert np.allclose(turn.axis, (0, 0, -1))
    opener, turner = cell.devices["opener"], cell.devices["turner"]
    assert (opener.goal, opener.back, opener.unit) == (0.5, 0.1, "m")
    assert (turner.goal, turner.back, turner.unit) == (-math.pi / 2, None, "rad")


def test_what_hangs_on_a_moving_fixture_is_where_that_is(folder: Path) -> None:
    """Turned by -90 degrees about -z: +90 about z, through (0, 0.8) m."""
    cell = load(folder)
    assert np.allclose(world_T_fixture(cell, "door").p, (0.5, 0.1, 0.4))
    q = {"fixture:door": np.array([0.5]), "fixture:cover": np.array([-math.pi / 2])}
    assert np.allclose(world_T_fixture(cell, "door", q).p, (0.5, 0.5, 0.4))
    assert np.allclose(world_T_frame(cell, "on_cover").p, (0, 1, 0))
    assert np.allclose(world_T_frame(cell, "on_cover", q).p, (-0.2, 0.8, 0))
    assert np.allclose(world_T_fixture(cell, "latch", q).R[:, 0], (0, 1, 0))
    chain = chain_of(cell, "fixture:cover")
    assert (chain.dof, chain.home.tolist()) == (1, [0.0])


WRONG = [
    ("to_mm: 500", "to_mm: 501", "to_mm: 501; expected 0 to 500, the limits of 'door'"),
    ("back_mm: 100", "back_mm: -1", "back_mm: -1; expected 0 to 500, the limits of 'door'"),
    ("to_mm: 500, back_mm: 100", "to_deg: 50", "a prismatic joint; expected to_mm"),
    ("to_mm: 500, back_mm: 100", "back_mm: 100", "needs a target, and one of to_mm and to_deg"),
    ("back_mm: 100", "back_deg: 10", "back and to have the same unit: back_mm"),
    ("effect: move, target: door", "effect: clamp, target: door", "to_mm is for effect: move"),
    ("target: door", "target: dor", "no body named 'dor'; did you mean 'door'?"),
    ("target: door", "target: bench", "no fixture with a joint named 'bench'"),
    ("lower_mm: 0, upper_mm: 500", "upper_mm: 500", "a prismatic joint needs lower_mm"),
    ("lower_mm: 0, ", "lower_mm: 600, ", "lower_mm is not below upper_mm"),
    ("start_mm: 100", "start_mm: 900", "start_mm 900 is outside 0 to 500"),
    ("start_mm: 100", "start_deg: 10", "a prismatic joint has start_mm, not start_deg"),
    ('axis: "+y"', 'axis: "y"', "axis 'y' is none of +x, -x, +y, -y, +z, -z"),
    ("axis: [0, 0, -2]", "axis: [0, 0, 0]", "axis: its length is near 0"),
    ("kind: revolute", "kind: screw", "kind"),
    ("    frame: on_cover\n", f"    frame: group:arm.flange\n    {SLIDES}\n",
     "'latch' moves and hangs on group:arm.flange, which moves too"),
    ("    robot: ur5e\n    frame: world", "    robot: ur5e\n    frame: on_cover",
     "group 'arm' stands on fixture:cover, which moves"),
    ("frames: {table: 1}", "frames: {table: 1, on_cover: 2}",
     "'on_cover' hangs on fixture:cover, which moves: a controller's frame stands"),
    ("xyz_mm: [0, 1000, 0]}", f"xyz_mm: [0, 1000, 0], {MEASURED}}}",
     "'on_cover' is measured and hangs on fixture:cover, which moves"),
    ("target: cover, to_deg: -90", "target: door, to_mm: 0",
     "'opener' brings 'door' back, and 'turner' moves it too"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[w[1][:40].strip() for w in WRONG])
def test_what_cannot_be_is_refused_with_its_line(
    folder: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(BadInput) as error:
        load(folder, old, new)
    assert said in str(error.value)
    assert error.value.file.endswith("cell.yaml")
    first = GOOD[: GOOD.index(old)].count("\n") + 1
    assert first - 3 <= error.value.line <= first + 3


def test_a_fixture_that_moves_may_hang_on_one_that_moves(folder: Path) -> None:
    """The latch slides by 5 mm along x of the cover, which has turned by 90 degrees."""
    cell = load(folder, "    frame: on_cover\n", f"    frame: on_cover\n    {SLIDES}\n")
    assert line_of(cell, "fixture:latch") == ("fixture:cover", "fixture:latch")
    q = {"fixture:cover": np.array([-math.pi / 2]), "fixture:latch": np.array([0.005])}
    moved = world_T_fixture(cell, "latch", q).p - world_T_fixture(cell, "latch").p
    assert np.allclose(moved, (-0.2, -0.2 + 0.005, 0))
    assert any("latch" in s and "slides" in s for s in describe_cell(cell))


def test_fixtures_that_hang_on_each_other_in_a_circle_are_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match=r"in a circle: on_cover -> fixture:latch -> on_cover"):
        load(folder, 'parent: "fixture:cover"', 'parent: "fixture:latch"')


def test_a_cell_with_doors_is_described_and_compared(folder: Path) -> None:
    cell = load(folder)
    said = list(describe_cell(cell))
    assert any(s.endswith("slides from 0 mm to 500 mm, begins at 100 mm") for s in said)
    assert any(s.endswith("turns from -90 deg to 0 deg, begins at 0 deg") for s in said)
    assert "device opener: ask moves door to 500 mm, back to 100 mm" in said
    assert diff_cells(cell, load(folder)) == ()
    less = load(folder, "to_mm: 500", "to_mm: 450")
    assert [d.text for d in diff_cells(cell, less)] == ["devices.opener.goal 500 mm became 450 mm"]
    turned = load(folder, "upper_deg: 0", "upper_deg: 10")
    assert [d.text for d in diff_cells(cell, turned)] == [
        "fixtures.cover.joint.upper 0 deg became 10 deg"
    ]
