"""teach: a task that names features becomes a job, in the variant at hand."""

from __future__ import annotations

from pathlib import Path

from cellsim.controllers.brands import quantise, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.files.task import SUFFIX, load_task
from cellsim.domain.job import Job
from cellsim.domain.task import Task, steps_digest
from cellsim.errors import UnknownName
from cellsim.kinematics import chain_of
from cellsim.motion.caps import caps_of
from cellsim.plan import Planner
from cellsim.teach.blend import zones_of
from cellsim.teach.resolve import Progress, Resolver
from cellsim.teach.steps import stages_of
from cellsim.teach.taught import Taught
from cellsim.teach.write import program_of, with_lines


def teach(
    cell: Cell, task_name: str, progress: Progress | None = None, planner: Planner | None = None
) -> Job:
    """Return the job that a task file of the cell asks for.

    Args:
        cell: One variant. task_name: `<cell>/<task_name>.task.yaml`.
        progress: Called with what is worked on and the part done, 0..1.
        planner: For free moves that cannot be straight; None takes our own RRT-Connect.

    Errors: UnknownName for the task; BadInput in its text; TeachFailed with the step's line,
    its feature and the reason where no motion does a step.
    """
    path = Path(cell.path) / f"{task_name}{SUFFIX}"
    if not cell.path or not path.is_file():
        raise UnknownName("task", task_name, cell.tasks, file=cell.path)
    return teach_task(cell, load_task(path), progress, planner)


def teach_task(
    cell: Cell, task: Task, progress: Progress | None = None, planner: Planner | None = None
) -> Job:
    """Return the job of a task; the same cell and task give the same job."""
    resolver = Resolver(cell, task) if planner is None else Resolver(cell, task, planner)
    taught = resolver.resolve(stages_of(cell, task), progress)
    rules = rules_of(cell)
    programs = {}
    for group in (name for name in cell.groups if name in taught):
        chain, space = chain_of(cell, group), resolver.space(group)
        caps, _ = caps_of(cell.groups[group].joints, "typical")
        zones = zones_of(chain, space, rules[group], taught[group], caps)
        program = program_of(cell, group, task.name, taught[group], zones)
        programs[group] = with_lines(quantise(program, cell), cell)
    used = {group: rules[group] for group in programs}
    choices = tuple(choice for group in programs for choice in _choices(group, taught[group]))
    steps = steps_digest(task)
    return Job(task.name, cell, programs, used, choices=choices, taught_from=steps, task_now=steps)


def _choices(group: str, taught: list[Taught]) -> list[str]:
    """Return one sentence per stage that had a choice."""
    return [f"{group} {stage.stage.feature}: {stage.reason}" for stage in taught if stage.reason]
