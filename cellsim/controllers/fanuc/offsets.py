"""What moves the destination of a motion: Offset, Tool_Offset and their conditions, INC.

Source: R-30iB Plus teach pendant help, 6.9 (the destination is an incremental amount from the
previous position), 6.10 and 6.11 (each element is added; where `$OFFSET_CART` is set the offset is
a frame in front instead; a position of joints is made Cartesian first; an offset of joints is added
to joints; the frame is the active one), 6.17 and 6.18 (the offset stands in the tool). What both
readings of `$OFFSET_CART` give alike, an offset that does not turn, is read; others are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cellsim.controllers.fanuc.positions import Held, Points, element, is_joints
from cellsim.controllers.reading.walk import State

_OPTION = re.compile(r"(Offset|Tool_Offset)(?:\s*,\s*PR\s*\[\s*(\d{1,4})\s*\])?", re.IGNORECASE)
CONDITIONS = {"OFFSET": "offset", "TOOL_OFFSET": "tool offset"}


@dataclass(frozen=True)
class Change:
    """What the options of a motion do to its destination.

    Attributes:
        shift: Added to X, Y, Z [mm] in the user frame. along_tool: [mm] in the tool.
        joints: Added to J1..J6 [deg]. step: INC: the point is added to where the robot stands.
        why: The reason why it is not known, "" where it is.
    """

    shift: tuple[float, float, float] | None = None
    along_tool: tuple[float, float, float] | None = None
    joints: tuple[float, ...] | None = None
    step: bool = False
    why: str = ""


def change_of(options: Sequence[str], state: State, points: Points) -> Change:
    """Return what options mean in a state; each kind once."""
    found = Change()
    for option in options:
        if option.upper() == "INC":
            if found.step:
                return Change(why="INC twice")
            found = Change(found.shift, found.along_tool, found.joints, True)
            continue
        match = _OPTION.fullmatch(option.strip())
        if match is None:
            return Change(why=f"motion option {option}")
        if found.shift or found.along_tool or found.joints:
            return Change(why="two offsets")
        held = _held(match, state)
        if held is None:
            return Change(why=f"motion option {option}")
        added = _added(held, match[1].upper() != "OFFSET", points)
        if added.why:
            return Change(why=f"motion option {option}: {added.why}")
        found = Change(added.shift, added.along_tool, added.joints, found.step)
    if found.step and (found.along_tool or found.joints):
        return Change(why="INC with an offset that is not in the frame")
    return found


def _held(match: re.Match[str], state: State) -> Held | None:
    """Return the position of `Offset,PR[n]`, or that of the condition as it still is."""
    if match[2] is not None:
        held = state.get(f"PR {int(match[2])}")
        return held if isinstance(held, tuple) else None
    condition = state.get(CONDITIONS[match[1].upper()])
    if not isinstance(condition, tuple):
        return None
    number, then, frame = condition
    active = state.get("uframe" if match[1].upper() == "OFFSET" else "utool")
    # What a register set since means for the condition is in no source: both must be the same.
    if state.get(f"PR {number}") != then or frame not in (None, active):
        return None
    return then if isinstance(then, tuple) else None


def _added(held: Held, tool: bool, points: Points) -> Change:
    values = [element(held, at, points) for at in range(1, 7)]
    known = tuple(v for v in values if v is not None)
    joints = is_joints(held, points)
    if len(known) < 6 or joints is None:
        return Change(why="not known here")
    if joints:
        return Change(why="joints along the tool") if tool else Change(joints=known)
    if any(known[3:]):
        return Change(why="it turns")
    x, y, z = known[:3]
    return Change(along_tool=(x, y, z)) if tool else Change(shift=(x, y, z))
