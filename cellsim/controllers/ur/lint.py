"""What a UR controller rejects or changes in a program.

Source: URScript manual (blend radius, movej, movel); limits on length are field reports.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from cellsim.controllers import linting, lintlimits, lintplaces
from cellsim.controllers.linting import Findings, Look
from cellsim.controllers.standin import UNKNOWN_ROBOT
from cellsim.controllers.ur.words import RESERVED
from cellsim.domain.cell import Cell
from cellsim.domain.program import Delay, Goto, If, Label, Move, Program, SetSignal, Wait
from cellsim.domain.report import Finding, Severity
from cellsim.geometry import Array, Pose

_MANUAL = "URScript manual"
_HAIR_MM = 1e-6
_WRIST_DEG = 0.1
_MOST_MM_S = 10_000.0


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    upper = frozenset(word.upper() for word in RESERVED)
    found = [
        *(f for f in linting.check_numbers(look) if f.rule != "lint-tool-unset"),
        *linting.check_raw(look),
        *linting.check_speeds(look, _MANUAL),
        *linting.check_corner_stops(look, _MANUAL, (Wait, Delay, SetSignal, If)),
        *linting.check_first_motion(look, _MANUAL),
        *linting.check_waits(look, 0.0, 3600.0, _MANUAL),
        *linting.check_names(look, 40, upper, True, _MANUAL),
        *linting.check_ascii(look, _MANUAL),
        *lintplaces.check_wrist(look, _from_line, _WRIST_DEG, "wrist 1 and 3 parallel; limit ours"),
        *lintplaces.check_arcs(look, f"{_MANUAL}, movec"),
        *lintplaces.check_range(look, _MANUAL),
        *lintlimits.check_coupling(look),
        *lintlimits.check_path_speed(look, _MOST_MM_S, "no arm is as fast; limit ours"),
        *lintlimits.check_joint_speed(look, "speed of the fastest joint, in the robot's file"),
        *_blends(look),
        *_jumps(look),
    ]
    for routine in program.routines:
        source = "field reports of 1000 to 2500 targets a script"
        found += linting.check_length(look, routine, 1000, source)
    return linting.ordered(found)


def _from_line(wrist_2: float) -> float:
    """Return how far wrist 2 is from 0 or 180 deg, where wrist 1 and 3 are parallel [deg]."""
    return math.degrees(math.remainder(wrist_2, math.pi))


def _blends(look: Look) -> Findings:
    """Two blends that overlap: the controller drops one with a warning."""
    from cellsim.kinematics.frames import world_T_frame

    frames = {move.frame for move in look.moves}
    at = {name: world_T_frame(look.cell, name) for name in frames}
    known = lintplaces.Places(look)
    for routine in look.program.routines:
        plain = [s for s in routine.body if isinstance(s, Move)]
        places: dict[int, Array | None] = {}
        for move, after in itertools.pairwise(plain):
            radii = [m.zone.value for m in (move, after) if m.zone.kind == "radius"]
            if not radii or move.zone.kind != "radius":
                continue
            for m in (move, after):
                if id(m) not in places:
                    places[id(m)] = _place(known, m, at[m.frame])
            start, end = places[id(move)], places[id(after)]
            if start is None or end is None:
                continue
            length = 1000.0 * float(np.linalg.norm(end - start))
            if sum(radii) > length + _HAIR_MM:
                yield look.found(
                    "blend-overlap",
                    f"blends of {sum(radii):g} mm on a leg of {length:.1f} mm",
                    move,
                    value=sum(radii),
                    limit=length,
                    unit="mm",
                    source=_MANUAL,
                    severity=Severity.ERROR,
                )


def _place(known: lintplaces.Places, move: Move, world_T_named: Pose) -> Array | None:
    """Return where the TCP stands at a motion's end [m] in the world, shape (3,)."""
    if move.to.pose is not None:
        return np.asarray(world_T_named.R @ move.to.pose.p + world_T_named.p)
    if known.look.group.robot.name == UNKNOWN_ROBOT:
        return None
    return known.at_joints(move, move.to)


def _jumps(look: Look) -> Findings:
    """Jumps, which the language does not have."""
    for s in look.statements:
        if isinstance(s, Label | Goto) or (isinstance(s, Wait) and s.on_timeout):
            yield look.found("jump", "a jump", s, source=_MANUAL, severity=Severity.ERROR)
