"""Floor 6: find a collision-free way between two configurations, with the fewest vias."""

from cellsim.plan.protocol import Planner, Problem, Solution, problem_seed
from cellsim.plan.rrt import RRTConnect
from cellsim.plan.shortcut import shortcut

__all__ = ["Planner", "Problem", "RRTConnect", "Solution", "problem_seed", "shortcut"]
