"""Whether configurations lie in the boxes about the chords of a path: by intervals, in numpy."""

from __future__ import annotations

import numpy as np

from cellsim.domain.timeline import GroupTrack, Tube
from cellsim.geometry import Array


def outside(q: Array, knots: Array, dev: Array) -> float:
    """Return by how much q (dof,) misses the nearest chord with its deviation; 0 where it is in.

    Joint by joint, the part of a chord within `dev` of q is an interval; the box of some point of
    the chord holds q exactly when those intervals meet.
    """
    start, step = knots[:-1], np.diff(knots, axis=0)
    still = np.abs(step) < 1e-15
    wide = np.where(still, 1.0, step)
    ends = np.stack([(q - dev - start) / wide, (q + dev - start) / wide])
    low, high = ends.min(axis=0), ends.max(axis=0)
    inside = np.abs(q - start) <= dev
    low = np.where(still, np.where(inside, 0.0, 2.0), low)
    high = np.where(still, np.where(inside, 1.0, -1.0), high)
    gap = np.maximum(low.max(axis=1), 0.0) - np.minimum(high.min(axis=1), 1.0)
    return max(0.0, float(gap.min()))


def missed(rows: Array, tube: Tube) -> float:
    """Return by how much, as a share of a chord, the worst of rows (n, dof) misses a tube."""
    return max(outside(q, tube.q, tube.dev + 1e-12) for q in rows)


def held(rows: Array, track: GroupTrack) -> float:
    """Return by how much the worst of rows (n, dof) misses the path of a track."""
    return max(outside(q, track.q, track.dev_path + 1e-12) for q in rows)
