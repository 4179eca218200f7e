"""Motions of a GP180, and the INFORM text of statements."""

from __future__ import annotations

from dataclasses import replace

from controllers_support import cell_of, with_controller
from round_trips import there_and_back

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Speed, Statement, Target
from cellsim.units import deg

YASKAWA = BRANDS["yaskawa"]
HOME = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)


def relative_cell() -> Cell:
    """Return the test cell without pulses: jobs are relative ones."""
    return with_controller(cell_of("yaskawa"), pulses=())


def q_of(*degrees: float) -> tuple[float, ...]:
    """Return joint values [rad]."""
    return tuple(v * deg for v in degrees)


def move(kind: str, target: Target, **changes: object) -> Move:
    """Return a motion of the gripper in the frame of the body."""
    speed = Speed(50.0, "%") if kind == "joint" else Speed(100.0, "mm/s")
    made = Move(kind=kind, to=target, speed=speed, tool="gripper", frame="body")  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]


def text_of(cell: Cell, *body: Statement) -> str:
    """Return the main job of a program; what is read is what was quantised."""
    files, _, result = there_and_back("yaskawa", cell, *body)
    assert result.coverage.ratio == 1.0
    return next(iter(files.values())).decode("cp932").replace("\r\n", "\n")
