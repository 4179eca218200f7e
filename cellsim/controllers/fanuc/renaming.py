"""Give variables register and flag numbers, labels numbers, and programs upper-case names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from cellsim.controllers.fanuc.naming import FLAGS, LABELS, REGISTERS, named, number_of
from cellsim.controllers.writing.expression import is_boolean
from cellsim.controllers.writing.lines import variables
from cellsim.controllers.writing.rewrite import rewrite_body
from cellsim.domain.program import (
    Assign,
    Call,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Program,
    Routine,
    Statement,
    Wait,
)
from cellsim.domain.walk import within
from cellsim.errors import Refused


def renamed(program: Program, numbers: Container[str] = ()) -> Program:
    """Return the program with names that carry the numbers they have in TP.

    A name that already does keeps its number. Routines that nothing calls are left out.

    Args:
        numbers: Signals that are numbers.
    """
    kept = reached(program)
    names = _variables(kept, numbers)
    routines = []
    for routine in kept:
        labels = _labels(routine)

        def change(s: Statement, labels: Mapping[str, str] = labels) -> tuple[Statement, ...]:
            return (_renamed(s, names, labels),)

        routines.append(Routine(routine.name.upper(), rewrite_body(routine.body, change)))
    notes = [f"variable {a} is {b.partition('_')[0].upper()}" for a, b in names.items() if a != b]
    return replace(
        program,
        name=program.name.upper(),
        routines=tuple(routines),
        notes=(*program.notes, *notes),
    )


def reached(program: Program) -> list[Routine]:
    """Return the entry and the routines it calls, over others too, in program order."""
    bodies = {routine.name: routine.body for routine in program.routines}
    found, waiting = set(), [program.routines[0].name] if program.routines else []
    while waiting:
        name = waiting.pop()
        if name in bodies and name not in found:
            found.add(name)
            waiting += [s.routine for s in within(bodies[name]) if isinstance(s, Call)]
    return [routine for routine in program.routines if routine.name in found]


def _variables(routines: Iterable[Routine], numbers: Container[str] = ()) -> dict[str, str]:
    """Return the new name of every variable: conditions in flags, numbers in registers."""
    kinds: dict[str, str] = {}
    for routine in routines:
        for s in within(routine.body):
            if isinstance(s, Assign) and s.value.op not in ("var", "unknown"):
                kind = "f" if is_boolean(s.value, numbers) else "r"
                if kinds.setdefault(s.name, kind) != kind:
                    raise Refused("fanuc", f"two types for '{s.name}'", line=s.line)
    used = list(dict.fromkeys(v for r in routines for v in variables(r.body)))
    names: dict[str, str] = {}
    for kind, most in (("r", REGISTERS), ("f", FLAGS)):
        mine = [v for v in used if (kinds.get(v) or _own_kind(v)) == kind]
        names |= _numbered(mine, kind, most)
    return names


def _own_kind(name: str) -> str:
    return "f" if number_of(name, "f") else "r"


def _numbered(names: list[str], kind: str, most: int) -> dict[str, str]:
    """Return new names with free numbers; a name with a number of this kind keeps it."""
    own: dict[int, str] = {}
    for name in names:
        own.setdefault(number_of(name, kind), name)
    taken = set(own)
    out: dict[str, str] = {}
    free = 1
    for name in names:
        number = number_of(name, kind)
        if number and own[number] == name:
            out[name] = name
            continue
        while free in taken:
            free += 1
        if free > most:
            raise Refused("fanuc", f"more than {most} of {kind.upper()}[]")
        taken.add(free)
        out[name] = named(kind, free, name)
    return out


def _labels(routine: Routine) -> dict[str, str]:
    names = [s.name for s in within(routine.body) if isinstance(s, Label)]
    return _numbered(list(dict.fromkeys(names)), "lbl", LABELS)


def _renamed(s: Statement, names: Mapping[str, str], labels: Mapping[str, str]) -> Statement:
    match s:
        case Assign():
            return replace(s, name=names.get(s.name, s.name), value=_said(s.value, names))
        case If():
            return replace(s, condition=_said(s.condition, names))
        case Loop() if s.condition is not None:
            return replace(s, condition=_said(s.condition, names))
        case Wait():
            label = labels.get(s.on_timeout, s.on_timeout)
            return replace(s, condition=_said(s.condition, names), on_timeout=label)
        case Label():
            return replace(s, name=labels.get(s.name, s.name))
        case Goto():
            return replace(s, label=labels.get(s.label, s.label))
        case Call():
            return replace(s, routine=s.routine.upper())
    return s


def _said(expr: Expr, names: Mapping[str, str]) -> Expr:
    """Return an expression with new names; minus of more than a number is a subtraction."""
    if expr.op == "var":
        return replace(expr, name=names.get(expr.name, expr.name))
    args = tuple(_said(a, names) for a in expr.args)
    if expr.op == "neg" and args[0].op != "const":
        return Expr("-", (Expr("const", value=0.0), args[0]))
    return replace(expr, args=args)
