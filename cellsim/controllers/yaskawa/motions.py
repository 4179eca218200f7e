"""From MOVJ, MOVL and MOVC with what is in force at them to complete motions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.controllers.yaskawa.acts import Step
from cellsim.controllers.yaskawa.points import NotKnown, Points
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import FINE, Expr, Move, Speed, Statement, Zone

Kind = Literal["joint", "linear", "circular"]
_KINDS: dict[str, Kind] = {"MOVJ": "joint", "MOVL": "linear", "MOVC": "circular"}
_TAGS = {"VJ", "V", "VR", "PL", "ACC", "DEC"}
_SAME_RAD, _SAME_M = 1e-4, 2e-6
_NO_LEVEL = "no PL: the corner depends on the speed"


@dataclass(frozen=True)
class Motions:
    """Turns steps into motions; what is not understood stays text."""

    group: MotionGroup
    collector: Collector
    points: Points

    def motion(self, line: Line, step: Step, state: State) -> list[Statement]:
        """Return MOVJ or MOVL as a motion, or its text where anything it needs is not known.

        A step without PL stays a motion for those who compare, and is not understood as well.
        """
        try:
            made = self._motion(line, step, state)
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
                raise NotKnown(f"{len(steps)} MOVC steps in a row, an arc has three")
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
        if state.get("shift", UNKNOWN) != 0:
            raise NotKnown("a shift may be on here")
        place = self.points.place(step.places, kind, line.number)
        for key, number in (("tool", place.numbers[0]), ("user", place.numbers[1])):
            if state.get(f"{key} {number}", 0) != 0 or state.get(f"{key} *", 0) != 0:
                raise NotKnown(f"{key} {number} may be another here")
        return Move(
            kind=kind,
            to=place.target,
            speed=_speed(kind, step, state),
            zone=self._zone(step),
            tool=place.tool,
            frame=place.frame,
            accel=_accel(step),
            line=line.number,
        )

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
    plain = expr is not None and expr.op == "const" and isinstance(expr.value, float)
    return float(expr.value) if plain and expr is not None else None  # type: ignore[arg-type]


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
