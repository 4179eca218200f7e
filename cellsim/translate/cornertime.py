"""Corners of motions that overlap in time (CNT) as distances, and distances as such corners.

Both by the law of `motion.zones.overlap` at the written speeds, with the typical ramp of the arm:
an approximation, for the ramps of no controller are published. Never larger than it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cellsim.motion.zones import Ramp


@dataclass(frozen=True)
class Leg:
    """The way of the TCP [m], and the time it takes at the written speed [s]."""

    length: float
    seconds: float


def reach_of(share: float, legs: tuple[Leg, Leg], ramp: float) -> float:
    """Return the distance [m] from the point that a corner in time takes of either way, the less.

    Args:
        share: Of the time of braking in which both motions run, 0..1. ramp: From rest to speed [s].
    """
    out, into = (Ramp(leg.seconds, ramp) for leg in legs)
    tau = share * out.used
    f1, f2 = min(out.fraction(tau), 0.5), min(into.fraction(tau), 0.5)
    return min(f1 * legs[0].length, f2 * legs[1].length)


def share_for(distance: float, legs: tuple[Leg, Leg], ramp: float) -> float:
    """Return the share of a corner in time that takes no more than `distance` [m] of either way."""
    out, into = (Ramp(leg.seconds, ramp) for leg in legs)
    shares = (
        math.sqrt(2.0 * distance * one.time * one.nominal / leg.length) / out.used
        for one, leg in zip((out, into), legs, strict=True)
    )
    return min(1.0, *shares)
