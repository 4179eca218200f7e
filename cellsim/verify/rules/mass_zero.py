"""Rule mass-zero."""

from __future__ import annotations

import math

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def mass_zero(context: Context) -> Outcome:
    """A tool on a flange or a part in a gripper weighs nothing.

    What: the mass of a mounted tool or of a held part is zero, negative or not a number.
    Why: payload and wrist load would pass without having been looked at.
    Limit: mass > 0.
    Source: design rule of cellsim.
    """
    used = {
        load.tool.name: load.tool.mass
        for g in context.tracks
        for load in context.loads[g]
        if load.tool
    }
    used |= {
        p.name: p.mass for g in context.tracks for load in context.loads[g] for p, _ in load.parts
    }
    found = [
        Finding("mass-zero", Severity.ERROR, name, mass, 0.0, "kg", help="give-figure")
        for name, mass in used.items()
        if not (math.isfinite(mass) and mass > 0.0)
    ]
    return outcome(len(used), found)
