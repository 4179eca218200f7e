"""Labels of a job: eight letters and digits, each once; and blocks said as jumps.

Source: INFORM manuals: a label has up to eight characters and holds in its own job. Controllers
before DX200 have no IFTHENEXP, WHILEEXP and FOR.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cellsim.controllers.writing.rewrite import identifier, rewrite_body
from cellsim.controllers.yaskawa.logic import links, number, opposite, plain
from cellsim.controllers.yaskawa.registers import Registers
from cellsim.domain.program import (
    Assign,
    Call,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Return,
    Statement,
    Wait,
)
from cellsim.domain.walk import within

LONGEST_LABEL = 8


@dataclass
class Labels:
    """Label names of one job; `names` maps those of the program."""

    names: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Return the job's label for a label of the program."""
        if name not in self.names:
            base = identifier(name, LONGEST_LABEL).upper()
            free, count = base, 1
            while free in self.names.values():
                count += 1
                free = f"{base[: LONGEST_LABEL - len(str(count))]}{count}"
            self.names[name] = free
        return self.names[name]

    def fresh(self, kind: str) -> str:
        """Return a label of our own."""
        count = 1
        while f"{kind}{count}" in self.names.values():
            count += 1
        self.names[f"#{kind}{count}"] = f"{kind}{count}"
        return f"{kind}{count}"


def with_labels(body: Iterable[Statement], labels: Labels, entry: bool) -> tuple[Statement, ...]:
    """Return statements with the job's labels; the entry's returns go to its end."""
    statements = tuple(body)
    for s in within(statements):
        if isinstance(s, Label):
            labels.of(s.name)
    leaves = entry and any(isinstance(s, Return) for s in within(statements))
    end = labels.fresh("END") if leaves else ""

    def change(s: Statement) -> tuple[Statement, ...]:
        match s:
            case Label():
                return (replace(s, name=labels.of(s.name)),)
            case Goto():
                return (replace(s, label=labels.of(s.label)),)
            case Wait(on_timeout=str(name)) if name:
                return (replace(s, on_timeout=labels.of(name)),)
            case Return() if leaves:
                return (Goto(end, line=s.line, comment=s.comment),)
        return (s,)

    changed = rewrite_body(statements, change)
    return (*changed, Label(end)) if leaves else changed


def as_jumps(
    body: Iterable[Statement], labels: Labels, registers: Registers
) -> tuple[Statement, ...]:
    """Return statements in which every block is jumps on one comparison each."""

    def change(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, If):
            return _if(s, labels)
        if isinstance(s, Loop):
            return _counted(s, labels, registers) if s.count is not None else _while(s, labels)
        return (s,)

    return rewrite_body(body, change)


def _jump(condition: Expr, label: str, line: int) -> Statement:
    return If(condition, (Goto(label, line=line),), line=line)


def _unless(condition: Expr, away: str, labels: Labels, line: int) -> list[Statement]:
    """Return jumps to `away` where a chain does not hold; else what follows is reached."""
    if condition.op == "or":
        inside = labels.fresh("THEN")
        taken = [_jump(part, inside, line) for part in links(condition, "or")]
        return [*taken, Goto(away, line=line), Label(inside, line=line)]
    return [_jump(opposite(part), away, line) for part in links(condition, "and")]


def _if(s: If, labels: Labels) -> tuple[Statement, ...]:
    only = s.then[0] if len(s.then) == 1 and not s.otherwise else None
    if isinstance(only, Goto | Call | Return) and plain(s.condition):
        return (s,)
    other = labels.fresh("ELSE")
    tests = _unless(s.condition, other, labels, s.line)
    tests[0] = replace(tests[0], comment=s.comment)
    if not s.otherwise:
        return (*tests, *s.then, Label(other, line=s.line))
    end = labels.fresh("ENDIF")
    leave = Goto(end, line=s.line)
    return (*tests, *s.then, leave, Label(other), *s.otherwise, Label(end, line=s.line))


def _while(s: Loop, labels: Labels) -> tuple[Statement, ...]:
    assert s.condition is not None
    top, end = labels.fresh("LOOP"), labels.fresh("ENDL")
    tests = _unless(s.condition, end, labels, s.line)
    again = Goto(top, line=s.line)
    return (Label(top, line=s.line, comment=s.comment), *tests, *s.body, again, Label(end))


def _counted(s: Loop, labels: Labels, registers: Registers) -> tuple[Statement, ...]:
    count = Expr("var", name=registers.fresh("D"))
    below = Expr("<", (count, number(float(s.count or 0))))
    step = Assign(count.name, Expr("+", (count, number(1.0))), line=s.line)
    start = Assign(count.name, number(0.0), line=s.line)
    return (start, *_while(replace(s, count=None, condition=below, body=(*s.body, step)), labels))
