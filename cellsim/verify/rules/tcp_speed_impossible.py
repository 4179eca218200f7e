"""Rule tcp-speed-impossible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cellsim.domain.program import Move
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Joint, Robot
from cellsim.domain.timeline import Motion
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_ROUNDING = 1e-9


def tcp_speed_impossible(context: Context) -> Outcome:
    """A path move is written with a speed that the arm has in no pose and no direction.

    What: the programmed speed of the TCP on a straight or circular move is above the sum, over the
        axes, of the largest speed of each times the farthest that the TCP can be from it: metres
        where millimetres were meant, or the reverse. It stands at the line that sets the speed.
    Why: the controller rejects it or drives another speed; who wrote it meant another one.
    Limit: that sum, of the figures in `robot.yaml`; not looked at where one of them is missing, or
        where a positioner turns the part under the TCP.
    Source: derived from v = sum of qd_j times the distance from axis j; the maker's joint speeds.
    """
    found: dict[tuple[str, int], Finding] = {}
    moves = 0
    for group, track in context.tracks.items():
        for motion in track.motions:
            if motion.kind not in ("linear", "circular") or not motion.speed:
                continue
            most = fastest_tcp(context, group, motion.tool)
            if most is None:
                continue
            moves += 1
            if motion.speed > most * (1.0 + _ROUNDING):
                one = _finding(context, group, motion, most)
                found.setdefault((one.file, one.line), one)
    return outcome(moves, found.values())


def fastest_tcp(context: Context, group: str, tool: str = "") -> float | None:
    """Return what no speed of a TCP is above [m/s]; None where a figure is missing."""
    owner = context.cell.groups[group]
    reach = float(np.linalg.norm(owner.robot.flange.p) + np.linalg.norm(context.tcp(group, tool).p))
    robots = (owner.robot, *(e.robot for e in owner.externals))
    speeds = {joint.name: joint.speed for robot in robots for joint in robot.joints}
    most = 0.0
    for joint, offset in _axes(context, group):
        speed = None if joint is None else _with_coupled(joint.name, robots, speeds)
        if joint is None or speed is None:
            return None
        most += speed * (reach if joint.kind == "revolute" else 1.0)
        reach += offset
    return most


def _with_coupled(
    name: str, robots: Sequence[Robot], speeds: Mapping[str, float | None]
) -> float | None:
    """Return the largest speed of a joint with what the axes coupled to it add."""
    drivers = [(d, f) for r in robots for driven, d, f in r.couplings if driven == name]
    parts = [(speeds.get(name), 1.0), *((speeds.get(d), abs(f)) for d, f in drivers)]
    known = [speed * factor for speed, factor in parts if speed is not None]
    return sum(known) if len(known) == len(parts) else None


def _axes(context: Context, group: str) -> Iterator[tuple[Joint | None, float]]:
    """Yield the axes from the flange on, and how far each can be from the one before it [m].

    None where a positioner moves the part: what is meant is no speed in space.
    """
    owner = context.cell.groups[group]
    carried = [e for e in owner.externals if e.carries == "arm"]
    if len(carried) < len(owner.externals):
        yield None, 0.0
    for robot in (owner.robot, *(e.robot for e in reversed(carried))):
        for joint in reversed(robot.joints):
            slides = max(abs(joint.lower), abs(joint.upper)) if joint.kind == "prismatic" else 0.0
            yield joint, float(np.linalg.norm(joint.origin.p)) + slides
        reach_unknown = any(j.kind == "revolute" for e in carried for j in e.robot.joints)
        if robot is owner.robot and reach_unknown:
            yield None, 0.0


def _finding(context: Context, group: str, motion: Motion, most: float) -> Finding:
    move = context.move_of(group, motion)
    place = _said_at(move) or (motion.index.file, motion.index.line)
    t = float(context.tracks[group].t[motion.first])
    return Finding(
        "tcp-speed-impossible",
        Severity.ERROR,
        group,
        1e3 * (motion.speed or 0.0),
        1e3 * most,
        "mm/s",
        *place,
        t,
        t,
        {"motion": f"{motion.index.file}:{motion.index.line}"},
        "unit-of-speed",
    )


def _said_at(move: Move | None) -> tuple[str, int] | None:
    """Return where the speed of a move was set, where that is one line, and not its own."""
    places = {(s.file, s.line) for s in move.set_at if s.state == "speed"} if move else set()
    return places.pop() if len(places) == 1 else None
