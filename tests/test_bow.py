"""Along one normal: points hardly leave the straight line that they go between two instants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cells import arm, cell, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.bow import least_between, turned
from cellsim.collision.check import check_timeline
from cellsim.collision.lipschitz import (
    BODY_A,
    KNOWN_COLUMNS,
    PIECES,
    axes_at,
    radii,
    reach_of,
    sizes,
    travel_of_joints,
)
from cellsim.collision.paths import Path, between, joints_at, links_at, path_of
from cellsim.collision.reach import Reach, wider
from cellsim.collision.support import DISC_RADIUS, pack
from cellsim.domain.cell import Cell
from cellsim.domain.program import Index
from cellsim.domain.timeline import Motion, Timeline
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of

WAYS = ("straight", "bent", "to and fro")


def test_least_between_is_the_least_of_the_parabola() -> None:
    rng, s = np.random.default_rng(2), np.linspace(0.0, 1.0, 20001)
    for _ in range(50):
        h0, h1, bow = rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(0, 1) ** 2
        values = (1 - s) * h0 + s * h1 - 4 * s * (1 - s) * bow
        assert least_between(h0, h1, bow) == pytest.approx(values.min(), abs=1e-8)
        assert least_between(h0, h1, bow) <= values.min() + 1e-12
    assert least_between(0.3, 0.2, 0.0) == 0.2


def test_a_normal_stands_still_seen_from_one_body_or_the_other() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        T0, T1 = (
            np.ascontiguousarray(Pose.from_rotvec((0, 0, 0), rng.normal(size=3)).matrix[:3])
            for _ in range(2)
        )
        n = rng.normal(size=3)
        assert turned(T0, T1, n, 0, True) == tuple(n)
        there = T1[:, :3].T @ np.array(turned(T0, T1, n, 0, False))
        assert there == pytest.approx(T0[:, :3].T @ n, abs=1e-12)


def _places(rng: np.random.Generator, joints: int) -> list[tuple[str, tuple, tuple]]:  # type: ignore[type-arg]
    kinds = ["revolute", "revolute", "prismatic"]
    return [
        (
            kinds[rng.integers(3)],
            tuple(np.eye(3)[rng.integers(3)]),
            tuple(rng.uniform(-0.4, 0.4, 3)),
        )
        for _ in range(joints)
    ]


def _way(rng: np.random.Generator, kind: str, dof: int) -> Array:
    """Return 9 knots, unevenly far apart, with one or two that stand."""
    step = np.concatenate([[0.0], np.cumsum(rng.uniform(0.0, 1.0, 8) ** 3)])
    step[4] = step[5]
    way = (step / step[-1])[:, None] * rng.uniform(-1.2, 1.2, dof)
    if kind == "bent":
        way += 0.2 * (step / step[-1])[:, None] ** 2 * rng.uniform(-1.0, 1.0, dof)
    if kind == "to and fro":
        way[5:] = way[4] - way[5:]
    return np.asarray(way + rng.uniform(-1.0, 1.0, dof))


@pytest.mark.parametrize("kind", WAYS)
def test_no_support_function_leaves_its_line_by_more_than_bow_and_stray(kind: str) -> None:
    """Of long, round and square pieces as sets, along random normals, by their own formula."""
    rng = np.random.default_rng(len(kind))
    normals = rng.normal(size=(40, 3))
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    sizes_m = {"capsule": (0.1, 0.9), "cylinder": (0.6, 0.1), "box": (0.9, 0.1, 0.05)}
    nearest = np.inf
    for k in range(45):
        joints = 1 + k % 4
        chain = chain_of(cell({"arm": arm(_places(rng, joints))}), "arm")
        piece_kind = list(sizes_m)[k % 3]
        turn = Pose.from_rotvec(0.2 * rng.normal(size=3), rng.normal(size=3))
        piece = Piece(piece_kind, sizes_m[piece_kind], turn)  # type: ignore[arg-type]
        path = path_of(chain, np.arange(9.0), _way(rng, kind, joints))
        u0, u1 = sorted(rng.uniform(0.0, 8.0, 2)) if k % 2 else (0.0, 8.0)
        reach = _reach(path, chain.flange, u0, u1, piece)
        ends = [_support(piece, _link(path, chain.flange, u), normals) for u in (u0, u1)]
        low = [least_between(-a, -b, reach.bow) - reach.stray for a, b in zip(*ends, strict=True)]
        for u in np.linspace(u0, u1, 60):
            room = -_support(piece, _link(path, chain.flange, u), normals) - low
            assert room.min() >= -1e-12
            nearest = min(nearest, room.min() - 1e9 * (u in (u0, u1)))
        if kind == "straight":
            assert reach.stray <= 1e-6
    assert nearest < 1e-3


def _reach(path: Path, link: int, u0: float, u1: float, piece: Piece) -> Reach:
    links = between(path.links[:, 0], path.links[:, 1], link, -1)
    joints = np.stack([links, path.links[links, 1] == 2], axis=1).astype(np.int64)
    R, size = np.zeros((PIECES, len(joints))), np.zeros((2, 2, len(joints)))
    rows, known = pack([solid(piece)]).cores.rows, np.zeros(KNOWN_COLUMNS)
    travel_of_joints(path, joints, u0, u1, R)
    for u, out in zip((u0, u1), size, strict=True):
        axes = np.zeros((len(joints), 6))
        axes_at(path, joints, 0, len(joints), _links(path, u), axes)
        sizes(joints, False, axes, _links(path, u)[link], rows, 0, out)
    radii(joints, False, size[0], size[1], rows, 0, R, BODY_A)
    reach_of(joints, False, R, BODY_A, known)
    return wider(known, 0.0, rows[0, DISC_RADIUS], False)


def _links(path: Path, u: float) -> Array:
    q, links = np.zeros(path.knots.shape[2]), np.zeros((len(path.links), 3, 4))
    joints_at(path, u, q)
    links_at(path, q, links)
    return links


def _link(path: Path, link: int, u: float) -> Array:
    return np.asarray(_links(path, u)[link])


def _support(piece: Piece, T: Array, normals: Array) -> Array:
    """Return the support function of a placed piece along each unit normal [m], shape (n,)."""
    core = piece.core()
    points = core.points @ T[:, :3].T + T[:, 3]
    across = np.cross(normals, T[:, :3] @ core.disc_axis)
    disc = core.disc_radius * np.linalg.norm(across, axis=1)
    return np.asarray((points @ normals.T).max(axis=0) + core.radius + disc)


def _one_motion(world: Cell, q: Array) -> Timeline:
    """Return a timeline whose knots are all of one motion."""
    line = timeline(world, {"arm": q}, step=0.1)
    track = line.tracks["arm"]
    motion = (Motion("joint", Index("arm.p", 1), 0, len(q) - 1),)
    row = np.zeros(len(q) - 1, dtype=np.int64)
    return replace(line, tracks={"arm": replace(track, motions=motion, motion=row)})


@pytest.mark.parametrize("kind", WAYS)
def test_nothing_is_certified_above_the_distance_at_any_instant(kind: str) -> None:
    """Whole checks, a body on the second link and a tool; coal at 60 instants of the motion."""
    rng, near = np.random.default_rng(40 + len(kind)), 0
    for _ in range(6):
        places = [("revolute", (0, 0, 1), (0, 0, 0.2)), *_places(rng, 3)]
        lower = solid(Piece("capsule", (0.04, 0.3), Pose.translation(0.1, 0, 0)))
        tool = solid(Piece("box", (0.3, 0.05, 0.05)), Piece("cylinder", (0.1, 0.02)))
        things = {
            f"t{k}": (
                solid(Piece("box", (0.2, 0.1, 0.05))),
                Pose.from_rotvec(tuple(p), tuple(turn)),
            )
            for k, (p, turn) in enumerate(rng.uniform(-0.9, 0.9, (5, 2, 3)))
        }
        world = cell({"arm": arm(places, {1: lower})}, {"arm": tool}, things, clearance=0.0)  # type: ignore[arg-type]
        q = _way(rng, kind, 4)
        result = check_timeline(_one_motion(world, q))
        chain = chain_of(world, "arm")
        bodies = {"arm/link1": (lower, 1), "arm/tool:tool_arm": (tool, chain.flange)}
        still = {f"fixture:{name}": thing for name, thing in things.items()}
        us = np.linspace(0.0, 8.0, 61)
        k = np.minimum(us.astype(int), 7)
        links = link_poses(chain, q[k] + (us - k)[:, None] * (q[k + 1] - q[k]))
        for pair in result.pairs:
            if pair.status != "free":
                continue
            for T in links:
                shapes = [
                    still[n] if n in still else (bodies[n][0], Pose.from_matrix(T[bodies[n][1]]))
                    for n in (pair.a, pair.b)
                    if n in still or n in bodies
                ]
                if len(shapes) == 2 and pair.a not in still:
                    (a, at), (b, there) = shapes
                    apart = kernel.bodies_apart(a, b, at, there)
                    assert pair.clearance <= apart + 1e-6
                    near += apart < 0.1
    assert near > 20
