"""Turn a routine's tree of statements into a flat list with jumps, so that goto is one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Raw,
    Return,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.errors import BadInput, UnknownName
from cellsim.simulate.expression import leaves

_KINDS: Mapping[type[Statement], str] = {
    SetSignal: "set",
    Wait: "wait",
    Delay: "delay",
    Call: "call",
    Assign: "assign",
}


@dataclass(eq=False)
class Op:
    """One step of flat code.

    Attributes:
        kind: "do" a statement, "jump", "branch" (to target when the condition is false),
            "begin" (enter a loop), "count" (to target when it has run often enough), "again" (back
            to the head of the loop), "skip" (over the other branch).
        statement: What it came from.
        target: Where a jump goes.
        loops: Identities of the loops around it, outermost first.
    """

    kind: str
    statement: Statement
    target: int = -1
    loops: tuple[int, ...] = ()


@dataclass(eq=False)
class Code:
    """A routine as a flat list.

    Attributes:
        name: Routine name. file: That its lines are of. ops: Steps. labels: Label name to step.
        twice: Those that stand again.
    """

    name: str
    file: str = ""
    ops: list[Op] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    twice: list[Label] = field(default_factory=list)


def flatten(routine: Routine, file: str) -> Code:
    """Return the routine as flat code.

    Raises:
        UnknownName: A goto to a label that the routine does not have.
        BadInput: A label that stands twice: where a goto leads is not said.
    """
    code = Code(routine.name, file)
    _emit(routine.body, code, ())
    for label in code.twice:
        what = f"label '{label.name}' twice in routine '{routine.name}'"
        raise BadInput(what, file=file, line=label.line, expected="each label once")
    for op in code.ops:
        name = _label_of(op)
        if name is None:
            continue
        if name not in code.labels:
            raise UnknownName("label", name, code.labels, file=file, line=op.statement.line)
        if op.kind == "jump":
            op.target = code.labels[name]
    return code


def _label_of(op: Op) -> str | None:
    if op.kind == "jump" and isinstance(op.statement, Goto):
        return op.statement.label
    return getattr(op.statement, "on_timeout", "") or None


def _emit(body: Iterable[Statement], code: Code, loops: tuple[int, ...]) -> None:
    for statement in body:
        if isinstance(statement, If):
            _emit_if(statement, code, loops)
        elif isinstance(statement, Loop):
            _emit_loop(statement, code, loops)
        elif isinstance(statement, Goto):
            code.ops.append(Op("jump", statement, loops=loops))
        else:
            if isinstance(statement, Label):
                if statement.name in code.labels:
                    code.twice.append(statement)
                code.labels[statement.name] = len(code.ops)
            code.ops.append(Op("do", statement, loops=loops))


def _emit_if(statement: If, code: Code, loops: tuple[int, ...]) -> None:
    test = Op("branch", statement, loops=loops)
    code.ops.append(test)
    _emit(statement.then, code, loops)
    if statement.otherwise:
        over = Op("skip", statement, loops=loops)
        code.ops.append(over)
        test.target = len(code.ops)
        _emit(statement.otherwise, code, loops)
        over.target = len(code.ops)
    else:
        test.target = len(code.ops)


def _emit_loop(statement: Loop, code: Code, loops: tuple[int, ...]) -> None:
    identity = len(code.ops)
    code.ops.append(Op("begin", statement, target=identity, loops=loops))
    inside = (*loops, identity)
    test = Op("count" if statement.count is not None else "branch", statement, loops=inside)
    head = len(code.ops)
    code.ops.append(test)
    _emit(statement.body, code, inside)
    code.ops.append(Op("again", statement, target=head, loops=inside))
    test.target = len(code.ops)


def condition_of(op: Op) -> Expr:
    """Return the condition that a branch tests."""
    statement = op.statement
    assert isinstance(statement, If | Loop)
    assert statement.condition is not None
    return statement.condition


def stops_at(statement: Statement, stops: frozenset[str]) -> bool:
    """Return whether a statement is of a kind that stops the advance run."""
    along = isinstance(statement, SetSignal) and statement.at is not None
    return _KINDS.get(type(statement)) in stops and not along


def drives_on(code: Code, step: int, stops: frozenset[str]) -> bool:
    """Return whether from a step on a motion may come before what stops the robot."""
    for op in code.ops[step:]:
        if op.kind == "do" and isinstance(op.statement, Move | Call | Return):
            return True
        if op.kind == "do" and (
            isinstance(op.statement, Wait | Delay) or stops_at(op.statement, stops)
        ):
            return False
        if op.kind == "branch" and any(leaves(condition_of(op), "signal")):
            return False
    return False


def does_something(statement: Statement) -> bool:
    """Return whether a statement is more than a comment, label, return or text without effect."""
    harmless = isinstance(statement, Raw) and statement.harmless
    return not harmless and not isinstance(statement, Comment | Label | Return)


def loop_of(op: Op) -> Loop:
    """Return the loop that a step of flat code counts."""
    assert isinstance(op.statement, Loop)
    return op.statement
