"""A piece of a run: part of a way, or a corner; and the stretch of pieces between two stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.geometry import Array
from cellsim.motion.leg import Step
from cellsim.motion.segment import Rows, Way
from cellsim.motion.tube import Triangle


@dataclass(frozen=True, eq=False)
class Piece:
    """Part u0..u1 of a way, run over its own v in 0..1 with ds/dv = r0 + (r1 - r0) v.

    s is nominal time [s]: ds/dt = 1 is the written speed.

    Attributes:
        kind: joint, linear, circular or corner. step: The move it belongs to.
        cap: Largest ds/dt. share: Share of the joint speeds. accel: Share of the accelerations.
        corner, shrunk: Corner distance [m], and what was written where it shrank, else 0.
        tube: Of a corner that is not certified as its named law alone.
    """

    way: Way
    u0: float
    u1: float
    r0: float
    r1: float
    kind: str
    step: Step
    cap: float
    share: float
    accel: float
    corner: float = 0.0
    shrunk: float = 0.0
    tube: Triangle | None = None

    @property
    def length(self) -> float:
        """Length in s."""
        return (self.r0 + self.r1) / 2.0

    def local(self, s: Array) -> Array:
        """Return v of s counted from the piece's start."""
        root = np.sqrt(np.maximum(self.r0**2 + 2.0 * (self.r1 - self.r0) * s, 0.0))
        return np.clip(2.0 * s / (self.r0 + root), 0.0, 1.0)

    def joints(self, v: Array) -> Rows:
        """Return q, dq/ds, d2q/ds2 at v, each (n, dof)."""
        return self._by_s(v, self.way.joints(self.u0 + (self.u1 - self.u0) * v))

    def course(self, v: Array) -> tuple[Rows, Array]:
        """Return what `joints` gives, and bounds on |d3q/ds3| over each interval, (m, dof).

        v: Knot, middle, knot ... knot, shape (2 m + 1,). inf where no bound is proven.
        """
        span, change = self.u1 - self.u0, abs(self.r1 - self.r0)
        joints, (d1, d2, d3) = self.way.course(self.u0 + span * v)
        rate = (self.r0 + (self.r1 - self.r0) * v)[::2, None]
        least = np.minimum(rate[:-1], rate[1:])
        du, ddu, dddu = span / least, change * span / least**3, 3.0 * change**2 * span / least**5
        return self._by_s(v, joints), d3 * du**3 + 3.0 * d2 * du * ddu + d1 * dddu

    def _by_s(self, v: Array, joints: Rows) -> Rows:
        q, dq, ddq = joints
        span = self.u1 - self.u0
        rate = (self.r0 + (self.r1 - self.r0) * v)[:, None]
        slope = span * dq / rate
        return q, slope, (span**2 * ddq - slope * (self.r1 - self.r0)) / rate**2

    def tcp_rate(self, v: Array) -> Array | None:
        """Return |dp/ds| [m] at v, or None."""
        span = self.u1 - self.u0
        rate = self.way.tcp_rate(self.u0 + span * v)
        return None if rate is None else span * rate / (self.r0 + (self.r1 - self.r0) * v)


@dataclass(frozen=True, eq=False)
class Stretch:
    """Pieces between two exact stops; no pieces: a move that goes nowhere.

    note: Why the stretch ends where it does, "" for a written stop.
    """

    pieces: tuple[Piece, ...]
    q_start: Array
    q_end: Array
    last: Step
    note: str = ""
