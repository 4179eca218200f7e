"""A random world of the proof of segments, for tests of what is told of its collisions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cellsim.domain.timeline import Timeline


def random_line(patch: pytest.MonkeyPatch, seed: int, clearance_m: float, count: int) -> Timeline:
    """Return `count` random motions among 8 obstacles that must be kept off by a clearance."""
    patch.syspath_prepend(Path(__file__).parent / "prove" / "segments")
    from worlds import run_of, world

    rng = np.random.default_rng(seed)
    return run_of(world(rng, 8, clearance_m), rng, count)[0]
