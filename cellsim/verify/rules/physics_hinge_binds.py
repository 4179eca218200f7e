"""Rule physics-hinge-binds."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def physics_hinge_binds(context: Context) -> Outcome:
    """A hinge carries more force than the part's weight explains.

    What: the force in a hinge passes a multiple of the part's weight.
    Why: the robot pulls against a hinge or a fastener.
    Limit: five times the weight, see `cellsim/physics/replay.py`.
        No value at it: what a replay shows is not repeatable to the last digit elsewhere.
    Source: replay in PyBullet; it is the physics and the camera, never the judge: a warning.
    """
    return told(context, "physics-hinge-binds", len(context.tracks) if context.physics else 0)
