"""Planners find free ways, the same ones every time; shortcut keeps only certified edges."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cellsim.plan import Problem, RRTConnect, Solution, problem_seed, shortcut
from cellsim.plan.ompl_planner import OmplRRTConnect
from cellsim.plan.shortcut import length

PLANNERS = [RRTConnect(), OmplRRTConnect()]


def wall(Q: np.ndarray) -> np.ndarray:
    """Return where a 2D point is outside a wall of x in 0.4..0.6 with a gap above y = 0.8."""
    return ~((Q[:, 0] > 0.4) & (Q[:, 0] < 0.6) & (Q[:, 1] < 0.8))


def wall_edge(a: np.ndarray, b: np.ndarray) -> bool:
    """Return whether the line a-b misses the wall: exact clipping of the line to the wall's x."""
    if abs(b[0] - a[0]) < 1e-12:
        return not (0.4 < a[0] < 0.6) or min(a[1], b[1]) >= 0.8
    t = np.clip(np.sort((np.array([0.4, 0.6]) - a[0]) / (b[0] - a[0])), 0, 1)
    y = a[1] + t * (b[1] - a[1])
    return bool(t[0] == t[1] or y.min() >= 0.8)


def problem(**changes: object) -> Problem:
    """Return the way from one side of the wall to the other."""
    values: dict = {
        "q_start": np.array([0.1, 0.1]),
        "q_goal": np.array([0.9, 0.1]),
        "lower": np.zeros(2),
        "upper": np.ones(2),
        "free": wall,
        "edge_free": wall_edge,
        "seed": 7,
        "resolution": 0.01,
    }
    return Problem(**{**values, **changes})


@pytest.mark.parametrize("planner", PLANNERS, ids=lambda p: p.name)
def test_the_way_is_free_and_certified_after_the_shortcut(planner):
    asked = problem()
    rough = planner.solve(asked)
    assert rough.found
    way = shortcut(asked, rough).path
    assert np.array_equal(way[0], asked.q_start)
    assert np.array_equal(way[-1], asked.q_goal)
    assert all(wall_edge(a, b) for a, b in itertools.pairwise(way))
    assert len(way) in (3, 4)
    assert length(way, asked.weights) <= length(rough.path, asked.weights) + 1e-12


@pytest.mark.parametrize("planner", PLANNERS, ids=lambda p: p.name)
def test_the_same_problem_gives_the_same_way_whatever_came_before(planner):
    first = planner.solve(problem()).path
    planner.solve(problem(seed=8))
    again = planner.solve(problem()).path
    assert first.tobytes() == again.tobytes()


@pytest.mark.parametrize("planner", PLANNERS, ids=lambda p: p.name)
def test_no_way_ends_with_the_budget(planner):
    def closed(Q: np.ndarray) -> np.ndarray:
        return np.abs(Q[:, 0] - 0.5) > 0.1

    answer = planner.solve(problem(free=closed, max_evaluations=3000))
    assert not answer.found
    assert 3000 <= answer.evaluations < 3300


def test_a_free_line_needs_no_via():
    asked = problem(q_start=np.array([0.1, 0.9]), q_goal=np.array([0.9, 0.9]))
    rough = Solution(np.array([[0.1, 0.9], [0.3, 0.2], [0.3, 0.9], [0.9, 0.9]]), 0)
    assert len(shortcut(asked, rough).path) == 2


def test_a_way_that_cannot_be_certified_comes_back_empty():
    asked = problem(edge_free=lambda _a, _b: False)
    assert not shortcut(asked, RRTConnect().solve(asked)).found


def test_weights_make_a_slow_joint_count():
    asked = problem(scale=np.array([2.0, 1.0]), free=lambda Q: np.ones(len(Q), dtype=bool))
    assert len(asked.samples(np.zeros(2), np.array([0.1, 0.0]))) == 20
    assert len(RRTConnect().solve(asked).path) >= 2


def test_seeds_follow_the_content():
    assert problem_seed(np.array([1.0]), "a") == problem_seed(np.array([1.0]), "a")
    assert problem_seed(np.array([1.0]), "a") != problem_seed(np.array([1.1]), "a")
