"""Free moves: the straight joint move where it is certified free, else a way with few vias."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from cellsim.geometry import Array
from cellsim.kinematics import Chain
from cellsim.plan import Planner, Problem, problem_seed, shortcut
from cellsim.teach.ladder import NO_SPEED
from cellsim.teach.space import Space
from cellsim.teach.stage import Option, Point

BUDGET = 12000
LINE_STRIDE = 3


@dataclass(frozen=True, eq=False)
class Way:
    """A free move: path of shape (k, dof), ends included, and why it has vias."""

    path: Array
    reason: str = ""


@dataclass
class Filler:
    """Checks and finds free moves of one group; asks for nothing twice."""

    chain: Chain
    space: Space
    planner: Planner
    known: dict[tuple[object, ...], bool] = field(default_factory=dict)

    def stands_free(self, point: Point, option: Option | None, q: Array) -> bool:
        """Tell whether the group may stand at q before it goes to a point."""
        return bool(self.space.free(point, option)(q[None])[0])

    def line_free(self, point: Point, option: Option | None, line: Array) -> bool:
        """Tell whether the joints along a line to a point are certified free, in chords."""
        if not np.all(self.space.free(point, option)(line[[0, len(line) // 2, -1]])):
            return False
        edge = self.space.edge_free(point, option)
        rows = [*range(0, len(line) - 1, LINE_STRIDE), len(line) - 1]
        return all(edge(line[i], line[j]) for i, j in pairwise(rows))

    def straight(self, point: Point, option: Option | None, a: Array, b: Array) -> bool:
        """Tell whether the straight joint move from a to b is certified free."""
        scene = self.space.scene(point, option)
        key = (id(scene), a.tobytes(), b.tobytes())
        if key not in self.known:
            problem = self._problem(point, option, a, b)
            sampled = bool(np.all(problem.free(problem.samples(a, b)[::4])))
            self.known[key] = sampled and problem.edge_free(a, b)
        return self.known[key]

    def way(self, point: Point, option: Option | None, a: Array, b: Array) -> Way | None:
        """Return a free move from a to b, None where none was found."""
        if self.straight(point, option, a, b):
            return Way(np.stack([a, b]))
        problem = self._problem(point, option, a, b)
        solution = shortcut(problem, self.planner.solve(problem))
        if not solution.found:
            return None
        scene = self.space.scene(point, option)
        middle = problem.samples(a, b)
        worst = middle[int(np.argmin(scene.clearance(middle)))]
        vias = len(solution.path) - 2
        reason = f"{vias} via{'s' if vias != 1 else ''}: the straight move meets {scene.why(worst)}"
        return Way(solution.path, reason)

    def _problem(self, point: Point, option: Option | None, a: Array, b: Array) -> Problem:
        chain = self.chain
        speed = np.where(np.isfinite(chain.speed), chain.speed, NO_SPEED)
        reach = np.maximum(np.abs(b - a) * 0.25, 0.6)
        lower = np.maximum(chain.lower, np.minimum(a, b) - reach)
        upper = np.minimum(chain.upper, np.maximum(a, b) + reach)
        return Problem(
            q_start=a,
            q_goal=b,
            lower=np.minimum(lower, np.minimum(a, b)),
            upper=np.maximum(upper, np.maximum(a, b)),
            free=self.space.free(point, option),
            edge_free=self.space.edge_free(point, option),
            seed=problem_seed(chain.group, a, b),
            max_evaluations=BUDGET,
            scale=np.min(speed) / speed,
            resolution=0.05,
        )
