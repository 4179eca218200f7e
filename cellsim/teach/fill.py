"""Free moves: the straight joint move where it is certified free, else a way with few vias."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics import Chain, solve_path
from cellsim.kinematics.fk import flange_pose
from cellsim.plan import Planner, Problem, problem_seed, shortcut
from cellsim.teach.candidates import inner_limits
from cellsim.teach.ladder import NO_SPEED
from cellsim.teach.space import Room
from cellsim.units import mm

BUDGET = 12000
COARSE = 8
ATTEMPTS = 3
CLEAR_STEP_M = 10 * mm
CLEAR_MOST_M = 600 * mm


@dataclass(frozen=True, eq=False)
class Way:
    """A free move: path of shape (k, dof), ends included, and why it has vias."""

    path: Array
    reason: str = ""


@dataclass
class Filler:
    """Checks and finds free moves of one group; asks for nothing twice."""

    chain: Chain
    planner: Planner
    known: dict[tuple[object, ...], bool] = field(default_factory=dict)

    def straight(self, room: Room, a: Array, b: Array) -> bool:
        """Tell whether the straight joint move from a to b is certified free."""
        key = (id(room), a.tobytes(), b.tobytes())
        if key not in self.known:
            room = room.eased(a, b)
            fraction = np.arange(0, COARSE + 1)[:, None] / COARSE
            sampled = bool(np.all(room.free(a + fraction * (b - a))))
            self.known[key] = sampled and room.edge_free(a, b)
        return self.known[key]

    def way(self, room: Room, a: Array, b: Array) -> Way | None:
        """Return a free move from a to b, None where none was found."""
        if self.straight(room, a, b):
            return Way(np.stack([a, b]))
        room = room.eased(a, b)
        if not np.all(room.free(np.stack([a, b]))):
            return None
        for problem in (self._problem(room, a, b, attempt) for attempt in range(ATTEMPTS)):
            solution = shortcut(problem, self.planner.solve(problem))
            if solution.found:
                break
        else:
            return None
        vias = len(solution.path) - 2
        blocked = room.why(problem.samples(a, b))
        reason = f"{vias} via{'s' if vias != 1 else ''}: the straight move meets {blocked}"
        return Way(solution.path, reason)

    def clear(self, near: Room, far: Room, q: Array, direction: Array) -> Array | None:
        """Return the shortest straight TCP line from q along a world direction to where it is free.

        Args:
            near: What the line goes through. far: What the free move beyond it goes through.

        Returns:
            Joints along the line, start included, shape (n, dof), n = 1 where q itself is free
            in both; None where the line does not get there.
        """
        if far.free(q[None])[0]:
            return q[None]
        start = flange_pose(self.chain, q)
        count = int(CLEAR_MOST_M / CLEAR_STEP_M)
        shifts = [
            Pose(start.R, start.p + k * CLEAR_STEP_M * direction) for k in range(1, count + 1)
        ]
        line = solve_path(self.chain, np.stack([pose.matrix for pose in shifts]), q)
        if not len(line):
            return None
        free = far.free(line)
        if not np.any(free):
            return None
        whole = np.concatenate([q[None], line[: int(np.argmax(free)) + 1]])
        return whole if near.line_free(whole) else None

    def _problem(self, room: Room, a: Array, b: Array, attempt: int = 0) -> Problem:
        """Return the problem; later attempts look closer, wider, with another seed."""
        chain = self.chain
        speed = np.where(np.isfinite(chain.speed), chain.speed, NO_SPEED)
        reach = np.maximum(np.abs(b - a) * 0.25, 0.6) * (1 + attempt)
        low, high = np.minimum(a, b), np.maximum(a, b)
        lower, upper = inner_limits(chain)
        return Problem(
            q_start=a,
            q_goal=b,
            lower=np.minimum(np.maximum(lower, low - reach), low),
            upper=np.maximum(np.minimum(upper, high + reach), high),
            free=room.free,
            edge_free=room.edge_free,
            seed=problem_seed(chain.group, a, b, attempt),
            max_evaluations=BUDGET,
            scale=np.min(speed) / speed,
            resolution=0.05 / (1 + attempt),
        )
