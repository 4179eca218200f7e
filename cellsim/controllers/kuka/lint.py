"""What a KRC controller rejects or changes in a program.

Source: KSS 8.2 SI manual: names, BCO run, advance run, approximate positioning, singularities.
"""

from __future__ import annotations

import math

from cellsim.controllers import lintalong, linting, lintlimits, lintplaces
from cellsim.controllers.kuka.motion import rules
from cellsim.controllers.kuka.words import RESERVED
from cellsim.controllers.linting import Findings, Look
from cellsim.domain.cell import Cell
from cellsim.domain.program import Delay, If, Program, SetSignal, Wait
from cellsim.domain.report import Finding, Severity

_MANUAL = "KSS 8.2 SI manual"
_TRIGGER = "KSS 8.x, TRIGGER as Beckhoff TF5120 repeats it"
_SINGULAR_DEG = 0.01812
_MOST_MM_S = 2000.0


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look, "TOOL_DATA[{}]"),
        *linting.check_raw(look),
        *linting.check_speeds(look, _MANUAL),
        *linting.check_corner_stops(look, _MANUAL, (Wait, Delay, SetSignal, If)),
        *linting.check_first_motion(look, f"{_MANUAL}, BCO run"),
        *linting.check_waits(look, 0.0, 3600.0, _MANUAL),
        *linting.check_names(look, 24, RESERVED, True, _MANUAL),
        *linting.check_ascii(look, "8-bit text on the controller"),
        *_corners(look),
        *lintplaces.check_wrist(look, math.degrees, _SINGULAR_DEG, _MANUAL),
        *lintplaces.check_arcs(look, f"{_MANUAL}, CIRC"),
        *lintplaces.check_room(look, rules(look.group.controller), f"{_MANUAL}, C_DIS"),
        *lintplaces.check_range(look, f"{_MANUAL}, software limit switches"),
        *lintalong.check_along(look, f"{_TRIGGER}; that it is cut there: assumed"),
        *lintlimits.check_coupling(look),
        *lintlimits.check_path_speed(look, _MOST_MM_S, f"{_MANUAL}, inline form LIN (recalled)"),
        *_frames(look),
    ]
    return linting.ordered(found)


def _corners(look: Look) -> Findings:
    """A corner in the wrong measure: % for LIN, mm for PTP."""
    for move in look.moves:
        wrong = "distance" if move.kind == "joint" else "cptp"
        if move.zone.kind == wrong:
            what = f"corner {move.zone} of a {move.kind} motion"
            source = f"{_MANUAL}: $APO.CPTP is a percentage, $APO.CDIS is mm"
            yield look.found("corner-measure", what, move, source=source, severity=Severity.ERROR)


def _frames(look: Look) -> Findings:
    """A pose in a frame without BASE_DATA: an unset base is silently the world."""
    known = {*look.group.controller.frames, f"group:{look.group.name}.base"}
    for move in look.moves:
        if move.to.pose is not None and move.frame not in known:
            foreign = linting.unnamed(look, move.frame, "frame number ", "BASE_DATA[{}]", "frame")
            what = foreign or f"frame '{move.frame}' has no base number"
            source = "" if foreign else f"{_MANUAL}: BASE on unset BASE_DATA[n] is the world"
            yield look.found("frame-unset", what, move, source=source, severity=Severity.ERROR)
    for kind, table in (
        ("tool", look.group.controller.tools),
        ("base", look.group.controller.frames),
    ):
        for name, number in table.items():
            top = 16 if kind == "tool" else 32
            if not 1 <= number <= top:
                what = f"{kind} '{name}' has number {number}, 1..{top}"
                yield look.found("number-range", what, value=number, limit=top)
