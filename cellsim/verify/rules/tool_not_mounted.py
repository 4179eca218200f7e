"""Rule tool-not-mounted."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def tool_not_mounted(context: Context) -> Outcome:
    """A move leads the TCP of a tool that the group does not carry.

    What: the tool of a move is another one than the group's.
    Why: the TCP that is led is not there; the arm goes elsewhere with what it carries.
    Limit: every move names the mounted tool, or none.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    return told(context, "tool-not-mounted", len(context.timeline.job.programs))
