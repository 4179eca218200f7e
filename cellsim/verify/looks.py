"""Inner loops of the look at a motion every millisecond: powers of time, nothing else.

Of the quintic through position, speed and acceleration at two knots, with x the time since the
first: c0 + x (c1 + x (c2 / 2 + x (c3 + x (c4 + x c5)))).
"""

from __future__ import annotations

import numpy as np

from cellsim.geometry import Array
from cellsim.geometry.jit import kernel

# Of a step: no look is as near to a knot, where the difference would be rounding.
NEAR = 0.01
ROUNDING = 2e-14


@kernel
def _power(h: float, q: Array, v: Array, a: Array, j: int) -> tuple[float, float, float]:
    """Return c3, c4, c5 of joint j between the first two rows of q, v, a, over h [s]."""
    gap = q[1, j] - q[0, j] - v[0, j] * h - 0.5 * a[0, j] * h * h
    late = v[1, j] - v[0, j] - a[0, j] * h
    more = a[1, j] - a[0, j]
    return (
        10.0 * gap / h**3 - 4.0 * late / h**2 + more / (2.0 * h),
        -15.0 * gap / h**4 + 7.0 * late / h**3 - more / h**2,
        6.0 * gap / h**5 - 3.0 * late / h**4 + more / (2.0 * h**3),
    )


@kernel
def values_at(t: Array, q: Array, v: Array, a: Array, at: Array, out: Array) -> None:
    """Fill q, qd, qdd at times [s] between the first and the last knot, `out` (3, m, dof)."""
    k = np.minimum(np.maximum(np.searchsorted(t, at, side="right") - 1, 0), len(t) - 2)
    power, known = np.empty((3, q.shape[1])), -1
    for i in range(len(at)):
        p = k[i]
        x = at[i] - t[p]
        for j in range(q.shape[1]):
            if p != known:
                power[0, j], power[1, j], power[2, j] = _power(
                    t[p + 1] - t[p], q[p:], v[p:], a[p:], j
                )
            c0, c1, c2 = q[p, j], v[p, j], a[p, j]
            c3, c4, c5 = power[0, j], power[1, j], power[2, j]
            out[0, i, j] = c0 + x * (c1 + x * (c2 / 2.0 + x * (c3 + x * (c4 + x * c5))))
            out[1, i, j] = c1 + x * (c2 + x * (3.0 * c3 + x * (4.0 * c4 + x * 5.0 * c5)))
            out[2, i, j] = c2 + x * (6.0 * c3 + x * (12.0 * c4 + x * 20.0 * c5))
        known = p


@kernel
def look(
    t: Array, q: Array, v: Array, a: Array, snap: Array, step: float
) -> tuple[Array, Array, Array]:
    """Look at a motion at its knots and every step since the first, not close to a knot.

    Args:
        t: Knots [s], shape (n,). q, v, a: Shape (n, dof). step: [s].
        snap: Most of the change of jerk by time in each piece, shape (n-1, dof).

    Returns:
        Largest |q|, |qd|, |qdd|, shape (3, dof), and what differences of the acceleration tell of
        |jerk| of each piece: at least, at most, each of shape (n-1, dof).
    """
    n, dof = q.shape
    most = np.zeros((3, dof))
    begins = np.empty(n, dtype=np.int64)
    room = n + 1 + int((t[n - 1] - t[0]) / step)
    at, bend = np.empty(room), np.empty((room, dof))
    m, steps = 0, 0
    for p in range(n - 1):
        begins[p], at[m] = m, t[p]
        m += 1
        while t[0] + steps * step < t[p + 1]:
            now = t[0] + steps * step
            if min(now - t[p], t[p + 1] - now) > NEAR * step:
                at[m] = now
                m += 1
            steps += 1
        for j in range(dof):
            c0, c1, c2 = q[p, j], v[p, j], a[p, j]
            c3, c4, c5 = _power(t[p + 1] - t[p], q[p:], v[p:], a[p:], j)
            for i in range(begins[p], m):
                x = at[i] - t[p]
                place = c0 + x * (c1 + x * (c2 / 2.0 + x * (c3 + x * (c4 + x * c5))))
                speed = c1 + x * (c2 + x * (3.0 * c3 + x * (4.0 * c4 + x * 5.0 * c5)))
                bend[i, j] = c2 + x * (6.0 * c3 + x * (12.0 * c4 + x * 20.0 * c5))
                most[0, j] = max(most[0, j], abs(place))
                most[1, j] = max(most[1, j], abs(speed))
                most[2, j] = max(most[2, j], abs(bend[i, j]))
    begins[n - 1], at[m], bend[m] = m, t[n - 1], a[n - 1]
    for j in range(dof):
        most[0, j] = max(most[0, j], abs(q[n - 1, j]))
        most[1, j] = max(most[1, j], abs(v[n - 1, j]))
        most[2, j] = max(most[2, j], abs(a[n - 1, j]))
    low, high = np.empty((n - 1, dof)), np.empty((n - 1, dof))
    for p in range(n - 1):
        own = slice(begins[p], begins[p + 1] + 1)
        _slopes(at[own], bend[own], most, snap[p], low[p], high[p])
    return most, low, high


@kernel
def _slopes(at: Array, bend: Array, most: Array, snap: Array, low: Array, high: Array) -> None:
    """Fill what the looks at one piece tell of its |jerk|: at least, at most, shape (dof,)."""
    h = at[-1] - at[0]
    for j in range(len(snap)):
        low[j], high[j] = -np.inf, -np.inf
        size = most[0, j] / h**2 + most[1, j] / h + most[2, j]
        for i in range(len(at) - 1):
            dt = at[i + 1] - at[i]
            rounding = ROUNDING * (size / dt if dt < h else most[2, j] / h)
            seen = abs(bend[i + 1, j] - bend[i, j]) / dt
            low[j] = max(low[j], seen - rounding)
            high[j] = max(high[j], seen + 0.5 * dt * snap[j] + rounding)
