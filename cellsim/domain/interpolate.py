"""Quintic Hermite interpolation between knots that carry value, speed and acceleration."""

from __future__ import annotations

import numpy as np

from cellsim.geometry import Array

# Rows: coefficients of u^0..u^5 for (p0, v0 h, a0 h^2, p1, v1 h, a1 h^2).
_BASIS = np.array(
    [
        [1, 0, 0, -10, 15, -6],
        [0, 1, 0, -6, 8, -3],
        [0, 0, 0.5, -1.5, 1.5, -0.5],
        [0, 0, 0, 10, -15, 6],
        [0, 0, 0, -4, 7, -3],
        [0, 0, 0, 0.5, -1, 0.5],
    ]
)
# Of its derivatives of order 0, 1 and 2.
_SLOPES = [np.polynomial.polynomial.polyder(_BASIS, order, axis=1) for order in range(3)]


def hermite(t: Array, q: Array, qd: Array, qdd: Array, at: Array, order: int = 0) -> Array:
    """Return the order-th derivative (0, 1, 2) at times `at` [s].

    Args:
        t: Knot times [s], shape (n,). q, qd, qdd: shape (n, dof). at: shape (...,).

    Returns:
        Shape (..., dof); held constant outside the knots.
    """
    if len(t) < 2:
        base = q[0] if order == 0 else np.zeros_like(q[0])
        return np.broadcast_to(base, (*at.shape, q.shape[1])).copy()
    clipped = np.clip(at, t[0], t[-1])
    k = np.clip(np.searchsorted(t, clipped, side="right") - 1, 0, len(t) - 2)
    # Of few times only the pieces that they are in.
    of = k if at.size < len(t) else slice(None, -1)
    to = k + 1 if at.size < len(t) else slice(1, None)
    h = (t[to] - t[of])[..., None]
    u = ((clipped - t[k]) / (t[k + 1] - t[k]))[..., None]
    ends = (q[of], qd[of] * h, qdd[of] * h * h, q[to], qd[to] * h, qdd[to] * h * h)
    at_each = slice(None) if at.size < len(t) else k
    result = np.zeros((*at.shape, q.shape[1]))
    for row, end in zip(_SLOPES[order], ends, strict=True):
        result = result + np.polynomial.polynomial.polyval(u, row) * end[at_each]
    return result / h[at_each] ** order
