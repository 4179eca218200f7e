"""INFORM: 10,000 motions written and read, pulse and relative jobs."""

from __future__ import annotations

import platform
import random
import statistics
import time

import pytest
from controllers_support import bytes_of, cell_of, with_controller

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Program, Routine, Speed, Target

COUNT = 10_000
RUNS = 3
BASE = (0.1, 0.0, 0.0, 0.2, -1.4, 0.3)


def long_program(frame: str) -> Program:
    """Return motions that go on from each other, every third a joint motion."""
    rng = random.Random(1)
    body = []
    for number in range(COUNT):
        joint = number % 3 == 0
        body.append(
            Move(
                kind="joint" if joint else "linear",
                to=Target(q=tuple(v + rng.uniform(-0.3, 0.3) for v in BASE)),
                speed=Speed(50.0, "%") if joint else Speed(200.0, "mm/s"),
                tool="gripper",
                frame=frame,
            )
        )
    return Program("long", "arm", (Routine("main", tuple(body)),))


def timed(cell: Cell, frame: str) -> tuple[float, float]:
    """Return the medians of CPU seconds to write, and to read."""
    brand = BRANDS["yaskawa"]
    quantised = brand.quantise(long_program(frame), cell)
    writes, reads = [], []
    for _ in range(RUNS):
        start = time.process_time()
        files = bytes_of(brand.write(quantised, cell))
        middle = time.process_time()
        result = brand.read(files, cell, "arm")
        writes.append(middle - start)
        reads.append(time.process_time() - middle)
        assert result.coverage.ratio == 1.0
    return statistics.median(writes), statistics.median(reads)


@pytest.mark.bench
@pytest.mark.parametrize(("style", "frame"), [("pulse", "world"), ("relative", "body")])
def test_ten_thousand_motions_are_written_in_a_second_and_read_in_five(
    style: str, frame: str
) -> None:
    cell = cell_of("yaskawa")
    cell = cell if style == "pulse" else with_controller(cell, pulses=())
    write_s, read_s = timed(cell, frame)
    print(
        f"\n{platform.processor() or platform.machine()}: {COUNT} motions, {style} jobs: "
        f"written in {write_s:.2f} s, read in {read_s:.2f} s (CPU, median of {RUNS})"
    )
    assert write_s < 1.0
    assert read_s < 5.0
