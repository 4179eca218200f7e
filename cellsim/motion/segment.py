"""Ways in joint space over u in [0, 1]: joint line, tracked TCP leg, and joint corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.motion.curve import Curve, Leg, flange_poses, superposition
from cellsim.motion.leastway import least_way
from cellsim.motion.rates import derivatives
from cellsim.motion.remainder import bounds
from cellsim.motion.track import follow_poses, polish, tcp_points

_SEED_RAD, _FINEST, _ROUNDS, _ROWS = 1e-3, 2.0**-16, 60, 8000
# Of an arm with a way of its own besides the tool's: nothing puts that back on its pose.
_SEED_REDUNDANT = 1e-5
_TABLE = np.linspace(0.0, 1.0, 65)


# q and its first two derivatives, or bounds on its first three.
Rows = tuple[Array, Array, Array]
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


class Way(Protocol):
    """A way in joint space."""

    @property
    def length(self) -> float:
        """Way of the TCP [m] over u in [0, 1]."""

    @property
    def turn(self) -> float:
        """What else moves: the most that it turns, or an external axis goes [rad | m]."""

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u (n,), each of shape (n, dof)."""

    def course(self, u: Array) -> tuple[Rows, Rows]:
        """Return what `joints` gives, and bounds on |dq/du|, |d2q/du2|, |d3q/du3|, each (m, dof).

        Args:
            u: Knot, middle, knot, middle ... knot, ascending, shape (2 m + 1,).

        inf in the third where no bound is proven.
        """

    def tcp_rate(self, u: Array) -> Array | None:
        """Return |dp/du| [m] at u, or None where the TCP does not lead the motion."""

    def fraction(self, distance: float, at_end: bool) -> float:
        """Return the fraction of u that the last (or first) `distance` [m] of the TCP takes."""

    @property
    def grid(self) -> Array:
        """Values of u between which the way is smooth enough for a cubic, ascending."""


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
    def turn(self) -> float:
        """Largest step of a joint [rad | m]."""
        return float(np.max(np.abs(self.step)))

    @property
    def step(self) -> Array:
        """q1 - q0, shape (dof,)."""
        return self.q1 - self.q0

    @property
    def grid(self) -> Array:
        """The ends."""
        return np.array([0.0, 1.0])

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u; the ends exactly."""
        flat = np.broadcast_to(self.step, (len(u), len(self.q0)))
        q = np.where((u >= 1.0)[:, None], self.q1, self.q0 + u[:, None] * flat)
        return q, flat, np.zeros_like(flat)

    def course(self, u: Array) -> tuple[Rows, Rows]:
        """Return the joints, and what is constant: the step, and nothing beyond it."""
        still = np.zeros((len(u) // 2, len(self.q0)))
        return self.joints(u), (np.broadcast_to(np.abs(self.step), still.shape), still, still)

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

    @property
    def turn(self) -> float:
        """Angle of the tool, or step of an external axis if that is more [rad | m]."""
        ext = self.leg.at(np.array([0.0, 1.0])).ext
        return max(self.leg.angle, float(np.max(np.abs(ext[1] - ext[0]), initial=0.0)))

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u; q on its pose within 1e-9 m and rad."""
        curve = self.leg.at(u)
        seed = _cubic(self.grid, self.q, self.dq, u)
        seed[:, self.chain.arm_dof :] = curve.ext
        q = polish(self.chain, flange_poses(curve, self.flange_T_tcp), seed)
        dq, ddq = _rates(self.chain, self.flange_T_tcp, q, curve)
        return q, dq, ddq

    def course(self, u: Array) -> tuple[Rows, Rows]:
        """Return the joints, and bounds on their derivatives by u over intervals: `remainder`."""
        joints = self.joints(u)
        return joints, bounds(self.chain, self.flange_T_tcp, u, joints, self.leg.jerk(u[::2]))

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

    The grid starts at most 20 mm and 3 degrees wide and is halved where following it finer does
    not agree within 1 mrad with the cubic through the coarse rows: so a wrist that swings past a
    singularity is resolved, and a hop onto another configuration is seen. Where 2^-16 of a step
    does not settle it, or a row cannot be reached, the leg ends.
    """
    count = int(np.clip(max(leg.length / 0.02, leg.angle / 0.05, 16.0), 16, 2000))
    u = np.linspace(0.0, 1.0, count + 1)
    way = _followed(chain, flange_T_tcp, leg, u, q_start)
    open_ = np.ones(count, dtype=bool)
    for _ in range(_ROUNDS):
        cut = open_ & (np.arange(len(open_)) < len(way.grid)) & (np.diff(u) * count > _FINEST)
        if not cut.any() or len(u) > _ROWS:
            break
        u, coarse = np.insert(u, np.flatnonzero(cut) + 1, ((u[:-1] + u[1:]) / 2.0)[cut]), way
        way = _followed(chain, flange_T_tcp, leg, u, q_start)
        miss = _missed(coarse, way, len(u))
        open_ = miss[:-1] | miss[1:]
    return way, float(u[int(np.argmax(open_))]) if open_.any() else 1.0


def _followed(chain: Chain, flange_T_tcp: Pose, leg: Leg, u: Array, q_start: Array) -> Tracked:
    curve = leg.at(u)
    q = follow_poses(chain, flange_poses(curve, flange_T_tcp), curve.ext, q_start)
    if chain.arm_dof > 6:
        q = least_way(chain, flange_T_tcp, leg, u[: len(q)], q)
    dq, _ = _rates(chain, flange_T_tcp, q, leg.at(u[: len(q)]))
    return Tracked(chain, flange_T_tcp, leg, u[: len(q)], q, dq)


def _missed(coarse: Tracked, fine: Tracked, rows: int) -> Flags:
    """Return which of `rows` rows were not reached, or not foretold by the coarse way."""
    miss = np.ones(rows, dtype=bool)
    seed = _SEED_RAD if fine.chain.arm_dof <= 6 else _SEED_REDUNDANT
    known = len(fine.grid)
    if known and len(coarse.grid):
        known = int(np.searchsorted(fine.grid, coarse.grid[-1], side="right"))
        guess = _cubic(coarse.grid, coarse.q, coarse.dq, fine.grid[:known])
        miss[:known] = np.max(np.abs(fine.q[:known] - guess), axis=1) > seed
    return miss


def _chained(most: Rows, rate: Array, change: float) -> Rows:
    """Return bounds on the derivatives of q(a(u)) for |a'| <= rate (m, 1) and |a"| = change."""
    d1, d2, d3 = most
    return d1 * rate, d2 * rate**2 + d1 * change, d3 * rate**3 + 3.0 * d2 * rate * change


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
    turn: float = 0.0

    @property
    def grid(self) -> Array:
        """The grids of both ways, as far as the corner uses them."""
        out = 1.0 - np.sqrt(np.clip((1.0 - self.first.grid) / self.f1, 0.0, 1.0))
        back = np.sqrt(np.clip(self.second.grid / self.f2, 0.0, 1.0))
        return np.unique(np.concatenate([out, back]))

    def joints(self, u: Array) -> tuple[Array, Array, Array]:
        """Return q, dq/du, d2q/du2 at u."""
        a, b, *_ = superposition(u, self.f1, self.f2)
        return self._joined(u, self.first.joints(a), self.second.joints(b))

    def _joined(self, u: Array, first: Rows, second: Rows) -> Rows:
        _, _, da, db, dda, ddb = superposition(u, self.f1, self.f2)
        (q1, d1, dd1), (q2, d2, dd2) = first, second
        meet = self.second.joints(np.zeros(1))[0]
        return (
            q1 + q2 - meet,
            da * d1 + db * d2,
            dda * d1 + da**2 * dd1 + ddb * d2 + db**2 * dd2,
        )

    def course(self, u: Array) -> tuple[Rows, Rows]:
        """Return the joints, and what the bounds of both ways give."""
        a, b, da, db, dda, ddb = superposition(u, self.f1, self.f2)
        (first, most1), (second, most2) = self.first.course(a), self.second.course(b)
        bound1 = _chained(most1, da[:-1:2], abs(dda))
        bound2 = _chained(most2, db[2::2], ddb)
        d1, d2, d3 = (x + y for x, y in zip(bound1, bound2, strict=True))
        return self._joined(u, first, second), (d1, d2, d3)

    def tcp_rate(self, u: Array) -> Array | None:
        """None: the joints lead."""
        del u
        return None

    def fraction(self, distance: float, at_end: bool) -> float:
        """A corner has no corners of its own."""
        del at_end
        return distance
