"""Jobs of one small task, taught."""

from __future__ import annotations

from cellsim.domain.cell import Cell
from cellsim.domain.files.task import parse_task
from cellsim.domain.job import Job
from cellsim.domain.program import Move
from cellsim.teach.run import teach_task

TASK = """format: cellsim/task@1
steps:
- grip: {group: r, part: box, at: top, depart_mm: 80}
- place: {part: box, at: table.pocket}
- home: {}
"""


def taught(cell: Cell, text: str = TASK, **options: object) -> Job:
    """Return the job of a task text."""
    return teach_task(cell, parse_task(text, "pick.task.yaml"), **options)


def moves(job: Job) -> list[Move]:
    """Return the motions of the only program."""
    return [s for s in job.programs["r"].routines[0].body if isinstance(s, Move)]
