"""RRT-Connect of our own: two trees that grow towards each other; whole lines are checked at once.

Source: Kuffner, LaValle 2000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.geometry import Array
from cellsim.plan.protocol import Problem, Solution


class _Tree:
    """Nodes in scaled joint space with their parents."""

    def __init__(self, root: Array, weights: Array) -> None:
        self.weights = weights
        self.q: Array = np.empty((256, len(root)))
        self.parent = [-1]
        self.q[0] = root

    def add(self, q: Array, parent: int) -> int:
        if len(self.parent) == len(self.q):
            self.q = np.concatenate([self.q, np.empty_like(self.q)])
        self.q[len(self.parent)] = q
        self.parent.append(parent)
        return len(self.parent) - 1

    def nearest(self, q: Array) -> int:
        difference = (self.q[: len(self.parent)] - q) * self.weights
        return int(np.argmin(np.einsum("ij,ij->i", difference, difference)))

    def path(self, node: int) -> list[Array]:
        """Return the way from the root to a node."""
        way = []
        while node >= 0:
            way.append(self.q[node].copy())
            node = self.parent[node]
        return way[::-1]


@dataclass(frozen=True)
class RRTConnect:
    """Own planner; needs nothing installed.

    Attributes:
        step: Largest growth of a tree per iteration, in scaled distance.
    """

    step: float = 0.6
    name: str = "rrt-connect"

    def solve(self, problem: Problem) -> Solution:
        """Return a way whose samples are free, or an empty one at the end of the budget."""
        random = np.random.default_rng(problem.seed)
        here = _Tree(problem.q_start, problem.weights)
        there = _Tree(problem.q_goal, problem.weights)
        used, forward = 0, True
        target = problem.q_goal
        while used < problem.max_evaluations:
            node, count = _grow(here, target, problem, self.step)
            used += count
            if node >= 0:
                other, count = _grow(there, here.q[node], problem, np.inf)
                used += count
                if other >= 0 and np.array_equal(there.q[other], here.q[node]):
                    first, second = here.path(node), there.path(other)
                    way = first + second[-2::-1]
                    return Solution(np.stack(way if forward else way[::-1]), used)
            here, there, forward = there, here, not forward
            target = problem.lower + random.random(len(target)) * (problem.upper - problem.lower)
        return Solution(np.empty((0, len(problem.q_start))), used)


def _grow(tree: _Tree, target: Array, problem: Problem, step: float) -> tuple[int, int]:
    """Grow towards target as far as it is free; return (new node or -1, evaluations)."""
    near = tree.nearest(target)
    start = tree.q[near].copy()
    distance = float(np.max(np.abs((target - start) * problem.weights)))
    if distance < 1e-12:
        return near, 0
    end = target if distance <= step else start + (target - start) * (step / distance)
    line = problem.samples(start, end)
    free = problem.free(line)
    good = len(line) if bool(np.all(free)) else int(np.argmin(free))
    if good == 0:
        return -1, len(line)
    reached = end if good == len(line) else line[good - 1]
    return tree.add(reached, near), len(line)
