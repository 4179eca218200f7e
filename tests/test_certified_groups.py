"""The certified test of two groups without a common clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from slides import BOX, SLIDE, find_pair, random_piece
from small_cells import arm, cell, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.timeline import Concurrent, Event
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of


def _two_slides(apart: float) -> Cell:
    """Two boxes that slide along x and y through the same place."""
    other = [("prismatic", (0, 1, 0), (0, 0, 0))]
    tools = {"a": solid(BOX), "b": solid(BOX)}
    bases = {"a": Pose.identity(), "b": Pose.translation(0.0, 0.0, apart)}
    return cell({"a": arm(SLIDE), "b": arm(other)}, tools, bases=bases)


CROSS_A = np.array([[-1.0], [1.0], [1.0], [1.0]])
CROSS_B = np.array([[-1.0], [-1.0], [-1.0], [1.0]])


def test_two_groups_that_miss_each_other_on_the_clock_only_are_not_free() -> None:
    """On the nominal clock b waits until a has passed; without a signal nothing makes it wait."""
    world, names = _two_slides(0.0), ("a/tool:tool_a", "b/tool:tool_b")
    every = Concurrent("a", "b", 0, 3, 0, 3)
    shifted = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_B}, concurrent=[every]))
    assert find_pair(shifted, *names).status == "collision"
    ordered = [Concurrent("a", "b", 0, 1, 0, 2), Concurrent("a", "b", 1, 3, 0, 3)]
    signals = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_B}, concurrent=ordered))
    assert find_pair(signals, *names).status == "free"


@pytest.mark.parametrize(("free_until", "status"), [(2, "free"), (4, "clearance")])
def test_an_event_of_another_group_may_close_a_window_early(free_until: int, status: str) -> None:
    """Group a touches a block before b's event at 3 s; where b may come earlier, that is too near.

    Blocks: a touches at knot 1 and is away from knot 2 on; b's event lies at its knot 3.
    """
    block = (solid(BOX), Pose.translation(0.2, 0, 0))
    rule = PairRule("contact", "a/tool:*", "fixture:block", 0.001, "set down", end="process:x")
    tools = {"a": solid(BOX), "b": solid(Piece("sphere", (0.01,)))}
    world = cell({"a": arm(SLIDE), "b": arm(SLIDE)}, tools, {"block": block}, rules=[rule],
                 bases={"a": Pose.identity(), "b": Pose.translation(0, 0, 9)})  # fmt: skip
    q = {"a": np.array([[-1.0], [0.0], [-1.0], [-1.0], [-1.0]]), "b": np.zeros((5, 1))}
    if free_until == 2:
        orders = [Concurrent("a", "b", 0, 2, 0, 2), Concurrent("a", "b", 2, 4, 2, 4)]
    else:
        orders = [Concurrent("a", "b", 0, 4, 0, 4)]
    event = Event(3.0, "process", "x", 1.0, "b")
    result = check_timeline(timeline(world, q, events=[event], concurrent=orders))
    assert find_pair(result, "a/tool:tool_a", "fixture:block").status == status


def test_what_no_rectangle_holds_is_checked_on_the_nominal_clock() -> None:
    world = _two_slides(0.0)
    result = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_A.copy()}))
    assert find_pair(result, "a/tool:tool_a", "b/tool:tool_b").status == "collision"


def test_a_group_without_a_program_stands_at_home_and_can_be_hit() -> None:
    """Neither it nor a part that no hold speaks of is left out."""
    world = cell(
        {"a": arm(SLIDE), "b": arm(SLIDE)}, {"a": solid(BOX), "b": solid(BOX)},
        parts={"p": (solid(BOX), Pose.translation(-0.5, 0, 0))},
        bases={"b": Pose.translation(0.5, 0, 0)},
    )  # fmt: skip
    both = timeline(world, {"a": np.array([[-0.25], [0.5]])})
    result = check_timeline(replace(both, holds=()))
    assert find_pair(result, "a/tool:tool_a", "b/tool:tool_b").status == "collision"
    assert find_pair(result, "a/tool:tool_a", "part:p").clearance == pytest.approx(0.05, abs=1e-3)


def test_two_groups_at_a_distance_are_free_for_all_shifts() -> None:
    world = _two_slides(0.25)
    every = Concurrent("a", "b", 0, 3, 0, 3)
    result = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_B}, concurrent=[every]))
    pair = find_pair(result, "a/tool:tool_a", "b/tool:tool_b")
    assert pair.status == "free"
    assert 0.6 * 0.05 - 1e-9 <= pair.clearance <= 0.05


def test_no_two_groups_called_free_meet_at_any_sampled_pair_of_instants() -> None:
    """Random arms, the second one put so that the tools come near at some pair of instants."""
    rng, free = np.random.default_rng(12), 0
    for _ in range(16):
        axes, at = np.eye(3)[rng.integers(3, size=(2, 3))], rng.uniform(-0.4, 0.4, (2, 3, 3))
        robots = {
            g: arm([("revolute", tuple(axes[k, j]), tuple(at[k, j])) for j in range(3)])
            for k, g in enumerate("ab")
        }
        pieces = {g: random_piece(rng) for g in "ab"}
        q = {g: rng.uniform(-0.6, 0.6, (2, 3)) for g in "ab"}
        bases = {"a": Pose.identity(), "b": Pose.identity()}
        tips = [_tool_poses(cell(robots, bases=bases), g, q[g])[rng.integers(15)].p for g in "ab"]
        bases["b"] = Pose.translation(*(tips[0] - tips[1] + rng.normal(size=3) * 0.2))
        world = cell(robots, {g: solid(p) for g, p in pieces.items()}, bases=bases)
        every = [Concurrent("a", "b", 0, 1, 0, 1)]
        result = check_timeline(timeline(world, q, concurrent=every))
        pair = find_pair(result, "a/tool:tool_a", "b/tool:tool_b")
        least = min(
            kernel.contact(pieces["a"], pieces["b"], A, B).distance
            for A in _tool_poses(world, "a", q["a"])
            for B in _tool_poses(world, "b", q["b"])
        )
        assert pair.clearance <= least + 1e-6
        if pair.status == "free":
            free += 1
            assert least >= 0.002
        if least < 0.0:
            assert pair.status == "collision"
    assert 2 <= free <= 14


def _tool_poses(world: Cell, group: str, q: Array) -> list[Pose]:
    """Return `world_T_flange` at 15 instants of a chord."""
    chain = chain_of(world, group)
    line = q[0] + np.linspace(0, 1, 15)[:, None] * (q[1] - q[0])
    return [Pose.from_matrix(T) for T in link_poses(chain, line)[:, chain.flange]]
