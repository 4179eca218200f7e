"""Arguments of task steps, and what a tool without signals needs."""

from __future__ import annotations

import math

from cellsim.domain.cell import Cell, Tool
from cellsim.domain.program import Delay, Statement
from cellsim.domain.task import Step
from cellsim.errors import BadInput, UnknownName


def unconfirmed(tool: Tool, *, closing: bool) -> tuple[Statement, ...]:
    """Return the pause that a gripper without a confirming signal needs [its longest time]."""
    gripper = tool.gripper
    if gripper is None or (gripper.closed if closing else gripper.opened):
        return ()
    return (Delay(gripper.time.max),)


def signal_name(cell: Cell, step: Step) -> str:
    """Return the signal that a step names; UnknownName where there is none."""
    name = text(step, "signal")
    if name not in cell.signals:
        raise UnknownName("signal", name, cell.signals)
    return name


def text(step: Step, key: str) -> str:
    """Return an argument as text, "" where it is not given."""
    return str(step.args.get(key) or "")


def number(step: Step, key: str, default: float) -> float:
    """Return an argument as a number in the unit of its key; BadInput where it is not finite."""
    value = step.args.get(key)
    found = default if value is None else float(str(value))
    if not math.isfinite(found):
        raise BadInput(f"{key} is not a number")
    return found
