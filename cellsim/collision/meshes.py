"""What the meshes of two bodies say where their convex pieces, which may be fuller, meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.result import BY_MESH
from cellsim.collision.spans import LEAF_U0, WORST, WORST_V
from cellsim.collision.work import HIT
from cellsim.geometry import Array, Pose, Solid

# Instants of a stretch whose meshes are looked at where they are apart at its worst.
LOOKS = 64
HALVINGS = 8


def by_mesh(
    a: Solid, b: Solid, instants: Iterable[tuple[Pose, Pose]], state: int, need: float
) -> str:
    """Return what the meshes say against a hit or shortfall of the pieces, "" for nothing.

    Pieces may fill hollows of the body they stand for. instants: poses to look at, the worst first.
    need: what meshes are to keep [m].
    """
    if not (len(a.faces) or len(b.faces)):
        return ""
    looked = []
    for poses in instants:
        if state != HIT and need > 0.0 and kernel.bodies_within(a, b, *poses, need):
            return ""
        if kernel.bodies_meet(a, b, *poses):
            return ""
        looked.append(poses)
    if state == HIT:
        return BY_MESH + "the convex pieces overlap, the meshes do not"
    apart = min(kernel.bodies_apart(a, b, *poses) for poses in looked)
    return "" if apart <= need else f"{BY_MESH}the meshes are {1e3 * apart:.1f} mm apart"


def where_met(
    a: Solid, b: Solid, rows: Array, poses: Callable[[float, float], tuple[Pose, Pose]]
) -> tuple[float, Array] | None:
    """Return where the meshes are first seen to meet, as a knot, and the leaf that shows it.

    At most LOOKS leaves of the stretch are looked at, spread over it; None where all are apart.
    The first instant is halved between that leaf and the one before it.

    Args:
        rows: Leaves of the stretch. poses: Poses of the bodies at knots of the groups.
    """
    rows = rows[np.argsort(rows[:, LEAF_U0], kind="stable")]
    spread = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), LOOKS)).astype(np.int64))
    low = float(rows[0, LEAF_U0])
    for row in rows[spread]:
        u, v = float(row[WORST]), float(row[WORST_V])
        if not kernel.bodies_meet(a, b, *poses(u, v)):
            low = u
            continue
        high = u
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if kernel.bodies_meet(a, b, *poses(middle, v)):
                high = middle
            else:
                low = middle
        return high, np.asarray(row)
    return None
