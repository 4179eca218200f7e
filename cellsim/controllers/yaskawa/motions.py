"""From MOVJ, MOVL and MOVC with what is in force at them to complete motions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.controllers.yaskawa.acts import Step, point
from cellsim.controllers.yaskawa.points import NotKnown, Points
from cellsim.controllers.yaskawa.shifting import Shift, frame_of, shift_of, shifted
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import FINE, Expr, Move, Speed, Statement, Zone

Kind = Literal["joint", "linear", "circular"]
_KINDS: dict[str, Kind] = {"MOVJ": "joint", "MOVL": "linear", "MOVC": "circular", "IMOV": "linear"}
_TAGS = {"VJ", "V", "VR", "PL", "ACC", "DEC"}
_SAME_RAD, _SAME_M = 1e-4, 2e-6
_NO_LEVEL = "no PL: the corner depends on the speed"


@dataclass(frozen=True)
class Motions:
    """Turns steps into motions; what is not understood stays text."""

    group: MotionGroup
    collector: Collector
    points: Points

    def motion(
        self, line: Line, step: Step, state: State, before: Move | None = None
    ) -> list[Statement]:
        """Return MOVJ, MOVL or IMOV as a motion, or its text where anything it needs is not known.

        Args:
            before: The motion that the robot stands after, None where that is not known.

        A step without PL stays a motion for those who compare, and is not understood as well.
        """
        try:
            made = self._motion(line, step, state) if step.word != "IMOV" else None
            made = made or self._step(line, step, state, before)
        except NotKnown as why:
            return [self.collector.keep(line, str(why))]
        if "PL" in step.tags:
            return [made]
        return [made, self.collector.keep(line, _NO_LEVEL)]

    def arc(
        self, steps: Sequence[tuple[Line, Step]], state: State, before: Move | None
    ) -> list[Statement]:
        """Return what three MOVC steps are: a line to the first, unless there, and an arc."""
        try:
            if len(steps) != 3:
                return self._arcs(steps, state, before)
            first, via, end = (self._motion(*s, state) for s in steps)
            self._one_arc(steps, first, via, end)
        except NotKnown as why:
            return [self.collector.keep(line, str(why)) for line, _ in steps]
        made: list[Statement] = [replace(end, via=via.to)]
        if before is None or not same_place(before, first):
            lead = replace(first, kind="linear")
            made = [lead, *made]
        if "PL" not in steps[2][1].tags:
            made.append(self.collector.keep(steps[2][0], _NO_LEVEL))
        return made

    def _arcs(
        self, steps: Sequence[tuple[Line, Step]], state: State, before: Move | None
    ) -> list[Statement]:
        """Return arcs in a row, each of three steps: FPT marks where one ends and the next begins.

        Source: public notes of the YRC1000 INFORM manual, MOVC (FPT where the curvature changes).
        """
        ends = [i for i, (_, step) in enumerate(steps) if "FPT" in step.words]
        if len(steps) % 2 == 0 or len(steps) < 5 or ends != list(range(2, len(steps) - 1, 2)):
            raise NotKnown(f"{len(steps)} MOVC steps in a row, an arc has three")
        made: list[Statement] = []
        for at in range(0, len(steps) - 2, 2):
            plain = [(line, replace(s, words=())) for line, s in steps[at : at + 3]]
            if at:
                plain[0] = (plain[0][0], replace(plain[0][1], tags=_stopped(plain[0][1])))
            made += self.arc(plain, state, before)
            last = made[-1]
            if not isinstance(last, Move):
                raise NotKnown("an arc of several that is not understood")
            before = last
        return made

    def _one_arc(
        self, steps: Sequence[tuple[Line, Step]], first: Move, via: Move, end: Move
    ) -> None:
        if any("FPT" in step.words for _, step in steps[:2]):
            raise NotKnown("FPT inside an arc")
        if (via.tool, via.frame, via.speed, via.accel) != (
            end.tool,
            end.frame,
            end.speed,
            end.accel,
        ):
            raise NotKnown("an arc of two tools, frames or speeds")
        if (first.tool, first.frame) != (end.tool, end.frame):
            raise NotKnown("an arc that begins with another tool or frame")
        if _number(steps[1][1].tags.get("PL")) == 0.0:
            raise NotKnown("an exact stop on the arc")
        if "PL" in steps[0][1].tags and first.zone.kind != "fine":
            raise NotKnown("a corner at the start of an arc")

    def _motion(self, line: Line, step: Step, state: State) -> Move:
        kind = _KINDS[step.word]
        words = [w for w in step.words if w != "FPT" or kind != "circular"]
        odd = sorted(set(step.tags) - _TAGS) + words
        if odd or step.until or step.second:
            what = odd[0] if odd else "UNTIL" if step.until else "another group"
            raise NotKnown(f"{step.word} with {what}")
        shift = state.get("shift", UNKNOWN)
        if shift != 0 and not isinstance(shift, Shift):
            raise NotKnown("a shift may be on here")
        place = self.points.place(step.places, kind, state, line.number)
        for key, number in (("tool", place.numbers[0]), ("user", place.numbers[1])):
            if state.get(f"{key} {number}", 0) != 0 or state.get(f"{key} *", 0) != 0:
                raise NotKnown(f"{key} {number} may be another here")
        move = Move(
            kind=kind,
            to=place.target,
            speed=_speed(kind, step, state),
            zone=self._zone(step),
            tool=place.tool,
            frame=place.frame,
            accel=_accel(step),
            line=line.number,
        )
        if not isinstance(shift, Shift):
            return move
        return shifted(move, shift, self.points.cell, self.group)

    def _step(self, line: Line, step: Step, state: State, before: Move | None) -> Move:
        """Return IMOV: a line from where the robot stands, along X, Y, Z of a coordinate system."""
        frames = [w for w in step.words if w in ("BF", "RF", "TF") or w.startswith("UF#")]
        odd = sorted(set(step.tags) - _TAGS) + [w for w in step.words if w not in frames]
        if odd or step.until or step.second or len(frames) != 1 or len(step.places) != 1:
            raise NotKnown(f"IMOV with {odd[0] if odd else 'more than a position and a frame'}")
        if before is None or before.zone.kind != "fine":
            raise NotKnown("an increment from a place that is not known")
        position = self.points.position(point(step.places[0]), state)
        shift = shift_of(position, frame_of(frames[0]), self.points.names)
        if state.get("shift", UNKNOWN) != 0:
            raise NotKnown("an increment under a shift")
        if (position.tool or 0) != self.group.controller.tools.get(before.tool, 0):
            raise NotKnown("an increment with another tool than the motion before")
        move = Move(
            kind="linear",
            to=before.to,
            speed=_speed("linear", step, state),
            zone=self._zone(step),
            tool=before.tool,
            frame=before.frame,
            accel=_accel(step),
            line=line.number,
        )
        return shifted(move, shift, self.points.cell, self.group)

    def _zone(self, step: Step) -> Zone:
        if "PL" not in step.tags:
            return FINE
        level = _number(step.tags["PL"])
        if level is None or level not in range(9):
            raise NotKnown("PL is no level 0..8")
        if level == 0.0:
            return FINE
        if not self.group.controller.pl_mm:
            raise NotKnown("PL; what it means in mm is not in the cell")
        return Zone("pl", level, "level")


def _stopped(step: Step) -> dict[str, Expr]:
    """Return the tags of the end of an arc as those of the start of the next, without a corner."""
    return {tag: value for tag, value in step.tags.items() if tag != "PL"}


def same_place(a: Move, b: Move) -> bool:
    """Return whether two motions end at the same place: joints, or pose of one tool and frame."""
    p, q = a.to, b.to
    if p.q is not None and q.q is not None:
        return len(p.q) == len(q.q) and float(np.max(np.abs(np.subtract(p.q, q.q)))) < _SAME_RAD
    same = (a.tool, a.frame) == (b.tool, b.frame)
    if not same or p.pose is None or q.pose is None:
        return False
    distance, angle = p.pose.distance(q.pose)
    return distance < _SAME_M and angle < _SAME_RAD


def _number(expr: Expr | None) -> float | None:
    if expr is None or expr.op != "const":
        return None
    return expr.value if isinstance(expr.value, float) else None


def _speed(kind: Kind, step: Step, state: State) -> Speed:
    """Return the speed of a step, else the one of SPEED."""
    tags = ("VJ",) if kind == "joint" else ("V", "VR")
    given = [t for t in ("VJ", "V", "VR") if t in step.tags]
    if len(given) > 1 or (given and given[0] not in tags):
        raise NotKnown(f"{step.word} with {' and '.join(given)}")
    units = {"VJ": "%", "V": "mm/s", "VR": "deg/s"}
    for tag in given or tags[:1]:
        value = _number(step.tags[tag]) if given else state.get(tag, UNKNOWN)
        if not isinstance(value, float):
            raise NotKnown("speed is not known here")
        return Speed(value, units[tag])
    raise NotKnown("no speed")


def _accel(step: Step) -> float | None:
    given = {t: _number(step.tags[t]) for t in ("ACC", "DEC") if t in step.tags}
    if not given:
        return None
    if len(given) < 2 or len(set(given.values())) != 1 or None in given.values():
        raise NotKnown("ACC and DEC are not one number")
    value = given["ACC"]
    return None if value == 100.0 else value
