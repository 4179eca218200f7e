"""Rule physics-tracking."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def physics_tracking(context: Context) -> Outcome:
    """The motors of the replay do not follow the planned motion.

    What: a joint lags behind its planned value by more than the limit.
    Why: the plan asks for more than motors give, or the model of the load is wrong.
    Limit: 20 mrad or 10 mm, see `cellsim/physics/replay.py`.
        No value at it: what a replay shows is not repeatable to the last digit elsewhere.
    Source: replay in PyBullet; it is the physics and the camera, never the judge: a warning.
    """
    return told(context, "physics-tracking", len(context.tracks) if context.physics else 0)
