"""How long 10,000 motions of RAPID take to write and to read, and how memory grows."""

from __future__ import annotations

import platform
import random
import time
import tracemalloc

import pytest
from controllers_support import bytes_of, cell_of, move

from cellsim.controllers.abb.read import read
from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Program, Routine

pytestmark = pytest.mark.bench
# With its lint, as a release writes.
write = BRANDS["abb"].write
MOTIONS = 10_000


def _program(count: int) -> Program:
    cell, rng = cell_of("abb"), random.Random(1)
    body = [move(cell, rng, "abb", rng.choice(["joint", "linear"])) for _ in range(count)]
    program = Program("big", "arm", (Routine("main", tuple(body)),))
    return BRANDS["abb"].quantise(program, cell)


def test_10000_motions_are_written_in_1_s_and_read_in_5_s() -> None:
    cell, program = cell_of("abb"), _program(MOTIONS)
    write(_program(10), cell)
    start = time.process_time()
    text = bytes_of(write(program, cell))
    writing = time.process_time() - start
    start = time.process_time()
    result = read(text, cell, "arm")
    reading = time.process_time() - start
    size = sum(map(len, text.values()))
    print(
        f"{platform.machine()}, {MOTIONS} motions, {size / 1e6:.1f} MB:"
        f" written {writing:.2f} s, read {reading:.2f} s (processor time)"
    )
    assert result.coverage.ratio == 1.0
    assert writing < 1.0
    assert reading < 5.0


def test_memory_of_reading_grows_with_the_text() -> None:
    cell = cell_of("abb")
    peaks = []
    for count in (500, 1_000, 2_000):
        text = bytes_of(write(_program(count), cell))
        tracemalloc.start()
        read(text, cell, "arm")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    print("peak MB of 500, 1000, 2000 motions:", [f"{p / 1e6:.1f}" for p in peaks])
    assert peaks[2] < 2.5 * peaks[1] < 6.25 * peaks[0]
