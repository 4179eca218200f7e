"""A hull fills the hollow of an angle: free in the hollow, a hit at the wall, each told as such."""

from __future__ import annotations

import numpy as np
import trimesh
from small_cells import arm, cell, solid, timeline

from cellsim.collision.check import check_timeline
from cellsim.geometry import Piece, Pose, Solid
from cellsim.geometry.hull import hull_piece

WALL = 0.05


def angle() -> Solid:
    """Return an L of two walls, 1 m long, open towards +x and +y, as one hull with its mesh."""
    corner = [(-0.5, -0.5), (0.5, -0.5), (0.5, -0.5 + WALL), (-0.5 + WALL, -0.5 + WALL),
              (-0.5 + WALL, 0.5), (-0.5, 0.5)]  # fmt: skip
    n, caps = len(corner), [(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5)]
    points = np.array([(x, y, z) for z in (-0.5, 0.5) for x, y in corner])
    faces = [(a, c, b) for a, b, c in caps] + [(a + n, b + n, c + n) for a, b, c in caps]
    for i in range(n):
        j = (i + 1) % n
        faces += [(i, j, j + n), (i, j + n, i + n)]
    assert trimesh.Trimesh(points, faces, process=False).is_watertight
    pieces = (hull_piece(points),)
    return Solid("angle", pieces, vertices=points, faces=np.array(faces, dtype=np.int64))


def run(to: float) -> list[tuple[str, float]]:
    """Return status and first time where a ball slides along y from 0 in the hollow, in 1 s."""
    slide = arm([("prismatic", (0, 1, 0), (0, 0, 0))], {1: solid(Piece("sphere", (0.02,)))})
    world = cell({"g": slide}, fixtures={"angle": (angle(), Pose.identity())})
    found = check_timeline(timeline(world, {"g": [[-0.3], [to]]}))
    return [(v.status, v.t0) for v in found.violations]


def test_in_the_hollow_nothing_is_certain() -> None:
    assert [status for status, _ in run(-0.40)] == ["undecided"]


def test_the_wall_is_hit_at_its_time() -> None:
    """The ball touches the wall at y = -0.45 + 0.02, of a way from -0.3 to -0.6 in 1 s."""
    status, t0 = run(-0.6)[0]
    assert status == "collision"
    assert abs(t0 - (0.45 - 0.02 - 0.3) / 0.3) <= 0.001
