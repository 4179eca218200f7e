"""A law made of grid points, averaged over a window: jerk-limited, in closed form."""

from __future__ import annotations

import numpy as np

from cellsim.geometry import Array
from cellsim.geometry.jit import kernel

_SLOWEST = 1e-6


class GridLaw:
    """Law with constant d2s/dt2 between grid points, averaged over a moving window.

    The average over `window` seconds keeps the way, adds `window` to the duration and makes the
    acceleration continuous: full acceleration is built up over the window.
    """

    def __init__(self, s: Array, v: Array, window: float) -> None:
        """Build the law from ascending s (n,) and speeds v (n,) >= 0 there, v[0] = v[-1] = 0."""
        keep = np.concatenate([[True], np.diff(s) > 0.0])
        self._s, self._v, self._window = s[keep], v[keep], window
        ds, sums = np.diff(self._s), self._v[:-1] + self._v[1:]
        dt = 2.0 * ds / np.maximum(sums, _SLOWEST)
        self._t = np.concatenate([[0.0], np.cumsum(dt)])
        self._a = np.diff(self._v) / dt
        s0, v0 = self._s[:-1], self._v[:-1]
        areas = dt * (s0 + dt * (v0 / 2.0 + dt * self._a / 6.0))
        self._area = np.concatenate([[0.0], np.cumsum(areas)])

    @property
    def duration(self) -> float:
        """Time to the end [s]."""
        return float(self._t[-1]) + self._window

    @property
    def breaks(self) -> Array:
        """Times where the slope of the acceleration changes [s], ascending."""
        return np.sort(np.concatenate([self._t, self._t + self._window]))

    def at(self, t: Array) -> tuple[Array, Array, Array]:
        """Return s, ds/dt, d2s/dt2 at t [s]."""
        s, sd, sdd, _, _ = self._rows(t)
        return s, sd, sdd

    def reach(self, t: Array) -> tuple[Array, Array]:
        """Return s before averaging at the start and at the end of the window of t."""
        return self._rows(t)[3], self._rows(t)[4]

    def _rows(self, t: Array) -> Array:
        times = np.ascontiguousarray(t, dtype=np.float64)
        out = np.empty((5, times.size))
        _averaged(self._t, self._s, self._v, self._a, self._area, self._window, times.ravel(), out)
        return out.reshape(5, *times.shape)


@kernel
def _raw(
    T: Array, s: Array, v: Array, a: Array, area: Array, t: float
) -> tuple[float, float, float]:
    """Return the area under s, s and ds/dt of a law before averaging."""
    end = T.shape[0] - 1
    if t <= 0.0:
        return s[0] * t, s[0], 0.0
    if t >= T[end]:
        return area[end] + s[end] * (t - T[end]), s[end], 0.0
    k = min(int(np.searchsorted(T, t, side="right")) - 1, end - 1)
    d = t - T[k]
    here = area[k] + d * (s[k] + d * (v[k] / 2.0 + d * a[k] / 6.0))
    return here, s[k] + d * (v[k] + d * a[k] / 2.0), v[k] + d * a[k]


@kernel
def _averaged(
    T: Array,
    s: Array,
    v: Array,
    a: Array,
    area: Array,
    window: float,
    t: Array,
    out: Array,
) -> None:
    """Fill out (5, n): s, ds/dt, d2s/dt2 of the averaged law, s at both ends of the window."""
    end = T.shape[0] - 1
    for i in range(t.shape[0]):
        a1, s1, v1 = _raw(T, s, v, a, area, t[i])
        a0, s0, v0 = _raw(T, s, v, a, area, t[i] - window)
        inside = t[i] > 0.0 and t[i] < T[end] + window
        out[0, i] = min(max((a1 - a0) / window, s[0]), s[end])
        out[1, i] = max((s1 - s0) / window, 0.0) if inside else 0.0
        out[2, i] = (v1 - v0) / window if inside else 0.0
        out[3, i] = s0
        out[4, i] = s1
        if t[i] >= T[end] + window:
            out[0, i] = s[end]
