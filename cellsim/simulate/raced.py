"""Branches whose way hangs on timing alone: only the one that this run took is verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from cellsim.domain.program import (
    Comment,
    Delay,
    Goto,
    If,
    Label,
    Loop,
    Program,
    Raw,
    Statement,
    Wait,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import statements_of
from cellsim.simulate.order import Log, Sync
from cellsim.simulate.wires import signals_read

Race = tuple[Sync, str]


def place_of(sync: Sync) -> str:
    """Return "file:line" of a branch."""
    return f"{sync.index.file}:{sync.index.line}" if sync.index else sync.group


def left_to_timing(races: Sequence[Race], programs: Mapping[str, Program]) -> Iterator[Finding]:
    """Yield a finding for each branch on a signal that may change before or after it.

    One that only stands and asks again comes to the same in every timing, and is none.
    """
    for sync, signal in races:
        program = programs.get(sync.group)
        if sync.index is None or program is None:
            continue
        if _goes_on(program, sync.index.line) is not None:
            continue
        yield Finding(
            "branch-on-unknown", Severity.UNDECIDED, signal, file=sync.index.file,
            line=sync.index.line, facts={"case": "race", "group": sync.group}, help="await-before",
        )  # fmt: skip


def polls_met(log: Log, programs: Mapping[str, Program]) -> frozenset[int]:
    """Return the log positions at which a program that asks again and again goes on at last.

    There it stands until what it asks for holds, as a wait does: what is gone before is missed.
    """
    found = set()
    for position, sync in enumerate(log):
        if not isinstance(sync, Sync) or sync.index is None or sync.group not in programs:
            continue
        if sync.told is not None and _goes_on(programs[sync.group], sync.index.line) is sync.told:
            found.add(position)
    return frozenset(found)


def _goes_on(program: Program, line: int) -> bool | None:
    """Return the answer at which a line goes on that asks again until it gets that, else None.

    Every statement of the line that reads signals must do so.
    """
    here = [s for s in statements_of(program) if s.line == line and signals_read(s)]
    for routine in program.routines:
        labels = _after_labels(routine.body)
        answers = {_polls(s, labels) for s in here}
        if len(answers) == 1 and None not in answers:
            return answers.pop()
    return None


def _polls(statement: Statement, labels: Mapping[str, Sequence[Statement]]) -> bool | None:
    """Return the answer at which a statement goes on, None where it does more than to ask again."""
    if isinstance(statement, Loop):
        return False if all(_stands(s) for s in statement.body) else None
    if not isinstance(statement, If) or (statement.then and statement.otherwise):
        return None
    *before, last = statement.then or statement.otherwise or (statement,)
    if not isinstance(last, Goto) or not all(_stands(s) for s in before):
        return None
    between = list(takewhile(lambda s: s is not statement, labels.get(last.label, ())))
    known = labels.get(last.label, ())
    back = len(between) < len(known) and all(_stands(s) for s in between)
    return bool(statement.otherwise) if back else None


def _after_labels(body: Sequence[Statement]) -> dict[str, Sequence[Statement]]:
    """Return what stands behind each label of a body, in the order of the text."""
    return {s.name: body[k + 1 :] for k, s in enumerate(body) if isinstance(s, Label)}


def _stands(statement: Statement) -> bool:
    """Whether a statement changes nothing and takes the robot nowhere."""
    harmless = isinstance(statement, Raw) and statement.harmless
    waits = isinstance(statement, Wait) and not statement.on_timeout
    return harmless or waits or isinstance(statement, Delay | Comment | Label)
