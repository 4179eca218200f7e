"""Rule physics-contact."""

from __future__ import annotations

from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, told


def physics_contact(context: Context) -> Outcome:
    """Two bodies touch in the replay that should not.

    What: contact points deeper than the limit between bodies that no pair rule lets touch.
    Why: a second way to see a collision; its shapes are the same convex pieces.
    Limit: 3 mm deep, see `cellsim/physics/contacts.py`.
        No value at it: what a replay shows is not repeatable to the last digit elsewhere.
    Source: replay in PyBullet; it is the physics and the camera, never the judge: a warning.
    """
    return told(context, "physics-contact", len(context.tracks) if context.physics else 0)
