"""Whose arm a text is written for: the controllers of a maker drive arms of that maker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from cellsim.controllers.brands import Brand
from cellsim.domain.cell import Cell
from cellsim.translate.losses import Loss

# Brand to whose arms its controllers drive, as robot files name it.
MAKERS: Mapping[str, str] = MappingProxyType(
    {
        "abb": "ABB",
        "fanuc": "FANUC",
        "hyundai": "HD Hyundai Robotics",
        "kuka": "KUKA",
        "ur": "Universal Robots",
        "yaskawa": "Yaskawa",
    }
)


def foreign_arm(cell: Cell, group: str, brand: Brand) -> Iterator[Loss]:
    """Yield that the arm is of another maker than the controllers that run the text.

    The arm's maker and controllers are those of its robot file (`maker`, `controller`).
    """
    robot = cell.groups[group].robot
    maker = MAKERS[brand.name]
    if robot.maker != maker:
        own = f", driven by {robot.controller}" if robot.controller else ""
        what = f"the text is for an arm of {robot.maker}: {robot.model}{own}"
        reason = f"{brand.title} runs on controllers of {maker}; of none is known that it"
        yield Loss("changed", 0, what, f"{reason} drives this arm; --retarget writes for another")


def type_assumed(given: Cell, cell: Cell, group: str) -> Iterator[Loss]:
    """Yield the type of a controller that no cell names: that of a copy, written for the text."""
    if cell is not given:
        kind = cell.groups[group].controller.type
        yield Loss("note", 0, f"controller {kind}", "assumed: the cell names none of this brand")
