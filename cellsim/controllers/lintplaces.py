"""What the brands' lints find where the places of two motions in a row are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np

from cellsim.controllers.linting import Findings, Look
from cellsim.controllers.standin import UNKNOWN_ROBOT
from cellsim.controllers.writing.targets import places_at, tcp_of, tool_name
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import (
    Call,
    Goto,
    If,
    Label,
    Loop,
    Move,
    SetSignal,
    Statement,
    Target,
)
from cellsim.domain.report import Severity
from cellsim.geometry import Array, Pose

# Three points nearer to one line than this make no circle [m].
_FLAT_M = 1e-5
_HAIR_M = 1e-9


@dataclass
class Places:
    """Where the TCP stands at targets [m] in the world; None without a cell or a name."""

    look: Look
    _frames: dict[str, Pose] = field(default_factory=dict)
    _done: dict[tuple[int, str, str], Array | None] = field(default_factory=dict)
    _by_joints: dict[str, dict[int, Array]] = field(default_factory=dict)

    def of(self, move: Move, target: Target) -> Array | None:
        """Return the place of a target of a motion, shape (3,)."""
        key = (id(target), move.tool, move.frame)
        if key not in self._done:
            self._done[key] = self._place(move, target)
        return self._done[key]

    def at_joints(self, move: Move, target: Target) -> Array | None:
        """Return the place of a target with joints, shape (3,); those of all with its tool at once.

        Raises:
            UnknownName: The cell has no such tool.
        """
        if not self._has_joints(target):
            return None
        if move.tool not in self._by_joints:
            cell, group = self.look.cell, self.look.group
            tcp = tcp_of(tool_name(move, group, cell), cell)
            moves = (m for m in self.look.moves if m.tool == move.tool)
            found = [t for m in moves for t in (m.to, m.via) if self._has_joints(t)]
            rows = places_at(cell, group, [t.q for t in found if t is not None and t.q], tcp)
            self._by_joints[move.tool] = dict(zip(map(id, found), rows, strict=True))
        return self._by_joints[move.tool][id(target)]

    def _has_joints(self, target: Target | None) -> bool:
        return bool(target and target.q and len(target.q) == len(self.look.group.joints))

    def _place(self, move: Move, target: Target) -> Array | None:
        from cellsim.kinematics.frames import world_T_frame

        group, cell = self.look.group, self.look.cell
        if group.robot.name == UNKNOWN_ROBOT:
            return target.pose.p if target.pose is not None else None
        if self._has_joints(target):
            return self.at_joints(move, target)
        known = move.frame in cell.frames or ":" in move.frame or move.frame == "world"
        if target.pose is None or not known or group.externals:
            return None
        if move.frame not in self._frames:
            self._frames[move.frame] = world_T_frame(cell, move.frame)
        world_T_named = self._frames[move.frame]
        return np.asarray(world_T_named.R @ target.pose.p + world_T_named.p)


def steps(look: Look) -> Iterator[tuple[Move | None, Move, Statement | None]]:
    """Yield each motion with the motion before it and what follows it, where both are certain."""
    for routine in look.program.routines:
        before: Move | None = None
        for s, after in zip_longest(routine.body, routine.body[1:]):
            if isinstance(s, Move):
                yield before, s, after
                before = s
            elif isinstance(s, Call | Label | Goto | If | Loop):
                before = None


def check_arcs(look: Look, source: str) -> Findings:
    """A circle whose start, via point and end lie on one line, or on each other."""
    places = Places(look)
    for before, move, _ in steps(look):
        if move.kind != "circular" or move.via is None or before is None:
            continue
        if before.tool != move.tool:
            continue
        start, via, end = (
            places.of(before, before.to),
            places.of(move, move.via),
            places.of(move, move.to),
        )
        if start is None or via is None or end is None:
            continue
        chord = max(float(np.linalg.norm(end - start)), _HAIR_M)
        away = float(np.linalg.norm(np.cross(end - start, via - start))) / chord
        if away < _FLAT_M:
            what = f"via point {1e3 * away:.3f} mm beside the line from start to end"
            error = Severity.ERROR
            yield look.found(
                "arc-flat",
                what,
                move,
                value=1e3 * away,
                limit=1e3 * _FLAT_M,
                unit="mm",
                source=source,
                severity=error,
            )


def check_room(look: Look, rules: MotionRules, source: str) -> Findings:
    """A corner of a line that is larger than half of the line to it: the controller cuts it."""
    places = Places(look)
    for before, move, _ in steps(look):
        size = distance_of(move, rules)
        if before is None or move.kind != "linear" or size is None or before.tool != move.tool:
            continue
        start, end = places.of(before, before.to), places.of(move, move.to)
        if start is None or end is None:
            continue
        half = float(np.linalg.norm(end - start)) / 2.0
        if size > half + _HAIR_M:
            what = f"corner {move.zone} on a line of {2e3 * half:.1f} mm is cut to half of it"
            yield look.found(
                "corner-cut",
                what,
                move,
                value=1e3 * size,
                limit=1e3 * half,
                unit="mm",
                source=source,
            )


def distance_of(move: Move, rules: MotionRules) -> float | None:
    """Return the distance of a corner [m] where its measure has one."""
    zone = move.zone
    if zone.kind in rules.zone_unit_m:
        return zone.value * rules.zone_unit_m[zone.kind]
    table = rules.zone_distance_m.get(zone.kind, ())
    level = int(zone.value)
    # The last accu has no distance of its own: half of the segment.
    end = len(table) - (zone.kind == "accu")
    return table[level] or None if zone.kind != "fine" and 0 <= level < end else None


def check_wrist(look: Look, wrist: Callable[[float], float], limit: float, source: str) -> Findings:
    """A path motion from joints at which two axes of the wrist are in line.

    Args:
        wrist: Angle of the fifth axis from the singularity [deg] for a joint value [rad].
        limit: Nearer than this is in it [deg].
    """
    for before, move, _ in steps(look):
        if before is None or move.kind == "joint" or before.to.q is None or len(before.to.q) < 6:
            continue
        angle = wrist(before.to.q[4])
        if abs(angle) < limit:
            what = f"path motion from a wrist {angle:.4f} deg from its singularity"
            yield look.found(
                "wrist-singular", what, move, value=angle, limit=limit, unit="deg", source=source
            )


def check_range(look: Look, source: str) -> Findings:
    """A joint target outside of the robot's range: the controller stops, or turns the other way."""
    for _, move, _ in steps(look):
        for target in (move.to, move.via):
            q = target.q if target is not None else None
            if q is None or len(q) != len(look.group.joints):
                continue
            for joint, value in zip(look.group.joints, q, strict=True):
                over = max(joint.lower - value, value - joint.upper)
                if over > _HAIR_M:
                    shown = 1e3 if joint.kind == "prismatic" else float(np.degrees(1.0))
                    limit = joint.upper if value > joint.upper else joint.lower
                    what = f"{joint.name} at {shown * value:.3f}, its end is {shown * limit:.3f}"
                    unit = "mm" if joint.kind == "prismatic" else "deg"
                    yield look.found(
                        "joint-range",
                        what,
                        move,
                        value=shown * value,
                        limit=shown * limit,
                        unit=unit,
                        source=source,
                        severity=Severity.ERROR,
                    )


def check_signal_in_corner(look: Look, source: str) -> Findings:
    """An output right after a corner: it switches before the place is reached."""
    for _, move, after in steps(look):
        if move.zone.kind != "fine" and isinstance(after, SetSignal):
            what = (
                f"'{after.signal}' switches in the corner {move.zone}, before the place is reached"
            )
            yield look.found("signal-in-corner", what, move, source=source)
