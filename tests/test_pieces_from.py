"""A body may be given as a mesh alone: its pieces are made from it, and said to be fuller."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

from cellsim.domain.files.solid import SolidText, solid_of
from cellsim.domain.files.yamltext import load_yaml
from cellsim.errors import BadInput
from cellsim.geometry import Solid
from cellsim.geometry.deviation import mesh_deviation

TEXT = """format: cellsim/pieces@1
pieces: [{shape: sphere, name: other, center_mm: [0, 0, 0], radius_mm: 1}]
"""


def solid(folder: Path, mesh: trimesh.Trimesh, **given: object) -> Solid:
    """Return the solid of a mesh [mm]; the lines of another file stand for those of the cell."""
    from cellsim.domain.files.solid import PiecesText

    mesh.export(folder / "body.stl")
    (folder / "other.yaml").write_text(TEXT, encoding="utf-8")
    lines = load_yaml(folder / "other.yaml", PiecesText)[1]
    text = SolidText.model_validate({"mesh": "body.stl"} | given)
    return solid_of(text, "body", folder, lines, ())


def test_a_hull_holds_every_point_of_its_mesh(tmp_path: Path) -> None:
    """Second way to know: the support of the piece against the vertices, in many directions."""
    mesh = trimesh.creation.icosphere(subdivisions=4, radius=200.0)
    mesh.apply_scale((1.0, 0.5, 1.7))
    made = solid(tmp_path, mesh, pieces_from="hull")
    (piece,) = made.pieces
    ways = np.random.default_rng(1).normal(size=(500, 3))
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    over = (made.vertices @ ways.T).max(axis=0) - (piece.points @ ways.T).max(axis=0)
    assert 0.0 < over.max() <= made.deviation_m + 1e-6
    assert made.deviation_m == mesh_deviation(made, made.vertices, made.faces)[0]


def test_a_box_needs_no_deviation(tmp_path: Path) -> None:
    made = solid(tmp_path, trimesh.creation.box((300, 100, 200)), pieces_from="hull")
    assert sorted(np.ptp(made.pieces[0].points, axis=0)) == pytest.approx([0.1, 0.2, 0.3])
    assert made.deviation_m < 1e-6


def test_an_open_mesh_is_refused(tmp_path: Path) -> None:
    box = trimesh.creation.box((300, 100, 200))
    box.update_faces(np.arange(len(box.faces)) != 3)
    with pytest.raises(BadInput, match="open"):
        solid(tmp_path, box, pieces_from="hull")


@pytest.mark.parametrize("given", [{}, {"pieces_from": "hull", "pieces_file": "other.yaml"}])
def test_pieces_come_from_one_place(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        solid(tmp_path, trimesh.creation.box((300, 100, 200)), **given)


def test_pieces_from_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="none is given"):
        SolidText.model_validate({"pieces_from": "hull"})
