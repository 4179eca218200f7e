"""Registers for a program's variables: B holds on and off, D whole numbers, R all others.

Source: INFORM manuals, variables: B 0..255, I and D whole, R real; 100 of each by default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cellsim.controllers.writing.rewrite import expressions, rewrite
from cellsim.domain.program import Assign, Call, Expr, If, Loop, Program, Statement, Wait
from cellsim.domain.walk import within
from cellsim.errors import Refused

REGISTER = re.compile(r"[BIDR]\d{3}")
BOOLEAN = frozenset({"and", "or", "not", "signal", "==", "!=", "<", "<=", ">", ">="})
COMPARE = frozenset({"==", "!=", "<", "<=", ">", ">="})
_COUNT = 100
_FIXED = frozenset({"const", "neg"})
# A byte; 32 bits with a sign; 16 (source: README). The reader has its own: writers share none.
_RANGES = {
    "B": (0.0, 255.0),
    "D": (-2147483648.0, 2147483647.0),
    "I": (-32768.0, 32767.0),
}


def conditions(program: Program) -> Iterator[Expr]:
    """Yield every condition of a program."""
    for routine in program.routines:
        for s in within(routine.body):
            if isinstance(s, If | Wait | Loop) and s.condition is not None:
                yield s.condition


def assignments(program: Program) -> Iterator[Assign]:
    """Yield every assignment of a program."""
    for routine in program.routines:
        yield from (s for s in within(routine.body) if isinstance(s, Assign))


@dataclass
class Registers:
    """Which register a variable is; free ones are given from 099 down."""

    names: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, program: Program) -> Registers:
        """Return registers for all variables of a program, named ones as they are."""
        values: dict[str, list[Expr]] = {}
        for assign in assignments(program):
            values.setdefault(assign.name, []).append(assign.value)
        used = [*conditions(program), *(a.value for a in assignments(program))]
        for tree in used:
            for part in expressions(tree):
                if part.op == "var":
                    values.setdefault(part.name, [])
        result = cls(taken={name for name in values if REGISTER.fullmatch(name)})
        kinds = _kinds(values, used)
        for name in values:
            is_register = REGISTER.fullmatch(name) is not None
            result.names[name] = name if is_register else result.fresh(kinds[name])
        return result

    def fresh(self, kind: str) -> str:
        """Return a free register of a kind."""
        for number in range(_COUNT - 1, -1, -1):
            name = f"{kind}{number:03d}"
            if name not in self.taken:
                self.taken.add(name)
                return name
        raise Refused("yaskawa", f"more than {_COUNT} variables {kind}")

    def kind(self, expr: Expr) -> str:
        """Return the kind of register that holds a value."""
        if expr.op in BOOLEAN or isinstance(expr.value, bool):
            return "B"
        whole = all(_whole(part, self.names) for part in expressions(expr))
        return "D" if whole else "R"


def _whole(part: Expr, names: dict[str, str]) -> bool:
    if part.op == "const":
        return isinstance(part.value, float | int) and float(part.value).is_integer()
    if part.op == "var":
        return names.get(part.name, part.name)[:1] != "R"
    return part.op != "/"


def _kinds(values: dict[str, list[Expr]], used: Iterable[Expr]) -> dict[str, str]:
    """Return B, D or R of every variable: what is ever real, or compared with real, is R."""
    kinds = {
        name: "B" if given and all(_boolean(v) for v in given) else "D"
        for name, given in values.items()
    }
    kinds |= {name: name[0] for name in values if REGISTER.fullmatch(name)}
    compared = [p for tree in used for p in expressions(tree) if p.op in COMPARE]
    changed = True
    while changed:
        changed = False
        sets = [[Expr("var", name=name), *given] for name, given in values.items()]
        for group in (*sets, *([*p.args] for p in compared)):
            names = [p.name for tree in group for p in expressions(tree) if p.op == "var"]
            real = any(not _whole(p, kinds) for tree in group for p in expressions(tree))
            for name in names if real else ():
                if kinds[name] == "D":
                    kinds[name], changed = "R", True
    return kinds


def _boolean(expr: Expr) -> bool:
    return expr.op in BOOLEAN or isinstance(expr.value, bool)


def bounded(program: Program) -> Program:
    """Return the program with what its registers can hold, where only the run gives the value."""

    def change(s: Statement) -> tuple[Statement, ...]:
        if not isinstance(s, Assign) or all(p.op in _FIXED for p in expressions(s.value)):
            return (s,)
        return (replace(s, holds=_RANGES.get(s.name[:1])),)

    return rewrite(program, change)


def registers_of(body: Iterable[Statement]) -> set[str]:
    """Return the names of the variables in statements."""
    found: set[str] = set()
    for s in within(body):
        if isinstance(s, Assign):
            found |= {s.name, *(p.name for p in expressions(s.value) if p.op == "var")}
        elif isinstance(s, If | Wait | Loop) and s.condition is not None:
            found |= {p.name for p in expressions(s.condition) if p.op == "var"}
    return found


def calls_of(body: Iterable[Statement]) -> set[str]:
    """Return the names of the routines that statements call."""
    return {s.routine for s in within(body) if isinstance(s, Call)}


def reached(calls: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the routines that each one comes to run, over others too."""
    found = {name: set(called) & set(calls) for name, called in calls.items()}
    for _ in calls:
        for own in found.values():
            own |= {name for one in own for name in found[one]}
    return found
