"""Pace: how long what groups on one clock do may take, as facts of a run; what follows is others'.

Nothing here says what may be at once. The search (`collision.apart`) and the checker of proofs
(`proofcheck.onclock`) each work that out from these facts by code of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.geometry import Array

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
# No instant: a group that never leaves.
NEVER = -1


@dataclass(frozen=True, eq=False)
class Stays:
    """Where a group is between two instants, in order; together all of its track.

    Attributes:
        knots: First and last knot of the track, shape (n, 2); the same where it may stand there.
        stands: Whether it stands there, shape (n,).
        after, before: The instants that its times count from, shape (n,); before: NEVER where it
            does not leave.
        least: It is there no sooner than this after `after` [s], shape (cases, n).
        most: It is gone no later than this after `before` [s], shape (cases, n).
    """

    knots: Ints
    stands: Flags
    after: Ints
    before: Ints
    least: Array
    most: Array


@dataclass(frozen=True, eq=False)
class Pace:
    """When the instants of a run come, by what they follow.

    Instant 0 is the start; each other follows instants of smaller number only. Cases are stretches
    of the override range: all bounds hold within any one of them.

    Attributes:
        count: Number of instants. follows: (instant, one it follows), by instant, shape (e, 2).
        least: In every timing an instant comes no sooner than this after each that it follows [s],
            -inf where that is not known, shape (cases, e).
        most: It comes no later than this after the last of those it follows [s]: the largest of
            (time of the one + most); -inf where the one does not delay it, inf where nothing
            bounds it, shape (cases, e).
        stays: Of every group on the clock.
        sights: (instant at which a wait ends, instant at which what it waits for is over), shape
            (k, 2): `most` of the first holds only if it comes before the second in every timing.
        places: Where in the programs the waits of `sights` are.
        unknown: Where in the programs nothing bounds a time, and why.
    """

    count: int
    follows: Ints
    least: Array
    most: Array
    stays: Mapping[str, Stays]
    sights: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    places: Mapping[int, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    def widened(self, knots: Callable[[str, Ints], Ints]) -> Pace:
        """Return the same pace on tracks with other knots.

        Args:
            knots: Gives the new knots of a group's stays, shape (n, 2).
        """
        stays = {
            group: replace(one, knots=knots(group, one.knots)) for group, one in self.stays.items()
        }
        return replace(self, stays=stays)
