"""Where arms are proven to stay in a joint box as they follow a measured frame, line by line."""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.strays import enclosed_by
from cellsim.domain.cell import Cell
from cellsim.domain.follow import STILL
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.verify.axes import Axis, axes_of


def followed_where(cell: Cell, track: GroupTrack, frame: str) -> tuple[dict[str, object], str]:
    """Return what is certified in joint boxes, {} for nothing, and the lines that are not.

    Lines by number; a-b is the corner between two. Rounded outward to 0.01 deg or mm.

    Args:
        track: With its tubes driven all through.
    """
    if frame not in track.follows:
        return {}, ""
    follow, axes = track.follows[frame], axes_of(cell.groups[track.group])
    most = enclosed_by(cell, track, frame).of_rigid().most(len(follow.how))
    boxed: list[str] = []
    left: list[str] = []
    worst, value = axes[0], 0.0
    for n, m in enumerate(track.motions):
        rows = most[m.first : m.last][follow.how[m.first : m.last] != STILL]
        if not len(rows):
            continue
        if not np.isfinite(rows).all():
            left.append(_place(track, n))
            continue
        axis, own = _largest(axes, rows)
        if own > value:
            worst, value = axis, own
        if m.kind != "stand":
            boxed.append(f"{_place(track, n)}: {_up(own):g} {axis.unit}")
    if not boxed:
        return {}, ", ".join(dict.fromkeys(left))
    told: dict[str, object] = {"most": f"{_up(value):g} {worst.unit}", "joint": worst.joint.name,
            "lines": ", ".join(dict.fromkeys(boxed))}  # fmt: skip
    return told, ", ".join(dict.fromkeys(left))


def _place(track: GroupTrack, number: int) -> str:
    """Return the line of a motion, of a corner those of its two moves."""
    motion = track.motions[number]
    line = f"{motion.index.line}" + "".join(f"#{i}" for i in motion.index.iteration)
    if motion.kind == "corner" and number + 1 < len(track.motions):
        return f"{line}-{track.motions[number + 1].index.line}"
    return line


def _largest(axes: list[Axis], rows: Array) -> tuple[Axis, float]:
    """Return the axis that changes most, and by how much in its shown unit."""
    shown = [axis.shown(float(value)) for axis, value in zip(axes, rows.max(axis=0), strict=True)]
    j = int(np.argmax(shown))
    return axes[j], shown[j]


def _up(value: float) -> float:
    return math.ceil(1e2 * value - 1e-9) / 1e2
