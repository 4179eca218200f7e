"""The shipped cells: complete, drawn as their pieces say, and settable without editing a file."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import parse

from cellsim.cellmesh.__main__ import CELLS, main
from cellsim.domain.cell import Cell
from cellsim.domain.feature import facing
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.data import data_names
from cellsim.domain.files.task import load_task
from cellsim.errors import UnknownName
from cellsim.geometry.deviation import mesh_deviation
from cellsim.kinematics import world_T_fixture, world_T_part

ROOT = Path(__file__).resolve().parents[1] / "cells"
NAMES = ("depalletizing", "door_removal", "machine_tending", "palletizing", "tray_packing")
VARIANTS = [(n, p.stem) for n in NAMES for p in sorted((ROOT / n / "variants").glob("*.yaml"))]
BOTH = pytest.mark.parametrize("cell", VARIANTS, ids=["/".join(k) for k in VARIANTS], indirect=True)


@cache
def loaded(name: str, variant: str) -> Cell:
    return load_cell(ROOT / name, variant)


@pytest.fixture
def cell(request: pytest.FixtureRequest) -> Cell:
    return loaded(*request.param)


def test_the_shipped_cells_are_found_by_name() -> None:
    assert set(NAMES) <= set(data_names("cells"))
    assert load_cell("palletizing").hash == loaded("palletizing", "large_boxes").hash


@BOTH
def test_a_cell_says_what_reports_need(cell: Cell) -> None:
    assert cell.takt_s is not None
    assert len(cell.variants) == 2
    assert len(cell.tasks) == 1
    assert cell.notes
    assert all(rule.author and rule.reason for rule in cell.pair_rules)
    for part in cell.parts.values():
        assert part.seat in part.features
        assert all(grip in part.features for grip in part.grip)


@BOTH
def test_a_task_names_only_what_its_cell_has(cell: Cell) -> None:
    task = load_task(Path(cell.path) / f"{cell.tasks[0]}.task.yaml")
    for step in task.steps:
        assert step.group in cell.groups
        if "part" in step.args:
            assert step.args["part"] in cell.parts
        if "signal" in step.args:
            assert step.args["signal"] in cell.signals
        if "device" in step.args:
            assert step.args["device"] in cell.devices


@BOTH
def test_a_task_gives_no_coordinates(cell: Cell) -> None:
    for step in load_task(Path(cell.path) / f"{cell.tasks[0]}.task.yaml").steps:
        assert not any(key.endswith(("xyz_mm", "q_deg", "rpy_deg")) for key in step.args)
        assert not any(isinstance(value, list | tuple) for value in step.args.values())


@BOTH
def test_a_mesh_and_its_pieces_are_the_same_body(cell: Cell) -> None:
    """Holes are cut from meshes only: inside by their radius at most, outside by nothing."""
    for body in (*cell.parts.values(), *cell.fixtures.values()):
        if len(body.solid.faces):
            outer, inner = mesh_deviation(body.solid, body.solid.vertices, body.solid.faces)
            assert outer <= max(body.solid.deviation_m, 1e-6) + 5e-4
            assert inner <= 0.006


def test_shapes_are_what_cellmesh_draws(tmp_path: Path) -> None:
    for name, write in CELLS.items():
        write(tmp_path / name)
        drawn = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        assert drawn
        for path in drawn:
            kept = ROOT / name / path.relative_to(tmp_path / name)
            if path.suffix == ".stl":
                assert abs(path.stat().st_size - kept.stat().st_size) <= 500, path.name
            else:
                assert path.read_bytes() == kept.read_bytes(), path.name
    assert main(["no_such_cell"]) == 3


@pytest.mark.parametrize("variant", ["sedan", "suv"])
def test_a_door_weighs_the_same_in_its_urdf(variant: str) -> None:
    for name, part in loaded("door_removal", variant).parts.items():
        assert part.hinge is not None
        root = parse(ROOT / "door_removal" / part.hinge.urdf).getroot()
        mass = root.find("link[@name='door']/inertial/mass")
        assert mass is not None
        assert float(mass.get("value", "0")) == part.mass, name
        assert part.hinge.lower < part.hinge.angle < part.hinge.upper


@pytest.mark.parametrize("variant", ["sedan", "suv"])
def test_bolts_face_the_wedge_between_door_and_body(variant: str) -> None:
    cell = loaded("door_removal", variant)
    for name, part in cell.parts.items():
        out = (world_T_part(cell, name) @ part.features["hinge_bolts"].places[0]).R[:, 2]
        assert np.allclose(out, [-np.sqrt(0.5), np.sqrt(0.5), 0.0], atol=1e-3)
        assert len(part.features["hinge_bolts"].places) == 4


@pytest.mark.parametrize("variant", ["sedan", "suv"])
def test_a_door_stands_upright_in_its_hook(variant: str) -> None:
    cell = loaded("door_removal", variant)
    hook = world_T_fixture(cell, "carrier") @ cell.fixtures["carrier"].features["hook_1"].places[0]
    for part in cell.parts.values():
        world_T_door = facing(hook) @ part.features[part.seat].places[0].inverse()
        assert np.allclose(world_T_door.R[:, 2], [0, 0, 1], atol=1e-6)
        low = (world_T_door @ part.solid.vertices)[:, 2].min()
        assert abs(low - hook.p[2]) < 1e-5


def test_the_carrier_can_be_set_elsewhere_without_editing_a_file() -> None:
    cell = load_cell(ROOT / "door_removal", "sedan", ("carrier.xyz_mm=2500,0,0",))
    assert np.allclose(cell.frames["carrier"].pose.p, [2.5, 0.0, 0.0])
    heavy = load_cell(ROOT / "door_removal", "sedan", ("door.front_left.mass_kg=150",))
    assert heavy.parts["door.front_left"].mass == 150.0
    assert heavy.hash != loaded("door_removal", "sedan").hash
    with pytest.raises(UnknownName, match="carrier"):
        load_cell(ROOT / "door_removal", "sedan", ("carier.xyz_mm=1,2,3",))


def test_a_joint_can_be_made_slower() -> None:
    plain = loaded("door_removal", "sedan").groups["holder"].robot.joints
    cell = load_cell(ROOT / "door_removal", "sedan", ("holder.derate_percent.V=50",))
    slow = cell.groups["holder"].robot.joints
    assert [b.speed == a.speed for a, b in zip(plain, slow, strict=True)].count(False) == 1
    assert plain[2].speed is not None
    assert slow[2].speed == plain[2].speed / 2
    with pytest.raises(UnknownName, match="no joint named 'W'"):
        load_cell(ROOT / "door_removal", "sedan", ("holder.derate_percent.W=50",))


def test_a_measured_frame_keeps_its_residual_and_its_range() -> None:
    body = loaded("door_removal", "suv").frames["body"]
    assert body.measured
    assert (body.tolerance_m, body.range_m) == (0.0005, 0.008)


def test_a_third_car_model_is_one_file(tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "door_removal"
    shutil.copytree(ROOT / "door_removal", copy)
    text = (copy / "variants" / "sedan.yaml").read_text().replace("mass_kg: 24", "mass_kg: 26")
    (copy / "variants" / "wagon.yaml").write_text(text)
    cell = load_cell(copy, "wagon")
    assert cell.parts["door.front_left"].mass == 26.0
    assert cell.variants == ("sedan", "suv", "wagon")
