"""The separation along a normal: never above the true distance, and as good as a kernel's."""

from __future__ import annotations

import numpy as np
import pytest
from small_cells import solid

from cellsim.collision import kernel
from cellsim.collision.gjk import pair_distance
from cellsim.collision.support import bounding_sphere, pack, separation, support
from cellsim.geometry import Array, Piece, Pose

TURN = Pose.from_rotvec((0, 0, 0), (0.3, -0.7, 0.4))
CASES = [
    ("spheres", Piece("sphere", (0.2,)), Piece("sphere", (0.3,)), (0, 0, 2.0), 1.5),
    ("boxes, faces", Piece("box", (1, 1, 1)), Piece("box", (1, 2, 3)), (3.0, 0.1, 0), 2.0),
    ("boxes, edges", Piece("box", (2, 2, 2)), Piece("box", (2, 2, 2)), (5, 6, 0), 5.0),
    ("capsule over box", Piece("capsule", (0.1, 1.0)), Piece("box", (4, 4, 1)), (0, 0, -2), 0.9),
    ("cylinder end", Piece("cylinder", (0.4, 2.0)), Piece("sphere", (0.5,)), (0.1, 0, 3), 1.5),
    ("cylinder side", Piece("cylinder", (0.4, 2.0)), Piece("sphere", (0.5,)), (3, 4, 0.5), 4.1),
    ("cylinder rim", Piece("cylinder", (1.0, 2.0)), Piece("sphere", (0.5,)), (4, 0, 5), 4.5),
    ("overlap", Piece("box", (2, 2, 2)), Piece("box", (2, 2, 2)), (1.7, 0, 0), -0.3),
    ("balls overlap", Piece("sphere", (1.0,)), Piece("sphere", (1.0,)), (0, 1.5, 0), -0.5),
    ("ball deep in box", Piece("box", (4, 4, 2)), Piece("sphere", (0.1,)), (0, 0, 0.5), -0.6),
]


def _bounds(a: Piece, b: Piece, a_T_b: Pose) -> tuple[float, float]:
    shapes = pack([solid(a), solid(b)])
    low, high, _ = pair_distance(shapes, 0, 1, np.ascontiguousarray(a_T_b.matrix[:3]))
    return low, high


@pytest.mark.parametrize(("name", "a", "b", "at", "true"), CASES, ids=[c[0] for c in CASES])
def test_lower_bound_equals_the_distance_known_by_hand(
    name: str, a: Piece, b: Piece, at: tuple[float, float, float], true: float
) -> None:
    assert name
    for turn in (Pose.identity(), TURN):
        turned = Piece(a.kind, a.size, turn @ a.pose), Piece(b.kind, b.size, turn @ b.pose)
        offset = Pose.translation(*(turn.R @ np.array(at, float)))
        low, _ = _bounds(*turned, offset)
        assert low <= true + 1e-9
        assert low >= true - 1e-4 * max(true, 0.0) - 1e-6


def random_piece(rng: np.random.Generator, kinds: str = "scybh") -> Piece:
    """Return a piece of up to half a metre near the origin."""
    kind = kinds[rng.integers(len(kinds))]
    pose = Pose.from_rotvec(rng.normal(size=3) * 0.2, rng.normal(size=3))
    if kind == "s":
        return Piece("sphere", (rng.uniform(0.01, 0.3),), pose)
    if kind == "c":
        return Piece("capsule", (rng.uniform(0.01, 0.2), rng.uniform(0.1, 0.8)), pose)
    if kind == "y":
        return Piece("cylinder", (rng.uniform(0.01, 0.3), rng.uniform(0.02, 0.8)), pose)
    if kind == "b":
        return Piece("box", tuple(rng.uniform(0.01, 0.6, 3)), pose)
    return Piece("hull", (), pose, rng.normal(size=(int(rng.integers(6, 24)), 3)) * 0.25)


def test_lower_bound_agrees_with_coal_where_pieces_are_apart() -> None:
    rng = np.random.default_rng(5)
    for _ in range(1500):
        a, b = random_piece(rng), random_piece(rng)
        away = Pose.from_rotvec(rng.normal(size=3), rng.normal(size=3))
        low, high = _bounds(a, b, away)
        known = kernel.contact(a, b, Pose.identity(), away).distance
        if known > 0.0:
            assert low <= known + 1e-6
            assert low >= known - 1e-6 - 4e-4 * known
            assert high >= known - 1e-5
        else:
            assert low <= 1e-6


def test_every_normal_gives_a_lower_bound_and_length_does_not_matter() -> None:
    rng = np.random.default_rng(6)
    for _ in range(100):
        a, b = random_piece(rng), random_piece(rng)
        T = np.ascontiguousarray(Pose.from_rotvec(rng.normal(size=3), rng.normal(size=3)).matrix)
        shapes = pack([solid(a), solid(b)])
        _, high, _ = pair_distance(shapes, 0, 1, T[:3])
        for n in rng.normal(size=(20, 3)):
            value = separation(shapes.cores, 0, 1, T[:3], *n)
            assert value <= high + 1e-9
            assert separation(shapes.cores, 0, 1, T[:3], *(1e3 * n)) == pytest.approx(value)


def test_a_normal_without_direction_gives_no_bound() -> None:
    shapes = pack([solid(Piece("sphere", (1.0,))), solid(Piece("sphere", (1.0,)))])
    T = np.ascontiguousarray(Pose.translation(5, 0, 0).matrix[:3])
    for n in ((0.0, 0.0, 0.0), (np.nan, 0.0, 1.0), (np.inf, 0.0, 0.0)):
        assert separation(shapes.cores, 0, 1, T, *n) == -np.inf


def test_cylinder_bound_holds_for_points_sampled_on_its_surface() -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        a, b = random_piece(rng, "y"), random_piece(rng, "s")
        away = Pose.translation(*rng.normal(size=3))
        low, _ = _bounds(a, b, away)
        points = _cylinder_points(a)
        nearest = float(np.linalg.norm(points - (away @ b.pose).p, axis=1).min()) - b.size[0]
        assert low <= nearest + 1e-9
        if nearest > 0.02:
            assert low >= nearest - 0.01


def _cylinder_points(piece: Piece) -> Array:
    radius, length = piece.size
    turns = np.linspace(0, 2 * np.pi, 181)
    ring = np.stack([np.cos(turns), np.sin(turns)], 1)
    rows = [
        np.column_stack([r * ring, np.full(len(ring), z)])
        for z in np.linspace(-length / 2, length / 2, 61)
        for r in (np.linspace(0, radius, 31) if abs(abs(z) - length / 2) < 1e-9 else [radius])
    ]
    return piece.pose @ np.concatenate(rows)


def test_support_of_a_disc_is_exact_along_and_near_its_axis() -> None:
    rng = np.random.default_rng(9)
    for _ in range(200):
        piece = Piece("cylinder", (0.7, 0.4), Pose.from_rotvec((0, 0, 0), rng.normal(size=3)))
        core, cores = piece.core(), pack([solid(piece)]).cores
        for size in (0.0, 1e-17, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3):
            n = core.disc_axis + size * rng.normal(size=3)
            n /= np.linalg.norm(n)
            known = (core.points @ n).max() + 0.7 * np.linalg.norm(np.cross(n, core.disc_axis))
            assert abs(float(np.dot(support(cores, 0, *n), n)) - known) < 1e-11


def test_bounding_spheres_hold_their_pieces() -> None:
    rng = np.random.default_rng(8)
    for _ in range(200):
        core = random_piece(rng).core()
        centre, bound = bounding_sphere(core)
        for n in rng.normal(size=(30, 3)):
            n /= np.linalg.norm(n)
            top = (core.points @ n).max() + core.radius
            top += core.disc_radius * np.linalg.norm(np.cross(n, core.disc_axis))
            assert top <= n @ centre + bound + 1e-12


def test_a_pose_given_by_a_quaternion_turns_a_plate_as_scipy_does() -> None:
    """The plate's corners, and its distance to a ball, by two ways to read w, x, y, z."""
    from scipy.spatial.transform import Rotation

    rng, plate = np.random.default_rng(10), Piece("box", (0.001, 0.4, 0.2))
    for quat in rng.normal(size=(20, 4)):
        pose = Pose.from_quat_wxyz((0.1, 0.0, 0.3), quat)
        turn = Rotation.from_quat(quat[[1, 2, 3, 0]]).as_matrix()
        corners = plate.core().points
        assert np.abs(pose @ corners - (corners @ turn.T + [0.1, 0.0, 0.3])).max() < 1e-12
        ball = Pose.translation(*(pose.p + 0.25 * turn[:, 0]))
        low, _ = _bounds(plate, Piece("sphere", (0.05,)), pose.inverse() @ ball)
        assert abs(low - (0.25 - 0.05 - 0.0005)) < 1e-4
