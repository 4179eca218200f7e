"""Writing and reading 10,000 motions of every brand: CPU time, growth, peak memory (make bench)."""

from __future__ import annotations

import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Call, Move, Program, Routine, SetSignal, Speed, Statement, Target
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

pytestmark = pytest.mark.bench
MOTIONS, FEWER = 10_000, 1_000
PER_ROUTINE, ROUNDS = 400, 3
WRITTEN_S, READ_S = 1.0, 5.0
# CPU time of the process, so that others on the machine do not count.
ROOM = 1.0
T = TypeVar("T")


def program(brand: str, count: int) -> Program:
    """Return motions in routines of 400, lines and joints in turn, a signal after every tenth."""
    cell, kit = cell_of(brand), KITS[brand]
    chain, rng = chain_of(cell, "arm"), np.random.default_rng(1)
    frame_T_world = world_T_frame(cell, "body").inverse()
    routines = []
    for first in range(0, count, PER_ROUTINE):
        body: list[Statement] = []
        for number in range(first, min(first + PER_ROUTINE, count)):
            q = tuple(float(v) for v in np.array(kit.home) + rng.uniform(-0.2, 0.2, len(kit.home)))
            pose = frame_T_world @ tcp_pose(chain, np.array(q), Pose.translation(0, 0, 0.25))
            even = number % 2 == 0
            body.append(
                Move(
                    kind="joint" if even else "linear",
                    to=Target(q=q, pose=pose),
                    speed=Speed(50.0, "%") if even else Speed(100.0, "mm/s"),
                    zone=kit.zones["joint" if even else "linear"][0],
                    tool="gripper",
                    frame="body",
                )
            )
            if number % 10 == 9:
                body.append(SetSignal("lamp", number % 20 == 9))
        routines.append(Routine(f"part_{first}", tuple(body)))
    main = Routine("main", tuple(Call(r.name) for r in routines))
    return Program("long_one", "arm", (main, *routines))


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU time of a call [s], the median of three, and its answer."""
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        answer = run()
        spent.append(time.process_time() - began)
    return statistics.median(spent), answer


def peak_mb(run: Callable[[], object]) -> float:
    """Return the most memory that a call held at a time [MB]."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_ten_thousand_motions(brand: str) -> None:
    row, cell = BRANDS[brand], cell_of(brand)
    row.read(bytes_of(row.write(row.quantise(program(brand, 20), cell), cell)), cell, "arm")
    seconds: dict[int, tuple[float, float, float]] = {}
    peaks: dict[int, tuple[float, float]] = {}
    for count in (FEWER, MOTIONS):
        given = program(brand, count)
        quantise, quantised = timed(partial(row.quantise, given, cell))
        write, text = timed(partial(row.write, quantised, cell))
        files = bytes_of(text)
        read, result = timed(partial(row.read, files, cell, "arm"))
        assert result.coverage.ratio == 1.0
        seconds[count] = (quantise, write, read)
        peaks[count] = (
            peak_mb(partial(row.write, quantised, cell)),
            peak_mb(partial(row.read, files, cell, "arm")),
        )
    few, many = seconds[FEWER], seconds[MOTIONS]
    growth = [b / a / (MOTIONS / FEWER) for a, b in zip(few, many, strict=True)]
    more = [b / a / (MOTIONS / FEWER) for a, b in zip(*peaks.values(), strict=True)]
    size = sum(len(d) for d in files.values()) / 1e6
    print(
        f"\n{brand:8} {MOTIONS} motions, {size:.1f} MB, {platform.machine()}: quantised "
        f"{many[0]:.2f} s CPU, written {many[1]:.2f} s ({peaks[MOTIONS][0]:.0f} MB), read "
        f"{many[2]:.2f} s ({peaks[MOTIONS][1]:.0f} MB); per motion against {FEWER}: "
        f"x{growth[0]:.2f}, x{growth[1]:.2f}, x{growth[2]:.2f}; "
        f"memory x{more[0]:.2f}, x{more[1]:.2f}"
    )
    assert many[1] <= ROOM * WRITTEN_S
    assert many[2] <= ROOM * READ_S
    assert max(growth) < 2.0
    # Ten times the motions: linear is 1, quadratic 10; tables that double take up to 1.4.
    assert max(more) < 1.5
