"""Rule part-dropped."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def part_dropped(context: Context) -> Outcome:
    """A gripper opened, and nothing took the part over.

    What: no hook, pocket or surface lay within tolerance of the part that was let go.
    Why: the part falls.
    Limit: a support feature within the tolerance of the cell at the moment of opening.
    Source: design rule of cellsim.
    """
    return told(context, "part-dropped", len(context.cell.parts))
