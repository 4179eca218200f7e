"""Rule shape-understated."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.kinematics.bodies import bodies_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.shapes import mesh_reaches

_ROUNDING_M = 1e-5


def shape_understated(context: Context) -> Outcome:
    """A mesh lies farther outside its convex pieces than its solid says.

    What: a corner of the mesh is outside all pieces by more than the solid's deviation.
    Why: clearances are certified for the pieces and padded by the deviation; what lies beyond
    it is not covered by any of them.
    Limit: the deviation of the solid, as given in its file or measured when it was read.
    Source: the distance to a convex piece is a convex function: on a triangle greatest at a corner.
    """
    bodies = [body for body in bodies_of(context.cell) if len(body.solid.faces)]
    return outcome(len(bodies), _findings(context))


def _findings(context: Context) -> Iterator[Finding]:
    for body in bodies_of(context.cell):
        solid = body.solid
        if not len(solid.faces):
            continue
        outside = mesh_reaches(solid)
        if outside > solid.deviation_m + _ROUNDING_M:
            yield Finding(
                "shape-understated", Severity.UNDECIDED, body.name, 1e3 * outside,
                1e3 * solid.deviation_m, "mm", help="give-deviation",
            )  # fmt: skip
