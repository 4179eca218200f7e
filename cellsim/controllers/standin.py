"""A minimal cell for text that is linted without its cell: six axes, and numbers kept as names.

Its pulses and position levels only make text readable; no place and no corner is looked at.
URScript names tools by their pose: every TCP that the text sets becomes a tool of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.controller import AxisMap, Controller, Port
from cellsim.domain.equipment import Tool
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.errors import BadInput
from cellsim.geometry import Pose, Solid
from cellsim.units import deg

GROUP = "robot"


@dataclass(frozen=True)
class _Numbers:
    """What a brand can number: axis names, and the largest tool, frame and signal number."""

    axes: tuple[str, ...]
    tools: int
    frames: int
    signals: int


# Sources: R-30iB operator's manual; HRScript manual 5.4, Hi6 operation manual; KSS 8.2 SI manual;
# DX100 manual 4.1; URScript manual (ports 0 to 17).
UNKNOWN_ROBOT = "unknown"
_TCP = re.compile(r"set_tcp\s*\(\s*p\s*\[([^\]]{1,300})\]\s*\)")
_BRANDS = {
    "abb": _Numbers(("J1", "J2", "J3", "J4", "J5", "J6"), 0, 0, 0),
    "fanuc": _Numbers(("J1", "J2", "J3", "J4", "J5", "J6"), 10, 9, 4096),
    "hyundai": _Numbers(("S", "H", "V", "R2", "B", "R1"), 31, 20, 9599),
    "kuka": _Numbers(("A1", "A2", "A3", "A4", "A5", "A6"), 16, 32, 4096),
    "ur": _Numbers(("base", "shoulder", "elbow", "wrist_1", "wrist_2", "wrist_3"), 0, 0, 17),
    "yaskawa": _Numbers(("S", "L", "U", "R", "B", "T"), 63, 63, 4096),
}


def stand_in(brand: str, program_number: int = 0, text: str = "") -> Cell:
    """Return a cell of one six-axis group whose tools, frames and signals are their numbers.

    Args:
        brand: Whose language. program_number: Of the main program, where the brand numbers them.
        text: What is to be read, for the TCPs that a script sets.

    Raises:
        BadInput: Text of this brand means nothing without its cell.
    """
    if brand not in _BRANDS:
        raise BadInput(f"{brand} text cannot be read without its cell", expected="--cell CELL")
    numbers = _BRANDS[brand]
    axes = tuple(AxisMap(name, "deg", deg) for name in numbers.axes)
    controller = controller_of(brand, axes, program_number)
    home = (0.0,) * len(numbers.axes)
    robot = _robot(numbers.axes)
    group = MotionGroup(GROUP, robot, "world", Pose.identity(), (), controller, "", home)
    tools = _tools_of(text) if brand == "ur" else {}
    return Cell("no cell", "", {GROUP: group}, tools, {}, {}, {}, {}, {}, 0.0, 0.0)


def _tools_of(text: str) -> dict[str, Tool]:
    """Return a tool for every TCP but the flange that set_tcp(p[..]) sets in a script."""
    found: dict[Sequence[float], Tool] = {}
    for match in _TCP.finditer(text):
        try:
            x, y, z, *turn = (float(part) for part in match[1].split(","))
            pose = Pose.from_rotvec((x, y, z), turn)
        except (ValueError, IndexError):
            continue
        key = (x, y, z, *turn)
        if any(key) and key not in found and len(found) < 100:
            name = f"tcp{len(found) + 1}"
            found[key] = Tool(name, Solid(name, ()), 1.0, (0.0, 0.0, 0.0), np.eye(3), {name: pose})
    return {tool.name: tool for tool in found.values()}


def controller_of(brand: str, axes: tuple[AxisMap, ...], program_number: int = 0) -> Controller:
    """Return a controller that has every number its brand can have, each under its number."""
    numbers = _BRANDS.get(brand, _Numbers((), 16, 16, 16))
    first = 0 if brand == "ur" else 1
    ports = range(first, numbers.signals + 1)
    signals = {f"{kind}{i}": Port(kind, i) for kind in ("do", "di") for i in ports}
    return Controller(
        brand,
        "",
        "",
        axes,
        tools={f"tool{i}": i for i in range(1, numbers.tools + 1)},
        frames={f"frame{i}": i for i in range(1, numbers.frames + 1)},
        signals=signals,
        program_number=program_number,
        pl_mm=tuple(float(level) for level in range(9)),
        pulses=(1000.0,) * len(axes),
    )


def _robot(axes: tuple[str, ...]) -> Robot:
    """Return an arm without shape and limits, for its axis names and their number alone."""
    joints = tuple(
        Joint(
            name,
            "revolute",
            Pose.identity(),
            np.array([0.0, 0.0, 1.0]),
            -np.inf,
            np.inf,
            None,
            None,
        )
        for name in axes
    )
    links = tuple(Link(f"link{i}", None) for i in range(len(axes) + 1))
    home = (0.0,) * len(axes)
    return Robot(UNKNOWN_ROBOT, "", "", "arm", joints, links, Pose.identity(), home)
