"""What the lint says of motions: arcs, wrist singularity, CONFIG along a path."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from cellsim.controllers.fanuc.posing import letters_of_rows, with_joints
from cellsim.controllers.linting import Findings, Look
from cellsim.controllers.writing.axes import printed_value
from cellsim.domain.program import Call, If, Label, Loop, Move, Raw, Statement
from cellsim.domain.report import Severity

_SOURCE = "R-30iB Plus teach pendant help, 5: motion instructions"
_SINGULAR_DEG = 1.0
_STRAIGHT = 1e-3
MOST_LOOKED_AT = 200


def check_arcs(look: Look) -> Findings:
    """An arc whose points lie on one line, or in one place."""
    for before, move in _pairs(look):
        if move.kind != "circular" or move.via is None:
            continue
        points = [t.pose.p for t in (move.via, move.to) if t.pose is not None]
        if before is not None and before.to.pose is not None and before.frame == move.frame:
            points.insert(0, before.to.pose.p)
        if len(points) < 2:
            continue
        steps = [b - a for a, b in itertools.pairwise(points)]
        sizes = [float(np.linalg.norm(s)) for s in steps]
        flat = min(sizes) < 1e-6
        if not flat and len(steps) == 2:
            area = float(np.linalg.norm(np.cross(steps[0], steps[1])))
            flat = area <= _STRAIGHT * sizes[0] * sizes[1]
        if flat:
            what = "the three points of an arc lie on one line"
            error = Severity.ERROR
            yield look.found("arc-degenerate", what, move, source=_SOURCE, severity=error)


def check_wrist(look: Look) -> Findings:
    """A path motion from a joint position with J5 near zero."""
    for before, move in _pairs(look):
        if before is None or before.to.q is None or move.kind == "joint":
            continue
        axes = look.group.controller.axes
        if len(before.to.q) != len(axes) or len(axes) < 6:
            continue
        j5 = printed_value(axes, before.to.q, 4)
        if abs(j5) < _SINGULAR_DEG:
            yield look.found(
                "wrist-singular",
                "path motion from J5 near 0",
                move,
                value=j5,
                limit=_SINGULAR_DEG,
                unit="deg",
                source=_SOURCE,
            )


def check_config(look: Look) -> Findings:
    """CONFIG that a path motion cannot arrive with: other letters than its start, or no joints.

    Not looked at without a cell: the stand-in robot has no arm.
    """
    if not look.group.robot.maker:
        return
    seen, looked = set[tuple[object, ...]](), 0
    pairs = [
        (before, move)
        for before, move in _pairs(look)
        if move.kind != "joint" and move.to.config and move.to.pose is not None
    ]
    letters = _letters([before for before, _ in pairs if before is not None], look)
    for before, move in pairs:
        assert move.to.pose is not None
        start = "" if before is None else letters[id(before)]
        end = move.to.config.partition(",")[0]
        if start and start != end:
            what = f"{move.kind} motion from CONFIG {start} to {end}"
            yield look.found("config-changes", what, move, source=_SOURCE)
        if looked >= MOST_LOOKED_AT:
            continue
        key = (move.frame, move.tool, move.to.config, *map(float, move.to.pose.matrix.ravel()))
        if key in seen:
            continue
        seen.add(key)
        looked += 1
        reason = with_joints(move.to, move.frame, move.tool, look.cell, look.group)
        if isinstance(reason, str) and reason.startswith("0 "):
            what = f"no joints stand there with CONFIG {move.to.config}"
            error = Severity.ERROR
            yield look.found("config-disagrees", what, move, source=_SOURCE, severity=error)


def _letters(moves: Sequence[Move], look: Look) -> dict[int, str]:
    """Return N or F, U or D, T or B of where motions end, "" where the text does not say.

    By the identity of each motion.
    """
    axes = look.group.controller.axes
    found = {id(m): m.to.config.partition(",")[0] for m in moves}
    standing = [
        (m, m.to.q)
        for m in moves
        if not m.to.config
        and m.to.q is not None
        and len(m.to.q) == len(axes)
        and abs(printed_value(axes, m.to.q, 4)) >= _SINGULAR_DEG
    ]
    rows = letters_of_rows([q for _, q in standing], look.cell, look.group)
    return found | {id(m): letters for (m, _), letters in zip(standing, rows, strict=True)}


def _pairs(look: Look) -> Iterator[tuple[Move | None, Move]]:
    """Yield each motion with the one that surely ran before it, None where that is not known."""
    for routine in look.program.routines:
        yield from _in(routine.body)


def _in(body: Iterable[Statement]) -> Iterator[tuple[Move | None, Move]]:
    before: Move | None = None
    for s in body:
        if isinstance(s, Move):
            yield before, s
            before = s
        elif isinstance(s, If):
            yield from _in(s.then)
            yield from _in(s.otherwise)
            before = None
        elif isinstance(s, Loop):
            yield from _in(s.body)
            before = None
        elif isinstance(s, Call | Label) or (isinstance(s, Raw) and not s.harmless):
            before = None
