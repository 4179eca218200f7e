"""Ways in joint space over u in [0, 1]: joint line, tracked TCP leg, and joint corner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.motion.curve import Leg, flange_poses, superposition
from cellsim.motion.track import derivatives, follow_poses, polish, tcp_points

_TABLE = np.linspace(0.0, 1.0, 65)


class Way(Protocol):
    """A way in joint space; `length` is the TCP's way [m] over u in [0, 1]."""

    length: float

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u (n,), each of shape (n, dof)."""

    def tcp_rate(self, u: Array) -> Array | None:
        """Return |dp/du| [m] at u, or None where the TCP does not lead the motion."""

    def fraction(self, distance: float, at_end: bool) -> float:
        """Return the fraction of u that the last (or first) `distance` [m] of the TCP takes."""


@dataclass(frozen=True, eq=False)
class JointLine:
    """Straight line between two configurations; every joint keeps its share of the way.

    Attributes:
        q0, q1: Ends [rad | m], shape (dof,).
        arcs: TCP way [m] from the start at 65 even values of u.
    """

    q0: Array
    q1: Array
    arcs: Array

    @staticmethod
    def between(chain: Chain, flange_T_tcp: Pose, q0: Array, q1: Array) -> JointLine:
        """Return the joint line from q0 to q1."""
        p = tcp_points(chain, q0 + _TABLE[:, None] * (q1 - q0), flange_T_tcp)
        steps = np.linalg.norm(np.diff(p, axis=0), axis=1)
        return JointLine(q0, q1, np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def length(self) -> float:
        """Way of the TCP [m]."""
        return float(self.arcs[-1])

    @property
    def step(self) -> Array:
        """q1 - q0, shape (dof,)."""
        return self.q1 - self.q0

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u; the ends exactly."""
        flat = np.broadcast_to(self.step, (len(u), len(self.q0)))
        q = np.where((u >= 1.0)[:, None], self.q1, self.q0 + u[:, None] * flat)
        return q, flat, np.zeros_like(flat)

    def tcp_rate(self, u: Array) -> Array | None:
        """None: the joints lead."""
        del u
        return None

    def fraction(self, distance: float, at_end: bool) -> float:
        """Return the fraction of u that the last (or first) `distance` [m] of the TCP takes."""
        if at_end:
            return 1.0 - float(np.interp(self.length - distance, self.arcs, _TABLE))
        return float(np.interp(distance, self.arcs, _TABLE))


@dataclass(frozen=True, eq=False)
class Tracked:
    """A TCP leg followed by inverse kinematics from one configuration on.

    Attributes:
        grid: Values of u where the leg was followed; q: joint values there.
    """

    chain: Chain
    flange_T_tcp: Pose
    leg: Leg
    grid: Array
    q: Array
    length: float = field(default=0.0)

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u; q on its pose within 1e-9 m and rad."""
        curve = self.leg.at(u)
        seed = np.column_stack([np.interp(u, self.grid, column) for column in self.q.T])
        seed[:, self.chain.arm_dof :] = curve.ext
        q = polish(self.chain, flange_poses(curve, self.flange_T_tcp), seed)
        dq, ddq = derivatives(
            self.chain,
            self.flange_T_tcp,
            q,
            curve.twist,
            curve.accel,
            curve.dext,
            curve.ddext,
        )
        return q, dq, ddq

    def tcp_rate(self, u: Array) -> Array | None:
        """Return |dp/du| [m] at u."""
        rate: Array = np.linalg.norm(self.leg.at(u).twist[:, :3], axis=1)
        return rate

    def fraction(self, distance: float, at_end: bool) -> float:
        """Return distance / length: legs run at constant rate."""
        del at_end
        return distance / self.length if self.length > 0.0 else 1.0


def follow_leg(chain: Chain, flange_T_tcp: Pose, leg: Leg, q_start: Array) -> tuple[Tracked, float]:
    """Return the leg followed from q_start as far as it goes, and the fraction reached.

    The grid is at most 20 mm and 3 degrees wide; where a step cannot be followed it is cut in
    16, twice, so that a fast turn of the wrist near a singularity is told from a jump.
    """
    count = int(np.clip(max(leg.length / 0.02, leg.angle / 0.05, 16.0), 16, 2000))
    u, rows, here = np.linspace(0.0, 1.0, count + 1), [], q_start
    grid: list[Array] = []
    cuts = 0
    while len(u):
        curve = leg.at(u)
        q = follow_poses(chain, flange_poses(curve, flange_T_tcp), curve.ext, here)
        grid.append(u[: len(q)])
        rows.append(q)
        if len(q) == len(u):
            break
        if len(q):
            here, cuts = q[-1], 0
        done = grid[-1][-1] if len(q) else (grid[-2][-1] if len(grid) > 1 else 0.0)
        if cuts == 2 or (done == 0.0 and not len(q)):
            break
        fine = np.linspace(done, u[len(q)], 17)[1:]
        u = np.concatenate([fine, u[len(q) + 1 :]])
        cuts += 1
    us, qs = np.concatenate(grid), np.concatenate(rows)
    reached = float(us[-1]) if len(us) else 0.0
    return Tracked(chain, flange_T_tcp, leg, us, qs, leg.length), reached


@dataclass(frozen=True, eq=False)
class JointCorner:
    """Corner in joint space: q(u) = q1(1 - f1 (1-u)^2) + q2(f2 u^2) - corner.

    The parabola between two joint lines; tangent to both ways where one is a TCP leg.
    """

    first: Way
    f1: float
    second: Way
    f2: float
    length: float = 0.0

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u."""
        a, b, da, db, dda, ddb = superposition(u, self.f1, self.f2)
        q1, d1, dd1 = self.first.joints(a)
        q2, d2, dd2 = self.second.joints(b)
        meet = self.second.joints(np.zeros(1))[0]
        return (
            q1 + q2 - meet,
            da * d1 + db * d2,
            dda * d1 + da**2 * dd1 + ddb * d2 + db**2 * dd2,
        )

    def tcp_rate(self, u: Array) -> Array | None:
        """None: the joints lead."""
        del u
        return None

    def fraction(self, distance: float, at_end: bool) -> float:
        """A corner has no corners of its own."""
        del at_end
        return distance
