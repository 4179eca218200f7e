"""Where requirements and allowances of a pair may change: ranges of knots, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cellsim.domain.cell import Frame
from cellsim.geometry import Array
from cellsim.proofcheck.bodies import Hung, Links
from cellsim.proofcheck.needs import Needs
from cellsim.proofcheck.offset import Distances, Stages
from cellsim.proofcheck.together import Span, Together


@dataclass(frozen=True, eq=False)
class Scene:
    """What the duties of all pairs share, and what was worked out for a key."""

    frames: Sequence[tuple[str, Frame]]
    clock: Together
    links: Mapping[str, Links]
    stages: Mapping[str, Stages]
    far: Mapping[int, Distances]
    turning: tuple[str, ...]
    margins: Sequence[float]
    known: dict[tuple[object, ...], Any]

    def once(self, key: tuple[object, ...], work: Callable[[], Any]) -> Any:
        """Return what `work` gives, done once for a key."""
        if key not in self.known:
            self.known[key] = work()
        return self.known[key]


@dataclass(frozen=True, eq=False)
class Grid:
    """Ranges of knots of a group in which requirement and pad are the same.

    Attributes:
        knots: From, to of each, shape (n, 2). middles: shape (n,). times: Of these [s].
        parts: Measured frame to how far the arm follows it, see `Stages`.
    """

    knots: Array
    middles: Array
    times: Array
    parts: Mapping[str, Array]


def grid_of(scene: Scene, needs: Needs, group: str, span: Span) -> Grid:
    """Return the ranges that requirements, and frames that an arm follows, cut a span into."""

    def work() -> Grid:
        cuts = {*span, *scene.stages[group].first.tolist()}
        for t in needs.changes:
            cuts |= set(spread_of(scene, group, t))
        inside = sorted(u for u in cuts if span[0] <= u <= span[1])
        edges = np.array(inside if len(inside) > 1 else [span[0], span[0]])
        middles = (edges[:-1] + edges[1:]) / 2
        track, stages = scene.clock.tracks[group], scene.stages[group]
        times = np.interp(middles, np.arange(len(track.t), dtype=np.float64), track.t)
        parts = {name: stages.part(name, middles) for name in stages.follows}
        return Grid(np.stack([edges[:-1], edges[1:]], axis=1), middles, times, parts)

    made: Grid = scene.once(("grid", group, span, needs.changes), work)
    return made


def picked(grids: Sequence[tuple[Grid, Array]]) -> Grid:
    """Return ranges of several grids, one after the other; which: their numbers."""
    return Grid(
        np.concatenate([grid.knots[which] for grid, which in grids]),
        np.concatenate([grid.middles[which] for grid, which in grids]),
        np.concatenate([grid.times[which] for grid, which in grids]),
        {
            name: np.concatenate([grid.parts[name][which] for grid, which in grids])
            for name in grids[0][0].parts
        },
    )


def spread_of(scene: Scene, group: str, t: float) -> Span:
    """Return between which knots of a group what happens at nominal t [s] may fall."""
    made: Span = scene.once(("spread", group, t), lambda: scene.clock.spread(group, t))
    return made


def far_of(scene: Scene, h: Hung, grid: Grid) -> Array:
    """Return how far a body is from each frame that may turn over a grid [m], (frames, n)."""
    made: Array = scene.once(("far", id(h), id(grid)), lambda: scene.far[id(h)].over(grid.knots))
    return made
