"""CONFIG of joint values, for the writer: 'N U T, 0, 0, 0'.

N: J5 < 0, else F; D: the wrist lies past the line through axes 2 and 3, else U, on whichever side
of axis 1; T: the wrist lies in front of axis 1, else B; then the turns of J1, J4, J6: 0 between
-180 and 180 deg, both left out, 1 from 180, -1 from -180 on.
Source: 16 joint and pose pairs of 16 robots for N, F and the turns; all letters and turns of 16
joint sets of an M-20iD/25, as the maker's simulator gave them (LeroyDu56/CrossArm, CFGPROBE).
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
    turns = [_turn(shown[i]) for i in (0, 3, 5)]
    letters = (
        "N" if shown[4] < 0.0 else "F",
        # An elbow that is up in front is past the line from behind: CONFIG looks at the arm's side.
        "U" if (elbow == "up") == (side == "front") else "D",
        "T" if side == "front" else "B",
    )
    return f"{' '.join(letters)}, {', '.join(str(turn) for turn in turns)}"


def _turn(shown: float) -> int:
    return int(math.copysign(math.floor((abs(shown) + 180.0) / 360.0), shown))
