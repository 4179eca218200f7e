"""Features follow the mesh: against analytic truth, and through scaling, moving and turning."""

import math

import numpy as np
import pytest

from cellsim.cellmesh.door import BRACKET_AT, door_pieces
from cellsim.cellmesh.door_removal import SEDAN, SUV
from cellsim.cellmesh.shapes import Drill, box, union_mesh
from cellsim.geometry import Pose, rotation_rpy
from cellsim.geometry.features import edges, faces, holes, rims
from cellsim.geometry.regions import Mesh, mesh_of
from cellsim.units import deg, mm

OUT = np.array([0.0, 1.0, 0.0])
DOORS = [door for car in (SEDAN, SUV) for door in car.doors]
NAMES = [f"{car.name}_{door.name}" for car in (SEDAN, SUV) for door in car.doors]


def plate_mesh(drills: list[Drill], scale: float = mm) -> Mesh:
    """A plate 400 x 300 x 20 mm with drilled holes."""
    vertices, triangles = union_mesh([box("plate", (0, 0, 0), (400, 300, 20))], drills)
    return mesh_of(vertices * scale, triangles)


def test_a_hole_is_where_it_was_drilled() -> None:
    mesh = plate_mesh([Drill((120, 80, 10), (0, 0, 1), 9.0, 40.0)])
    up = np.array([0.0, 0.0, 1.0])
    (found,) = holes(mesh, 8 * mm, 10 * mm, up, 10 * deg)
    assert np.abs(found.pose.p - np.array([0.12, 0.08, 0.02])).max() < 1e-6
    assert math.acos(min(1.0, found.pose.R[2, 2])) < 1e-6
    assert abs(found.size[0] - 9 * mm) < 1e-6


def test_a_hole_outside_the_diameter_range_is_not_found() -> None:
    mesh = plate_mesh([Drill((120, 80, 10), (0, 0, 1), 9.0, 40.0)])
    assert holes(mesh, 9.5 * mm, 12 * mm) == []
    assert len(holes(mesh, 8 * mm, 10 * mm)) == 2


def test_a_square_opening_is_a_rim_and_no_hole() -> None:
    pieces = [
        box("left", (0, 0, 0), (100, 300, 20)),
        box("right", (300, 0, 0), (400, 300, 20)),
        box("low", (100, 0, 0), (300, 100, 20)),
        box("high", (100, 220, 0), (300, 300, 20)),
    ]
    vertices, triangles = union_mesh(pieces)
    mesh = mesh_of(vertices * mm, triangles)
    up = np.array([0.0, 0.0, 1.0])
    assert holes(mesh, 1 * mm, 500 * mm) == []
    (rim,) = rims(mesh, up, 10 * deg)
    assert np.allclose(rim.pose.p, [0.2, 0.16, 0.02], atol=1e-6)
    assert np.allclose(rim.pose.R[:, 0], [1, 0, 0], atol=1e-9)
    assert np.allclose(rim.size, (0.2, 0.12), atol=1e-6)


def test_a_slanted_rim_has_the_normal_of_its_plane() -> None:
    pieces = [
        box("left", (0, 0, 0), (100, 300, 20)),
        box("right", (300, 0, 0), (400, 300, 20)),
        box("low", (100, 0, 0), (300, 100, 20)),
        box("high", (100, 220, 0), (300, 300, 20)),
    ]
    vertices, triangles = union_mesh(pieces)
    world_T_plate = Pose(rotation_rpy(0.2, -0.3, 0.4), np.array([1.0, -2.0, 0.5]))
    mesh = mesh_of(world_T_plate @ (vertices * mm), triangles)
    normal = world_T_plate.R[:, 2]
    (rim,) = rims(mesh, normal, 5 * deg)
    assert np.allclose(rim.pose.R[:, 2], normal, atol=1e-6)
    assert np.allclose(rim.pose.p, world_T_plate @ np.array([0.2, 0.16, 0.02]), atol=1e-6)


def test_faces_come_largest_first_with_their_sizes() -> None:
    vertices, triangles = union_mesh([box("block", (0, 0, 0), (400, 300, 20))])
    found = faces(mesh_of(vertices * mm, triangles), np.array([0.0, 0.0, -1.0]), 5 * deg)
    assert np.allclose(found[0].pose.p, [0.2, 0.15, 0.0], atol=1e-7)
    assert np.allclose(found[0].size, (0.4, 0.3), atol=1e-7)
    assert np.allclose(found[0].pose.R[:, 2], [0, 0, -1], atol=1e-9)


def test_the_longest_edge_lies_between_its_faces() -> None:
    vertices, triangles = union_mesh([box("bar", (0, 0, 0), (500, 30, 20))])
    found = edges(mesh_of(vertices * mm, triangles))
    assert len(found) == 12
    assert np.allclose([place.size[0] for place in found[:4]], 0.5, atol=1e-7)
    assert np.allclose(np.abs(found[0].pose.R[:, 0]), [1, 0, 0], atol=1e-9)
    assert np.allclose(np.abs(found[0].pose.R[1:, 2]), math.sqrt(0.5), atol=1e-9)


def door_mesh(door: object, stretch: tuple[float, float, float], shift: np.ndarray) -> Mesh:
    vertices, triangles = union_mesh(*door_pieces(door))  # type: ignore[arg-type]
    return mesh_of(vertices * mm * np.array(stretch) + shift, triangles)


@pytest.mark.parametrize("door", DOORS, ids=NAMES)
def test_bolt_holes_of_a_door_are_where_its_drawing_has_them(door: object) -> None:
    mesh = door_mesh(door, (1, 1, 1), np.zeros(3))
    found = holes(mesh, 8 * mm, 10 * mm, np.array([-1.0, 0.0, 0.0]), 30 * deg)
    assert len(found) == 4
    tilt = math.radians(22)
    normal = np.array([-math.cos(tilt), -math.sin(tilt), 0.0])
    middle = np.array([-BRACKET_AT[0], -BRACKET_AT[1], 0.0]) + 4 * normal
    heights = sorted(h + s for h in door.brackets for s in (-30, 30))  # type: ignore[attr-defined]
    places = sorted((place.pose for place in found), key=lambda pose: pose.p[2])
    for place, height in zip(places, heights, strict=True):
        truth = (middle + np.array([0, 0, height])) * mm
        assert np.linalg.norm(place.p - truth) < 0.002 * mm
        assert math.acos(min(1.0, float(place.R[:, 2] @ normal))) < 0.01 * deg


@pytest.mark.parametrize("door", DOORS, ids=NAMES)
def test_window_rim_follows_a_door_that_is_stretched_and_moved(door: object) -> None:
    (plain,) = rims(door_mesh(door, (1, 1, 1), np.zeros(3)), OUT, 30 * deg)
    stretch, shift = (1.12, 1.0, 0.93), np.array([0.3, -0.2, 0.1])
    (warped,) = rims(door_mesh(door, stretch, shift), OUT, 30 * deg)
    assert np.linalg.norm(warped.pose.p - (plain.pose.p * stretch + shift)) < 0.01 * mm
    window = np.array(door.window)  # type: ignore[attr-defined]
    x, z = -window[:, 0] * mm, window[:, 1] * mm
    cross = x * np.roll(z, -1) - np.roll(x, -1) * z
    truth = [((v + np.roll(v, -1)) * cross).sum() / (3 * cross.sum()) for v in (x, z)]
    assert abs(plain.pose.p[0] - truth[0]) < 0.01 * mm
    assert abs(plain.pose.p[2] - truth[1]) < 0.01 * mm
    assert np.allclose(plain.pose.R[:, 2], OUT, atol=1e-6)


def test_features_of_a_turned_door_turn_with_it() -> None:
    vertices, triangles = union_mesh(*door_pieces(DOORS[0]))
    turn = Pose(rotation_rpy(0.0, 0.0, 0.6), np.array([0.5, 0.1, -0.2]))
    (plain,) = rims(mesh_of(vertices * mm, triangles), OUT, 20 * deg)
    (turned,) = rims(mesh_of(turn @ (vertices * mm), triangles), turn.R @ OUT, 20 * deg)
    moved = turn @ plain.pose
    assert np.linalg.norm(turned.pose.p - moved.p) < 0.005 * mm
    assert np.allclose(turned.pose.R[:, 2], moved.R[:, 2], atol=1e-5)


def test_the_same_mesh_in_another_order_gives_the_same_features() -> None:
    vertices, triangles = union_mesh(*door_pieces(DOORS[0]))
    order = np.random.default_rng(7).permutation(len(triangles))
    first = holes(mesh_of(vertices * mm, triangles), 8 * mm, 10 * mm)
    second = holes(mesh_of(vertices * mm, triangles[order]), 8 * mm, 10 * mm)
    assert len(first) == len(second) == 8
    for a, b in zip(first, second, strict=True):
        assert a.pose.distance(b.pose)[0] < 1e-9
