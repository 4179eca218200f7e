"""Inputs that the user fixes for a job: `NAME=true` or `NAME=3`, checked against the job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cellsim.domain.job import Job
from cellsim.domain.ports import can_be, width_of
from cellsim.domain.program import Assign, Expr, If, Loop, Program, Wait
from cellsim.domain.walk import statements_of
from cellsim.errors import BadInput, UnknownName

_VALUES: Mapping[str, bool | float] = {"true": True, "false": False}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_EXPECTED = "NAME=true or NAME=false; NAME=3 of a group"


def parse_inputs(texts: Sequence[str]) -> dict[str, bool | float]:
    """Return "NAME=true|false|number" texts as inputs; BadInput for other forms or two values."""
    inputs: dict[str, bool | float] = {}
    for text in texts:
        name, _, written = text.rpartition("=")
        value = _VALUES.get(written.lower())
        if value is None and _NUMBER.fullmatch(written):
            value = float(written)
        if not name or value is None:
            raise BadInput(f"not an input: {text!r}", expected=_EXPECTED)
        before = inputs.setdefault(name, value)
        if before != value or type(before) is not type(value):
            raise BadInput(f"input {name} is given twice, with two values")
    return inputs


def with_inputs(job: Job, inputs: Mapping[str, bool | float]) -> Job:
    """Return a job with further inputs fixed.

    Raises:
        UnknownName: Neither a signal of the cell nor a name that a condition of the job reads.
        BadInput: A value that the signal cannot take.
    """
    if not inputs:
        return job
    known = set(job.cell.signals) | {n for p in job.programs.values() for n in readings(p)}
    for name in inputs:
        if name not in known:
            raise UnknownName("input", name, _read_by_groups(job) or known)
        width = width_of(job.cell, name)
        if name in job.cell.signals and not can_be(inputs[name], width):
            expected = f"a whole number from 0 to {2**width - 1}" if width else "true or false"
            raise BadInput(f"input {name} is {inputs[name]:g}", expected=expected)
    return replace(job, inputs={**job.inputs, **inputs})


def _read_by_groups(job: Job) -> set[str]:
    """Return what the programs of a job read, and the signals that its groups read."""
    wired = {name for name, signal in job.cell.signals.items() if signal.readers}
    return wired | {name for program in job.programs.values() for name in readings(program)}


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
