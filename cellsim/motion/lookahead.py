"""Jerk-limited s(t) along a whole blended stretch, with look-ahead under all caps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.jit import kernel
from cellsim.motion.gridlaw import GridLaw

_ROUNDS = 12
_EXCESS = 1e-3
_SLOWEST = 1e-6
# A law of hours is looked at in so many places: its memory stays bounded.
_MOST_SAMPLES = 200_000


@dataclass(frozen=True, eq=False)
class Grid:
    """A stretch sampled along its parameter s.

    Attributes:
        s: Ascending, shape (n,); piece ends appear twice, once for each side.
        dq, ddq: dq/ds and d2q/ds2, shape (n, dof).
        cap: Programmed largest ds/dt, inf where none, shape (n,).
        speed, acceleration: Joint caps, shape (n, dof).
    """

    s: Array
    dq: Array
    ddq: Array
    cap: Array
    speed: Array
    acceleration: Array


@kernel
def _profile(s: Array, dq: Array, ddq: Array, acceleration: Array, ceiling: Array) -> Array:
    """Return the largest (ds/dt)^2 under `ceiling` and |dq s'' + ddq s'^2| <= acceleration.

    Each bound uses |dq| and |ddq|, so it is on the safe side; backward, then forward pass.
    """
    n, dof = dq.shape
    x = ceiling.copy()
    for k in range(n):
        for j in range(dof):
            if abs(ddq[k, j]) > 0.0:
                x[k] = min(x[k], acceleration[k, j] / abs(ddq[k, j]))
    x[0] = 0.0
    x[n - 1] = 0.0
    for turn in range(2):
        for m in range(n - 1):
            i = n - 1 - m if turn == 0 else m
            k = i - 1 if turn == 0 else i + 1
            d = 2.0 * abs(s[i] - s[k])
            for j in range(dof):
                a = max(abs(dq[i, j]), abs(dq[k, j]))
                b = max(abs(ddq[i, j]), abs(ddq[k, j]))
                A = min(acceleration[i, j], acceleration[k, j])
                if a + d * b > 0.0:
                    if d == 0.0:
                        x[k] = min(x[k], x[i])
                    else:
                        x[k] = min(x[k], (a * x[i] + d * A) / (a + d * b))
    return x


@kernel
def _loads(
    dq: Array, ddq: Array, speed: Array, acceleration: Array, sd: float, sdd: float
) -> tuple[float, float]:
    """Return the largest shares of joint speed and acceleration that a motion uses."""
    rv, ra = 0.0, 0.0
    for j in range(dq.shape[0]):
        rv = max(rv, abs(dq[j]) * sd / speed[j])
        ra = max(ra, abs(dq[j] * sdd + ddq[j] * sd * sd) / acceleration[j])
    return rv, ra


@kernel
def _excess(
    s: Array,
    dq: Array,
    ddq: Array,
    cap: Array,
    speed: Array,
    acceleration: Array,
    span: Ints,
    samples: Array,
    slower: Array,
    softer: Array,
) -> float:
    """Fill slower, softer (n,) with the factors <= 1 that samples of a law ask for.

    Between samples the ends of pieces are looked at from both sides.

    Args:
        span: Grid range that the window of each sample covers, shape (2, m).
        samples: s, ds/dt, d2s/dt2, shape (3, m).

    Returns:
        The factor >= 1 by which time must stretch for all samples to hold.
    """
    slower[:] = 1.0
    softer[:] = 1.0
    worst, k = 1.0, 0
    at, sd, sdd = samples
    for i in range(at.shape[0]):
        rv, ra = 0.0, 0.0
        while k < s.shape[0] - 2 and s[k + 1] <= at[i]:
            k += 1
            if s[k + 1] == s[k] and at[i] > at[i - 1]:
                w = (s[k] - at[i - 1]) / (at[i] - at[i - 1])
                v, a = sd[i - 1] + w * (sd[i] - sd[i - 1]), sdd[i - 1] + w * (sdd[i] - sdd[i - 1])
                for m in range(k, k + 2):
                    v1, a1 = _loads(dq[m], ddq[m], speed[m], acceleration[m], v, a)
                    rv, ra = max(rv, v1, v / cap[m]), max(ra, a1)
        w = 0.0
        if s[k + 1] > s[k]:
            w = min(max((at[i] - s[k]) / (s[k + 1] - s[k]), 0.0), 1.0)
        d1, d2 = dq[k] + w * (dq[k + 1] - dq[k]), ddq[k] + w * (ddq[k + 1] - ddq[k])
        v1, a1 = _loads(d1, d2, speed[k], acceleration[k], sd[i], sdd[i])
        rv, ra = max(rv, v1, sd[i] / cap[k]), max(ra, a1)
        worst = max(worst, rv, np.sqrt(ra))
        for m in range(span[0, i], span[1, i]):
            slower[m] = min(slower[m], 1.0 / rv if rv > 1.0 + 1e-4 else 1.0)
            softer[m] = min(softer[m], 1.0 / ra if ra > 1.0 + 1e-4 else 1.0)
    return worst


def look_ahead(grid: Grid, window: float) -> GridLaw:
    """Return the law along a stretch that starts and ends at rest.

    Args:
        window: Time to build up full acceleration [s], > 0.

    The fastest profile under speed caps and accelerations comes from a backward and a forward
    pass. Averaging over the window then shifts speed along the way by at most half a window;
    where a sample exceeds a cap, the caps in that window are lowered by the excess and the
    passes run again. What is left in the end is taken out by the caller with exact values.
    """
    slow_limit = np.min(grid.speed / np.maximum(np.abs(grid.dq), 1e-12), axis=1)
    ceiling = np.maximum(np.minimum(grid.cap, slow_limit), _SLOWEST) ** 2
    acceleration = grid.acceleration.copy()
    slower, softer = np.ones(len(grid.s)), np.ones(len(grid.s))
    law = None
    for _ in range(_ROUNDS):
        x = _profile(grid.s, grid.dq, grid.ddq, acceleration, ceiling)
        law = GridLaw(grid.s, np.sqrt(x), window)
        count = min(law.duration / min(0.004, window / 8), _MOST_SAMPLES)
        t = np.linspace(0.0, law.duration, int(count) + 8)
        begins, ends = law.reach(t)
        first = np.maximum(np.searchsorted(grid.s, begins, side="left") - 1, 0)
        last = np.minimum(np.searchsorted(grid.s, ends, side="right") + 1, len(grid.s))
        worst = _excess(
            grid.s,
            grid.dq,
            grid.ddq,
            grid.cap,
            grid.speed,
            grid.acceleration,
            np.stack([first, last]),
            np.stack(law.at(t)),
            slower,
            softer,
        )
        if worst <= 1.0 + _EXCESS:
            break
        ceiling *= slower**2
        acceleration *= softer[:, None]
    assert law is not None
    return law
