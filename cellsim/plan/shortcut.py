"""Fewest vias: shorten a way so that every edge that is left is certified."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from cellsim.geometry import Array
from cellsim.plan.protocol import Problem, Solution

VIA_COST = 0.5
ROUNDS = 2
POINTS = 32
COARSE = 6

Edge = Callable[[Array, Array], bool]


def shortcut(problem: Problem, solution: Solution, via_cost: float = VIA_COST) -> Solution:
    """Return the way of least length plus `via_cost` a via, every edge certified by `edge_free`.

    The vertices are densified and the best chain of edges over them is found lazily (an edge is
    asked for only when the best chain uses it); the result is densified again, which cuts corners.
    An empty way comes back where the way itself cannot be certified.

    Args:
        via_cost: What a via costs, in scaled distance.
    """
    if not solution.found:
        return solution
    edge = _remembering(problem)
    path = solution.path
    for _ in range(ROUNDS):
        chain = best_chain(_dense(problem, path), edge, problem.weights, via_cost)
        if chain is None:
            return Solution(np.empty((0, len(problem.q_start))), solution.evaluations)
        path = chain
        if len(path) == 2:
            break
    return Solution(path, solution.evaluations)


def length(path: Array, weights: Array) -> float:
    """Return the length of a way: the sum of the largest scaled joint steps."""
    return float(np.sum(np.max(np.abs(np.diff(path, axis=0)) * weights, axis=1)))


def best_chain(points: Array, edge: Edge, weights: Array, via_cost: float) -> Array | None:
    """Return the cheapest certified chain from the first to the last point, in their order.

    None where there is none.
    """
    cost = np.max(np.abs(points[:, None] - points[None]) * weights, axis=2) + via_cost
    cost[np.tril_indices(len(points))] = np.inf
    good: set[tuple[int, int]] = set()
    while True:
        chain = _cheapest(cost)
        if chain is None:
            return None
        for i, j in itertools.pairwise(chain):
            if (i, j) in good:
                continue
            if not edge(points[i], points[j]):
                cost[i, j] = np.inf
                break
            good.add((i, j))
        else:
            return points[chain]


def _cheapest(cost: Array) -> list[int] | None:
    """Return the cheapest chain 0 .. n-1 over edges i < j, None where all are cut."""
    count = len(cost)
    total = np.full(count, np.inf)
    total[0] = 0.0
    before = np.zeros(count, dtype=np.int64)
    for j in range(1, count):
        options = total[:j] + cost[:j, j]
        before[j] = int(np.argmin(options))
        total[j] = options[before[j]]
    if not np.isfinite(total[-1]):
        return None
    chain = [count - 1]
    while chain[-1] != 0:
        chain.append(int(before[chain[-1]]))
    return chain[::-1]


def _remembering(problem: Problem) -> Edge:
    """Return an edge test that samples coarsely, then certifies, and asks for nothing twice."""
    known: dict[tuple[bytes, bytes], bool] = {}

    def edge(a: Array, b: Array) -> bool:
        key = (a.tobytes(), b.tobytes())
        if key not in known:
            fraction = np.arange(1, COARSE)[:, None] / COARSE
            sampled = bool(np.all(problem.free(a + fraction * (b - a))))
            known[key] = sampled and problem.edge_free(a, b)
        return known[key]

    return edge


def _dense(problem: Problem, path: Array) -> Array:
    """Return the way with further points on its edges, about POINTS of them evenly spread."""
    spacing = length(path, problem.weights) / POINTS
    points = [path[:1]]
    for a, b in itertools.pairwise(path):
        distance = float(np.max(np.abs((b - a) * problem.weights)))
        count = max(1, int(distance / max(spacing, 1e-9)))
        fraction = np.arange(1, count + 1)[:, None] / count
        inner = a + fraction * (b - a)
        inner[-1] = b
        points.append(inner)
    return np.concatenate(points)
