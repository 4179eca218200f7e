"""How long the small checker takes beside the search that made the proof, on three cells.

A proof is made by two searches: for the least clearances, and for the leaves that show them. The
checker is to take a quarter of that; its share of the first search alone is printed too.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable

import pytest

from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.domain.files.cell import load_cell
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.file import dump_proof, parse_proof
from cellsim.simulate.run import simulate
from cellsim.sweep import jobs_of

pytestmark = pytest.mark.bench


def _median(run: Callable[[], object], clock: Callable[[], float]) -> float:
    run()
    times = []
    for _ in range(7):
        start = clock()
        run()
        times.append(clock() - start)
    return statistics.median(times)


@pytest.mark.parametrize(
    ("name", "variant"),
    [("door_removal", "sedan"), ("palletizing", "large_boxes"), ("machine_tending", "shaft_80")],
)
def test_the_checker_takes_a_fraction_of_the_search(name: str, variant: str) -> None:
    line = simulate(next(job for job, _ in jobs_of(load_cell(name, variant))))
    found = check_timeline(line)
    data = dump_proof(prove(line, found))
    told = check_proof(line, parse_proof(data))
    assert told.backs_all
    print(f"\n{name}/{variant} on {platform.machine()}, {os.cpu_count()} CPUs: {told.runs} runs, "
          f"{told.leaves} leaves, {len(data)} bytes")  # fmt: skip
    for what, clock in (("wall", time.perf_counter), ("processor", time.process_time)):
        search = _median(lambda: check_timeline(line), clock)
        check = _median(lambda: check_proof(line, parse_proof(data)), clock)
        write = _median(lambda: prove(line, found), clock)
        print(f"  {what}: clearances {1e3 * search:.0f} ms, leaves {1e3 * write:.0f} ms, checker "
              f"{1e3 * check:.0f} ms: {check / (search + write):.2f} of both, "
              f"{check / search:.2f} of the clearances")  # fmt: skip
    assert check < 0.25 * (search + write)
