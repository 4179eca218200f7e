"""Ways in joint space over u in [0, 1]: joint line, tracked TCP leg, and joint corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.motion.curve import Curve, Leg, flange_poses, superposition
from cellsim.motion.track import derivatives, follow_poses, polish, tcp_points

_FINEST = 1.0 / 128.0
_TABLE = np.linspace(0.0, 1.0, 65)


class Way(Protocol):
    """A way in joint space."""

    @property
    def length(self) -> float:
        """Way of the TCP [m] over u in [0, 1]."""

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
        grid: Values of u where the leg was followed; q, dq: joint values and rates there.
    """

    chain: Chain
    flange_T_tcp: Pose
    leg: Leg
    grid: Array
    q: Array
    dq: Array

    @property
    def length(self) -> float:
        """Way of the TCP [m]."""
        return self.leg.length

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u; q on its pose within 1e-9 m and rad."""
        curve = self.leg.at(u)
        seed = _cubic(self.grid, self.q, self.dq, u)
        seed[:, self.chain.arm_dof :] = curve.ext
        q = polish(self.chain, flange_poses(curve, self.flange_T_tcp), seed)
        dq, ddq = _rates(self.chain, self.flange_T_tcp, q, curve)
        return q, dq, ddq

    def tcp_rate(self, u: Array) -> Array | None:
        """Return |dp/du| [m] at u."""
        rate: Array = np.linalg.norm(self.leg.at(u).twist[:, :3], axis=1)
        return rate

    def fraction(self, distance: float, at_end: bool) -> float:
        """Return distance / length: legs run at constant rate."""
        del at_end
        return distance / self.length if self.length > 0.0 else 1.0


def _rates(chain: Chain, flange_T_tcp: Pose, q: Array, curve: Curve) -> tuple[Array, Array]:
    return derivatives(chain, flange_T_tcp, q, curve.twist, curve.accel, curve.dext, curve.ddext)


def _cubic(x: Array, y: Array, dy: Array, at: Array) -> Array:
    """Return the cubic Hermite interpolation of y (n, dof) at `at`, shape (m, dof)."""
    if len(x) < 2:
        return np.repeat(y[:1], len(at), axis=0)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    h = (x[k + 1] - x[k])[:, None]
    u = (at - x[k])[:, None] / h
    left, right = y[k] + u * h * dy[k], y[k + 1] - (1.0 - u) * h * dy[k + 1]
    w = u * u * (3.0 - 2.0 * u)
    blend: Array = (1.0 - w) * left + w * right
    return blend


def follow_leg(chain: Chain, flange_T_tcp: Pose, leg: Leg, q_start: Array) -> tuple[Tracked, float]:
    """Return the leg followed from q_start as far as it goes, and the fraction reached.

    The grid is at most 20 mm and 3 degrees wide; a step that cannot be followed is cut in 16,
    down to 1/128, so that a fast turn of the wrist near a singularity is told from a jump.
    """
    count = int(np.clip(max(leg.length / 0.02, leg.angle / 0.05, 16.0), 16, 2000))
    u, here, done = np.linspace(0.0, 1.0, count + 1), q_start, 0.0
    grid: list[Array] = []
    rows: list[Array] = []
    while len(u):
        curve = leg.at(u)
        q = follow_poses(chain, flange_poses(curve, flange_T_tcp), curve.ext, here)
        grid.append(u[: len(q)])
        rows.append(q)
        if len(q):
            here, done = q[-1], float(u[len(q) - 1])
        left = u[len(q) :]
        if not len(left) or left[0] - done < _FINEST / count:
            break
        u = np.concatenate([np.linspace(done, left[0], 17)[1:], left[1:]])
    us, qs = np.concatenate(grid), np.concatenate(rows)
    dq, _ = _rates(chain, flange_T_tcp, qs, leg.at(us))
    return Tracked(chain, flange_T_tcp, leg, us, qs, dq), done


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
