"""Say grip, release and process in signals, as every controller does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Gripper
from cellsim.domain.program import (
    Grip,
    If,
    Loop,
    Process,
    Program,
    Release,
    SetSignal,
    Statement,
    Wait,
    signal_is,
)
from cellsim.errors import BadInput, UnknownName


def lower(program: Program, cell: Cell) -> Program:
    """Return the program with grip, release and process said as set and wait, on the same lines.

    Raises:
        UnknownName: A group, tool or device that the cell does not have.
        BadInput: A grip with a tool that has no gripper.
    """
    if program.group not in cell.groups:
        raise UnknownName("group", program.group, cell.groups, file=program.file)
    routines = tuple(replace(r, body=_lowered(r.body, program, cell)) for r in program.routines)
    return replace(program, routines=routines)


def _lowered(body: tuple[Statement, ...], program: Program, cell: Cell) -> tuple[Statement, ...]:
    return tuple(new for old in body for new in _statement(old, program, cell))


def _statement(old: Statement, program: Program, cell: Cell) -> Iterator[Statement]:
    if isinstance(old, Grip):
        yield from _grip(old, _gripper(old, program, cell))
    elif isinstance(old, Release):
        yield from _release(old, _gripper(old, program, cell))
    elif isinstance(old, Process):
        yield from _process(old, program, cell)
    elif isinstance(old, If):
        then, otherwise = (_lowered(b, program, cell) for b in (old.then, old.otherwise))
        yield replace(old, then=then, otherwise=otherwise)
    elif isinstance(old, Loop):
        yield replace(old, body=_lowered(old.body, program, cell))
    else:
        yield old


def _gripper(statement: Grip | Release, program: Program, cell: Cell) -> Gripper:
    name = statement.tool.partition(".")[0] or cell.groups[program.group].tool
    if name not in cell.tools:
        raise UnknownName("tool", name, cell.tools, file=program.file, line=statement.line)
    gripper = cell.tools[name].gripper
    if gripper is None:
        raise BadInput(
            f"tool '{name}' has no gripper",
            file=program.file,
            line=statement.line,
            expected="a tool with close and open signals",
        )
    return gripper


def _grip(old: Grip, gripper: Gripper) -> Iterator[Statement]:
    if gripper.open:
        yield SetSignal(gripper.open, False, line=old.line)
    yield SetSignal(gripper.close, True, line=old.line, comment=old.comment)
    if gripper.closed:
        yield Wait(signal_is(gripper.closed, True), old.timeout_s, line=old.line)


def _release(old: Release, gripper: Gripper) -> Iterator[Statement]:
    yield SetSignal(gripper.close, False, line=old.line, comment=old.comment)
    if gripper.open:
        yield SetSignal(gripper.open, True, line=old.line)
    if gripper.opened:
        yield Wait(signal_is(gripper.opened, True), old.timeout_s, line=old.line)


def _process(old: Process, program: Program, cell: Cell) -> Iterator[Statement]:
    if old.device not in cell.devices:
        raise UnknownName("device", old.device, cell.devices, file=program.file, line=old.line)
    device = cell.devices[old.device]
    if device.start:
        yield SetSignal(device.start, True, line=old.line, comment=old.comment)
    yield Wait(signal_is(device.done, True), old.timeout_s, line=old.line)
    if device.start:
        yield SetSignal(device.start, False, line=old.line)
