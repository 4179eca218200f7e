"""Least clearances that are printed lie at most 0.1 mm below the true ones.

The true ones: coal's distance with a search over the motion, or closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from small_cells import arm, cell, planar, solid, timeline

from cellsim.collision import gathered, kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.result import CollisionResult
from cellsim.collision.spans import LEAST_VALUE
from cellsim.collision.work import Limits
from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Concurrent, Timeline
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.verify.clearmap import worst_of_moves
from cellsim.verify.context import Context
from cellsim.verify.rules.near_miss import near_miss

TENTH = 1e-4
PLACES = [
    ("revolute", (0, 0, 1), (0.0, 0.0, 0.4)),
    ("revolute", (0, 1, 0), (0.1, 0.0, 0.1)),
    ("revolute", (0, 1, 0), (0.0, 0.0, 0.5)),
    ("revolute", (1, 0, 0), (0.3, 0.0, 0.0)),
]
TOOL = solid(
    Piece("box", (0.2, 0.05, 0.08), Pose.translation(0.05, 0, 0)),
    Piece("capsule", (0.03, 0.2), Pose.translation(0, 0.1, 0.1)),
)


def _world(rng: np.random.Generator) -> Cell:
    things = {}
    for k in range(6):
        away, turn = rng.uniform(0.5, 1.1), rng.uniform(-3, 3)
        at = Pose.translation(away * np.cos(turn), away * np.sin(turn), rng.uniform(0.2, 1.4))
        things[f"t{k}"] = (solid(Piece("box", tuple(rng.uniform(0.05, 0.3, 3)))), at)
    return cell({"arm": arm(PLACES)}, {"arm": TOOL}, things, clearance=0.0)


def _apart(world: Cell, q: Array, name: str) -> Callable[[float], float]:
    """Return coal's distance [m] of the tool and a fixture as a function of the knot."""
    chain, thing = chain_of(world, "arm"), world.fixtures[name]

    def at(u: float) -> float:
        k = min(int(u), len(q) - 2)
        flange = link_poses(chain, q[k] + (u - k) * (q[k + 1] - q[k]))[-1]
        return kernel.bodies_apart(TOOL, thing.solid, Pose.from_matrix(flange), thing.pose)

    return at


def _least(at: Callable[[float], float], u0: float, u1: float) -> float:
    """Return the least value over [u0, u1], from samples and a search about the nearest ones."""
    us = np.linspace(u0, u1, 61)
    values, found = [at(float(u)) for u in us], []
    for k in np.argsort(values)[:3]:
        ends = float(us[max(k - 1, 0)]), float(us[min(k + 1, 60)])
        found.append(float(minimize_scalar(at, bounds=ends, options={"xatol": 1e-7}).fun))
    return min(*values, *found)


def test_the_least_of_each_pair_and_motion_lies_at_most_a_tenth_of_a_millimetre_below() -> None:
    rng, pairs, motions = np.random.default_rng(7), 0, 0
    while pairs < 8:
        world, q = _world(rng), rng.uniform(-1.2, 1.2, (4, len(PLACES)))
        line = timeline(world, {"arm": q})
        result = check_timeline(line)
        named = {p.b.partition(":")[2]: p for p in result.pairs if p.a == "arm/tool:tool_arm"}
        near = {name: p for name, p in named.items() if name in world.fixtures}
        if result.status != "free" or min(p.clearance for p in near.values()) > 0.09:
            continue
        exact = {n: [_least(_apart(world, q, n), k, k + 1.0) for k in range(3)] for n in near}
        for name, pair in near.items():
            true = min(exact[name])
            assert pair.clearance <= true + 1e-6
            if true < 0.1:
                assert true - pair.clearance <= TENTH, name
                pairs += 1
        for k, move in enumerate(worst_of_moves(line, result)):
            true = min(values[k] for values in exact.values())
            if true < 0.1 and move.a == "arm/tool:tool_arm":
                assert -1e-6 <= true - move.clearance <= TENTH
                motions += 1
    assert motions >= 3


def _past_post(gap_m: float, near_m: float, clearance: float = 0.002) -> Timeline:
    """A ball on an arm that turns past another one, at `gap_m` within a motion."""
    ball = solid(Piece("sphere", (0.02,), Pose.translation(0.45, 0, 0)))
    post = solid(Piece("sphere", (0.05,))), Pose.translation(0.45, 0.0, 0.07 + gap_m)
    world = cell({"arm": planar([0.4])}, {"arm": ball}, {"post": post}, clearance=clearance)
    return timeline(replace(world, near_miss_m=near_m), {"arm": np.array([[-1.0], [1.1]])})


def _near(line: Timeline, result: CollisionResult) -> list[float]:
    found = near_miss(Context(line, result)).findings
    return [f.value for f in found if f.value is not None]


def test_near_misses_are_told_where_they_are_and_not_where_the_search_was_coarse() -> None:
    """The first stage alone knows 10.3 mm as 9.8 mm or less, and would tell of it."""
    line = _past_post(0.0103, 0.01)
    true = min(p.clearance for p in check_timeline(line).pairs)
    assert true == pytest.approx(0.0103, abs=TENTH)
    assert _near(line, check_timeline(line)) == []
    line = _past_post(0.0097, 0.01)
    (value,) = _near(line, check_timeline(line))
    assert 9.6 <= value <= 9.7


def test_a_shortfall_is_told_to_a_tenth_of_a_millimetre_too() -> None:
    result = check_timeline(_past_post(0.0103, 0.0, clearance=0.012))
    (violation,) = result.violations
    assert violation.status == "clearance"
    assert 0.0102 <= violation.value_m <= 0.0103 + 1e-9
    assert violation.value_m == pytest.approx(result.pairs[0].clearance, abs=1e-8)


def test_two_clocks_are_worked_out_as_finely() -> None:
    """Two balls on arms that turn about parallel axes: nearest where both stretch out."""
    ball = solid(Piece("sphere", (0.05,), Pose.translation(0.4, 0, 0)))
    world = cell(
        {"a": planar([0.4]), "b": planar([0.4])},
        {"a": ball, "b": ball},
        bases={"b": Pose.translation(0.93, 0, 0)},
    )
    q = np.array([[-0.5], [0.6]])
    every = [Concurrent("a", 0.0, 1.0, "b", 0.0, 1.0)]
    line = timeline(world, {"a": q, "b": q + np.pi}, concurrent=every)
    names = {"a/tool:tool_a", "b/tool:tool_b"}
    pair = next(p for p in check_timeline(line).pairs if {p.a, p.b} == names)
    assert 0.03 - TENTH <= pair.clearance <= 0.03


def test_coarser_first_stages_print_the_same_to_a_tenth() -> None:
    """Whatever the first stage is worth, the second one makes up for it."""
    line = _past_post(0.0103, 0.0)
    for share in (0.3, 0.7, 0.98):
        found = check_timeline(line, limits=Limits(share=share))
        assert 0.0102 <= found.pairs[0].clearance <= 0.0103


def test_less_than_single_precision_holds_is_kept_as_nothing_certified() -> None:
    least = np.full((2, 6), 0.5)
    least[:, LEAST_VALUE] = -4.8e279, 0.125
    small = gathered._compact(least, np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert small[0, 0] == -np.inf
    assert 0.125 - 1e-7 < small[1, 0] <= 0.125
