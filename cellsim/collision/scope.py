"""What the pairs of a timeline share, and one of them: what is to be tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from cellsim.collision.bending import Cuts
from cellsim.collision.clock import Clock
from cellsim.collision.items import Item, Tree
from cellsim.collision.pads import Far, Stretch, stands_off
from cellsim.collision.paths import Path
from cellsim.collision.spans import at_motions, within
from cellsim.collision.strays import ByFrame
from cellsim.collision.support import Shapes
from cellsim.collision.work import Pair
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array


@dataclass(frozen=True, eq=False)
class Scope:
    """All that the pairs of one timeline share.

    Attributes:
        shared: Spans by what they come from, one array for all pairs that are asked the same.
        cuts: Where pairs are cut, by what that comes from.
        seats: Bodies on moving fixtures, on the path of another one, by body and path.
    """

    timeline: Timeline
    shapes: Shapes
    items: tuple[Item, ...]
    trees: Mapping[str, Tree]
    paths: Mapping[str, Path]
    clock: Clock
    stretches: Mapping[str, Sequence[Stretch]]
    far: dict[int, Far]
    starts: tuple[tuple[str, float, Array], ...]
    strays: Mapping[str, ByFrame]
    shared: dict[tuple[object, ...], Array] = field(default_factory=dict)
    cuts: dict[tuple[object, ...], Cuts] = field(default_factory=dict)
    seats: dict[tuple[int, str], Item] = field(default_factory=dict)

    @cached_property
    def stands_off(self) -> bool:
        """Whether any frame may stand elsewhere than where it is said to be."""
        return any(stands_off(frame) for frame in self.timeline.job.cell.frames.values())


@dataclass(frozen=True, eq=False)
class Job:
    """One pair to test: spans on one path, or boxes on two."""

    a: Item
    b: Item
    pair: Pair
    groups: tuple[str, ...]
    boxes: Array | None
    asked: Array
    firsts: Array

    @property
    def spans(self) -> Array:
        """All spans of a path, cut where motions begin; those of boxes as they are."""
        return self.asked if self.boxes is not None else at_motions(self.asked, self.firsts)

    def spans_in(self, low: float, high: float) -> Array:
        """Return the spans that begin in [low, high), which are knots where motions begin."""
        first, last = np.searchsorted(self.firsts, (low, high))
        return at_motions(within(self.asked, low, high), self.firsts[first:last])
