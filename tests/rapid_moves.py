"""Motions of an IRB 6700 in RAPID, and the module text of statements."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from brandkit import KITS
from controllers_support import cell_of
from round_trips import there_and_back

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Program, Speed, Statement, Target, Zone
from cellsim.geometry import Pose, rotation_axis

KIT = KITS["abb"]
ABB = BRANDS["abb"]


def written(*body: Statement, cell: Cell | None = None) -> tuple[str, Program]:
    """Return the module text of statements, and the quantised program, which must come back."""
    files, quantised, result = there_and_back("abb", cell or cell_of("abb"), *body)
    assert result.coverage.ratio == 1.0
    return next(iter(files.values())).decode("utf-8-sig"), quantised


def line(x: float, **changes: object) -> Move:
    """Return a line of the gripper through a corner of 10 mm, 300 mm beside the pallet."""
    made = Move(
        kind="linear",
        to=Target(pose=Pose(rotation_axis([0, 1, 0], math.pi), np.array([x, 0.3, 0.1]))),
        speed=Speed(100.0, "mm/s"),
        tool="gripper",
        frame="pallet",
        zone=Zone("distance", 10.0, "mm"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]
