"""How far bodies can travel over an interval: radii and travel against points and supports."""

from __future__ import annotations

import numpy as np
import pytest
from small_cells import arm, cell, solid

from cellsim.collision.lipschitz import (
    BODY_A,
    PIECES,
    axes_at,
    least_travel,
    radii,
    sizes,
    travel_of_joints,
)
from cellsim.collision.paths import Path, between, joints_at, links_at, path_of
from cellsim.collision.support import BOUND, CENTRE, GIRTH, REACH, ROW, Ints, pack
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.frames import chain_of


@pytest.mark.parametrize("seed", range(3))
def test_travel_and_radii_bound_every_point_between_the_ends(seed: int) -> None:
    """R_j against the distance of points from the axes, lambda against the way of points."""
    rng = np.random.default_rng(seed)
    for _ in range(20):
        kinds = ["revolute", "prismatic", "revolute", "revolute"]
        places = [
            (kind, tuple(np.eye(3)[rng.integers(3)]), tuple(rng.uniform(-0.5, 0.5, 3)))
            for kind in kinds
        ]
        chain = chain_of(cell({"arm": arm(places)}), "arm")
        q = rng.uniform(-1.0, 1.0, (4, 4))
        path = path_of(chain, np.arange(4.0), q)
        links = between(path.links[:, 0], path.links[:, 1], chain.flange, -1)
        joints = np.stack([links, path.links[links, 1] == 2], axis=1).astype(np.int64)
        row = np.zeros((1, ROW))
        row[0, CENTRE:BOUND], row[0, [GIRTH, REACH]] = rng.uniform(-0.3, 0.3, 3), 0.1
        u0, u1 = sorted(rng.uniform(0.0, 3.0, 2))
        R, T0 = _radii(path, joints, chain.flange, u0, u1, row)
        start = T0[:, :3] @ row[0, CENTRE:BOUND] + T0[:, 3]
        for u in np.linspace(u0, u1, 40):
            T, axes = _at(path, joints, chain.flange, u)
            point = T[:, :3] @ row[0, CENTRE:BOUND] + T[:, 3]
            for i in np.flatnonzero(joints[:, 1] == 0):
                off = np.cross(point - axes[i, :3], axes[i, 3:])
                assert np.linalg.norm(off) + 0.1 <= R[BODY_A, i] + 1e-12
            assert np.linalg.norm(point - start) <= least_travel(R, BODY_A, BODY_A) + 1e-12


def _radii(
    path: Path, joints: Ints, link: int, u0: float, u1: float, row: Array
) -> tuple[Array, Array]:
    """Return the table of radii of a row on a link over [u0, u1], and `world_T_link` at u0."""
    R, size = np.zeros((PIECES, len(joints))), np.zeros((2, 2, len(joints)))
    travel_of_joints(path, joints, u0, u1, R)
    ends = [_at(path, joints, link, u) for u in (u0, u1)]
    for (T, axes), out in zip(ends, size, strict=True):
        sizes(joints, False, axes, T, row, 0, out)
    radii(joints, False, size[0], size[1], row, 0, R, BODY_A)
    return R, ends[0][0]


def _support(piece: Piece, T: Array, normals: Array) -> Array:
    """Return the support function of a placed piece along each unit normal [m], shape (n,)."""
    core = piece.core()
    points = core.points @ T[:, :3].T + T[:, 3]
    across = np.cross(normals, T[:, :3] @ core.disc_axis)
    disc = core.disc_radius * np.linalg.norm(across, axis=1)
    return (points @ normals.T).max(axis=0) + core.radius + disc


@pytest.mark.parametrize("seed", range(3))
def test_no_support_function_changes_by_more_than_the_travel(seed: int) -> None:
    """Long and round pieces as sets, along random normals, by their own formula."""
    rng = np.random.default_rng(seed)
    normals = rng.normal(size=(60, 3))
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    for k in range(60):
        places = [
            ("revolute", tuple(np.eye(3)[rng.integers(3)]), tuple(rng.uniform(-0.3, 0.3, 3)))
            for _ in range(1 + k % 3)
        ]
        sizes_m = {"capsule": (0.2, 0.9), "cylinder": (0.4, 0.3), "box": (0.9, 0.1, 0.05)}
        kind = list(sizes_m)[k // 3 % 3]
        turn = Pose.from_rotvec(0.2 * rng.normal(size=3), rng.normal(size=3))
        piece = Piece(kind, sizes_m[kind], turn)  # type: ignore[arg-type]
        chain = chain_of(cell({"arm": arm(places)}), "arm")
        path = path_of(chain, np.arange(2.0), rng.uniform(-1.0, 1.0, (2, len(places))))
        links = between(path.links[:, 0], path.links[:, 1], chain.flange, -1)
        joints = np.stack([links, path.links[links, 1] == 2], axis=1).astype(np.int64)
        R, T0 = _radii(path, joints, chain.flange, 0.0, 1.0, pack([solid(piece)]).cores.rows)
        start = _support(piece, T0, normals)
        for u in np.linspace(0.0, 1.0, 30):
            change = _support(piece, _at(path, joints, chain.flange, u)[0], normals) - start
            travel_of_joints(path, joints, 0.0, u, R)
            assert np.abs(change).max() <= least_travel(R, BODY_A, BODY_A) + 1e-12


def _at(path: Path, joints: Ints, link: int, u: float) -> tuple[Array, Array]:
    """Return (`world_T_link`, joint axes) at u."""
    q, links = np.zeros(path.knots.shape[2]), np.zeros((len(path.links), 3, 4))
    joints_at(path, u, q)
    links_at(path, q, links)
    axes = np.zeros((len(joints), 6))
    axes_at(path, joints, 0, len(joints), links, axes)
    return links[link].copy(), axes
