"""Rule wrist-inertia-exceeded."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.wrist import wrist_findings


def wrist_inertia_exceeded(context: Context) -> Outcome:
    """A wrist axis has to turn more inertia than allowed.

    What: inertia of tool and held parts about a wrist axis passes its limit.
    Why: overload alarm, worn wrist gears, a wrist that cannot hold or stop its load.
    Limit: the inertia limit of the axis in `robot.yaml`; none given for one of the last
        three axes of an arm of six and more: not checked.
    Source: the maker's load diagram; Hyundai HS210 manual 3.6.1 and 3.6.2.
    """
    found = [f for g in context.tracks for f in wrist_findings(context, g, "inertia", "kg m2")]
    axes = sum(len(context.cell.groups[g].robot.wrist_limits) for g in context.tracks)
    return outcome(axes or len(context.tracks), found)
