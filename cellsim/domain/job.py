"""Job: one program per group, in one variant of one cell; what simulate and verify take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Program


@dataclass(frozen=True, eq=False)
class Job:
    """Programs that run together.

    Attributes:
        name: Task name. cell: The variant they run in.
        programs: Group name to Program.
        rules: Group name to the MotionRules of its brand.
        inputs: Signals, and names that programs read, fixed by the user: nothing changes them.
        choices: Why each branch and via was chosen (from teach), for reports.
        taught_from: Digest of the steps of the task it was taught from, "" where not known.
        task_now: Digest of the steps of the task of that name beside it, "" where there is none.
    """

    name: str
    cell: Cell
    programs: Mapping[str, Program]
    rules: Mapping[str, MotionRules]
    inputs: Mapping[str, bool | float] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    taught_from: str = ""
    task_now: str = ""
