"""Rule branch-not-run."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def branch_not_run(context: Context) -> Outcome:
    """A branch of a program was not taken, so nothing was said about it.

    What: an if, a loop or a timeout branch that no course entered, and lines that jumps passed
        over.
    Why: the verdict holds for the courses that were run: all that the inputs that are not given
        and the times of the cell allow. Another input may take another one. Where only one course
        is run, a way that is left to another timing is branch-on-unknown.
    Limit: none; it is listed so that nobody thinks it was verified.
        It is yes or no: there is no value at it.
    Source: ARCHITECTURE, one bounded interpreter.
    """
    found = []
    for text in context.timeline.skipped:
        file, _, line = text.partition("#")[0].rpartition(":")
        place = (file, int(line)) if line.isdigit() else (text, 0)
        found.append(
            Finding(
                "branch-not-run",
                Severity.NOTE,
                text,
                file=place[0],
                line=place[1],
                help="run-other-input",
            )
        )
    return outcome(len(context.timeline.job.programs), found)
