"""TCP curves over u in [0, 1]: line, arc, and the corner that superposes two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cellsim.geometry import Array, Pose

_UNIT = np.eye(3)


@dataclass(frozen=True, eq=False)
class Curve:
    """A TCP curve sampled at u, with derivatives by u.

    Attributes:
        p: Position [m, world], shape (n, 3). R: Orientation, shape (n, 3, 3).
        twist, accel: First and second derivative: linear [m], then angular [rad], shape (n, 6).
        ext, dext, ddext: External axes and derivatives, shape (n, number of externals).
    """

    p: Array
    R: Array
    twist: Array
    accel: Array
    ext: Array
    dext: Array
    ddext: Array


class Leg(Protocol):
    """A TCP leg: `at(u)` for u of shape (n,)."""

    @property
    def length(self) -> float:
        """Way of the TCP [m]."""

    @property
    def angle(self) -> float:
        """Turn of the TCP [rad]."""

    @property
    def sizes(self) -> tuple[float, float, float, float]:
        """Most of the lengths of the first three derivatives of p [m], of the turn's rate [rad]."""

    def at(self, u: Array) -> Curve:
        """Return the curve at u."""

    def jerk(self, u: Array) -> Array:
        """Return bounds on |t"|, t the twist by u, on each interval of u (n,) ascending.

        Shape (n - 1, 2): linear [m] and angular [rad].
        """


class _Turn:
    """Orientation at constant rate about one world axis, and straight external axes."""

    def __init__(self, start: Pose, end: Pose, ext: tuple[Array, Array]) -> None:
        self.start, self.end = start, end
        turn = Pose(end.R @ start.R.T, np.zeros(3)).rotvec()
        self.angle = float(np.linalg.norm(turn))
        self._axis = turn / self.angle if self.angle > 0.0 else np.array([0.0, 0.0, 1.0])
        self._ext = ext
        x, y, z = self._axis
        self._cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        self._twice = self._cross @ self._cross

    def curve(self, u: Array, p: Array, dp: Array, ddp: Array) -> Curve:
        """Return the curve with the given positions and this orientation."""
        n = len(u)
        angles = (self.angle * u)[:, None, None]
        turns = _UNIT + np.sin(angles) * self._cross + (1.0 - np.cos(angles)) * self._twice
        still = np.zeros((n, 3))
        w = np.broadcast_to(self.angle * self._axis, (n, 3))
        q0, q1 = self._ext
        step = np.broadcast_to(q1 - q0, (n, len(q0)))
        return Curve(
            p,
            turns @ self.start.R,
            np.concatenate([dp, w], axis=1),
            np.concatenate([ddp, still], axis=1),
            q0 + u[:, None] * step,
            step,
            np.zeros((n, len(q0))),
        )


class Line:
    """Straight TCP line at constant rate with slerp of the orientation."""

    def __init__(self, start: Pose, end: Pose, ext: tuple[Array, Array]) -> None:
        """Build the line; ext: external axes at start and end."""
        self._turn = _Turn(start, end, ext)
        self._step = end.p - start.p
        self.length, self.angle = float(np.linalg.norm(self._step)), self._turn.angle

    @property
    def sizes(self) -> tuple[float, float, float, float]:
        """Lengths of the first three derivatives of p [m], and of the turn's rate [rad]."""
        return self.length, 0.0, 0.0, self.angle

    def jerk(self, u: Array) -> Array:
        """Return zeros: the twist of a line is constant; see `Leg`."""
        return np.zeros((len(u) - 1, 2))

    def at(self, u: Array) -> Curve:
        """Return the curve at u, shape (n,)."""
        flat = np.broadcast_to(self._step, (len(u), 3))
        p = self._turn.start.p + u[:, None] * self._step
        return self._turn.curve(u, p, flat, np.zeros((len(u), 3)))


class Arc:
    """Circle through three points at constant rate; slerp from start to end orientation."""

    def __init__(self, start: Pose, via: Pose, end: Pose, ext: tuple[Array, Array]) -> None:
        """Build the arc; ValueError where the three points lie on one line."""
        self._turn = _Turn(start, end, ext)
        self._centre, self._axis, self._sweep = _circle(start.p, via.p, end.p)
        self._arm = start.p - self._centre
        self.length = float(np.linalg.norm(self._arm)) * self._sweep
        self.angle = self._turn.angle

    @property
    def sizes(self) -> tuple[float, float, float, float]:
        """Lengths of the first three derivatives of p [m], and of the turn's rate [rad]."""
        return self.length, self.length * self._sweep, self.length * self._sweep**2, self.angle

    def jerk(self, u: Array) -> Array:
        """Return how fast the twist changes its change; see `Leg`."""
        return np.tile([self.sizes[2], 0.0], (len(u) - 1, 1))

    def at(self, u: Array) -> Curve:
        """Return the curve at u, shape (n,)."""
        side = np.cross(self._axis, self._arm)
        c, s = np.cos(self._sweep * u)[:, None], np.sin(self._sweep * u)[:, None]
        out = c * self._arm + s * side
        along = self._sweep * (c * side - s * self._arm)
        return self._turn.curve(u, self._centre + out, along, -(self._sweep**2) * out)


def _circle(a: Array, b: Array, c: Array) -> tuple[Array, Array, float]:
    """Return centre [m], unit axis and sweep [rad] of the arc a, b, c."""
    u, v = b - a, c - a
    normal = np.cross(u, v)
    area2 = float(normal @ normal)
    if area2 <= (1e-6 * float(np.linalg.norm(u)) * float(np.linalg.norm(v))) ** 2:
        raise ValueError("the three points of a circle lie on one line")
    centre = a + np.cross(float(u @ u) * v - float(v @ v) * u, normal) / (2.0 * area2)
    axis = normal / math.sqrt(area2)
    arm, end = a - centre, c - centre
    sweep = math.atan2(float(axis @ np.cross(arm, end)), float(arm @ end))
    return centre, axis, sweep % (2.0 * math.pi)


class CornerCurve:
    """Corner from leg 1 at fraction 1 - f1 to leg 2 at fraction f2.

    Leg 1 runs out while leg 2 runs in: with a(u) = 1 - f1 (1-u)^2 and b(u) = f2 u^2,
    p(u) = p1(a) + p2(b) - corner, and R(u) = R1(a) R1(1)^T R2(b). For two lines this is the
    quadratic Bezier (parabola) from entry over the corner to the exit, entered and left along
    the legs; with arcs it is tangent to both.
    """

    def __init__(self, first: Leg, f1: float, second: Leg, f2: float) -> None:
        """Build the corner; fractions of the legs [1]."""
        self._first, self._f1, self._second, self._f2 = first, f1, second, f2
        self.shares = f1, f2
        self._meet = second.at(np.zeros(1))
        self.legs = first.sizes, second.sizes
        self.length = f1 * first.length + f2 * second.length
        self.angle = f1 * first.angle + f2 * second.angle

    @property
    def sizes(self) -> tuple[float, float, float, float]:
        """Most of the lengths of the first three derivatives of p [m], of the turn's rate [rad].

        By the chain rule, for the largest rates 2 f and their changes 2 f of both legs.
        """
        total = np.zeros(4)
        for leg, f in ((self._first, self._f1), (self._second, self._f2)):
            way, bend, jerk, turn = leg.sizes
            r = 2.0 * f
            total += [r * way, r**2 * bend + r * way, r**3 * jerk + 3.0 * r**2 * bend, r * turn]
        return float(total[0]), float(total[1]), float(total[2]), float(total[3])

    def jerk(self, u: Array) -> Array:
        """Return the most of the second derivative of the twist; see `Leg`.

        Both rates are largest at an end of an interval, their changes constant. By the chain rule
        each leg adds its third derivative times the rate cubed and three times its second times
        rate and change; the turn of the second is turned by the first, which gives three products.
        """
        da, db = 2.0 * self._f1 * (1.0 - u[:-1]), 2.0 * self._f2 * u[1:]
        return self.jerk_at(da, db, 2.0 * self._f1, 2.0 * self._f2)

    def jerk_at(self, da: Array, db: Array, dda: float, ddb: float) -> Array:
        """Return the same for legs run at rates of at most da and db (n,), which change so."""
        (_, bend1, bend2, turn1), (_, fold1, fold2, turn2) = self.legs
        lin = bend2 * da**3 + 3.0 * bend1 * da * dda + fold2 * db**3 + 3.0 * fold1 * db * ddb
        ang = turn1 * turn2 * (dda * db + da**2 * turn1 * db + 2.0 * da * ddb)
        return np.column_stack([lin, ang])

    def at(self, u: Array) -> Curve:
        """Return the curve at u, shape (n,)."""
        return self.moving(*superposition(u, self._f1, self._f2))

    def moving(
        self, a: Array, b: Array, da: Array | float, db: Array | float, dda: float, ddb: float
    ) -> Curve:
        """Return where the legs lead together at fractions a and b (n,), run at rates da and db.

        da, db: Shape (n, 1) or plain. dda, ddb: Their changes.
        """
        x, y, meet = self._first.at(a), self._second.at(b), self._meet
        Q = x.R @ meet.R[0].T
        spin1, spin2 = da * x.twist[:, 3:], db * np.einsum("nij,nj->ni", Q, y.twist[:, 3:])
        grow2 = np.einsum("nij,nj->ni", Q, ddb * y.twist[:, 3:] + db**2 * y.accel[:, 3:])
        angular = dda * x.twist[:, 3:] + da**2 * x.accel[:, 3:] + grow2 + np.cross(spin1, spin2)
        linear = (
            dda * x.twist[:, :3]
            + da**2 * x.accel[:, :3]
            + ddb * y.twist[:, :3]
            + db**2 * y.accel[:, :3]
        )
        return Curve(
            x.p + y.p - meet.p,
            Q @ y.R,
            np.concatenate([da * x.twist[:, :3] + db * y.twist[:, :3], spin1 + spin2], axis=1),
            np.concatenate([linear, angular], axis=1),
            x.ext + y.ext - meet.ext,
            da * x.dext + db * y.dext,
            dda * x.dext + ddb * y.dext,
        )


def superposition(
    u: Array, f1: float, f2: float
) -> tuple[Array, Array, Array, Array, float, float]:
    """Return a, b (n,), a', b' (n, 1) and the constants a'', b'' of a corner at u."""
    left = 1.0 - u
    return (
        1.0 - f1 * left**2,
        f2 * u**2,
        2.0 * f1 * left[:, None],
        2.0 * f2 * u[:, None],
        -2.0 * f1,
        2.0 * f2,
    )


def flange_poses(curve: Curve, flange_T_tcp: Pose) -> Array:
    """Return `world_T_flange` along a TCP curve, shape (n, 4, 4)."""
    tcp_T_flange = flange_T_tcp.inverse()
    T = np.zeros((len(curve.p), 4, 4))
    T[:, :3, :3] = curve.R @ tcp_T_flange.R
    T[:, :3, 3] = curve.R @ tcp_T_flange.p + curve.p
    T[:, 3, 3] = 1.0
    return T
