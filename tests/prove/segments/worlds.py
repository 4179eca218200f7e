"""Random cells with random segments: thin plates and rods, a gripped part, an arm on a track."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from small_cells import arm, cell, solid

from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import Index
from cellsim.domain.timeline import Band, GroupTrack, Hold, Motion, Timeline
from cellsim.geometry import Array, Piece, Pose, Solid, rotation_axis
from cellsim.geometry.tessellate import merge_meshes, piece_mesh

PLACES = [
    ("prismatic", (1, 0, 0), (0.0, 0.0, 0.0)),
    ("revolute", (0, 0, 1), (0.0, 0.0, 0.35)),
    ("revolute", (0, 1, 0), (0.1, 0.0, 0.1)),
    ("revolute", (0, 1, 0), (0.0, 0.0, 0.6)),
    ("revolute", (1, 0, 0), (0.3, 0.0, 0.0)),
    ("revolute", (0, 1, 0), (0.3, 0.0, 0.0)),
]
LINKS = {
    3: solid(Piece("capsule", (0.05, 0.4), Pose.translation(0.0, 0.0, 0.3))),
    5: solid(Piece("box", (0.2, 0.08, 0.08), Pose.translation(0.15, 0.0, 0.0))),
}
TOOL = solid(Piece("cylinder", (0.03, 0.08), Pose.translation(0.0, 0.0, 0.04)))
PART = solid(
    Piece("box", (0.02, 0.3, 0.004), Pose.translation(0.0, 0.0, 0.1)),
    Piece("cylinder", (0.001, 0.2), Pose.translation(0.0, 0.1, 0.21)),
)
KINDS = ("random", "there and back", "turn", "track")


def thing(rng: np.random.Generator) -> Piece:
    """Return a plate of 1 mm, a rod of 2 mm, or a box."""
    kind = rng.integers(3)
    if kind == 0:
        return Piece("box", (0.001, *rng.uniform(0.1, 0.5, 2)))
    if kind == 1:
        return Piece("cylinder", (0.001, rng.uniform(0.2, 0.8)))
    return Piece("box", tuple(rng.uniform(0.02, 0.3, 3)))


def world(rng: np.random.Generator, things: int, clearance: float) -> Cell:
    """Return the arm among things, each of them with a mesh as well."""
    fixtures = {}
    for k in range(things):
        piece, axis = thing(rng), rng.normal(size=3)
        away, turn = rng.uniform(0.5, 1.6), rng.uniform(0, 2 * np.pi)
        p = np.array([away * np.cos(turn), away * np.sin(turn), rng.uniform(0.0, 1.5)])
        pose = Pose(rotation_axis(axis / np.linalg.norm(axis), rng.uniform(0, 3.1)), p)
        fixtures[f"t{k}"] = (meshed(piece), pose)
    return cell(
        {"arm": arm(PLACES, LINKS)}, {"arm": TOOL}, fixtures, {"piece": (PART, Pose.identity())},
        clearance=clearance,
    )  # fmt: skip


def meshed(piece: Piece) -> Solid:
    """Return a solid with a closed mesh of its piece; round ones with 128 sides."""
    vertices, faces = merge_meshes([piece_mesh(piece, 128)])
    return Solid("thing", (piece,), vertices=vertices, faces=faces)


def segment(rng: np.random.Generator, kind: str, q: Array) -> Array:
    """Return the knots of a segment after its first one q, shape (n, 6); straight in between."""
    end = rng.uniform(-1.3, 1.3, 6) * np.array([0.6, 1, 1, 1, 1, 0.5])
    if kind == "turn":
        end = q.copy()
        end[rng.integers(1, 5)] += rng.choice([-1, 1]) * rng.uniform(2.0, 3.1)
        end[1:] = np.where(np.abs(end[1:]) > 3.2, q[1:] - (end[1:] - q[1:]), end[1:])
    if kind == "track":
        end = q + np.concatenate([[-np.sign(q[0] + 1e-9) * rng.uniform(0.3, 0.9)], np.zeros(5)])
    if kind == "there and back":
        return np.stack([q + 0.5 * (end - q), q])
    return end[None]


def run_of(world: Cell, rng: np.random.Generator, count: int) -> tuple[Timeline, list[Array]]:
    """Return a timeline of so many segments, each a motion of 2 s, and the knots of each."""
    q, knots, rows, lines, kinds = rng.uniform(-0.5, 0.5, 6), [], [], [], []
    for k in range(count):
        kinds.append(KINDS[k % len(KINDS)])
        new = segment(rng, kinds[-1], q)
        lines.append(np.vstack([q, new]))
        knots += list(np.vstack([q, new])[:-1])
        rows += [k] * len(new)
        q = new[-1]
    path, row = np.array([*knots, q]), np.array(rows, dtype=np.int64)
    step = 2.0 / np.bincount(row)[row]
    t, zero = np.concatenate([[0.0], np.cumsum(step)]), np.zeros_like(path)
    first = np.searchsorted(row, np.arange(count + 1))
    motions = tuple(
        Motion("joint", Index("segments", k + 1), int(a), int(b), note=kinds[k])
        for k, (a, b) in enumerate(pairwise(first))
    )
    track = GroupTrack("arm", t, path, zero, zero, zero[1:], zero[1:], row, motions, 0 * row)
    end = float(t[-1])
    hold = Hold("piece", "group:arm.flange", Pose.identity(), 0.0, end)
    line = Timeline(Job("segments", world, {}, {}), {"arm": track}, (hold,), (), (),
                    Band(end, end, end, "prove"))  # fmt: skip
    return line, lines


def samples(line: Array, degrees: float) -> Array:
    """Return configurations along a segment, no joint more than so many degrees apart.

    10 mm of the track count as a degree.
    """
    found = []
    for a, b in pairwise(line):
        way = np.abs(b - a) * np.concatenate([[100.0], np.degrees(np.ones(5))])
        n = max(int(np.ceil(way.max() / degrees)), 1)
        found.append(a + np.linspace(0, 1, n, endpoint=False)[:, None] * (b - a))
    return np.concatenate([*found, line[-1:]])
