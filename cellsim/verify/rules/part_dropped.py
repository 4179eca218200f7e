"""Rule part-dropped."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def part_dropped(context: Context) -> Outcome:
    """A gripper opened, and nothing took the part over.

    What: no hook, pocket or surface lay within tolerance of the part that was let go, or its centre
        of mass is not above what it lies on.
    Why: the part falls, or tips over.
    Limit: a hook, pocket or seat within 15 mm of the part's own seat, their axes opposed within 45
        deg (of a part without a seat: of any of its features); or a surface within 5 mm under it,
        the centre of mass at most 1 mm beside what all that lies under it spans, seen from above
        as boxes along its own heading and those of the bodies under it.
    Source: design rule of cellsim.
    """
    return told(context, "part-dropped", len(context.cell.parts))
