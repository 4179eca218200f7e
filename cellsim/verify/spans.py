"""Where arrays over knots leave their limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array


@dataclass(frozen=True)
class Excess:
    """One joint beyond a limit during one motion: first, worst and last knot."""

    joint: int
    motion: int
    first: int
    worst: int
    last: int


def motion_of_knots(track: GroupTrack) -> Array:
    """Return the index into `motions` of each knot, shape (n,); an end belongs to its motion."""
    if not len(track.motion):
        return np.zeros(len(track.t), dtype=np.int64)
    return np.concatenate([track.motion[:1], track.motion])


def excesses(track: GroupTrack, over: Array) -> Iterator[Excess]:
    """Yield each joint and motion whose `over` is positive somewhere.

    Args:
        over: By how much the limit is passed at each knot, shape (n, dof); <= 0 is inside.

    A motion that only stands where the one before already went too far is not told again.
    """
    owner = motion_of_knots(track)
    for joint in range(over.shape[1]):
        bad = over[:, joint] > 0.0
        told = -2
        for motion in np.unique(owner[bad]):
            knots = np.flatnonzero(bad & (owner == motion))
            stands = bool(track.motions) and track.motions[motion].kind == "stand"
            if stands and knots[0] - 1 == told:
                told = int(knots[-1])
                continue
            told = int(knots[-1])
            worst = int(knots[np.argmax(over[knots, joint])])
            yield Excess(joint, int(motion), int(knots[0]), worst, told)
