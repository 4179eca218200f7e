"""Branches whose way hangs on timing alone: only the one that this run took is verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

from cellsim.domain.program import (
    Comment,
    Delay,
    Goto,
    If,
    Index,
    Label,
    Loop,
    Program,
    Raw,
    Statement,
    Wait,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import within
from cellsim.simulate.order import Log, Sync
from cellsim.simulate.wires import signals_read


def place_of(sync: Sync) -> str:
    """Return "file:line" of a branch."""
    return f"{sync.index.file}:{sync.index.line}" if sync.index else sync.group


def left_to_timing(sync: Sync, signal: str) -> Finding:
    """Return the finding of a branch or wait whose signal may change before or after it."""
    file, line = (sync.index.file, sync.index.line) if sync.index else ("", 0)
    return Finding(
        "branch-on-unknown", Severity.UNDECIDED, signal, file=file, line=line,
        facts={"case": "race", "group": sync.group}, help="await-before",
    )  # fmt: skip


def polls_met(log: Log, programs: Mapping[str, Program]) -> frozenset[int]:
    """Return the log positions at which a program that asks again and again goes on at last.

    There it stands until what it asks for holds, as a wait does: what is gone before is missed.
    """
    answers = {group: _answers(program) for group, program in programs.items()}
    found = set()
    for position, sync in enumerate(log):
        if not isinstance(sync, Sync) or sync.index is None or sync.group not in programs:
            continue
        place = _place(programs[sync.group], sync.index)
        if sync.told is not None and answers[sync.group].get(place) is sync.told:
            found.add(position)
    return frozenset(found)


def asks_again(programs: Mapping[str, Program]) -> Callable[[str, Index], bool]:
    """Return what tells of a group and a place whether it only stands and asks again there."""
    answers = {group: _answers(program) for group, program in programs.items()}

    def known(group: str, index: Index) -> bool:
        here = answers.get(group, {})
        return bool(here) and here.get(_place(programs[group], index)) is not None

    return known


def _answers(program: Program) -> dict[tuple[str, int], bool | None]:
    """Return, of each routine and line that asks signals, the answer at which it goes on.

    None where it does more than to ask again until it gets that. Every statement of the line that
    reads signals must do so; a line is that of its routine: each job of INFORM counts its own.
    """
    found: dict[tuple[str, int], set[bool | None]] = {}
    for routine in program.routines:
        labels = _after_labels(routine.body)
        for s in within(routine.body):
            if signals_read(s):
                found.setdefault((routine.name, s.line), set()).add(_polls(s, labels))
    return {place: own.pop() if len(own) == 1 else None for place, own in found.items()}


def _place(program: Program, index: Index) -> tuple[str, int]:
    """Return routine and line of an index; its calls are each "routine@line" of the call."""
    called = index.calls[-1].rpartition("@")[0] if index.calls else program.routines[0].name
    return called, index.line


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
