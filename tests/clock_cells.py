"""Two gantries whose tools cross one place at different times, on one clock or on two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from gantry_cells import box, cell_of, job_of, program, to, wire

from cellsim.domain.cell import Cell, SharedClock
from cellsim.domain.job import Job
from cellsim.domain.program import Delay, Statement
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose
from cellsim.simulate.run import simulate

SIZE = 0.2
PAIR = ("hand/tool:jaw", "driver/tool:socket")


def crossing(skew: float | None, override: tuple[float, float] = (100.0, 100.0)) -> Cell:
    """The hand moves along x, the driver along y, both through the origin at q = 1; skew [s]."""
    cell = cell_of(go="group:hand", gone="group:driver")
    signals = dict(
        [*cell.signals.items(), wire("ready", "group:driver"), wire("back", "group:hand")]
    )
    tools = {
        name: replace(tool, solid=box(name, SIZE, SIZE, SIZE)) for name, tool in cell.tools.items()
    }
    bases = {"hand": Pose.translation(-1, 0, 0), "driver": Pose.translation(0, -1, 0)}
    groups = {
        name: replace(one, base=bases[name], controller=replace(one.controller, override=override))
        for name, one in cell.groups.items()
    }
    clocks = () if skew is None else (SharedClock(("hand", "driver"), skew, "a test"),)
    return replace(cell, groups=groups, tools=tools, signals=signals, clocks=clocks, fixtures={})


def crossing_job(
    cell: Cell,
    hand: tuple[Statement, ...] | None = None,
    driver: tuple[Statement, ...] | None = None,
) -> Job:
    """The driver sets out a second after the hand."""
    return job_of(
        cell,
        program("hand", *(hand or (to(2),))),
        program("driver", *(driver or (Delay(1.0), to(0, 2)))),
    )


def run(cell: Cell, **programs: tuple[Statement, ...]) -> Timeline:
    """Return the timeline with the pace of its clock."""
    return simulate(crossing_job(cell, **programs), paces=True)
