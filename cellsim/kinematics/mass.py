"""A rigid body on the flange, and gravity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.geometry import Array, Pose

GRAVITY = 9.80665


@dataclass(frozen=True, eq=False)
class Mass:
    """A rigid body on the flange.

    Attributes:
        mass: [kg]. com: [m] in the flange frame, shape (3,).
        inertia: About the com, along the flange axes, shape (3, 3) [kg m2].
    """

    mass: float
    com: Array
    inertia: Array

    def seen_from(self, flange_T_body: Pose) -> Mass:
        """Return this body, given in a body frame, in the flange frame."""
        R = flange_T_body.R
        return Mass(self.mass, flange_T_body @ np.asarray(self.com), R @ self.inertia @ R.T)
