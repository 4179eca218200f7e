"""Lint of arcs, wrists and ways to stand, for INFORM jobs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from cellsim.controllers.linting import Findings, Look
from cellsim.domain.program import Move, Target
from cellsim.domain.report import Severity
from cellsim.domain.walk import within
from cellsim.geometry import Array

_LEAST_MM = 0.1
_LEAST_SINE = 1e-4
_SINGULAR_DEG = 0.01


def _routes(look: Look) -> Iterator[list[Move]]:
    """Yield the motions of each job in the order of its lines."""
    for routine in look.program.routines:
        yield [s for s in within(routine.body) if isinstance(s, Move)]


def arcs(look: Look) -> Findings:
    """An arc whose points coincide or lie on one line; a corner that leads into an arc."""
    source = "INFORM manual, MOVC: three points on a circle"
    for moves in _routes(look):
        for before, move in itertools.pairwise(moves):
            if move.kind != "circular" or move.via is None:
                continue
            if before.zone.kind != "fine":
                what = f"corner {before.zone} before an arc becomes a stop"
                yield look.found("corner-stops", what, before, source=source)
            places = (_place(t) for t in (before.to, move.via, move.to))
            points = [p for p in places if p is not None]
            if len(points) == 3 and _degenerate(*points):
                what = "arc through points that make no circle"
                error = Severity.ERROR
                yield look.found("arc-degenerate", what, move, source=source, severity=error)


def _place(target: Target) -> Array | None:
    """Return a target's point [mm], or its joints [deg] where it has no pose."""
    if target.pose is not None:
        return np.asarray(1000.0 * target.pose.p)
    return None if target.q is None else np.degrees(np.array(target.q))


def _degenerate(a: Array, b: Array, c: Array) -> bool:
    if len({len(a), len(b), len(c)}) > 1:
        return False
    ab, bc, ac = b - a, c - b, c - a
    if min(float(np.linalg.norm(v)) for v in (ab, bc, ac)) < _LEAST_MM:
        return True
    if len(a) != 3:
        return False
    return float(np.linalg.norm(np.cross(ab, ac))) < _LEAST_SINE * float(ab @ ab + ac @ ac)


def singular(look: Look) -> Findings:
    """A path motion that begins or ends with B = 0: R and T turn about one line there."""
    for moves in _routes(look):
        for before, move in itertools.pairwise(moves):
            if move.kind == "joint":
                continue
            for target, where in ((before.to, "from"), (move.to, "to")):
                if target.q is None or len(target.q) < 6:
                    continue
                axis = look.group.controller.axes[4]
                shown = (target.q[4] - axis.offset) / axis.factor
                if abs(shown) < _SINGULAR_DEG and not math.isnan(shown):
                    yield look.found(
                        "wrist-singular",
                        f"path motion {where} B = 0",
                        move,
                        value=shown,
                        limit=_SINGULAR_DEG,
                        unit="deg",
                        source="geometry: R and T in one line",
                    )
                    break


def stances(look: Look, source: str) -> Findings:
    """A path motion between two ways to stand: no line leads from front to rear, upper to lower."""
    for moves in _routes(look):
        for before, move in itertools.pairwise(moves):
            a, b = (m.to.config.split(",") for m in (before, move))
            if move.kind == "joint" or len(a) < 3 or len(b) < 3:
                continue
            if a[1:3] != b[1:3]:
                what = f"RCONF {move.to.config} after {before.to.config} on a path"
                yield look.found("rconf-changes", what, move, source=source)
