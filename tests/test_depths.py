"""Depths of overlaps by our own kernel, and when contacts begin and end: by hand, and by coal."""

from __future__ import annotations

import numpy as np
import pytest
from small_cells import arm, cell, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.gjk import pair_distance
from cellsim.collision.result import Violation
from cellsim.collision.support import pack
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array, Piece, Pose, Solid, rotation_axis

BOX = Piece("box", (0.2, 0.3, 0.4))
# What is required in `small_cells` [m].
CLEARANCE = 0.002


def depth_of(a: Piece, b: Piece, at: Pose) -> float:
    """Return how deep piece b at a pose is in piece a, by our own kernel [m]."""
    T = np.ascontiguousarray(at.matrix[:3])
    return -pair_distance(pack([solid(a), solid(b)]), 0, 1, T)[0]


@pytest.mark.parametrize(("axis", "depth"), [(0, 0.01), (1, 0.02), (2, 0.005)])
def test_boxes_side_by_side_are_as_deep_as_their_least_overlap(axis: int, depth: float) -> None:
    away = np.array([0.01, 0.02, 0.03])
    away[axis] = BOX.size[axis] - depth
    assert depth_of(BOX, BOX, Pose(np.eye(3), away)) == pytest.approx(depth, abs=1e-9)


def test_crossed_edges_are_as_deep_as_they_are_apart_along_their_normal() -> None:
    """Two square bars, both on edge and square to one another: no face tells their depth."""
    side, over = 0.1, 0.004
    bar, half = Piece("box", (1.0, side, side)), side / np.sqrt(2)
    edge, across = (
        rotation_axis(np.array([1.0, 0, 0]), np.pi / 4),
        rotation_axis(np.array([0, 0, 1.0]), np.pi / 2),
    )
    first = Piece("box", bar.size, Pose(edge, np.zeros(3)))
    second = Piece("box", bar.size, Pose(across @ edge, np.zeros(3)))
    at = Pose.translation(0, 0, 2 * half - over)
    assert depth_of(first, second, at) == pytest.approx(over, abs=1e-6)


def any_piece(rng: np.random.Generator) -> Piece:
    """Return a piece of any kind, up to a slender or a flat one."""
    kind = rng.integers(5)
    if kind == 0:
        return Piece("box", tuple(rng.uniform(0.002, 0.3, 3)))
    if kind == 1:
        return Piece("cylinder", (rng.uniform(0.005, 0.2), rng.uniform(0.002, 0.5)))
    if kind == 2:
        return Piece("capsule", (rng.uniform(0.01, 0.1), rng.uniform(0.05, 0.4)))
    if kind == 3:
        return Piece("sphere", (rng.uniform(0.02, 0.2),))
    return Piece("hull", (), points=rng.uniform(-0.2, 0.2, (12, 3)))


def known_depth(a: Piece, b: Piece, at: Pose) -> float:
    """Return the depth by coal [m]; of a ball whose middle lies in a cylinder by hand.

    There coal 3.0 says up to 86 mm more than it is where the way out is through the end.
    """
    depth = -kernel.contact(a, b, Pose.identity(), at).distance
    if {a.kind, b.kind} != {"sphere", "cylinder"}:
        return depth
    ball, cylinder = (a, b) if a.kind == "sphere" else (b, a)
    x, y, z = at.p if ball is b else at.inverse().p
    out = min(cylinder.size[0] - np.hypot(x, y), cylinder.size[1] / 2 - abs(z))
    return float(out) + ball.size[0] if out > 0.0 else depth


def test_depths_of_random_pieces_are_those_of_coal_to_a_hundredth_of_a_millimetre() -> None:
    rng, found = np.random.default_rng(7), []
    for _ in range(1200):
        a, b, axis = any_piece(rng), any_piece(rng), rng.normal(size=3)
        turn = rotation_axis(axis / np.linalg.norm(axis), rng.uniform(0, np.pi))
        at = Pose(turn, rng.uniform(-0.15, 0.15, 3))
        depth = known_depth(a, b, at)
        if depth > 1e-4:
            found.append(depth_of(a, b, at) - depth)
    assert len(found) > 500
    # What is certified is never less deep than it is.
    assert min(found) > -1e-7
    assert max(found) < 1e-5


def slide(gap: float, way: float, seconds: float, knots: int, back: float = 0.0) -> Timeline:
    """A box goes along x at an even pace, the face of a wall `gap` before it, and back again."""
    front = Piece("box", (0.1, 0.1, 0.1), Pose.translation(-0.05, 0, 0))
    wall = solid(Piece("box", (1.0, 1.0, 1.0))), Pose.translation(gap + 0.5, 0, 0)
    robot = arm([("prismatic", (1, 0, 0), (0, 0, 0))])
    world = cell({"arm": robot}, {"arm": solid(front)}, {"wall": wall}, clearance=CLEARANCE)
    q = np.linspace(0.0, way, knots + 1)
    if back > 0.0:
        q = np.concatenate([q, np.linspace(way, way - back, knots + 1)[1:]])
    return timeline(world, {"arm": q[:, None]}, step=seconds / knots)


def at_the_wall(line: Timeline) -> list[Violation]:
    found = [v for v in check_timeline(line).violations if "fixture:wall" in (v.a, v.b)]
    return sorted(found, key=lambda v: v.t0)


@pytest.mark.parametrize("knots", [1, 7, 100, 3000])
@pytest.mark.parametrize("speed", [0.02, 0.3, 2.5])
def test_contact_and_shortfall_begin_within_a_millisecond_of_when_they_do(
    speed: float, knots: int
) -> None:
    gap, way = 0.1237, 0.2
    found = at_the_wall(slide(gap, way, way / speed, knots))
    hit = min(v.t0 for v in found if v.status == "collision")
    short = min(v.t0 for v in found)
    assert hit - 1e-9 <= gap / speed <= hit + 1e-3 + 1e-9
    assert short - 1e-9 <= (gap - CLEARANCE) / speed <= short + 1e-3 + 1e-9


def test_contact_ends_within_a_millisecond_of_when_it_does() -> None:
    """Half a second to the wall and 20 mm into it, then out again as fast."""
    gap, way, seconds = 0.08, 0.1, 0.5
    found = at_the_wall(slide(gap, way, seconds, 20, back=way))
    hits = [v for v in found if v.status == "collision"]
    left = seconds + (way - gap) / way * seconds
    assert max(v.t1 for v in hits) - 1e-3 - 1e-9 <= left <= max(v.t1 for v in hits)
    assert min(v.value_m for v in hits) == pytest.approx(gap - way, abs=1e-4)


def test_a_shortfall_is_told_to_a_quarter_of_a_millimetre_by_few_intervals() -> None:
    """0.8 mm of 2 mm are left after a slow approach of 4 s; halving it all to the end takes 160."""
    line = slide(0.0508, 0.05, 4.0, 200)
    (found,) = {(v.status, round(v.value_m, 9)) for v in at_the_wall(line)[-1:]}
    assert found[0] == "clearance"
    assert 0.0008 - 2.5e-4 - 1e-6 <= found[1] <= 0.0008
    assert check_timeline(line).stats["intervals"] < 400


def dense_depth(a: Solid, b: Solid, at: Array) -> float:
    """Return the greatest depth over all pairs of pieces and places of b along x, by coal [m]."""
    deep = 0.0
    for x in at.tolist():
        for one in a.pieces:
            for other in b.pieces:
                contact = kernel.contact(one, other, Pose.translation(x, 0, 0), Pose.identity())
                deep = max(deep, -contact.distance)
    return deep


def test_the_deepest_of_several_pieces_is_told_wherever_in_a_stretch_it_is() -> None:
    """A comb of two teeth slides over a ridge: each is deepest for a few milliseconds, apart."""
    teeth = solid(
        Piece("box", (0.004, 0.05, 0.05), Pose.translation(-0.012, 0, 0.0)),
        Piece("box", (0.004, 0.05, 0.05), Pose.translation(0.012, 0, 0.003)),
    )
    ridge = solid(
        Piece("cylinder", (0.02, 0.3), Pose.from_rotvec((0.05, 0, -0.04), (1.5708, 0, 0)))
    )
    robot = arm([("prismatic", (1, 0, 0), (0, 0, 0))])
    world = cell({"arm": robot}, {"arm": teeth}, {"ridge": (ridge, Pose.identity())})
    line = timeline(world, {"arm": np.linspace(0.0, 0.1, 12)[:, None]}, step=0.01)
    found = [v for v in check_timeline(line).violations if v.status == "collision"]
    deep = -min(v.value_m for v in found)
    assert deep == pytest.approx(dense_depth(teeth, ridge, np.linspace(0.0, 0.1, 1001)), abs=1e-4)
