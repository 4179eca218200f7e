"""What an IRC5 or OmniCore rejects or changes in a program."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from cellsim.controllers import lintalong, linting, lintlimits, lintplaces
from cellsim.controllers.abb.arcs import MOST_DEG, arc_problem, sweep_deg
from cellsim.controllers.abb.branch import with_conf
from cellsim.controllers.abb.corners import FAR, behind, flies
from cellsim.controllers.abb.eventtext import is_event
from cellsim.controllers.abb.words import RESERVED
from cellsim.controllers.linting import Findings, Look
from cellsim.controllers.writing.resolve import with_joints
from cellsim.domain.cell import Cell
from cellsim.domain.program import Comment, If, Loop, Move, Program, Raw, Statement
from cellsim.domain.report import Finding, Severity
from cellsim.errors import BadInput, Refused

_KERNEL = "RAPID kernel 3HAC050946"
_DATA = "RAPID instructions, functions and data types 3HAC050917"
_BASIC = "RAPID Reference Manual, Basic Characteristics"
FASTEST_MM_S = 7000.0
_SINGULAR_DEG = 0.01


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look),
        *linting.check_raw(look),
        *linting.check_speeds(look, _DATA),
        *linting.check_first_motion(look, f"{_BASIC}: a first MoveL starts from anywhere"),
        *linting.check_waits(look, 0.0, 9_999_999.0, _DATA),
        *linting.check_names(look, 32, RESERVED - {"MAIN"}, True, f"{_KERNEL}, identifiers"),
        *linting.check_ascii(look, "RobotWare 6 reads ISO 8859-1, RobotWare 7 UTF-8"),
        *lintplaces.check_range(look, f"{_DATA}, jointtarget; working range of the arm"),
        *lintalong.check_along(look, f"{_DATA}, TriggIO (recalled)"),
        *lintlimits.check_coupling(look),
        *_corners(look),
        *_sizes(look),
        *_pairs_of(look),
        *_left_in(look),
        *_configurations(look),
    ]
    return linting.ordered(found)


def _bodies(body: Sequence[Statement]) -> Iterator[Sequence[Statement]]:
    """Yield a body and those of its blocks."""
    yield body
    for s in body:
        if isinstance(s, If):
            yield from _bodies(s.then)
            yield from _bodies(s.otherwise)
        elif isinstance(s, Loop):
            yield from _bodies(s.body)


def _corners(look: Look) -> Findings:
    """A corner that logic or the end of a block may turn into a stop, or of a way not known here.

    What follows a line that was not understood is not known: nothing is said of such a corner.
    """
    for routine in look.program.routines:
        for body in _bodies(routine.body):
            for at, s in enumerate(body):
                triggered = at > 0 and is_event(body[at - 1])
                rest = body[at + 1 : at + 1 + FAR]
                if not isinstance(s, Move) or s.zone.kind == "fine" or flies(s, rest, triggered):
                    continue
                after = behind(s, rest, triggered)
                if isinstance(after, Move):
                    yield _between(look, s)
                elif not isinstance(after, Raw):
                    what = f"corner {s.zone} before logic or the end of a block may become a stop"
                    source = f"{_BASIC}, positioning during program execution"
                    yield look.found("corner-stops", what, s, source=source)


def _between(look: Look, move: Move) -> Finding:
    what = f"corner {move.zone} between a joint motion and a path: its way is not known here"
    source = (
        f"{_BASIC}, 2.3.5: 'Corner paths are also generated when one interpolation method is"
        " exchanged for another'; no manual read says which"
    )
    return look.found("corner-between-kinds", what, move, source=source, severity=Severity.NOTE)


def _sizes(look: Look) -> Findings:
    """A speed above v7000, an acceleration below 20 %."""
    for move in look.moves:
        speed = move.speed.value * {"m/s": 1000.0, "mm/s": 1.0}.get(move.speed.unit, 0.0)
        if speed > FASTEST_MM_S:
            yield look.found(
                "speed-over-v7000",
                f"speed {move.speed}",
                move,
                value=speed,
                limit=FASTEST_MM_S,
                unit="mm/s",
                source=f"{_DATA}, speeddata",
            )
        if move.accel is not None and move.accel < 20.0:
            yield look.found(
                "acceleration-raised",
                f"acceleration {move.accel:g} %",
                move,
                value=move.accel,
                limit=20.0,
                unit="%",
                source=f"{_DATA}, AccSet: less than 20 % is 20 %",
            )


def _pairs_of(look: Look) -> Findings:
    """Arcs that cannot be, zones above half a segment, lines out of the wrist singularity."""
    for routine in look.program.routines:
        for body in _bodies(routine.body):
            plain = [s for s in body if not isinstance(s, Comment)]
            moves = [s for s in plain if isinstance(s, Move)]
            for before, move in itertools.pairwise(moves):
                yield from _arc(look, before, move)
                yield from _zone(look, before, move)
                yield from _wrist(look, before, move)


def _arc(look: Look, before: Move, move: Move) -> Findings:
    places = _places(before, move)
    if move.via is None or places is None or move.via.pose is None:
        return
    start, end = places
    source = f"{_DATA}, MoveC, limitations"
    problem = arc_problem(start, move.via.pose.p, end)
    if problem:
        yield look.found("arc", problem, move, source=source, severity=Severity.ERROR)
        return
    sweep = sweep_deg(start, move.via.pose.p, end)
    if sweep > MOST_DEG:
        yield look.found(
            "arc-long",
            f"arc of {sweep:.1f} deg",
            move,
            value=sweep,
            limit=MOST_DEG,
            unit="deg",
            source=source,
        )


def _places(before: Move, move: Move) -> tuple[np.ndarray, np.ndarray] | None:
    """Return where two motions end, in their common frame; None where that is not known."""
    if before.to.pose is None or move.to.pose is None or before.frame != move.frame:
        return None
    return before.to.pose.p, move.to.pose.p


def _zone(look: Look, before: Move, move: Move) -> Findings:
    """A zone that is cut to half of the segment before or after it."""
    places = _places(before, move)
    if places is None or move.kind == "circular" or move.kind == "joint":
        return
    half = 500.0 * float(np.linalg.norm(places[1] - places[0]))
    for zoned in (before, move):
        size = zoned.zone.value
        if zoned.zone.kind == "distance" and size > half + 1e-6:
            yield look.found(
                "corner-cut",
                f"corner {zoned.zone} beside a segment of {2 * half:.3f} mm",
                zoned,
                value=size,
                limit=half,
                unit="mm",
                source=f"{_DATA}, zonedata: at most half the distance to the closest position",
            )


def _wrist(look: Look, before: Move, move: Move) -> Findings:
    q = before.to.q
    if q is None or len(q) < 6 or move.kind == "joint":
        return
    axis = look.group.controller.axes[4]
    a5 = (q[4] - axis.offset) / axis.factor
    if abs(a5) < _SINGULAR_DEG:
        yield look.found(
            "wrist-singular",
            "path motion from axis 5 at zero",
            move,
            value=a5,
            limit=_SINGULAR_DEG,
            unit="deg",
            source=f"{_BASIC}, singularities: axes 4 and 6 on one line",
        )


def _left_in(look: Look) -> Findings:
    """wobj0 where the cell has frames of its own; tool0 on an arm that carries a tool."""
    own = f"group:{look.group.name}.base"
    for move in look.moves:
        if move.to.pose is not None and move.frame == own and look.group.controller.frames:
            note = Severity.NOTE
            yield look.found("wobj0", "target in wobj0", move, severity=note, source=_DATA)


def _configurations(look: Look) -> Findings:
    """A configuration that is not the one the arm comes with: ConfL stops the robot there."""
    if not look.group.robot.maker or look.group.robot.dof != 6:
        return
    asked = [m for m in look.moves if m.kind != "joint" and _conf(m.to.config)]
    if not asked:
        return
    try:
        known = with_joints("abb", look.program, look.cell, lambda m: m.kind != "joint")
    except (Refused, BadInput):
        return
    told = [
        (move, conf, move.to.q)
        for move in linting.look(known, look.cell).moves
        if move.kind != "joint" and move.to.q is not None and (conf := _conf(move.to.config))
    ]
    q, confs = np.array([t[2] for t in told]), np.array([t[1] for t in told])
    for (move, _, _), fits in zip(told, with_conf(q, confs, look.cell, look.group), strict=True):
        if not fits:
            what = f"configuration [{move.to.config.replace(' ', ',')}] is not that of the joints"
            source = f"{_DATA}, ConfL: the program stops at another configuration"
            yield look.found("configuration", what, move, source=source, severity=Severity.ERROR)


def _conf(text: str) -> tuple[int, ...] | None:
    parts = text.split()
    if len(parts) != 4 or not all(p.lstrip("-").isdigit() for p in parts):
        return None
    return tuple(int(p) for p in parts)
