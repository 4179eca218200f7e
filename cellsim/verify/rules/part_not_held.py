"""Rule part-not-held."""

from __future__ import annotations

from cellsim.domain.program import Release
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import statements_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def part_not_held(context: Context) -> Outcome:
    """A program lets go of a part that is not in its gripper.

    What: a release statement was carried out, and no part, or another one, left the gripper.
    Why: a grip was forgotten or missed; the part is elsewhere than the rest of the program thinks.
    Limit: each release that is carried out lets go of the part it names.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim. Controller text names no parts: there this cannot be asked.
    """
    done = [e for e in context.timeline.events if e.index is not None]
    looked, found = 0, []
    for group, program in context.timeline.job.programs.items():
        for statement in statements_of(program):
            if not isinstance(statement, Release):
                continue
            here = [
                e
                for e in done
                if e.index and (e.index.file, e.index.line) == (program.file, statement.line)
            ]
            looked += bool(here)
            let_go = {e.name for e in here if e.kind == "release"}
            if not here or statement.part in let_go:
                continue
            found.append(
                Finding(
                    "part-not-held",
                    Severity.ERROR,
                    f"{group} {statement.part}",
                    file=program.file,
                    line=statement.line,
                    t0=here[0].t,
                    t1=here[-1].t,
                    facts={"let_go": ", ".join(sorted(let_go)) or "nothing"},
                    help="grip-first",
                )
            )
    return outcome(looked, found)
