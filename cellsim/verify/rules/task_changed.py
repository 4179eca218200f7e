"""Rule task-changed."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def task_changed(context: Context) -> Outcome:
    """The task was edited after these programs were taught from it, or is gone.

    What: saved programs carry the SHA-256 of the steps they were taught from; it is not that of the
        task beside them now. Programs that were not taught, or saved by an older version, have
        none.
    Why: what is proven is then not what the task asks for.
    Limit: the same steps; layout and comments of the task do not count.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    job = context.timeline.job
    if not job.taught_from:
        return outcome(0, ())
    if job.taught_from == job.task_now:
        return outcome(1, ())
    facts = {"why": "is gone" if not job.task_now else "has other steps now"}
    return outcome(
        1,
        (Finding("task-changed", Severity.UNDECIDED, job.name, facts=facts, help="teach-again"),),
    )
