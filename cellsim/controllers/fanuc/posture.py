"""CONFIG of joint values, for the writer: 'N U T, 0, 0, 0'.

N: J5 < 0, else F; U: the elbow lies above the line from axis 2 to the wrist, else D; T: the wrist
lies in front of axis 1, else B; then the turns of J1, J4, J6, floor((q + 180) / 360).
Source: 16 joint and pose pairs of 16 robots for N, F and the turns; U, D, T and B away from the
usual posture are assumed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from cellsim.controllers.fanuc.digits import axis_numbers
from cellsim.domain.controller import AxisMap
from cellsim.errors import Refused
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.naming import branch_name, has_turning_forearm

SHAPE = re.compile(r"[NF] [UD] [TB], -?\d, -?\d, -?\d")


def config_of(chain: Chain, axes: tuple[AxisMap, ...], q: Sequence[float], line: int) -> str:
    """Return the CONFIG of joint values [rad | m]; Refused for an arm that is not of six axes."""
    branch = branch_name(chain, np.array(q))
    if not branch:
        raise Refused("fanuc", "CONFIG of an arm that has not six axes", line=line)
    if not has_turning_forearm(chain):
        raise Refused("fanuc", "CONFIG of an arm whose axis 4 does not turn its forearm", line=line)
    side, elbow, _ = branch.split("/")
    shown = axis_numbers(axes, q)
    turns = [math.floor((shown[i] + 180.0) / 360.0) for i in (0, 3, 5)]
    letters = (
        "N" if shown[4] < 0.0 else "F",
        "U" if elbow == "up" else "D",
        "T" if side == "front" else "B",
    )
    return f"{' '.join(letters)}, {', '.join(str(turn) for turn in turns)}"
