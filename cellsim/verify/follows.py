"""Where arms are proven to stay in a joint box as they follow a measured frame, line by line."""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.strays import enclosed_by
from cellsim.domain.cell import Cell
from cellsim.domain.follow import STILL
from cellsim.domain.timeline import GroupTrack, Motion
from cellsim.geometry import Array
from cellsim.verify.axes import Axis, axes_of


def followed_where(cell: Cell, track: GroupTrack, frame: str) -> tuple[str, str]:
    """Return which motions have a certified joint box, with its largest half width, and which not.

    "" for none. Rounded outward to 0.01 deg or mm.

    Args:
        track: With its tubes driven all through.
    """
    if frame not in track.follows:
        return "", ""
    follow, axes = track.follows[frame], axes_of(cell.groups[track.group])
    most = enclosed_by(cell, track, frame).of_rigid().most(len(follow.how))
    boxed: list[str] = []
    left: list[str] = []
    worst = 0, 0.0
    for m in track.motions:
        rows = most[m.first : m.last][follow.how[m.first : m.last] != STILL]
        if not len(rows):
            continue
        if not np.isfinite(rows).all():
            left.append(_place(m))
            continue
        j, value = _largest(axes, rows)
        worst = max(worst, (j, value), key=lambda one: one[1])
        if m.kind != "stand":
            boxed.append(f"{_place(m)} {_up(value):g} {axes[j].unit} {axes[j].joint.name}")
    if not boxed:
        return "", ", ".join(dict.fromkeys(left))
    rest = "line " + ", ".join(dict.fromkeys(left)) if left else ""
    told = f"at most {_up(worst[1]):g} {axes[worst[0]].unit} of {axes[worst[0]].joint.name}; "
    return told + "line " + ", ".join(boxed), rest


def _place(motion: Motion) -> str:
    line = f"{motion.index.line}" + "".join(f"#{i}" for i in motion.index.iteration)
    return f"{line} corner" if motion.kind == "corner" else line


def _largest(axes: list[Axis], rows: Array) -> tuple[int, float]:
    """Return the axis that changes most, and by how much in its shown unit."""
    shown = [axis.shown(float(value)) for axis, value in zip(axes, rows.max(axis=0), strict=True)]
    j = int(np.argmax(shown))
    return j, shown[j]


def _up(value: float) -> float:
    return math.ceil(1e2 * value - 1e-9) / 1e2
