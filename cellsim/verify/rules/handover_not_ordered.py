"""Rule handover-not-ordered."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def handover_not_ordered(context: Context) -> Outcome:
    """A robot takes a part from another one, or from where it put it, and no signal orders the two.

    What: two groups grip and release one part, and the second deed may begin before the first is
        confirmed: a grip before the other one has let go there, or, from hand to hand, before the
        other one has the part; a release before the next one has it. In this run it came in the
        right order, by the times of its motions.
    Why: on the day that one robot is slower, the other closes on nothing, or the part falls.
    Limit: signals order each grip and release of a part after that of another group before it:
        after its confirmation, or after its command where the gripper confirms nothing.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    groups = [e.group for e in context.timeline.events if e.kind in ("grip", "release")]
    return told(context, "handover-not-ordered", len(groups) if len(set(groups)) > 1 else 0)
