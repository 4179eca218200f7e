"""A minimal cell for text that is linted without its cell: six axes, and numbers kept as names.

Its pulses and position levels only make text readable; no place and no corner is looked at.

URScript names tools by their pose and blends are judged by places, so it needs the real cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.controller import AxisMap, Controller, Port
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.errors import BadInput
from cellsim.geometry import Pose
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
# DX100 manual 4.1.
_BRANDS = {
    "abb": _Numbers(("J1", "J2", "J3", "J4", "J5", "J6"), 0, 0, 0),
    "fanuc": _Numbers(("J1", "J2", "J3", "J4", "J5", "J6"), 10, 9, 4096),
    "hyundai": _Numbers(("S", "H", "V", "R2", "B", "R1"), 31, 20, 9599),
    "kuka": _Numbers(("A1", "A2", "A3", "A4", "A5", "A6"), 16, 32, 4096),
    "yaskawa": _Numbers(("S", "L", "U", "R", "B", "T"), 63, 63, 4096),
}


def stand_in(brand: str, program_number: int = 0) -> Cell:
    """Return a cell of one six-axis group whose tools, frames and signals are their numbers.

    Args:
        brand: Whose language. program_number: Of the main program, where the brand numbers them.

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
    return Cell("no cell", "", {GROUP: group}, {}, {}, {}, {}, {}, {}, 0.0, 0.0)


def controller_of(brand: str, axes: tuple[AxisMap, ...], program_number: int = 0) -> Controller:
    """Return a controller that has every number its brand can have, each under its number."""
    numbers = _BRANDS.get(brand, _Numbers((), 16, 16, 16))
    signals = {
        f"{kind}{i}": Port(kind, i) for kind in ("do", "di") for i in range(1, numbers.signals + 1)
    }
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
    return Robot("unknown", "", "", "arm", joints, links, Pose.identity(), home)
