"""Jobs whose course timing decides, and the ways that they are found to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clock_cells import crossing, crossing_job
from gantry_cells import (
    job_of,
    plain_device,
    program,
    put,
    to,
)

from cellsim.domain.program import (
    Label,
    Return,
    Statement,
    Wait,
)
from cellsim.domain.program import signal_is as on
from cellsim.domain.wiring import TimeRange
from cellsim.simulate.courses import courses_of

RACE = "branch-on-unknown"


def late(signal: str, seconds: float, *then: Statement, otherwise: Statement) -> tuple:
    """A wait that goes on with `then` where its signal comes, and else with `otherwise`."""
    return (
        Wait(on(signal, True), seconds, "late"), *then, Return(), Label("late"), otherwise,
    )  # fmt: skip


def ways(job) -> list[tuple[float, ...]]:
    """Return where each group ends in each course: x of the hand, y of the driver."""
    found = [c.timeline.tracks for c in courses_of(job)]
    return sorted((round(t["hand"].q[-1, 0], 3), round(t["driver"].q[-1, 1], 3)) for t in found)


def own(times: tuple[float, float, float], seconds: float, *between: Statement):
    """The driver starts its nutrunner, and waits for its end no longer than some seconds."""
    cell = plain_device()
    device = replace(cell.devices["nutrunner"], time=TimeRange(*times, "a test"), effect="")
    cell = replace(cell, devices={"nutrunner": device})
    body = (put("run"), *between, *late("done", seconds, to(0, 1), otherwise=to(0, 2)))
    return job_of(cell, program("driver", *body))


def signalled(*hand: Statement, driver: Sequence[Statement], clock: bool = False):
    cell = crossing(0.02 if clock else None)
    return crossing_job(cell, hand, driver)
