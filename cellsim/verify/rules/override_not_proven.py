"""Rule override-not-proven."""

from __future__ import annotations

from cellsim.domain.report import Finding
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome


def override_not_proven(context: Context) -> Outcome:
    """A program may run at overrides other than the one it was proven at.

    What: a controller's override range is not 100 to 100 %, and the job was not run at the ends of
        the range, or its path depends on the speed and no tube holds it.
    Why: waits with a timeout, and the order in which robots meet, depend on the speed; the path of
        a corner where motions overlap in time does too.
    Limit: 100 to 100 %, or a range whose ends were run: then what goes wrong there is found, and
        what is certified of the path holds at all of them.
    Source: design rule of cellsim; see `cellsim.simulate.override`.
    """
    found: list[Finding] = []
    for name, group in context.cell.groups.items():
        low, high = group.controller.override
        proven = context.timeline.overrides.get(name) == (low, high)
        if (low, high) != (100.0, 100.0) and not proven:
            figure = f"behaviour at overrides {low:g} to {high:g} %"
            found.append(figure_missing("override-not-proven", name, figure))
    return outcome(len(context.cell.groups), found)
