"""The only importer of ompl: its RRT-Connect behind our protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cellsim.errors import Unavailable
from cellsim.geometry import Array
from cellsim.plan.protocol import Problem, Solution


@dataclass(frozen=True)
class OmplRRTConnect:
    """OMPL's RRT-Connect in scaled joint space; every object is made afresh for a problem."""

    name: str = "ompl-rrt-connect"

    def solve(self, problem: Problem) -> Solution:
        """Return a way whose samples are free, or an empty one at the end of the budget."""
        try:
            import ompl.base as ob
            import ompl.geometric as og
            import ompl.util as ou
        except ImportError as missing:
            raise Unavailable("ompl is not installed") from missing
        ou.setLogLevel(ou.LOG_NONE)
        ou.RNG.setSeed(problem.seed % (2**31 - 2) + 1)
        weights, dof = problem.weights, len(problem.q_start)
        space = _space(ob, problem)
        setup = og.SimpleSetup(space)
        used = 0

        def free(state: Any) -> bool:
            nonlocal used
            used += 1
            q = np.array([state[i] for i in range(dof)]) / weights
            return bool(problem.free(q[None])[0])

        setup.setStateValidityChecker(free)
        setup.setStartAndGoalStates(
            _state(space, problem.q_start * weights), _state(space, problem.q_goal * weights)
        )
        setup.setPlanner(og.RRTConnect(setup.getSpaceInformation()))
        done = ob.PlannerTerminationCondition(lambda: used >= problem.max_evaluations)
        setup.solve(done)
        if not setup.haveExactSolutionPath():
            return Solution(np.empty((0, dof)), used)
        states = setup.getSolutionPath().getStates()
        path = np.array([[state[i] for i in range(dof)] for state in states]) / weights
        path[0], path[-1] = problem.q_start, problem.q_goal
        return Solution(path, used)


def _space(ob: Any, problem: Problem) -> Any:
    """Return the scaled joint space with its limits and its checking resolution."""
    space = ob.RealVectorStateSpace(len(problem.q_start))
    bounds = ob.RealVectorBounds(len(problem.q_start))
    low, high = problem.lower * problem.weights, problem.upper * problem.weights
    for i in range(len(problem.q_start)):
        bounds.setLow(i, float(low[i]))
        bounds.setHigh(i, float(high[i]))
    space.setBounds(bounds)
    extent = float(np.linalg.norm(high - low))
    space.setLongestValidSegmentFraction(min(1.0, problem.resolution / extent))
    return space


def _state(space: Any, values: Array) -> Any:
    state = space.allocState()
    for i, value in enumerate(values):
        state[i] = float(value)
    return state
