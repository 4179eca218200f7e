"""The load in the hand, as GripLoad says it: where a gripper can hold one load only.

Which part a close signal takes follows from places, not from the text; so a load is written only
where every part and grip that the gripper can hold weighs the same about the TCP.
Source: RAPID instructions, GripLoad, and loaddata (recalled: the load of the hand is given in the
tool's frame, load0 is none; no page read).
"""

from __future__ import annotations

from cellsim.controllers.abb.digits import load_text
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.equipment import Gripper, Part, Tool
from cellsim.domain.feature import facing
from cellsim.domain.program import SetSignal
from cellsim.geometry import Pose

NONE = "load0"


def change_of(statement: SetSignal, cell: Cell, group: MotionGroup) -> bool | None:
    """Return whether an output takes (True) or leaves (False) a load; None for any other."""
    tool = cell.tools.get(group.tool.partition(".")[0])
    gripper = None if tool is None else tool.gripper
    if gripper is None or statement.at is not None:
        return None
    if statement.signal == gripper.close and statement.value is True:
        return True
    opens = statement.signal == (gripper.open or gripper.close)
    return False if opens and statement.value is bool(gripper.open) else None


def loads_of(cell: Cell, group: MotionGroup) -> dict[str, str]:
    """Return every loaddata that the group's gripper may hold, to the name of a part with it."""
    tool = cell.tools.get(group.tool.partition(".")[0])
    if tool is None or tool.gripper is None:
        return {}
    found: dict[str, str] = {}
    for part in cell.parts.values():
        if _fits(part, tool.gripper):
            for name in part.grip:
                for place in part.features[name].places:
                    found.setdefault(load_text(_seen(part, facing(place))), part.name)
    return found


def _fits(part: Part, gripper: Gripper) -> bool:
    light = gripper.capacity_kg is None or part.mass <= gripper.capacity_kg
    return light and part.mass > 0.0


def _seen(part: Part, part_T_tcp: Pose) -> Tool:
    """Return the mass data of a part in the TCP's frame, as those of a tool."""
    tcp_T_part = part_T_tcp.inverse()
    com = tuple(float(v) for v in tcp_T_part.R @ part.com + tcp_T_part.p)
    inertia = tcp_T_part.R @ part.inertia @ tcp_T_part.R.T
    return Tool(part.name, part.solid, part.mass, (com[0], com[1], com[2]), inertia, {})
