"""The compiled look at a motion against numpy: knots and milliseconds, never across a knot."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from scipy.interpolate import BPoly

from cellsim.geometry import Array
from cellsim.verify import looks

STEP = 1e-3


def motion(seed: int, knots: int, shortest: float) -> tuple[Array, Array, Array, Array]:
    draw = np.random.default_rng(seed)
    t = 3.7 + np.concatenate([[0.0], np.cumsum(draw.uniform(shortest, 0.02, knots - 1))])
    q, v, a = (draw.normal(0.0, size, (knots, 3)) for size in (1.0, 3.0, 20.0))
    return t, q, v, a


def places(t: Array, p: int) -> Array:
    """Return the times of the looks at a piece: its ends, and the grid not close to them."""
    grid = t[0] + STEP * np.arange(1 + int((t[-1] - t[0]) / STEP))
    apart = looks.NEAR * STEP
    inside = grid[(grid - t[p] > apart) & (t[p + 1] - grid > apart)]
    return np.concatenate([[t[p]], inside, [t[p + 1]]])


@pytest.mark.parametrize(
    ("seed", "knots", "shortest"), [(1, 2, 0.015), (2, 40, 0.003), (3, 25, 2e-4)]
)
def test_the_look_sees_what_scipy_sees_at_the_same_places(
    seed: int, knots: int, shortest: float
) -> None:
    t, q, v, a = motion(seed, knots, shortest)
    snap = np.abs(np.random.default_rng(seed).normal(0.0, 1e5, (knots - 1, 3)))
    most, low, high = looks.look(t, q, v, a, snap, STEP)
    curve = BPoly.from_derivatives(t, list(np.stack([q, v, a], axis=1)))
    at = np.unique(np.concatenate([places(t, p) for p in range(knots - 1)]))
    seen = np.stack(
        [np.abs(curve.derivative(k)(at) if k else curve(at)).max(axis=0) for k in range(3)]
    )
    assert np.allclose(most, seen, rtol=1e-9)
    for p in range(knots - 1):
        own = places(t, p)
        h = t[p + 1] - t[p]
        bends = np.stack([_bend(h, q[p : p + 2, j], v[p : p + 2, j], a[p : p + 2, j])(own - t[p])
                          for j in range(3)], axis=1)  # fmt: skip
        slopes = np.abs(np.diff(bends, axis=0)) / np.diff(own)[:, None]
        widest = 0.5 * np.diff(own)[:, None] * snap[p]
        assert np.allclose(low[p], slopes.max(axis=0), rtol=1e-6)
        assert np.allclose(high[p], (slopes + widest).max(axis=0), rtol=1e-6)
        assert (low[p] <= high[p]).all()


def _bend(h: float, q: Array, v: Array, a: Array) -> Polynomial:
    """Return the acceleration of the quintic, from six equations."""
    rows = []
    for x in (0.0, h):
        for order in range(3):
            rows.append([Polynomial.basis(k).deriv(order)(x) if order else x**k for k in range(6)])
    given = [q[0], v[0], a[0], q[1], v[1], a[1]]
    return Polynomial(np.linalg.solve(np.array(rows), np.array(given))).deriv(2)
