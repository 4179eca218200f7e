"""Taught stages to a program: moves with speeds and zones, actions in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.files.program import SUFFIX, dump_program, parse_program
from cellsim.domain.program import (
    FINE,
    Comment,
    Move,
    Program,
    Routine,
    Speed,
    Statement,
    Target,
    Zone,
)
from cellsim.geometry import Array, Pose
from cellsim.kinematics import Chain, chain_of, tcp_pose, world_T_frame
from cellsim.teach.resolve import Taught, tcp_of
from cellsim.teach.stage import Stage

FREE_SPEED = Speed(70.0, "%")
LOADED_SPEED = Speed(50.0, "%")
MAIN = "main"


@dataclass(frozen=True, eq=False)
class Writing:
    """What the moves of one group have in common."""

    cell: Cell
    group: str
    chain: Chain
    flange_T_tcp: Pose
    tool: str


def program_of(
    cell: Cell, group: str, name: str, taught: list[Taught], zones: Mapping[tuple[int, int], Zone]
) -> Program:
    """Return the program of a group, as its text will say it but not yet quantised.

    Args:
        zones: By (index of the stage, number of the move in it); fine elsewhere.
    """
    found = cell.groups[group]
    writing = Writing(cell, group, chain_of(cell, group), tcp_of(cell, group), found.tool)
    body: list[Statement] = []
    for number, stage in enumerate(taught):
        body += _stage(writing, stage, {k: zone for (n, k), zone in zones.items() if n == number})
    return Program(name, group, (Routine(MAIN, tuple(body)),), source="teach")


def _stage(writing: Writing, taught: Taught, zones: Mapping[int, Zone]) -> list[Statement]:
    stage, candidate = taught.stage, taught.candidate
    body: list[Statement] = []
    count = 0
    if taught.entry is not None:
        body.append(Comment(f"{stage.feature} (step at line {stage.line})"))
        loaded = bool(stage.points[0].world.in_hand(writing.group))
        speed = LOADED_SPEED if loaded else FREE_SPEED
        path = taught.entry.path
        for q in path[1:]:
            last = count == len(path) - 2
            target = Target(q=_q(q), feature=_label(stage, 0) if last else "")
            body.append(Move("joint", target, speed, zones.get(count, FINE), writing.tool))
            count += 1
    body += stage.points[0].actions
    for k, point in enumerate(stage.points[1:], start=1):
        target = _line_target(writing, candidate.q[k], stage.frame, _label(stage, k))
        speed, zone = Speed(float(point.speed_mm_s), "mm/s"), zones.get(count, FINE)
        body.append(Move("linear", target, speed, zone, writing.tool, stage.frame))
        body += point.actions
        count += 1
    return body


def _label(stage: Stage, k: int) -> str:
    """Return what a point is called in the program: "door.front_left.hinge_bolts[2] target"."""
    name = stage.points[k].name
    return stage.feature if name == stage.feature else f"{stage.feature} {name}"


def _q(q: Array) -> tuple[float, ...]:
    return tuple(float(v) for v in q)


def _line_target(writing: Writing, q: Array, frame: str, feature: str) -> Target:
    """Return joints and `frame_T_tcp` of a line's end."""
    world_T_tcp = tcp_pose(writing.chain, np.asarray(q), writing.flange_T_tcp)
    frame_T_tcp = world_T_frame(writing.cell, frame).inverse() @ world_T_tcp
    return Target(q=_q(q), pose=frame_T_tcp, feature=feature)


def with_lines(program: Program, cell: Cell) -> Program:
    """Return the program as its file reads back: with the line of every statement."""
    text = dump_program(program, cell.groups[program.group])
    read = parse_program(text, f"{program.group}{SUFFIX}")
    return replace(read, source=program.source, notes=program.notes)
