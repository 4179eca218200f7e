"""How long 10,000 motions take as TP: rounded, written, linted, read; and twice as many."""

from __future__ import annotations

import platform
import resource
import time

import numpy as np
import pytest
from controllers_support import bytes_of, cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.fanuc.read import read
from cellsim.controllers.fanuc.write import write
from cellsim.domain.program import FINE, Move, Program, Routine, Speed, Target, Zone

pytestmark = pytest.mark.bench


def program(count: int) -> Program:
    """Return joint motions and lines in turn, corners between, all places different."""
    rng = np.random.default_rng(1)
    moves = []
    for i in range(count):
        shown = (*rng.uniform(-20, 20, 3), 0.0, -80.0, rng.uniform(-90, 90))
        joint = i % 2 == 0
        moves.append(
            Move(
                kind="joint" if joint else "linear",
                to=Target(q=tuple(float(v) for v in np.radians(shown))),
                speed=Speed(50.0, "%") if joint else Speed(100.0 + i % 50, "mm/s"),
                zone=Zone("cnt", float(i % 100)) if i % 3 else FINE,
                frame="body",
                tool="gripper",
            )
        )
    return Program("many", "arm", (Routine("main", tuple(moves)),))


def test_10_000_motions() -> None:
    cell, brand = cell_of("fanuc"), BRANDS["fanuc"]
    taken: dict[int, dict[str, float]] = {}
    for count in (1_000, 10_000, 20_000):
        given = program(count)
        times = {}
        for name in ("quantise", "write", "lint", "read"):
            begun = time.process_time()
            if name == "quantise":
                quantised = brand.quantise(given, cell)
            elif name == "write":
                files = bytes_of(write(quantised, cell))
            elif name == "lint":
                brand.lint(quantised, cell)
            else:
                result = read(files, cell, "arm")
            times[name] = time.process_time() - begun
        assert result.coverage.ratio == 1.0
        times["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
        taken[count] = times
    print(f"\n{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    for count, times in taken.items():
        said = ", ".join(f"{k} {v:.2f}{'' if k == 'MB' else ' s'}" for k, v in times.items())
        print(f"{count} motions as TP: {said}")
    assert taken[10_000]["write"] < 1.0
    assert taken[10_000]["read"] < 5.0
    assert taken[20_000]["read"] < 3.0 * taken[10_000]["read"]
