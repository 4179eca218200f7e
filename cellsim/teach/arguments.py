"""Arguments of task steps, and what a tool without signals needs."""

from __future__ import annotations

import math

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Tool
from cellsim.domain.ports import can_be, width_of
from cellsim.domain.program import Delay, Expr, Statement, signal_is
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


def signal_value(cell: Cell, step: Step) -> bool | float:
    """Return what a step sets a signal to, or waits for; BadInput for what it cannot be."""
    name, value = signal_name(cell, step), step.args.get("to", True)
    width = width_of(cell, name)
    found = value if isinstance(value, bool) else float(str(value))
    if not can_be(found, width):
        expected = f"a whole number from 0 to {2**width - 1}" if width else "true or false"
        raise BadInput(f"signal '{name}' to {found:g}", expected=expected)
    return found


def awaited(cell: Cell, step: Step) -> Expr:
    """Return the condition that a step waits for."""
    name, value = signal_name(cell, step), signal_value(cell, step)
    if isinstance(value, bool):
        return signal_is(name, value)
    return Expr("==", (Expr("signal", name=name), Expr("const", value=value)))


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
