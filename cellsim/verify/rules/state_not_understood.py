"""Rule state-not-understood."""

from __future__ import annotations

from cellsim.domain.program import Raw
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import kept_text, placed
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome, told


def state_not_understood(context: Context) -> Outcome:
    """A line of the program was kept as text, and nobody knows what it changes.

    What: the reader did not understand a line that may change tool, base, speed or course.
    Why: what follows it could move elsewhere than was verified.
    Limit: every line is understood, or known to change nothing that the verdict depends on.
        It is yes or no: there is no value at it.
    Source: ARCHITECTURE, readers.
    """
    lines = 0
    found = list(told(context, "state-not-understood", 0).findings)
    lost = told(context, "motion-state-unknown", 0).findings
    known = {(f.file, f.line) for f in (*found, *lost)}
    for group, program in context.timeline.job.programs.items():
        for file, statement in placed(program):
            lines += 1
            if not isinstance(statement, Raw) or statement.harmless:
                continue
            if (file, statement.line) in known:
                continue
            found.append(
                Finding(
                    "state-not-understood",
                    Severity.UNDECIDED,
                    group,
                    file=file,
                    line=statement.line,
                    facts={"text": kept_text(statement)},
                    help="write-plainly",
                )
            )
    return outcome(lines, found)
