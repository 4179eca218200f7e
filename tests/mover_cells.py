"""Gantries, and fixtures that devices move: a door that slides in their way, a cover that turns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from gantry_cells import GRIPPER, box, group, hand, seconds

from cellsim.domain.cell import Cell, Frame
from cellsim.domain.equipment import Fixture, FixtureJoint, Part
from cellsim.domain.feature import Feature
from cellsim.domain.wiring import Device, Signal
from cellsim.geometry import Piece, Pose, Solid

DOOR = FixtureJoint("prismatic", np.zeros(3), np.array([0.0, 1.0, 0.0]), 0.0, 1.5, 0.0)
DOOR_SOLID = Solid("door", (Piece("box", (0.04, 0.8, 0.8), name="panel"),))
WIRES = {
    "open": "group:hand", "shut": "group:hand", "opened": "device:opener", "go": "group:driver",
    "shut_told": "device:closer", "lift": "group:hand", "lifted": "device:lifter",
    "lower": "group:hand", "lowered": "device:lowerer",
}  # fmt: skip


def moves(name: str, start: str, done: str, target: str, goal: float, **more: Any) -> Device:
    """Return a device that moves a fixture in 1 s, between 0.5 and 2 s."""
    unit: Literal["m", "rad"] = "rad" if target == "cover" else "m"
    return replace(
        Device(name, start, done, seconds(1.0), "move", target=target, goal=goal, unit=unit), **more
    )


def cell_of(
    devices: Mapping[str, Device] | None = None,
    fixtures: Mapping[str, Fixture] | None = None,
    parts: Mapping[str, Part] | None = None,
    **more: Any,
) -> Cell:
    """Return a cell with two gantries and a door at x = 0.5 m across the way of the hand.

    The door slides along y; open, at 1.2 m, the hand passes it by 0.8 m.
    """
    opener = moves("opener", "open", "opened", "door", 1.2)
    made = Cell(
        name="moving", variant="v", path="",
        groups={"hand": group("hand", "jaw"), "driver": group("driver", "socket")},
        tools={"jaw": hand("jaw", GRIPPER), "socket": hand("socket")},
        parts=parts or {},
        fixtures=fixtures or {"door": door()},
        frames={},
        signals={n: Signal(n, source) for n, source in WIRES.items()}
        | {"close": Signal("close", "group:hand"), "closed": Signal("closed", "cell")}
        | {"opened_jaw": Signal("opened_jaw", "cell")},
        devices=devices or {"opener": opener},
        clearance_m=0.01, self_clearance_m=0.01,
    )  # fmt: skip
    jaw = replace(made.tools["jaw"], gripper=replace(GRIPPER, opened="opened_jaw"))
    return replace(made, tools={**made.tools, "jaw": jaw}, **more)


def door(y: float = 0.0, x: float = 0.5, start: float = 0.0) -> Fixture:
    """Return the door, shut at y [m]."""
    joint = replace(DOOR, start=start)
    return Fixture("door", DOOR_SOLID, "world", Pose.translation(x, y, 0.0), joint=joint)


def closer() -> Device:
    """Return the device that shuts the door."""
    return moves("closer", "shut", "shut_told", "door", 0.0)


def cover_cell(rest: str = "seat") -> Cell:
    """Return a cell with a cover that turns by 90 degrees about y, with a tray and a part on it.

    The hinge line goes through (1, 0, 0); shut, the cover lies along +x from there, and a part
    stands on its tray at (1.4, 0, 0.05). Turned by -90 degrees, it stands upright.
    """
    hinge = FixtureJoint(
        "revolute", np.zeros(3), np.array([0.0, 1.0, 0.0]), -math.pi / 2, 0.0, -math.pi / 2
    )
    plate = Solid("cover", (Piece("box", (0.5, 0.4, 0.02), Pose.translation(0.25, 0, -0.05)),))
    seat = Feature("seat", rest, (Pose.translation(0, 0, 0.05),))
    tray = box("tray", 0.1, 0.1, 0.02)
    grip = Feature("grip", "grip", (Pose.translation(0, 0, 0.05),))
    part = Part(
        "block", box("block", 0.04, 0.04, 0.06), 1.0, (0, 0, 0), np.eye(3) * 1e-3, "spot",
        Pose.translation(0, 0, 0.05), None, {"grip": grip}, ("grip",),
    )  # fmt: skip
    made = cell_of(
        {
            "lowerer": moves("lowerer", "lower", "lowered", "cover", 0.0),
            "lifter": moves("lifter", "lift", "lifted", "cover", -math.pi / 2),
        },
        {
            "cover": Fixture("cover", plate, "world", Pose.translation(1, 0, 0), joint=hinge),
            "tray": Fixture("tray", tray, "spot", Pose.identity(), {"seat": seat}),
        },
        {"block": part},
    )
    spot = Frame("spot", "fixture:cover", Pose.translation(0.4, 0, 0))
    return replace(made, frames={"spot": spot})
