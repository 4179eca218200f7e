"""`switch`, `case`, `break`, `default` said as if and elseif; a case without break runs on.

Source: HRScript manual 3.4.5: execution goes from the case of equal value until a break is met;
where no case is equal it goes to default, which may be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, Open, end_of
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

# elseif is an if inside the one before; deeper nesting is refused as bad text.
_MOST_CASES = 25
_DEEPEST = 10
Pair = tuple[Line, object]


@dataclass
class _Case:
    """Cases that begin the same lines (none: default), and whether a break ends them."""

    line: Line
    values: list[Expr] = field(default_factory=list)
    default: bool = False
    body: list[Pair] = field(default_factory=list)
    ends: bool = False


def switches(acts: Sequence[Pair], depth: int = 0) -> list[Pair]:
    """Return the lines with every switch that can be said so as if and elseif."""
    out: list[Pair] = []
    at = 0
    while at < len(acts):
        line, act = acts[at]
        is_switch = isinstance(act, Open) and act.variable == "switch"
        end = end_of(acts, at) if is_switch and depth < _DEEPEST else None
        if not isinstance(act, Open) or act.condition is None or end is None:
            out.append((line, act))
            at += 1
            continue
        inner = switches(acts[at + 1 : end], depth + 1)
        cases = _cases(inner)
        made = None if cases is None else _said(act.condition, cases, acts[end][0])
        out.extend(made or [acts[at], *inner, acts[end]])
        at = end + 1
    return out


def _cases(acts: Sequence[Pair]) -> list[_Case] | None:
    """Return the cases in order; None where a break or a default stands where it is not read."""
    cases: list[_Case] = []
    depth = 0
    for line, act in acts:
        depth += isinstance(act, Open) - isinstance(act, Close)
        word = act.word if isinstance(act, Act) else ""
        begins = word in {"case", "default"} and depth == 0
        if begins and (not cases or cases[-1].default):
            if cases:
                return None
            cases.append(_Case(line))
        elif begins and _code(cases[-1].body):
            cases.append(_Case(line))
        if begins and isinstance(act, Act):
            cases[-1].default |= word == "default"
            cases[-1].values += [act.data[0]] if word == "case" else []
        elif word == "break":
            if depth or not cases or cases[-1].ends:
                return None
            cases[-1].ends = True
            cases[-1].body.append((line, Act("comment", ("",))))
        elif word == "comment" and not cases:
            continue
        elif not cases or (cases[-1].ends and word != "comment"):
            return None
        else:
            cases[-1].body.append((line, act))
    return cases


def _code(body: Sequence[Pair]) -> bool:
    """Return whether lines hold more than comments; a break leaves one with its line's text."""
    return any(not isinstance(a, Act) or a.word != "comment" or line.text for line, a in body)


def _said(value: Expr, cases: list[_Case], end: Line) -> list[Pair] | None:
    """Return cases as if and elseif; None where lines that run on hold a label, or too many."""
    if not cases or len(cases) > _MOST_CASES or not cases[0].values:
        return None
    out: list[Pair] = []
    for i, case in enumerate(cases):
        body = list(case.body)
        last = i
        while not cases[last].ends and last + 1 < len(cases):
            last += 1
            body += cases[last].body
        if any(isinstance(a, Act) and a.word == "label" for _, a in body):
            return None
        tests = [Expr("==", (value, v)) for v in case.values]
        condition = tests[0] if tests else None
        for test in tests[1:]:
            condition = Expr("or", (condition, test)) if condition else test
        # default with cases of its own holds for everything that is left
        condition = None if case.default else condition
        first = Open("if", condition) if i == 0 else Middle(condition)
        if i == 0 and condition is None:
            return None
        out += [(case.line, first), *body]
    return [*out, (end, Close(frozenset({"if"})))]
