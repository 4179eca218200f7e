"""Inputs that the user fixes for a job: `NAME=true` texts, and names checked against the job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cellsim.domain.job import Job
from cellsim.domain.program import Assign, Expr, If, Loop, Program, Wait
from cellsim.domain.walk import statements_of
from cellsim.errors import BadInput, UnknownName

_VALUES = {"true": True, "false": False}


def parse_inputs(texts: Sequence[str]) -> dict[str, bool]:
    """Return "NAME=true|false" texts as inputs; BadInput for another form or two values."""
    inputs: dict[str, bool] = {}
    for text in texts:
        name, _, value = text.rpartition("=")
        if not name or value.lower() not in _VALUES:
            raise BadInput(f"not an input: {text!r}", expected="NAME=true or NAME=false")
        if inputs.setdefault(name, _VALUES[value.lower()]) is not _VALUES[value.lower()]:
            raise BadInput(f"input {name} is given twice, with two values")
    return inputs


def with_inputs(job: Job, inputs: Mapping[str, bool]) -> Job:
    """Return a job with further inputs fixed.

    Raises:
        UnknownName: Neither a signal of the cell nor a name that a condition of the job reads.
    """
    if not inputs:
        return job
    known = set(job.cell.signals) | {n for p in job.programs.values() for n in readings(p)}
    for name in inputs:
        if name not in known:
            raise UnknownName("input", name, tuple(sorted(known)))
    return replace(job, inputs={**job.inputs, **inputs})


def readings(program: Program) -> Iterator[str]:
    """Yield the names of signals and variables that conditions and values of a program read."""
    for s in statements_of(program):
        given = s.condition if isinstance(s, If | Loop | Wait) else None
        given = s.value if isinstance(s, Assign) else given
        if given is not None:
            yield from _names(given)


def _names(expr: Expr) -> Iterator[str]:
    if expr.op in ("signal", "var", "unknown") and expr.name:
        yield expr.name
    for arg in expr.args:
        yield from _names(arg)
