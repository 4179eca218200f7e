"""Configuration data cf1, cf4, cf6, cfx of joints, for the writer; the reader has its own.

Source: RAPID instructions, functions and data types 3HAC050917, confdata: the quadrant of axes 1,
4 and 6, and cfx of a serial arm by its three singularities.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.controllers.abb.digits import axis_numbers
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.errors import Refused
from cellsim.geometry import Array


def conf_text(q: Array, cell: Cell, group: MotionGroup, line: int) -> str:
    """Return "cf1 cf4 cf6 cfx" of joint values [rad | m].

    Raises:
        Refused: The arm is of no kind that cfx is known for.
    """
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.naming import branch_name

    degrees = axis_numbers(group.controller.axes, [float(v) for v in q])
    name = branch_name(chain_of(cell, group.name), np.asarray(q, dtype=np.float64))
    if not name:
        raise Refused("abb", "configuration of an arm that has not six axes", line=line)
    shoulder, elbow, _ = name.split("/")
    behind, up = shoulder == "back", elbow == "up"
    # An elbow that is up in front is down from behind: cfx looks at the arm's own side.
    below = up == behind
    cfx = (degrees[4] < 0.0) + 2 * below + 4 * behind
    quadrants = [math.floor(degrees[axis] / 90.0) for axis in (0, 3, 5)]
    return " ".join(str(v) for v in (*quadrants, cfx))
