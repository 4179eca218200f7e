"""What is said where the TCP of a tooldata is not that of exactly one tool of the cell."""

from __future__ import annotations

import numpy as np

from cellsim.domain.equipment import Tool
from cellsim.geometry import Pose

_SAME_M = 2.5e-6


def not_one(name: str, pose: Pose, fits: list[str], every: list[tuple[str, Tool, Pose]]) -> str:
    """Return why a tooldata is not one tool of the cell, with the TCPs that the cell has."""
    if fits:
        return f"tooldata {name} may be any of {', '.join(fits)}: they have the same TCP"
    if not every:
        return f"tooldata {name}: the cell has no tool"
    nearest, _, tcp = min(every, key=lambda row: pose.distance(row[2]))
    far, turned = pose.distance(tcp)
    if far <= _SAME_M:
        return f"tooldata {name} is turned by {np.degrees(turned):.3f} deg from {nearest}"
    there = ", ".join(f"{n} at {_xyz_mm(tcp)}" for n, _, tcp in every[:4])
    more = ", ..." if len(every) > 4 else ""
    return f"tooldata {name}: no tool of the cell has its TCP at {_xyz_mm(pose)}; {there}{more}"


def _xyz_mm(pose: Pose) -> str:
    return "[{}] mm".format(", ".join(f"{1e3 * v + 0.0:.10g}" for v in pose.p))
