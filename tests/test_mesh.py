"""Meshes: closed forms for volume and distance, bounded reading, deviation with known answers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from cellsim.errors import BadInput
from cellsim.geometry import Array, Piece, Pose, Solid
from cellsim.geometry.deviation import _quarters, piece_distance
from cellsim.geometry.hull import hull_piece
from cellsim.geometry.mass import mass_properties, piece_volume
from cellsim.geometry.mesh import (
    Faces,
    load_mesh,
    mesh_deviation,
    open_edges,
    piece_mesh,
    solid_mesh,
    stl_bytes,
)
from cellsim.geometry.meshtree import distance_to, inside, tree_of, winding_number

PLACE = Pose.from_xyz_rpy((0.3, -0.2, 0.5), (0.4, -0.7, 1.1))
CORNERS = np.random.default_rng(4).normal(size=(30, 3)) * 0.2
PIECES = (
    Piece("sphere", (0.2,), PLACE),
    Piece("capsule", (0.1, 0.4), PLACE),
    Piece("cylinder", (0.15, 0.3), PLACE),
    Piece("box", (0.2, 0.3, 0.4), PLACE),
    Piece("hull", (), PLACE, CORNERS),
)


def enclosed(vertices: Array, faces: Faces) -> float:
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.kind)
def test_tessellation_is_closed_outward_and_inside_the_piece(piece: Piece) -> None:
    vertices, faces = piece_mesh(piece)
    assert open_edges(faces) == 0
    assert piece_distance(piece, vertices).max() < 1e-12
    volume = piece_volume(piece)
    assert 0.95 * volume < enclosed(vertices, faces) <= volume * (1 + 1e-9)
    finer = enclosed(*piece_mesh(piece, 128))
    assert math.isclose(finer, volume, rel_tol=2e-3)


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.kind)
def test_distance_to_a_piece_equals_the_best_separating_direction(piece: Piece) -> None:
    rng = np.random.default_rng(2)
    points = PLACE @ (rng.normal(size=(40, 3)) * 0.4)
    core, normals = piece.core(), rng.normal(size=(20000, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    support = (core.points @ normals.T).max(axis=0) + core.radius
    support += core.disc_radius * np.linalg.norm(np.cross(normals, core.disc_axis), axis=1)
    best = np.maximum((points @ normals.T - support).max(axis=1), 0.0)
    found = piece_distance(piece, points)
    assert np.all(found >= best - 1e-12), "a separating direction never exceeds the distance"
    assert np.abs(found - best).max() < 0.01


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.kind)
def test_mass_properties_equal_a_sum_over_many_points(piece: Piece) -> None:
    rng = np.random.default_rng(3)
    half = 0.75 if piece.kind == "hull" else 0.31
    cloud = PLACE @ rng.uniform(-half, half, size=(40_000, 3))
    inside = cloud[piece_distance(piece, cloud) == 0.0]
    com, inertia = mass_properties([piece], 2.0)
    assert np.abs(com - inside.mean(axis=0)).max() < 0.02
    d = inside - inside.mean(axis=0)
    summed = 2.0 * (np.eye(3) * (d * d).sum(axis=1).mean() - (d.T @ d) / len(d))
    assert np.abs(inertia - summed).max() < 0.05 * np.abs(summed).max()


def test_two_equal_balls_share_a_mass_and_follow_the_parallel_axis_theorem() -> None:
    balls = [Piece("sphere", (0.1,), Pose.translation(x, 0, 0)) for x in (-0.5, 0.5)]
    com, inertia = mass_properties(balls, 4.0)
    assert np.allclose(com, 0.0)
    own = 0.4 * 4.0 * 0.1**2
    assert np.allclose(inertia, np.diag([own, own + 4.0 * 0.25, own + 4.0 * 0.25]))


def test_a_scaled_box_deviates_by_its_corner_and_a_shrunk_one_overshoots() -> None:
    box = Piece("box", (0.2, 0.2, 0.2))
    solid = Solid("box", (box,))
    vertices, faces = piece_mesh(box)
    outer, inner = mesh_deviation(solid, vertices * 1.5, faces)
    assert math.isclose(outer, math.sqrt(3) * 0.05, abs_tol=1e-3)
    assert inner == 0.0
    outer, inner = mesh_deviation(solid, vertices * 0.5, faces)
    assert outer == 0.0
    assert math.isclose(inner, math.sqrt(3) * 0.05, rel_tol=1e-6)


def test_a_bridge_between_two_pieces_is_seen_where_no_vertex_is() -> None:
    ends = [Piece("sphere", (0.1,), Pose.translation(x, 0, 0)) for x in (-0.5, 0.5)]
    vertices, faces = piece_mesh(Piece("box", (1.0, 0.02, 0.02)))
    outer, _ = mesh_deviation(Solid("dumbbell", tuple(ends)), vertices, faces)
    true = math.hypot(0.5, 0.01 * math.sqrt(2)) - 0.1
    assert true <= outer <= true + 1e-3


def fine(piece: Piece, rounds: int = 4) -> Array:
    """Return the triangles of a piece, each cut into four again and again, shape (m, 3, 3)."""
    vertices, faces = piece_mesh(piece)
    corners = vertices[faces]
    for _ in range(rounds):
        corners = _quarters(corners)
    return corners


def test_winding_number_tells_inside_from_outside() -> None:
    piece = PIECES[4]
    vertices, faces = piece_mesh(piece)
    points = PLACE @ (np.random.default_rng(6).normal(size=(100, 3)) * 0.3)
    number = winding_number(points, vertices[faces])
    assert np.array_equal(number > 0.5, piece_distance(piece, points) == 0.0)
    assert 0 < np.count_nonzero(number > 0.5) < 100
    np.testing.assert_allclose(number, np.round(number), atol=1e-9)


def test_inside_by_the_tree_is_inside_by_all_triangles() -> None:
    rng = np.random.default_rng(11)
    for piece in PIECES:
        corners = fine(piece, 2)
        near = corners.reshape(-1, 3)[rng.integers(3 * len(corners), size=300)]
        about = near.mean(axis=0) + 0.15 * rng.normal(size=near.shape)
        points = np.vstack([near + 0.003 * rng.normal(size=near.shape), about])
        assert np.array_equal(inside(points, corners), winding_number(points, corners) > 0.5)
        # a bowl: numbers of every size between 0 and 1
        bowl = corners[corners[:, :, 2].mean(axis=1) < np.median(corners[:, :, 2])]
        numbers = winding_number(points, bowl)
        assert np.array_equal(inside(points, bowl), numbers > 0.5)
        assert np.count_nonzero((numbers > 0.1) & (numbers < 0.9)) > 10


def test_distance_by_the_tree_is_the_distance_to_a_box_in_closed_form() -> None:
    size = np.array([0.5, 0.3, 0.2])
    points = np.random.default_rng(12).uniform(-0.5, 0.5, (500, 3))
    beyond = np.abs(points) - size / 2
    out = np.linalg.norm(np.maximum(beyond, 0.0), axis=1)
    wanted = np.where(out > 0.0, out, -beyond.max(axis=1))
    corners = fine(Piece("box", tuple(size)))
    np.testing.assert_allclose(distance_to(tree_of(corners), points), wanted, atol=1e-12)
    flat = np.concatenate([corners, np.repeat(corners[:50, :1], 3, axis=1)])
    np.testing.assert_allclose(distance_to(tree_of(flat), points), wanted, atol=1e-12)


def test_a_solid_is_drawn_from_its_mesh_or_from_its_pieces() -> None:
    vertices, faces = solid_mesh(Solid("two", PIECES[:2]))
    assert open_edges(faces) == 0
    seen = Solid("seen", PIECES[:1], vertices=vertices, faces=faces)
    assert solid_mesh(seen)[0] is vertices


@pytest.mark.parametrize("kind", ["stl", "obj", "dae", "glb"])
def test_every_file_type_gives_the_same_closed_body(kind: str, tmp_path: Path) -> None:
    import trimesh

    vertices, faces = piece_mesh(PIECES[3])
    path = tmp_path / f"box.{kind}"
    trimesh.Trimesh(vertices, faces, process=False).export(path)
    read, triangles = load_mesh(path, scale=2.0, require_closed=True)
    assert (len(read), len(triangles)) == (8, 12)
    assert math.isclose(enclosed(read, triangles), 8 * 0.2 * 0.3 * 0.4, rel_tol=1e-5)


def test_the_unit_of_a_dae_is_applied(tmp_path: Path) -> None:
    import trimesh

    vertices, faces = piece_mesh(Piece("box", (100.0, 200.0, 300.0)))
    path = tmp_path / "box.dae"
    trimesh.Trimesh(vertices, faces, process=False).export(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<asset>", '<asset><unit name="mm" meter="0.001"/>'), "utf-8")
    assert np.allclose(np.ptp(load_mesh(path)[0], axis=0), [0.1, 0.2, 0.3])


def test_bad_meshes_are_refused_with_a_reason(tmp_path: Path) -> None:
    vertices, faces = piece_mesh(PIECES[3])
    files = {
        "open.stl": stl_bytes(vertices, faces[:-1]),
        "nan.stl": stl_bytes(np.where(vertices > 0.4, np.nan, vertices), faces),
        "cut.stl": stl_bytes(vertices, faces)[:-30],
        "empty.obj": b"",
        "word.glb": b"no mesh at all",
        "entity.dae": b'<!DOCTYPE x [<!ENTITY a "b">]><COLLADA/>',
        "part.step": b"ISO-10303-21;",
    }
    words = ("open", "not a number", "triangles", "triangles", "read", "entities", "mesh type")
    for (name, content), word in zip(files.items(), words, strict=True):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput, match=word):
            load_mesh(tmp_path / name, require_closed=True)
    with pytest.raises(BadInput, match="does not exist"):
        load_mesh(tmp_path / "nothing.stl")


def test_a_mesh_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.stl"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(BadInput, match="100000000 bytes"):
        load_mesh(path)


def test_a_thinned_hull_keeps_its_extent_and_says_what_it_lost() -> None:
    vertices, faces = piece_mesh(Piece("sphere", (0.2,)), 40)
    hull = hull_piece(vertices)
    assert len(hull.points) <= 156
    outer, _ = mesh_deviation(Solid("ball", (hull,)), vertices, faces)
    assert 0.0 < outer < 0.008


def test_a_flat_cloud_still_gives_a_hull_with_volume() -> None:
    flat = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0.5, 0.5, 0]], dtype=float)
    assert 0.0 < piece_volume(hull_piece(flat)) < 1e-3
