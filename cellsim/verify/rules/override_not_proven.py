"""Rule override-not-proven."""

from __future__ import annotations

from cellsim.domain.report import Finding
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome


def override_not_proven(context: Context) -> Outcome:
    """A program may run at overrides other than the one it was proven at.

    What: a controller's override range is not 100 to 100 %.
    Why: waits with a timeout, and the order in which robots meet, depend on the speed; the path of
        a corner may too.
    Limit: 100 to 100 %, which is what the timeline was made at.
    Source: design rule of cellsim.
    """
    found: list[Finding] = []
    for name, group in context.cell.groups.items():
        low, high = group.controller.override
        if (low, high) != (100.0, 100.0):
            figure = f"behaviour at overrides {low:g} to {high:g} %"
            found.append(figure_missing("override-not-proven", name, figure))
    return outcome(len(context.cell.groups), found)
