"""What MoveC does not take: points too near or nearly on a line; and its 240 degrees.

Source: RAPID instructions, functions and data types 3HAC050917, MoveC, limitations: 0.1 mm between
the points, 1 degree between via and end seen from the start, at most 240 degrees.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.geometry import Array

NEAREST_M = 1e-4
LEAST_DEG = 1.0
MOST_DEG = 240.0


def arc_problem(start: Array, via: Array, end: Array) -> str:
    """Return why MoveC is rejected for an arc through three points [m]; "" where it is not."""
    for name, a, b in (("start to via", start, via), ("via to end", via, end),
                       ("start to end", start, end)):  # fmt: skip
        distance = float(np.linalg.norm(b - a))
        if distance < NEAREST_M:
            return f"arc with {1000.0 * distance:.3f} mm from {name}, at least 0.1 mm"
    between = _angle(via - start, end - start)
    if between < LEAST_DEG:
        return f"arc with {between:.2f} deg between via and end from the start, at least 1 deg"
    return ""


def sweep_deg(start: Array, via: Array, end: Array) -> float:
    """Return the angle of an arc from start over via to end [deg].

    It is twice what is left of 180 degrees beside the inscribed angle at via.
    """
    return 2.0 * (180.0 - _angle(start - via, end - via))


def _angle(a: Array, b: Array) -> float:
    """Return the angle between two vectors [deg]."""
    return math.degrees(math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b)))
