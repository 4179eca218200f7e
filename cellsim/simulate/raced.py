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
from cellsim.simulate.order import Sync
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
        if sync.index is None or program is None or _only_asks(program, sync.index.line):
            continue
        yield Finding(
            "branch-on-unknown", Severity.UNDECIDED, signal, file=sync.index.file,
            line=sync.index.line, facts={"case": "race", "group": sync.group}, help="await-before",
        )  # fmt: skip


def _only_asks(program: Program, line: int) -> bool:
    """Whether every statement of a line that reads signals asks them again until they hold."""
    for routine in program.routines:
        labels = _after_labels(routine.body)
        here = [s for s in statements_of(program) if s.line == line and signals_read(s)]
        if here and all(_polls(s, labels) for s in here):
            return True
    return False


def _polls(statement: Statement, labels: Mapping[str, Sequence[Statement]]) -> bool:
    if isinstance(statement, Loop):
        return all(_stands(s) for s in statement.body)
    if not isinstance(statement, If) or (statement.then and statement.otherwise):
        return False
    *before, last = statement.then or statement.otherwise or (statement,)
    if not isinstance(last, Goto) or not all(_stands(s) for s in before):
        return False
    between = list(takewhile(lambda s: s is not statement, labels.get(last.label, ())))
    known = labels.get(last.label, ())
    return len(between) < len(known) and all(_stands(s) for s in between)


def _after_labels(body: Sequence[Statement]) -> dict[str, Sequence[Statement]]:
    """Return what stands behind each label of a body, in the order of the text."""
    return {s.name: body[k + 1 :] for k, s in enumerate(body) if isinstance(s, Label)}


def _stands(statement: Statement) -> bool:
    """Whether a statement changes nothing and takes the robot nowhere."""
    harmless = isinstance(statement, Raw) and statement.harmless
    waits = isinstance(statement, Wait) and not statement.on_timeout
    return harmless or waits or isinstance(statement, Delay | Comment | Label)
