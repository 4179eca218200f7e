"""Parts as a motion begins: what still holds them elsewhere, what lies on them, what tilts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.domain.program import Index
from cellsim.domain.wiring import Device
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.frames import movers_under, world_T_frame
from cellsim.simulate.attach import Parts, PartState, QByGroup
from cellsim.simulate.fasten import still_clamped
from cellsim.simulate.support import SEAT_REACH_M, is_under, rests_on, seat_distance
from cellsim.units import deg

# How far what carries a loose part may tilt from where the part was put down.
TILT_RAD = 5.0 * deg
_MOST_LOOKS = 64


def begin_ride(
    parts: Parts, group: str, q: QByGroup, way: Array, t: float, index: Index, node: int
) -> None:
    """Look at all parts as a group begins to move.

    Args:
        q: Joint values of all groups at t [s], where the motion begins. way: Those of the group
            along it, shape (n, dof). node: Log position of the last sync of the group.
    """
    still_clamped(parts, group, t, index)
    parts.leave(group, index, node)
    left_behind(parts, group, q, t, index)
    tilted(parts, group, q, way, t, index)


def left_behind(parts: Parts, group: str, q: QByGroup, t: float, index: Index) -> None:
    """Say so where a group that begins to move takes away what another part lies or hangs on.

    Args:
        q: Joint values of all groups at t [s], where the motion begins.
    """
    taken = {n for n, s in parts.states.items() if group in s.holders}
    loose = [n for n, s in parts.states.items() if not (s.holders or s.fasteners or s.clamps)]
    if not taken or not loose:
        return
    standing = {n: parts.world_pose(n, q) for n, s in parts.states.items() if not s.holders}
    lifted = {n: parts.world_pose(n, q) for n in taken}
    for name in loose:
        under = _hung_on(parts, name, taken)
        # Without one of them under it, it lies as before: most parts lie elsewhere.
        if not under and is_under(parts.cell, name, standing[name], lifted):
            alone = seat_distance(parts.cell, name, standing[name], q)[0] <= SEAT_REACH_M
            if alone or rests_on(parts.cell, name, standing, q):
                continue
            if rests_on(parts.cell, name, standing | lifted, q):
                under = ", ".join(f"part:{n}" for n in sorted(taken))
        if under:
            parts.find("part-falls", name, t, index, case="taken", under=under, group=group)


def _hung_on(parts: Parts, name: str, taken: set[str]) -> str:
    """Return the gripped part that the cell says a part hangs on from the start, "" for none."""
    if parts.states[name].cause != "start":
        return ""
    frame, cell = parts.cell.parts[name].frame, parts.cell
    while frame in cell.frames:
        frame = cell.frames[frame].parent
    return frame if frame.removeprefix("part:") in taken and frame.startswith("part:") else ""


def tilted(parts: Parts, group: str, q: QByGroup, way: Array, t: float, index: Index) -> None:
    """Say so where a group tilts what a loose part was put down on.

    Args:
        q: Joint values of all groups where the motion begins. way: Those of the group along it,
            shape (n, dof).
    """
    if not any(external.carries == "part" for external in parts.cell.groups[group].externals):
        return
    loose = _loose_on(parts, group)
    if loose:
        looks = (*way[:: max(len(way) // _MOST_LOOKS, 1)], way[-1])
        _tip(parts, loose, [{**q, group: row} for row in looks], t, index)


def tilted_by(parts: Parts, device: Device, q: QByGroup, t: float, index: Index | None) -> None:
    """Say so where a device sends a fixture to a place where what lies loose on it tilts."""
    mover = f"fixture:{device.target}"
    goals = [goal for goal in (device.goal, device.back) if goal is not None]
    _tip(
        parts, _loose_on(parts, mover), [{**q, mover: np.array([goal])} for goal in goals], t, index
    )


def _loose_on(parts: Parts, carrier: str) -> list[str]:
    """Return the parts that lie loose on what a group or a moving fixture carries."""
    cell, found = parts.cell, []
    for name, state in parts.states.items():
        if not state.loose or state.holders or state.fasteners or state.clamps:
            continue
        frame = state.anchor.removeprefix("frame:")
        if state.anchor != "world" and (
            anchor_of(cell, frame)[0].partition("/")[0] == carrier
            or carrier in movers_under(cell, frame)
        ):
            found.append(name)
    return found


def _tip(
    parts: Parts, loose: Sequence[str], places: Sequence[QByGroup], t: float, index: Index | None
) -> None:
    """Say so where loose parts tilt with what carries them.

    Args:
        places: Joint values of all groups and fixtures at places that the carrier comes through.
    """
    for name in loose:
        state = parts.states[name]
        frame = state.anchor.removeprefix("frame:")
        tilt = max(_tilt(state, world_T_frame(parts.cell, frame, at) @ state.pose) for at in places)
        if tilt > TILT_RAD + 1e-9:
            parts.find(
                "part-falls", name, t, index, tilt / deg, TILT_RAD / deg, "deg", case="tilted",
                under=frame,
            )  # fmt: skip


def _tilt(state: PartState, world_T_part: Pose) -> float:
    """Return how far the part is turned from upright, as it was when it was put down [rad]."""
    return float(np.arccos(np.clip((world_T_part.R @ state.up)[2], -1.0, 1.0)))
