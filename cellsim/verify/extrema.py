"""Extrema of the joint motion in closed form: between two knots it is a polynomial of degree five.

The control points of a Bezier piece enclose it, so a piece whose control points keep a limit keeps
it everywhere; only the others are solved for the roots of their derivative.

Source: Farin 2002, convex hull property; the piece is `GroupTrack.traj`.
"""

from __future__ import annotations

import numpy as np

from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

CLOSE = 1e-7
# Rounding of a speed by the square of less than this [s] would be a jerk.
SHORT_S = 1e-4
_DEGREE = 5


def control_points(track: GroupTrack, order: int) -> Array:
    """Return the Bezier points of each piece, shape (6 - order, n-1, dof).

    Args:
        order: 0 position, 1 speed, 2 acceleration, 3 jerk [rad | m, per s^order].
    """
    h = np.diff(track.t)[:, None]
    q, v, a = track.q, track.qd, track.qdd
    v0, v1, a0, a1 = v[:-1] * h, v[1:] * h, a[:-1] * h * h, a[1:] * h * h
    points = np.stack(
        [
            q[:-1],
            q[:-1] + v0 / 5.0,
            q[:-1] + 0.4 * v0 + a0 / 20.0,
            q[1:] - 0.4 * v1 + a1 / 20.0,
            q[1:] - v1 / 5.0,
            q[1:],
        ]
    )
    for k in range(order):
        points = (_DEGREE - k) * np.diff(points, axis=0) / h
    return np.asarray(points)


def peaks(track: GroupTrack, order: int, limit: Array) -> Array:
    """Return the largest |value| at each knot and inside the piece before it, shape (n, dof).

    Exact wherever it passes the limit; where the control points keep the limit, the knot's value.

    Args:
        limit: Per joint, shape (dof,).
    """
    high, low = ranges(track, order, -limit, limit)
    return np.maximum(high, -low)


def ranges(track: GroupTrack, order: int, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return the largest and the least value at each knot and in the piece before it, (n, dof).

    Exact wherever [lower, upper] (dof,) is left; elsewhere the value at the knot.
    """
    known = (track.q, track.qd, track.qdd)[order]
    high, low = np.array(known), np.array(known)
    if len(track.t) < 2:
        return high, low
    points = control_points(track, order)
    for k, j in np.argwhere((points.max(axis=0) > upper) | (points.min(axis=0) < lower)):
        values = _stationary(points[:, k, j])
        high[k + 1, j] = max(high[k + 1, j], float(values.max()))
        low[k + 1, j] = min(low[k + 1, j], float(values.min()))
    return high, low


def largest(track: GroupTrack, order: int) -> Array:
    """Return the largest |value| of each joint over the track, at most CLOSE short of it, (dof,).

    The pieces whose control points reach farthest are solved first; those that cannot pass what
    was found are left out.
    """
    most = np.abs((track.q, track.qd, track.qdd)[order]).max(axis=0)
    if len(track.t) < 2:
        return np.asarray(most)
    points = control_points(track, order)
    hull = np.abs(points).max(axis=0)
    for j in range(hull.shape[1]):
        may = np.flatnonzero(hull[:, j] > most[j] + CLOSE * (1.0 + most[j]))
        for k in may[np.argsort(-hull[may, j], kind="stable")]:
            if hull[k, j] <= most[j] + CLOSE * (1.0 + most[j]):
                break
            most[j] = max(most[j], float(np.abs(_stationary(points[:, k, j])).max()))
    return np.asarray(most)


def corner_ends(track: GroupTrack) -> Flags:
    """Return the knots where a corner begins or ends, shape (n,).

    There the acceleration jumps, and the knot carries that of the harder side.
    """
    ends = np.zeros(len(track.t), dtype=bool)
    for motion in track.motions:
        if motion.kind == "corner":
            ends[[motion.first, motion.last]] = True
    return ends


def jerks(track: GroupTrack) -> Array:
    """Return the largest |jerk| of each piece, shape (n-1, dof) [rad | m, per s3].

    The speed is taken as the cubic through speeds and accelerations at both knots: its second
    derivative is linear, largest at an end. The third one of the quintic would divide the rounding
    of positions by the cube of the time. Where a knot is a corner's end its acceleration is not
    used; of a piece shorter than `SHORT_S`, only the mean: 0 beside a corner.
    """
    h = np.diff(track.t)[:, None]
    v0, v1, a0, a1 = track.qd[:-1], track.qd[1:], track.qdd[:-1], track.qdd[1:]
    gain, way = np.diff(track.qd, axis=0) / h, np.diff(track.q, axis=0) / h
    whole = h >= SHORT_S
    bend = np.where(whole, np.abs(6.0 * (gain - 0.5 * (a0 + a1)) / h), 0.0)
    found = np.abs(np.diff(track.qdd, axis=0)) / h + bend
    ends = corner_ends(track)
    left, right = ends[:-1, None], ends[1:, None]
    found = np.where(left, 2.0 * np.abs(a1 - gain) / h * whole, found)
    found = np.where(right, 2.0 * np.abs(gain - a0) / h * whole, found)
    alone = np.abs(6.0 * (v0 + v1 - 2.0 * way)) / h**2 * whole
    return np.asarray(np.where(left & right, alone, found))


def mean_jerk(track: GroupTrack, window: float) -> Array:
    """Return |change of acceleration| by time over windows that begin, and that end, at each knot.

    Shape (2, n, dof); the acceleration linear between the knots. The largest jerk of the true
    motion is at least this; equal where it is constant.

    Args:
        window: [s], > 0.
    """
    found = np.zeros((2, *track.qdd.shape))
    for j, a in enumerate(track.qdd.T):
        for k, side in enumerate((window, -window)):
            found[k, :, j] = np.abs(np.interp(track.t + side, track.t, a) - a) / window
    return found


def _stationary(points: Array) -> Array:
    """Return the values of one Bezier piece at its ends and where its derivative is zero."""
    power = _power(points)
    slope = np.polynomial.polynomial.polyder(power)
    while len(slope) > 1 and abs(slope[-1]) < 1e-14 * (np.abs(slope).max() or 1.0):
        slope = slope[:-1]
    roots = np.polynomial.polynomial.polyroots(slope) if len(slope) > 1 else np.zeros(0)
    inner = roots.real[np.abs(roots.imag) < 1e-9]
    u = np.concatenate([[0.0, 1.0], inner[(inner > 0.0) & (inner < 1.0)]])
    return np.asarray(np.polynomial.polynomial.polyval(u, power))


def _power(points: Array) -> Array:
    """Return the coefficients of u^0, u^1, ... of a Bezier piece."""
    row, factor, n = np.array(points, dtype=np.float64), 1.0, len(points) - 1
    power = [row[0]]
    for k in range(1, n + 1):
        row = np.diff(row)
        factor *= (n - k + 1) / k
        power.append(factor * row[0])
    return np.array(power)
