"""Bad cells: one line with file, line and column, what was expected, the nearest name."""

import shutil
from pathlib import Path

import pytest
from bad_cells import CELL, load_changed, with_cube

from cellsim.cellmesh.shapes import box, union_mesh, write_stl
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.errors import BadInput, TooNew, UnknownName

ROOT = Path(__file__).resolve().parents[1] / "cells"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cell with one arm, one gripper and one cube."""
    return with_cube(tmp_path)


def load(folder: Path, old: str = "", new: str = "") -> Cell:
    return load_changed(folder, CELL, old, new)


def line_of(old: str) -> int:
    return CELL[: CELL.index(old)].count("\n") + 1


def test_the_cell_itself_is_good(folder: Path) -> None:
    cell = load(folder)
    assert cell.parts["cube"].features["top"].places[0].p[2] == pytest.approx(0.04)
    assert cell.groups["arm"].dof == 6


WRONG = [
    ("xyz_mm: [500, 0, 0]", "xyz_m: [500, 0, 0]", "unknown key 'xyz_m'; did you mean 'xyz_mm'?"),
    ("clearance_mm: 10", "clearance_mm: 10 mm", "clearance_mm: '10 mm'; expected a number"),
    ("clearance_mm: 10", "clearance_mm: .nan", "'.nan' is not a number; expected a finite number"),
    ("xyz_mm: [500, 0, 0]", "xyz_mm: [500, .inf, 0]", "'.inf' is not a number"),
    ("mass_kg: 0.5", "mass_kg: 0", "mass_kg: 0; expected a number > 0"),
    ("mass_kg: 0.5", "mass_kg: -1", "mass_kg: -1; expected a number > 0"),
    ("name: small", "name: small\nspeed: 3", "unknown key 'speed'"),
    ("cellsim/cell@1", "cellsim/cel@1", "format is 'cellsim/cel@1'; expected format"),
    ("parent: table", "parent: tabel", "no frame named 'tabel'; did you mean 'table'?"),
    ("frame: corner", "frame: cornr", "no frame named 'cornr'; did you mean 'corner'?"),
    ("tool: fingers", "tool: finger", "no tool named 'finger'; did you mean 'fingers'?"),
    ("robot: ur5e", "robot: ur5", "no robot named 'ur5'; did you mean 'ur5e'?"),
    ("      close: close", "      close: clos", "no signal named 'clos'; did you mean 'close'?"),
    ("grip: [top]", "grip: [tip]", "no feature named 'tip'; did you mean 'top'?"),
    ("start: \"grip:*\"", "start: \"grap:*\"", "no event named 'grap:*'; did you mean 'grip:*'?"),
    ("mesh: cube.stl", "mesh: cub.stl", "no file 'cub.stl'; expected one of cube.stl"),
    ("mesh: cube.stl", "mesh: ../cube.stl", "'../cube.stl' leaves the cell's folder"),
    ("mesh: cube.stl", "mesh: /etc/passwd", "'/etc/passwd' leaves the cell's folder"),
    ("home: {q_deg: [0, -90", "home: {q_deg: [0, -500", "shoulder at -500; expected -360 to 360"),
    ("-90, 90, 0]}", "-90, 90]}", "q_deg has 5 values; expected 6"),
    ("min: 0.2, typical: 0.4", "min: 0.5, typical: 0.4", "time is not min <= typical <= max"),
    ("close: do 1,", "close: di 2,", "'close' comes from group:arm and is di here; expected do"),
    ("close: do 1, closed: di 1", "close: do 1, closed: do 1", "do 1 is taken by 'close'"),
    ("kind: face, facing: \"+z\"", "kind: holes, facing: \"+z\"", "holes need diameter_mm"),
    ("kind: face, facing: \"+z\"", "kind: rim, facing: \"+z\"", "feature 'top': 0 found"),
    ("rpy_deg: [0, 0, 90]", "rpy_deg: [0, 0, 90], abc_deg: [90, 0, 0]", "one rotation is enough"),
    ("a: \"part:*\"", "a: \"prt:*\"", "no body named 'prt:*'"),
    ("b: \"fixture:*\"", "b: \"fixture:bensh\"", "did you mean 'fixture:bench'?"),
    ("kind: contact", "kind: contct", "kind: 'contct'; did you mean 'contact'?"),
    ("mass_kg: 0.5", "mass_kg: !!python/object:os.system 0.5", "tag"),
    ("mass_kg: 0.5", "mass_kg: 0.5\n    mass_kg: 2", "key 'mass_kg' is given twice"),
    ("mass_kg: 0.5", "mass_kg: 1e999", "number '1e999' is too large"),
    ("size_mm: [40, 40, 40]", "size_mm: [40, 0, 40]", "expected a number >= 0.001"),
    ("tools:\n", "tools: [\n", "not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), WRONG, ids=[f"{w[1][:30]}" for w in WRONG])
def test_a_wrong_value_is_one_line_with_its_place(
    folder: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(BadInput) as caught:
        load(folder, old, new)
    error = caught.value
    assert message in str(error)
    assert "\n" not in str(error)
    assert error.file.endswith("cell.yaml")
    assert error.line in range(line_of(old), line_of(old) + new.count("\n") + 2)
    assert error.column >= 1


def test_a_newer_format_says_so(folder: Path) -> None:
    with pytest.raises(TooNew, match="cell format 2 is newer than this cellsim"):
        load(folder, "cellsim/cell@1", "cellsim/cell@2")


def test_frames_in_a_circle_are_named(folder: Path) -> None:
    with pytest.raises(BadInput, match="circle: table -> corner -> table"):
        load(folder, "table: {xyz_mm", "table: {parent: corner, xyz_mm")


def test_an_arm_that_stands_on_its_own_flange_is_a_circle(folder: Path) -> None:
    with pytest.raises(BadInput, match="circle"):
        load(folder, "frame: world", "frame: group:arm.flange")


def test_a_tool_that_was_removed_and_is_still_used_is_named(folder: Path) -> None:
    with pytest.raises(UnknownName, match="no tool named 'fingers'"):
        load(folder, "  fingers:\n    mass_kg", "  other:\n    mass_kg")


def test_an_open_mesh_is_refused(folder: Path) -> None:
    vertices, faces = union_mesh([box("cube", (0, 0, 0), (40, 40, 40))])
    write_stl(folder / "cube.stl", vertices, faces[1:])
    with pytest.raises(BadInput, match=r"cell\.yaml:\d+:\d+: .*(open|closed)"):
        load(folder)


def test_a_mesh_that_is_a_text_is_refused(folder: Path) -> None:
    (folder / "cube.stl").write_text("solid nothing at all")
    with pytest.raises(BadInput, match=r"cell\.yaml:\d+"):
        load(folder)


def test_a_link_that_leaves_the_folder_is_refused(folder: Path, tmp_path_factory: object) -> None:
    outside = folder.parent / "outside.stl"
    shutil.move(folder / "cube.stl", outside)
    (folder / "cube.stl").symlink_to(outside)
    with pytest.raises(BadInput, match="leaves the cell's folder"):
        load(folder)
    outside.unlink()


def test_a_hundred_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    large = tmp_path / "cell.yaml"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(BadInput, match="100000000 bytes; expected at most"):
        load_cell(tmp_path)


def test_a_folder_without_a_cell_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected a cell folder"):
        load_cell(tmp_path)
    with pytest.raises(UnknownName, match="door_removal"):
        load_cell("door_remval")


def test_a_variant_that_does_not_exist_has_a_hint() -> None:
    with pytest.raises(UnknownName, match="did you mean 'sedan'"):
        load_cell(ROOT / "door_removal", "sedn")
    with pytest.raises(UnknownName):
        load_cell(ROOT / "door_removal", "../../../etc/passwd")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("carrier.xyz_mm", "expected path=value"),
        ("carrier.xyz=1,2,3", "unknown key 'xyz'; did you mean 'xyz_mm'"),
        ("carrier.xyz_mm=1,2", "has 2 values"),
        ("carrier.xyz_mm=a,b,c", "expected a number"),
        ("takt_s=-5", "expected a number > 0"),
        ("door.front_left.hinge.angle_deg=120", "expected 0 to 70"),
        ("nothing.at.all=1", "no setting named 'nothing'"),
    ],
)
def test_a_wrong_setting_names_itself(setting: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_cell(ROOT / "door_removal", "sedan", (setting,))
    assert message in str(caught.value)
    assert "--set" in str(caught.value)


def test_a_hinge_with_swapped_limits_or_entities_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "cell"
    shutil.copytree(ROOT / "door_removal", copy)
    urdf = copy / "sedan_front_left.urdf"
    good = urdf.read_text()
    urdf.write_text(good.replace('lower="0"', 'lower="2"'))
    with pytest.raises(BadInput, match=r"sedan_front_left.urdf: hinge limits: 2 is not below"):
        load_cell(copy)
    urdf.write_text(good.replace("<robot", '<!DOCTYPE r [<!ENTITY x "y">]><robot'))
    with pytest.raises(BadInput, match="not allowed"):
        load_cell(copy)
    urdf.write_text(good[:200])
    with pytest.raises(BadInput, match=r"sedan_front_left.urdf:\d+:\d+: not XML"):
        load_cell(copy)
