"""The cells that the collision benchmarks run on: a robot with tool and part among objects."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from small_cells import cell, solid

from cellsim.collision.query import scene_of
from cellsim.domain.cell import Cell
from cellsim.domain.files.robot import load_robot
from cellsim.domain.job import Job
from cellsim.domain.program import Index
from cellsim.domain.timeline import Band, GroupTrack, Hold, Motion, Timeline
from cellsim.geometry import Array, Piece, Pose, Solid, rotation_axis
from cellsim.geometry.tessellate import merge_meshes, piece_mesh
from cellsim.kinematics.frames import chain_of

KNOT_S, MOVE_S = 0.02, 2.0
GRIPPER = (
    Piece("cylinder", (0.045, 0.06), Pose.translation(0, 0, 0.03)),
    Piece("box", (0.16, 0.06, 0.05), Pose.translation(0, 0, 0.085)),
    Piece("box", (0.02, 0.04, 0.08), Pose.translation(0.065, 0, 0.15)),
    Piece("box", (0.02, 0.04, 0.08), Pose.translation(-0.065, 0, 0.15)),
)
PART = (
    Piece("box", (0.1, 0.12, 0.06), Pose.translation(0, 0, 0.15)),
    Piece("cylinder", (0.03, 0.1), Pose.translation(0, 0, 0.23)),
)


def frame_pieces() -> tuple[Piece, ...]:
    """Return a window frame of four bars."""
    x, z = Pose.translation, 0.25
    bar, post = (0.6, 0.04, 0.05), (0.05, 0.04, 0.5)
    return (
        Piece("box", bar, x(0, 0, z)), Piece("box", bar, x(0, 0, -z)),
        Piece("box", post, x(0.275, 0, 0)), Piece("box", post, x(-0.275, 0, 0)),
    )  # fmt: skip


def ring_pieces(count: int = 24, radius: float = 0.25, bar: float = 0.03) -> tuple[Piece, ...]:
    """Return a ring of capsules."""
    ends = [
        radius * np.array([np.cos(a), np.sin(a), 0.0])
        for a in np.linspace(0.0, 2 * np.pi, count + 1)
    ]
    found = []
    for p, q in pairwise(ends):
        along = (q - p) / np.linalg.norm(q - p)
        turn = np.stack([np.cross([0, 0, 1.0], along), [0, 0, 1.0], along], axis=1)
        turn[:, 1] = np.cross(along, turn[:, 0])
        pose = Pose(turn, (p + q) / 2)
        found.append(Piece("capsule", (bar, float(np.linalg.norm(q - p))), pose))
    return tuple(found)


def rack_pieces() -> tuple[Piece, ...]:
    """Return a rack: four posts, three shelves, each shelf with a lip."""
    posts = [
        Piece("box", (0.03, 0.03, 0.7), Pose.translation(x, y, 0))
        for x in (-0.25, 0.25)
        for y in (-0.15, 0.15)
    ]
    shelves = [Piece("box", (0.5, 0.3, 0.012), Pose.translation(0, 0, z)) for z in (-0.3, 0, 0.3)]
    lips = [
        Piece("box", (0.5, 0.01, 0.06), Pose.translation(0, 0.15, z)) for z in (-0.27, 0.03, 0.33)
    ]
    return (*posts, *shelves, *lips)


def meshed(pieces: tuple[Piece, ...], triangles: int) -> Solid:
    """Return a solid with pieces and a mesh of about so many triangles (round pieces finer)."""
    vertices, faces = merge_meshes([piece_mesh(p) for p in pieces])
    while len(faces) < triangles:
        vertices, faces = _finer(vertices, faces)
    return Solid("mesh", pieces, vertices=vertices, faces=faces)


def _finer(vertices: Array, faces: Array) -> tuple[Array, Array]:
    """Return the mesh with each triangle cut into four."""
    n, m = len(vertices), len(faces)
    middles = [(vertices[faces[:, k]] + vertices[faces[:, (k + 1) % 3]]) / 2 for k in range(3)]
    ab, bc, ca = (n + k * m + np.arange(m) for k in range(3))
    a, b, c = faces.T
    rows = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.vstack([vertices, *middles]), np.concatenate([np.stack(r, axis=1) for r in rows])


def _object(rng: np.random.Generator) -> Solid:
    kind = rng.integers(4)
    if kind == 0:
        return solid(Piece("box", tuple(rng.uniform(0.05, 0.5, 3))))
    if kind == 1:
        return solid(Piece("cylinder", (rng.uniform(0.03, 0.15), rng.uniform(0.1, 0.8))))
    if kind == 2:
        return solid(Piece("capsule", (rng.uniform(0.01, 0.06), rng.uniform(0.2, 0.8))))
    return solid(Piece("box", (rng.uniform(0.2, 0.7), rng.uniform(0.2, 0.7), 0.01)))


def _pose(rng: np.random.Generator, far: float) -> Pose:
    axis, away = rng.normal(size=3), rng.uniform(0.45, far)
    turn = rng.uniform(0, 2 * np.pi)
    p = np.array([away * np.cos(turn), away * np.sin(turn), rng.uniform(-0.4, 1.3)])
    return Pose(rotation_axis(axis / np.linalg.norm(axis), rng.uniform(0, 3.1)), p)


def cluttered(
    objects: int = 60, meshes: int = 10, triangles: int = 2000, seed: int = 1, robot: str = "ur10e"
) -> Cell:
    """Return a robot with gripper and part among so many objects, none of which it touches at home.

    The farther objects stand the more of them there are: their number per volume stays the same.
    """
    rng, far = np.random.default_rng(seed), 1.5 * max(1.0, objects / 60) ** (1 / 3)
    arm = {"arm": load_robot(robot)}
    held = {"piece": (solid(*PART), Pose.identity())}
    kinds = [frame_pieces(), ring_pieces(), rack_pieces()]
    things: dict[str, tuple[Solid, Pose]] = {}
    bare = cell(arm, {"arm": solid(*GRIPPER)}, {}, held, clearance=0.002)
    while len(things) < objects:
        is_mesh = len(things) < meshes
        body = meshed(kinds[len(things) % 3], triangles) if is_mesh else _object(rng)
        one = {f"o{len(things)}": (body, _pose(rng, far))}
        alone = replace(cell(arm, {"arm": solid(*GRIPPER)}, one, held), pair_rules=bare.pair_rules)
        scene = scene_of(alone, "arm", attached="piece", hand=Pose.identity())
        if scene.free(scene.chain.home[None], 0.01)[0]:
            things |= one
    return cell(arm, {"arm": solid(*GRIPPER)}, things, held, clearance=0.002)


def stops(world: Cell, moves: int, seed: int, step: float, certified: bool) -> Array:
    """Return configurations of which each is free, shape (moves + 1, dof).

    Args:
        step: Standard deviation of a joint from one to the next [rad].
        certified: The straight joint lines between them are free too.
    """
    rng, scene = np.random.default_rng(seed), scene_of(world, "arm", "piece", hand=Pose.identity())
    found = [scene.chain.home]
    while len(found) <= moves:
        q = found[-1] + step * rng.normal(size=scene.chain.dof)
        q = np.clip(q, scene.chain.home - 2.0, scene.chain.home + 2.0)
        if scene.free(q[None], 0.001)[0] and (
            not certified or scene.segment_free(found[-1], q, 0.001)
        ):
            found.append(q)
    return np.array(found)


def run_through(world: Cell, q: Array) -> Timeline:
    """Return the timeline of joint moves of 2 s from stop to stop, a knot every 20 ms."""
    steps = round(MOVE_S / KNOT_S)
    part = np.linspace(0.0, 1.0, steps, endpoint=False)[:, None]
    part = part * part * (3 - 2 * part)
    rows = np.concatenate([a + part * (b - a) for a, b in pairwise(q)] + [q[-1:]])
    t, zero, n = KNOT_S * np.arange(len(rows)), np.zeros_like(rows), len(rows) - 1
    motions = tuple(
        Motion("joint", Index("bench", k + 1), steps * k, steps * (k + 1))
        for k in range(len(q) - 1)
    )
    row = np.arange(n, dtype=np.int64) // steps
    track = GroupTrack("arm", t, rows, zero, zero, zero[1:], zero[1:], row, motions, 0 * row)
    end = float(t[-1])
    hold = Hold("piece", "group:arm.flange", Pose.identity(), 0.0, end)
    return Timeline(Job("bench", world, {}, {}), {"arm": track}, (hold,), (), (),
                    Band(end, end, end, "bench"))  # fmt: skip


def sampled(world: Cell, q: Array, degrees: float) -> Array:
    """Return configurations along the lines, no joint further apart than so many degrees."""
    lines = []
    for a, b in pairwise(q):
        count = int(np.ceil(np.degrees(np.abs(b - a).max()) / degrees))
        lines.append(a + np.linspace(0, 1, count, endpoint=False)[:, None] * (b - a))
    assert chain_of(world, "arm").dof == q.shape[1]
    return np.concatenate([*lines, q[-1:]])
