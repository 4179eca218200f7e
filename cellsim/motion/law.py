"""Time laws: path parameter over time, from rest to rest, in closed form."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from cellsim.geometry import Array

_DISTINCT_S = 1e-9


class Law(Protocol):
    """A path parameter s(t) from rest to rest on [0, duration]."""

    @property
    def duration(self) -> float:
        """Time to the end [s]."""

    @property
    def breaks(self) -> Array:
        """Times [s] between which the second derivative is linear in t; ascending."""

    def at(self, t: Array) -> tuple[Array, Array, Array]:
        """Return s, ds/dt, d2s/dt2 at times t [s], each of the shape of t."""


def acceleration_bound(law: Law, t: Array) -> Array:
    """Return the largest |d2s/dt2| within each [t[k], t[k+1]], shape (n-1,).

    Exact: the second derivative is continuous and linear between the breaks, so its extremes
    lie at breaks and at interval ends.
    """
    breaks = law.breaks
    breaks = breaks[(breaks > t[0]) & (breaks < t[-1])]
    ends = np.abs(law.at(t)[2])
    bound = np.maximum(ends[:-1], ends[1:])
    k = np.clip(np.searchsorted(t, breaks, side="right") - 1, 0, len(t) - 2)
    np.maximum.at(bound, k, np.abs(law.at(breaks)[2]))
    return bound


def jerk_jumps(law: Law) -> tuple[Array, Array]:
    """Return where the third derivative jumps [s], and by how much, each (m,).

    It is constant between the breaks, so what the second derivative gains there tells it.
    """
    breaks = np.unique(law.breaks)
    wide = np.diff(breaks) > _DISTINCT_S
    breaks = np.concatenate([breaks[:1], breaks[1:][wide]])
    jerk = np.diff(law.at(breaks)[2]) / np.diff(breaks)
    return breaks[1:-1], np.abs(np.diff(jerk))


class SegmentLaw:
    """Time-optimal rest-to-rest law under speed, acceleration and jerk caps: seven segments.

    Source: closed form, e.g. Biagiotti and Melchiorri 2008, section 3.4 (symmetric case).
    """

    def __init__(self, distance: float, v: float, a: float, j: float) -> None:
        """Build the law.

        Args:
            distance: Length of the way [unit of s], > 0.
            v, a, j: Caps on the first three derivatives of s.
        """
        ramp_jerk, ramp_hold, cruise = _phases(distance, v, a, j)
        self.distance = distance
        lengths = np.array([ramp_jerk, ramp_hold, ramp_jerk, cruise] + [ramp_jerk, ramp_hold] * 2)
        lengths = lengths[:7]
        jerks = np.array([j, 0.0, -j, 0.0, -j, 0.0, j])
        self._t = np.concatenate([[0.0], np.cumsum(lengths)])
        self._jerk = jerks
        self._start = np.zeros((7, 3))
        state = np.zeros(3)
        for k, (dt, jerk) in enumerate(zip(lengths, jerks, strict=True)):
            self._start[k] = state
            s, sd, sdd = state
            state = np.array(
                [
                    s + dt * (sd + dt * (sdd / 2 + dt * jerk / 6)),
                    sd + dt * (sdd + dt * jerk / 2),
                    sdd + dt * jerk,
                ]
            )
        self.peak = float(self._start[3, 1])

    @property
    def duration(self) -> float:
        """Time to the end [s]."""
        return float(self._t[-1])

    @property
    def breaks(self) -> Array:
        """Segment boundaries [s], shape (8,)."""
        return self._t

    def at(self, t: Array) -> tuple[Array, Array, Array]:
        """Return s, ds/dt, d2s/dt2 at t [s]; at rest outside the duration."""
        t = np.asarray(t, dtype=np.float64)
        k = np.clip(np.searchsorted(self._t, t, side="right") - 1, 0, 6)
        dt = np.clip(t, 0.0, self.duration) - self._t[k]
        s, sd, sdd = self._start[k].T
        jerk = self._jerk[k]
        inside = (t > 0.0) & (t < self.duration)
        position = s + dt * (sd + dt * (sdd / 2 + dt * jerk / 6))
        position = np.where(t >= self.duration, self.distance, position)
        speed = np.where(inside, sd + dt * (sdd + dt * jerk / 2), 0.0)
        return (
            np.clip(position, 0.0, self.distance),
            np.maximum(speed, 0.0),
            np.where(inside, sdd + dt * jerk, 0.0),
        )


def _phases(distance: float, v: float, a: float, j: float) -> tuple[float, float, float]:
    """Return the lengths [s] of a jerk phase, of constant acceleration, and of the cruise."""
    if v * j < a * a:
        ramp, jerk_time = 2.0 * math.sqrt(v / j), math.sqrt(v / j)
    else:
        ramp, jerk_time = v / a + a / j, a / j
    if v * ramp <= distance:
        return jerk_time, max(ramp - 2.0 * jerk_time, 0.0), (distance - v * ramp) / v
    peak = a / 2.0 * (math.sqrt((a / j) ** 2 + 4.0 * distance / a) - a / j)
    if peak * j >= a * a:
        return a / j, max(peak / a - a / j, 0.0), 0.0
    return math.cbrt(distance / (2.0 * j)), 0.0, 0.0


class StretchedLaw:
    """A law run slower: t' = factor t; every cap that held still holds for factor >= 1."""

    def __init__(self, law: Law, factor: float) -> None:
        """Stretch `law` by `factor`."""
        self.law, self.factor = law, factor

    @property
    def duration(self) -> float:
        """Time to the end [s]."""
        return self.law.duration * self.factor

    @property
    def breaks(self) -> Array:
        """Stretched breaks [s]."""
        return self.law.breaks * self.factor

    def at(self, t: Array) -> tuple[Array, Array, Array]:
        """Return s, ds/dt, d2s/dt2 at t [s]."""
        s, sd, sdd = self.law.at(np.asarray(t) / self.factor)
        return s, sd / self.factor, sdd / self.factor**2
