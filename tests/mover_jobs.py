"""Jobs of the hand in cells with moving fixtures, and what is known and certified of them."""

from __future__ import annotations

from gantry_cells import job_of, program, put, to, wait
from slides import find_pair

from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import Statement
from cellsim.domain.timeline import Timeline

JAW, DOOR = "hand/tool:jaw", "fixture:door"
IN: tuple[Statement, ...] = (to(1), to(0))
OPEN: tuple[Statement, ...] = (put("open"), wait("opened"))


def hand(cell: Cell, *body: Statement, driver: tuple[Statement, ...] = ()) -> Job:
    programs = [program("hand", *body)] + ([program("driver", *driver)] if driver else [])
    return job_of(cell, *programs)


def known(run: Timeline, name: str = DOOR) -> list[tuple[str, float, float]]:
    """Kind and range [m | rad, rounded] of each phase."""
    return [(p.kind, round(p.low, 9), round(p.high, 9)) for p in run.fixtures[name].phases]


def status(run: Timeline, a: str = JAW, b: str = DOOR) -> str:
    return find_pair(check_timeline(run), a, b).status
