"""What may be left unchecked, and how far tolerances reach, where things hang on moving links."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cells import arm, cell, solid, timeline

from cellsim.collision.check import check_timeline
from cellsim.collision.plan import _strictest
from cellsim.collision.result import CollisionResult
from cellsim.collision.spans import RAMP_FROM, ramp, required_over, span
from cellsim.domain.cell import Cell, External, Frame
from cellsim.domain.equipment import Fixture, Part
from cellsim.domain.timeline import Hold, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array, Piece, Pose
from cellsim.proofcheck.bound import PAD
from cellsim.proofcheck.duty import duties_of
from cellsim.proofcheck.needs import Need, strictest

TURN = [("revolute", (0, 0, 1), (0, 0, 0))]
CUBE = solid(Piece("box", (0.02, 0.02, 0.02)))
BAR = solid(Piece("box", (1.0, 0.02, 0.02), Pose.translation(0.5, 0, 0)))
POST = solid(Piece("box", (0.1, 0.1, 1.0)))
QUARTER = np.linspace(np.pi / 2 - 0.01, np.pi / 2 + 0.01, 5)[:, None]


def _seen(line: Timeline) -> tuple[CollisionResult, set[frozenset[str]]]:
    """Return the search's result, and the pairs that the small checker asks for."""
    asked = {frozenset((a.name, b.name)) for a, b, _, _ in duties_of(line).runs}
    return check_timeline(line), asked


def _on_turning_frame(tolerance: float) -> tuple[Cell, Pose]:
    """A frame 1 m out on a turning link; in it hangs something 1 m out, a quarter turn away."""
    frame = Frame("F", "group:arm.flange", Pose.translation(1, 0, 0), tolerance_rad=tolerance)
    wall = {"wall": (CUBE, Pose.translation(1.04, 0, 0))}
    world = cell({"arm": arm(TURN)}, {}, wall, frames={"F": frame}, clearance=0.0)
    return world, Pose.translation(-1, -1, 0)


def test_a_fixture_on_a_moving_link_is_tested_against_the_fixtures_that_stand() -> None:
    world, place = _on_turning_frame(0.0)
    still = Fixture("wall", CUBE, "world", Pose.translation(1, 0, 0))
    fixtures = {"wall": still, "bar": Fixture("bar", CUBE, "F", place)}
    found, asked = _seen(timeline(replace(world, fixtures=fixtures), {"arm": QUARTER}))
    assert found.status != "free"
    assert asked == {frozenset(("fixture:wall", "fixture:bar"))}


def test_the_tolerance_of_a_frame_on_a_moving_link_reaches_as_far_as_its_body() -> None:
    """0.05 rad about an origin that is always 1.414 m away: 70.7 mm, wherever the link is."""
    world, place = _on_turning_frame(0.05)
    part = Part("bar", CUBE, 1.0, (0, 0, 0), np.zeros((3, 3)), "F", place)
    line = timeline(replace(world, parts={"bar": part}), {"arm": QUARTER})
    line = replace(line, holds=(Hold("bar", "frame:F", place, 0.0, 4.0),))
    (pair,) = check_timeline(line).pairs
    assert pair.clearance <= 0.02 - 0.05 * np.sqrt(2.0)
    assert duties_of(line).table.rows[:, PAD].min() >= 0.05 * np.sqrt(2.0)


def _with_positioner(robot_links: int, **touching: object) -> tuple[Cell, Array]:
    """An arm that turns half round over the base of its positioner, 0.8 m away."""
    if robot_links == 2:
        robot = arm([*TURN, ("revolute", (0, 0, 1), (1, 0, 0))], {1: BAR})
    else:
        robot = arm([*TURN, *[("revolute", (0, 0, 1), (0.3, 0, 0))] * 2], {3: BAR})
    robot = replace(robot, **touching)
    world = cell({"arm": robot}, {}, {}, clearance=0.0)
    table = External(arm(TURN, {0: POST}), "world", Pose.translation(0, 0.8, 0), "part")
    home = (0.0,) * (robot.dof + 1)
    group = replace(world.groups["arm"], externals=(table,), home=home)
    q = np.zeros((50, len(home)))
    q[:, 0] = np.linspace(0, np.pi, 50)
    return replace(world, groups={"arm": group}), q


def test_a_link_of_the_arm_is_not_adjacent_to_one_of_its_positioner() -> None:
    world, q = _with_positioner(2)
    found, asked = _seen(timeline(world, {"arm": q}))
    assert found.status == "collision"
    assert asked == {frozenset(("arm/link1", "arm/positioner/link0"))}


def test_what_may_touch_in_the_arm_says_nothing_of_its_positioner() -> None:
    world, q = _with_positioner(3, touching=(("link0", "link3", "never meet"),))
    found, asked = _seen(timeline(world, {"arm": q}))
    assert found.status == "collision"
    assert asked == {frozenset(("arm/link3", "arm/positioner/link0"))}


def test_a_positioner_on_a_moving_link_is_refused() -> None:
    world, q = _with_positioner(2)
    group = world.groups["arm"]
    other = replace(cell({"b": arm(TURN)}).groups["b"], name="b")
    placed = replace(group, externals=(replace(group.externals[0], frame="group:b.flange"),))
    line = timeline(replace(world, groups={"arm": placed, "b": other}),
                    {"arm": q, "b": np.zeros((50, 1))})  # fmt: skip
    for ask in (check_timeline, duties_of):
        with pytest.raises(BadInput, match="which moves"):
            ask(line)


def test_of_a_ramp_and_a_constant_the_stricter_holds_everywhere() -> None:
    """Where it is open which of two requirements holds, a ramp may not begin below the other."""
    grown = ramp(span(0, 1, 0.02, 0.0), -0.005, 0.1, 1, np.zeros(3))
    both = _strictest([grown, span(0, 1, 0.01, 0.0)])
    assert both is not None
    assert both[RAMP_FROM] == 0.01
    alone = _strictest([grown, grown.copy()])
    assert alone is not None
    assert alone[RAMP_FROM] == -0.005
    need = Need(0.02, start=-0.005, over=0.1)
    assert strictest([need, Need(0.01), None], 0.0) == replace(need, start=0.01)
    assert strictest([need, need], 0.0) == need


def test_a_requirement_that_falls_with_the_way_counts_at_its_largest() -> None:
    falls = ramp(span(0, 1, 0.01, 0.0), 0.05, 0.1, 1, np.zeros(3))
    poses = np.zeros((2, 3, 4))
    poses[1, 0, 3] = 0.1
    assert required_over(falls, poses, poses, 0.2) == 0.05
