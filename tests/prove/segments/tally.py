"""What the certified test and dense sampling say of many segments, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from peers import pinocchio_batch
from worlds import run_of, samples, world

from cellsim.collision.check import check_timeline
from cellsim.collision.result import RANK
from cellsim.collision.work import Limits

THINGS, PER_CELL, DENSE = 10, 100, 0.25
STEPS = (5.0, 2.0, 1.0, 0.5)
# Cut down to 0.5 mm; nothing but the verdict is asked.
AT_HALF_A_MM = Limits(detail=-np.inf, least_travel=5e-4)


@dataclass
class Tally:
    """Counts over segments.

    Attributes:
        status: Verdict to number of segments.
        contradicted: FREE segments that a dense sample hits; denied: segments that it hits and
            that are not called collisions.
        collisions: Segments certainly in collision. missed: step [deg] to how many of them
            sampling at that step does not see.
    """

    segments: int = 0
    status: dict[str, int] = field(default_factory=dict)
    contradicted: int = 0
    collisions: int = 0
    missed: dict[float, int] = field(default_factory=dict)
    denied: int = 0


def tally(segments: int, seed: int) -> Tally:
    """Return the counts over so many segments of random cells, PER_CELL each.

    The second kernel is coal on triangle meshes of everything, FK by pinocchio.
    """
    found = Tally(missed=dict.fromkeys(STEPS, 0))
    for number in range(-(-segments // PER_CELL)):
        rng = np.random.default_rng((seed, number))
        line, lines = run_of(world(rng, THINGS, 0.0005), rng, PER_CELL)
        worst = np.zeros(PER_CELL, dtype=np.int64)
        for v in check_timeline(line, limits=AT_HALF_A_MM).violations:
            if v.motion is not None:
                worst[v.motion.line - 1] = max(worst[v.motion.line - 1], RANK[v.status])
        hit, _ = pinocchio_batch(line, 2)
        counts = {step: _hits(hit, lines, step) for step in (*STEPS, DENSE)}
        certain = (worst == RANK["collision"]) | counts[DENSE]
        found.segments += PER_CELL
        for name, rank in RANK.items():
            found.status[name] = found.status.get(name, 0) + int((worst == rank).sum())
        found.contradicted += int((counts[DENSE] & (worst == 0)).sum())
        found.denied += int((counts[DENSE] & (worst < RANK["collision"])).sum())
        found.collisions += int(certain.sum())
        for step in STEPS:
            found.missed[step] += int((certain & ~counts[step]).sum())
    return found


def _hits(hit, lines, step: float):  # type: ignore[no-untyped-def]
    """Return whether any sample of each segment is in collision, shape (n,)."""
    rows = [samples(line, step) for line in lines]
    hits = hit(np.concatenate(rows)).astype(bool)
    ends = np.cumsum([0] + [len(r) for r in rows])
    return np.array([hits[a:b].any() for a, b in pairwise(ends)])
