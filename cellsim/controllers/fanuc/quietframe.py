"""Let joint motions stand in the frame of the path motions around them: UFRAME_NUM changes less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.writing.rewrite import rewrite_body
from cellsim.controllers.writing.targets import measured
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Move, Program, Statement
from cellsim.domain.walk import within


def quiet_frames(program: Program, cell: Cell, group: MotionGroup) -> Program:
    """Return the program with a numbered frame at joint motions that name none.

    A joint target means the same in every frame that is not measured at run time: it takes that of
    the next path motion in its routine, else of the one before.
    """
    numbered = {f for f in group.controller.frames if not measured(cell, f)}
    routines = []
    for routine in program.routines:
        moves = [s for s in within(routine.body) if isinstance(s, Move)]
        frames = _frames(moves, numbered)

        def change(s: Statement, frames: dict[int, str] = frames) -> tuple[Statement, ...]:
            if isinstance(s, Move) and id(s) in frames:
                return (replace(s, frame=frames[id(s)]),)
            return (s,)

        routines.append(replace(routine, body=rewrite_body(routine.body, change)))
    return replace(program, routines=tuple(routines))


def _frames(moves: Sequence[Move], numbered: set[str]) -> dict[int, str]:
    """Return the frame for each joint motion that may take one, by identity."""
    found: dict[int, str] = {}
    near = ""
    waiting: list[Move] = []
    for move in moves:
        if move.frame in numbered:
            near = move.frame
            found |= {id(m): near for m in waiting}
            waiting = []
        elif move.kind == "joint" and move.frame == "world":
            waiting.append(move)
    return found | {id(m): near for m in waiting if near}
