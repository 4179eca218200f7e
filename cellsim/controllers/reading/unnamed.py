"""Motions with a tool or frame number that the cell has no name for: nobody knows what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cellsim.domain.doubt import Doubt
from cellsim.domain.program import If, Loop, Move, Program, Statement


def with_unnamed(program: Program, made_up: Mapping[str, str]) -> Program:
    """Return the program with a doubt in every motion whose tool or frame was made up.

    Args:
        made_up: Name that stands for such a number ("tool number 7") to its kind ("tool").
    """
    if not made_up:
        return program
    routines = [
        replace(r, body=tuple(_marked(s, made_up, r.file or program.file) for s in r.body))
        for r in program.routines
    ]
    return replace(program, routines=tuple(routines))


def _marked(s: Statement, made_up: Mapping[str, str], file: str) -> Statement:
    if isinstance(s, If):
        then, other = (
            tuple(_marked(inner, made_up, file) for inner in body) for body in (s.then, s.otherwise)
        )
        return replace(s, then=then, otherwise=other)
    if isinstance(s, Loop):
        return replace(s, body=tuple(_marked(inner, made_up, file) for inner in s.body))
    if not isinstance(s, Move) or not {s.tool, s.frame} & made_up.keys():
        return s
    kinds = [made_up[name] for name in (s.tool, s.frame) if name in made_up]
    doubts = {*s.doubts, *(Doubt(kind, s.line, file) for kind in kinds)}
    return replace(s, doubts=tuple(sorted(doubts)))
