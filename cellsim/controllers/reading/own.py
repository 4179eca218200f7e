"""Variables that a text declares for one routine alone, told apart from others of their name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from cellsim.domain.program import Assign, Expr, If, Loop, Routine, Statement, Wait
from cellsim.domain.setfirst import read_first


def with_own_variables(
    routines: Sequence[Routine], owner: Mapping[str, str], declared: Mapping[str, Set[str]]
) -> tuple[Routine, ...]:
    """Return the routines with a name of its own for each variable that another one has too.

    Args:
        routines: The first is the entry. owner: Routine to the text that declares for it (several
            may share one). declared: Names that each text declares for itself.
    """
    used: dict[str, set[str]] = {}
    for routine in routines:
        used.setdefault(owner[routine.name], set()).update(_names(routine.body))
    main = owner[routines[0].name]
    out = []
    for routine in routines:
        text = owner[routine.name]
        # Those of the entry keep their names but for what others use that is not their own.
        others = {
            name
            for other, names in used.items()
            if other != text
            for name in (names - declared.get(other, frozenset()) if text == main else names)
        }
        clash = declared.get(text, frozenset()) & others
        names = {name: _free(f"{name}__{text}", used) for name in sorted(clash)}
        kept = routine if text == main or text != routine.name else _begun(routine, declared)
        out.append(replace(kept, body=_renamed(kept.body, names)) if names else kept)
    return tuple(out)


def _begun(routine: Routine, declared: Mapping[str, Set[str]]) -> Routine:
    """Return a routine whose own variables are not known where it begins: new ones at each call."""
    first = sorted(declared.get(routine.name, frozenset()) & read_first(routine.body))
    new = (Assign(n, Expr("unknown", name=f"{n} of a new call of {routine.name}")) for n in first)
    return replace(routine, body=(*new, *routine.body)) if first else routine


def _free(name: str, used: Mapping[str, set[str]]) -> str:
    while any(name in names for names in used.values()):
        name += "_"
    return name


def _names(body: Sequence[Statement]) -> Iterator[str]:
    waiting: list[Statement] = list(body)
    while waiting:
        s = waiting.pop()
        if isinstance(s, Assign):
            yield s.name
            yield from _variables(s.value)
        elif isinstance(s, If | Loop | Wait) and s.condition is not None:
            yield from _variables(s.condition)
        if isinstance(s, If):
            waiting += [*s.then, *s.otherwise]
        elif isinstance(s, Loop):
            waiting += s.body


def _variables(expr: Expr) -> Iterator[str]:
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        waiting += part.args
        if part.op == "var":
            yield part.name


def _renamed(body: Sequence[Statement], names: Mapping[str, str]) -> tuple[Statement, ...]:
    return tuple(_one(s, names) for s in body)


def _one(s: Statement, names: Mapping[str, str]) -> Statement:
    match s:
        case Assign():
            return replace(s, name=names.get(s.name, s.name), value=_expr(s.value, names))
        case If():
            then, other = _renamed(s.then, names), _renamed(s.otherwise, names)
            return replace(s, condition=_expr(s.condition, names), then=then, otherwise=other)
        case Loop():
            condition = None if s.condition is None else _expr(s.condition, names)
            return replace(s, condition=condition, body=_renamed(s.body, names))
        case Wait():
            return replace(s, condition=_expr(s.condition, names))
    return s


def _expr(expr: Expr, names: Mapping[str, str]) -> Expr:
    name = names.get(expr.name, expr.name) if expr.op == "var" else expr.name
    return replace(expr, name=name, args=tuple(_expr(a, names) for a in expr.args))
