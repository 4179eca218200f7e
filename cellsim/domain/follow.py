"""How an arm follows a frame that is measured at run time, interval by interval of its track."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cellsim.domain.pace import Ints
from cellsim.geometry import Array

# STILL: not at all. RIGID: its flange is moved with the frame as a whole. MIXED: its joints change
# by a mean of what they change at places that are moved so. SAMPLED: otherwise.
STILL, RIGID, MIXED, SAMPLED = 0, 1, 2, 3
ENDS = 3


@dataclass(frozen=True, eq=False)
class Follow:
    """How each of m intervals between knots follows one frame.

    Attributes:
        how: STILL, RIGID, MIXED or SAMPLED, shape (m,).
        places: Joint values of places that are moved with the frame, shape (p, dof) [rad | m].
        ends: Of MIXED: places that count, -1 for none, shape (m, ENDS).
        low, high: Of MIXED: the least and the most share of each of them, shape (m, ENDS).
    """

    how: Ints
    places: Array
    ends: Ints
    low: Array
    high: Array

    @staticmethod
    def still(m: int, dof: int) -> Follow:
        """Return that of m intervals which do not follow."""
        none = np.full((m, ENDS), -1, dtype=np.int64)
        zero = np.zeros((m, ENDS))
        return Follow(np.zeros(m, dtype=np.int64), np.zeros((0, dof)), none, zero, zero.copy())

    def at(self, intervals: Ints) -> Follow:
        """Return that of other intervals, each as one of these."""
        return replace(self, how=self.how[intervals], ends=self.ends[intervals],
                       low=self.low[intervals], high=self.high[intervals])  # fmt: skip

    def then(self, first: int, part: Follow) -> Follow:
        """Write other intervals into these from the first on; return them with all places."""
        rows = slice(first, first + len(part.how))
        for mine, theirs in ((self.how, part.how), (self.low, part.low), (self.high, part.high)):
            mine[rows] = theirs
        known = part.ends >= 0
        self.ends[rows] = np.where(known, part.ends + len(self.places), -1)
        return replace(self, places=np.concatenate([self.places, part.places]))
