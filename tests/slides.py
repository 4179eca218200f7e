"""Shapes and looks that tests of the certified test share."""

from __future__ import annotations

import numpy as np

from cellsim.collision.result import CollisionResult, PairResult
from cellsim.geometry import Piece, Pose

BOX = Piece("box", (0.2, 0.2, 0.2))
SLIDE = [("prismatic", (1, 0, 0), (0, 0, 0))]


def find_pair(result: CollisionResult, a: str, b: str) -> PairResult:
    """Return what was found for two bodies."""
    return next(p for p in result.pairs if {p.a, p.b} == {a, b})


def random_piece(rng: np.random.Generator) -> Piece:
    """Return a box or a capsule of any size, turned any way."""
    pose = Pose.from_rotvec(rng.normal(size=3) * 0.2, rng.normal(size=3))
    if rng.integers(2):
        return Piece("capsule", (rng.uniform(0.005, 0.1), rng.uniform(0.1, 0.8)), pose)
    return Piece("box", tuple(rng.uniform(0.002, 0.4, 3)), pose)
