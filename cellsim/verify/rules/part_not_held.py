"""Rule part-not-held."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.program import Grip, Program, Release
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event
from cellsim.domain.walk import statements_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_SAME_S = 1e-9
# What a grip that fails is told as; what else is told at its line says nothing of it.
_OWN = ("grip-missed", "wait-timeout", "signal-unknown", "signal-of-another")


def part_not_held(context: Context) -> Outcome:
    """A program lets go of a part that is not in its gripper, or goes on without one it gripped.

    What: a release statement was carried out, and no part, or another one, left the gripper; or a
        grip statement was, and the part that it names is not in the gripper at its end: another
        one is, or none, for the gripper was closed already.
    Why: a grip was forgotten or missed; the part is elsewhere than the rest of the program thinks.
    Limit: each grip and release that is carried out is of the part it names.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim. Controller text names no parts: there this cannot be asked.
    """
    looked, found = 0, []
    for group, program in context.timeline.job.programs.items():
        for statement in statements_of(program):
            if not isinstance(statement, Grip | Release):
                continue
            here = _at(context, group, program, statement.line)
            looked += bool(here)
            if here and isinstance(statement, Release):
                found += list(_released(group, program, statement, here))
            elif here and isinstance(statement, Grip):
                found += list(_gripped(context, group, program, statement, here))
    return outcome(looked, found)


def _at(context: Context, group: str, program: Program, line: int) -> list[Event]:
    """Return what happened because of a line of a group's program, in order of time."""
    events = [e for e in context.timeline.events if e.group in (group, "")]
    return [e for e in events if e.index and (e.index.file, e.index.line) == (program.file, line)]


def _released(
    group: str, program: Program, statement: Release, here: list[Event]
) -> Iterator[Finding]:
    let_go = {e.name for e in here if e.kind == "release"}
    if statement.part in let_go:
        return
    yield Finding(
        "part-not-held", Severity.ERROR, f"{group} {statement.part}", file=program.file,
        line=statement.line, t0=here[0].t, t1=here[-1].t,
        facts={"let_go": ", ".join(sorted(let_go)) or "nothing"}, help="grip-first",
    )  # fmt: skip


def _gripped(
    context: Context, group: str, program: Program, statement: Grip, here: list[Event]
) -> Iterator[Finding]:
    """Yield a grip at whose end, each time, its part is not in the gripper."""
    place = program.file, statement.line
    failed = {(f.file, f.line) for f in context.timeline.findings
              if f.rule in _OWN and group in (f.subject, f.facts.get("group"))}  # fmt: skip
    if place in failed:
        return
    for end in [e for e in here if e.kind == "wait"] or here[-1:]:
        held = _held(context, group, end.t)
        if statement.part not in held:
            yield Finding(
                "part-not-held", Severity.ERROR, f"{group} {statement.part}", file=program.file,
                line=statement.line, t0=here[0].t, t1=end.t,
                facts={"case": "gripped", "held": ", ".join(sorted(held)) or "nothing"},
                help="grip-first",
            )  # fmt: skip
            return


def _held(context: Context, group: str, t: float) -> set[str]:
    """Return the parts in the gripper of a group at a time [s]."""
    held: set[str] = set()
    for event in context.timeline.events:
        if event.t > t + _SAME_S or event.group != group:
            continue
        if event.kind == "grip":
            held.add(event.name)
        elif event.kind == "release":
            held.discard(event.name)
    return held
