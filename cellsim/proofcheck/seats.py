"""Bodies on fixtures that carry one another: on which course a pair of them is proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.geometry import Array
from cellsim.proofcheck.bodies import Hung, Links
from cellsim.proofcheck.course import Course
from cellsim.proofcheck.fixtures import SEEN, carriers, moving, shared_by
from cellsim.proofcheck.offset import Distances, distances_of
from cellsim.proofcheck.shapes import Pieces

_NONE = np.zeros(0)


@dataclass(eq=False)
class Seats:
    """Bodies on the courses of other fixtures, made as pairs ask for them.

    Attributes:
        made: By body and course. of: Body of each that was made, by its identity.
    """

    cell: Cell
    links: Mapping[str, Links]
    made: dict[tuple[int, str], Hung] = field(default_factory=dict)
    of: dict[int, Hung] = field(default_factory=dict)

    def pair(self, a: Hung, b: Hung) -> tuple[Hung, Hung]:
        """Return both on one course where one is under the other, or as seen from what is."""
        ride = moving(self.cell)
        if a.group == b.group or a.group not in ride or b.group not in ride:
            return a, b
        shared = shared_by(carriers(self.cell, a.group), carriers(self.cell, b.group))
        if shared in (a.group, b.group):
            course = b.group if shared == a.group else a.group
            return self._on(a, course), self._on(b, course)
        if not shared:
            return a, b
        return self._on(a, a.group + SEEN + shared), self._on(b, b.group + SEEN + shared)

    def _on(self, h: Hung, course: str) -> Hung:
        if h.group == course:
            return h
        if (id(h), course) not in self.made:
            link = self.links[course].names.index(self.links[h.group].names[h.link])
            one = replace(h, group=course, link=link)
            self.made[id(h), course], self.of[id(one)] = one, h
        return self.made[id(h), course]

    def far(
        self, hung: Sequence[Hung], courses: Mapping[str, Course], s: Pieces
    ) -> tuple[tuple[str, ...], dict[int, Distances]]:
        """Return what `distances_of` does of all bodies, by identity; as seen from a fixture the
        farthest that they ever are."""
        every = [*hung, *self.made.values()]
        names, found = distances_of(self.cell, every, courses, s)
        far = {id(h): one for h, one in zip(every, found, strict=True)}
        for (_, course), h in self.made.items():
            if SEEN in course:
                far[id(h)] = _farthest(far[id(self.of[id(h)])])
        return names, far


def _farthest(one: Distances) -> Distances:
    most: Array = one.rows.max(axis=1, keepdims=True) + one.steps.max(initial=0.0)
    return Distances(most, _NONE, one.radius)
