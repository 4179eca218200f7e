"""Taught stages to a program: moves with speeds and zones, actions in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.files.program import SUFFIX, dump_program, parse_program
from cellsim.domain.program import FINE, Comment, Move, Program, Routine, Statement, Target, Zone
from cellsim.geometry import Pose
from cellsim.kinematics import Chain, chain_of, tcp_pose, world_T_frame
from cellsim.teach.resolve import tcp_of
from cellsim.teach.stage import Motion
from cellsim.teach.taught import Taught

MAIN = "main"


def program_of(
    cell: Cell, group: str, name: str, taught: list[Taught], zones: Mapping[int, Zone]
) -> Program:
    """Return the program of a group, not yet quantised.

    Args:
        zones: Zone by the number of the motion, counted over all stages; fine elsewhere.
    """
    chain, tcp, tool = chain_of(cell, group), tcp_of(cell, group), cell.groups[group].tool
    body: list[Statement] = []
    number = 0
    for stage in taught:
        if not stage.motions:
            body += stage.stage.points[0].actions
            continue
        body.append(Comment(f"{stage.stage.feature} (step at line {stage.stage.line})"))
        for motion in stage.motions:
            body.append(_move(cell, chain, motion, tcp, tool, zones.get(number, FINE)))
            body += motion.actions
            number += 1
    return Program(name, group, (Routine(MAIN, tuple(body)),), source="teach")


def _move(
    cell: Cell, chain: Chain, motion: Motion, flange_T_tcp: Pose, tool: str, zone: Zone
) -> Move:
    """Return the statement of a motion; lines carry joints and `frame_T_tcp`."""
    q = motion.way[-1]
    target = Target(q=tuple(float(v) for v in q), feature=motion.label)
    if motion.kind == "linear":
        world_T_tcp = tcp_pose(chain, np.asarray(q), flange_T_tcp)
        frame_T_tcp = world_T_frame(cell, motion.frame, {chain.group: q}).inverse() @ world_T_tcp
        target = replace(target, pose=frame_T_tcp)
    return Move(motion.kind, target, motion.speed, zone, tool, motion.frame)


def with_lines(program: Program, cell: Cell) -> Program:
    """Return the program as its file reads back: with the line of every statement."""
    text = dump_program(program, cell.groups[program.group])
    read = parse_program(text, f"{program.group}{SUFFIX}")
    return replace(read, source=program.source, notes=program.notes)
