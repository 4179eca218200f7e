"""Parameters of jobs (`param`) and user functions (`def`), which are called by name.

Source: HRScript manual 3.7.2 param, return, result(); 3.7.3 def with default values; 4.4: numbers
are handed over by value (poses are objects, and are not followed here).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cellsim.controllers.hyundai.acts import Addressed
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.passing import own_name
from cellsim.domain.program import Assign, Expr, Statement

# Names of parameters and their default values, None for one without.
Formals = tuple[tuple[str, Expr | None], ...]


def called_name(text: str, jobs: Mapping[int, str], takes: Mapping[str, Formals]) -> str:
    """Return the routine that a call names by the number of a job or the name of a function."""
    match = re.match(r"\d+", text)
    if match is not None:
        return jobs.get(int(match[0]), "")
    return text if text in takes else ""


def parted_functions(
    lines: Sequence[Addressed],
) -> tuple[list[Addressed], dict[str, list[Addressed]]]:
    """Return a job's own lines, and those of each function; its first says what it takes."""
    own: list[Addressed] = []
    found: dict[str, list[Addressed]] = {}
    here = own
    for addressed in lines:
        act = addressed.act
        if isinstance(act, Act) and act.word == "def":
            name, formals = act.data
            here = found.setdefault(name, [])
            addressed = Addressed(addressed.line, Act("param", formals), addressed.address)
        here.append(addressed)
    return own, found


def formals_of(lines: Sequence[Addressed]) -> Formals:
    """Return what a job or function takes: its `param`, the first thing in it."""
    for addressed in lines:
        act = addressed.act
        if isinstance(act, Act) and act.word == "param":
            return tuple(act.data)
        if not (isinstance(act, Act) and act.word == "comment"):
            break
    return ()


def received(routine: str, formals: Formals, line: int) -> list[Statement]:
    """Return the parameters as what the call has put in their place."""
    return [
        Assign(name, Expr("var", name=own_name(routine, name)), line=line) for name, _ in formals
    ]


def given(
    routine: str, formals: Formals, values: Sequence[Expr], line: int
) -> list[Statement] | None:
    """Return what a call hands over, its defaults too; None where it does not fit."""
    if len(values) > len(formals):
        return None
    out: list[Statement] = []
    for at, (name, default) in enumerate(formals):
        value = values[at] if at < len(values) else default
        if value is None:
            return None
        out.append(Assign(own_name(routine, name), value, line=line))
    return out
