"""Rule wrist-torque-exceeded."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.wrist import wrist_findings


def wrist_torque_exceeded(context: Context) -> Outcome:
    """A wrist axis carries more static torque than allowed.

    What: weight of tool and part times lever arm, and the torque of a running process without
        reaction arm, pass the limit of a wrist axis.
    Why: overload alarm, worn wrist gears, a wrist that cannot hold or stop its load.
    Limit: the torque limit of the axis in `robot.yaml`; none given for one of the last
        three axes of an arm of six and more: not checked.
    Source: the maker's load diagram; Hyundai HS210 manual 3.6.1 and 3.6.2.
    """
    found = [f for g in context.tracks for f in wrist_findings(context, g, "torque", "N m")]
    axes = sum(len(context.cell.groups[g].robot.wrist_limits) for g in context.tracks)
    return outcome(axes or len(context.tracks), found)
