"""Motions that pass through things between two samples: never free."""

from __future__ import annotations

import numpy as np
import pytest
from small_cells import arm, cell, planar, solid, timeline

from cellsim.collision.check import check_timeline
from cellsim.collision.result import PairResult
from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Hold
from cellsim.geometry import Array, Piece, Pose


def _pair(world: Cell, q: Array, a: str, b: str, **more: object) -> PairResult:
    result = check_timeline(timeline(world, {"arm": q}, **more))  # type: ignore[arg-type]
    return next(p for p in result.pairs if {p.a, p.b} == {a, b})


@pytest.mark.parametrize("there_and_back", [False, True])
@pytest.mark.parametrize("thickness", [1e-3, 1e-4])
def test_a_swing_through_a_thin_plate_is_a_collision(
    there_and_back: bool, thickness: float
) -> None:
    far = [0.9, 0.0]
    q = np.array([[0.0, 0.0], far, [0.0, 0.0]] if there_and_back else [[0.0, 0.0], far])
    plate = solid(Piece("box", (thickness, 0.4, 0.4), name="plate"))
    turned = 0.4 + np.pi / 2
    at = Pose.from_rotvec((2.1 * np.cos(0.4), 2.1 * np.sin(0.4), 0), (0, 0, turned))
    tool = solid(Piece("capsule", (0.01, 0.1), Pose.translation(1.1, 0, 0), name="finger"))
    world = cell({"arm": planar([1.0, 1.0])}, {"arm": tool}, {"plate": (plate, at)})
    pair = _pair(world, q, "arm/tool:tool_arm", "fixture:plate")
    assert pair.status == "collision"
    first = pair.violations[0]
    # By hand: the finger (radius 10 mm at 2.1 m) meets the plate before 0.4 rad of 0.9 rad in 1 s.
    assert first.t0 < 0.4 / 0.9
    hit = next(v for v in pair.violations if v.status == "collision")
    assert hit.t0 == pytest.approx(0.4 / 0.9, abs=0.02)
    assert hit.motion is not None
    assert hit.motion.line == 1
    assert "coal" in hit.cause or "point in both" in hit.cause


def test_the_first_time_of_a_collision_is_bracketed_to_a_millisecond() -> None:
    slide = arm([("prismatic", (1, 0, 0), (0, 0, 0))])
    tool = solid(Piece("box", (0.2, 0.2, 0.2)))
    wall = solid(Piece("box", (0.001, 1, 1)))
    world = cell({"arm": slide}, {"arm": tool}, {"wall": (wall, Pose.translation(1, 0, 0))})
    pair = _pair(world, np.array([[0.0], [2.0]]), "arm/tool:tool_arm", "fixture:wall")
    hit = next(v for v in pair.violations if v.status == "collision")
    # The faces meet at 1 - 0.0005 - 0.1 = 0.8995 m, at 2 m/s.
    assert 0.8995 / 2 - 1.1e-3 <= hit.t0 <= 0.8995 / 2 + 1e-9
    # They part again when the back face has passed: 1.1005 m.
    assert 1.1005 / 2 <= hit.t1 <= 1.1005 / 2 + 1.1e-3
    assert pair.violations[0].status == "clearance"


def test_every_time_through_every_wall_is_told_with_its_line_not_the_first_alone() -> None:
    """Two walls of one body, there and back: four collisions, their times by hand."""
    slide = arm([("prismatic", (1, 0, 0), (0, 0, 0))])
    tool = solid(Piece("box", (0.2, 0.2, 0.2)))
    walls = [Piece("box", (0.001, 1, 1), Pose.translation(x, 0, 0)) for x in (0.5, 1.5)]
    world = cell({"arm": slide}, {"arm": tool}, {"walls": (solid(*walls), Pose.identity())})
    q = np.array([[0.0], [2.0], [3.0], [0.0]])  # a second each: 2 m/s, 1 m/s, 3 m/s back
    pair = _pair(world, q, "arm/tool:tool_arm", "fixture:walls")
    hits = [v for v in pair.violations if v.status == "collision"]
    meets = [(0.3995 / 2, 1), (1.3995 / 2, 1), (2 + (3 - 1.6005) / 3, 3), (2 + (3 - 0.6005) / 3, 3)]
    found = [(v.t0, v.motion.line) for v in hits if v.motion is not None]
    assert [line for _, line in found] == [line for _, line in meets]
    for (told, _), (true, _) in zip(found, meets, strict=True):
        assert true - 1.1e-3 <= told <= true + 1e-9
    assert all("coal" in v.cause or "point in both" in v.cause for v in hits)


def test_a_tool_that_turns_through_a_rod_is_a_collision() -> None:
    wrist = arm([("revolute", (0, 0, 1), (0, 0, 0))])
    blade = solid(Piece("box", (1.0, 0.004, 0.004), name="blade"))
    rod = solid(Piece("cylinder", (0.001, 0.5), name="rod"))
    at = Pose.translation(0.3 * np.cos(1.0), 0.3 * np.sin(1.0), 0.0)
    world = cell({"arm": wrist}, {"arm": blade}, {"rod": (rod, at)})
    pair = _pair(world, np.array([[0.0], [np.pi]]), "arm/tool:tool_arm", "fixture:rod")
    assert pair.status == "collision"
    hit = next(v for v in pair.violations if v.status == "collision")
    assert hit.t0 == pytest.approx(1.0 / np.pi, abs=0.01)
    assert np.hypot(hit.witness[0] - at.p[0], hit.witness[1] - at.p[1]) < 0.01


@pytest.mark.parametrize(("gap", "status"), [(-1e-4, "collision"), (1e-3, "clearance")])
def test_a_gripped_part_that_grazes_a_post_is_not_free(gap: float, status: str) -> None:
    swing = arm([("revolute", (0, 0, 1), (0, 0, 0))])
    door = solid(Piece("box", (1.0, 0.03, 0.8), name="panel"))
    post = solid(Piece("cylinder", (0.05, 2.0), name="post"))
    reach = np.hypot(1.2, 0.015) + 0.05 + gap
    world = cell(
        {"arm": swing},
        fixtures={"post": (post, Pose.translation(0, reach, 0))},
        parts={"door": (door, Pose.translation(0.7, 0, 0))},
    )
    hold = Hold("door", "group:arm.flange", Pose.translation(0.7, 0, 0), 0.0, 2.0, "grip:door")
    q = np.array([[0.0], [np.pi], [0.0]])
    pair = _pair(world, q, "fixture:post", "part:door", holds=[hold])
    assert pair.status == status
    assert {v.motion.line for v in pair.violations if v.motion} == {1, 2}


def test_sampling_at_a_degree_misses_what_the_test_finds() -> None:
    """The same swing, looked at by coal every degree: it sees nothing."""
    from cellsim.collision import kernel

    rod, finger = Piece("sphere", (0.0005,)), Piece("sphere", (0.0005,))
    at = Pose.translation(2.0 * np.cos(0.5004), 2.0 * np.sin(0.5004), 0.0)
    world = cell(
        {"arm": planar([1.0, 1.0])},
        {"arm": solid(Piece("sphere", (0.0005,), Pose.translation(1.0, 0, 0)))},
        {"rod": (solid(rod), at)},
        clearance=0.0,
    )
    for angle in np.deg2rad(np.arange(0.0, 58.0)):
        tip = Pose.translation(2.0 * np.cos(angle), 2.0 * np.sin(angle), 0.0)
        assert kernel.contact(finger, rod, tip, at).distance > 0.0
    pair = _pair(world, np.array([[0, 0], [1.0, 0]]), "arm/tool:tool_arm", "fixture:rod")
    assert pair.status == "collision"
