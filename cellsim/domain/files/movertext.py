"""Devices in cell files, and the joints of the fixtures that they move."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cellsim.domain.files.featuretext import SIDES
from cellsim.domain.files.pieces import Coordinate
from cellsim.domain.files.solid import NonNegative
from cellsim.domain.files.yamltext import Strict

Word = Annotated[str, Field(min_length=3)]
_TURN = 360.0
Turn = Annotated[float, Field(ge=-_TURN, le=_TURN)]
# How far off a gripper or a tool still finds what it works on: beyond that it would find anything.
Near = Annotated[float, Field(gt=0, le=100)]
Tilt = Annotated[float, Field(gt=0, le=45)]
# The unit of each kind of joint, and the one it does not have.
_UNITS = {"prismatic": ("mm", "deg"), "revolute": ("deg", "mm")}


class RangeText(Strict):
    """A process time and where it comes from."""

    min: NonNegative
    typical: NonNegative
    max: NonNegative
    source: Word

    @model_validator(mode="after")
    def _ordered(self) -> RangeText:
        if not self.min <= self.typical <= self.max:
            raise ValueError("time is not min <= typical <= max")
        return self


class FixtureJointText(Strict):
    """What a fixture slides (mm) or turns (deg) on; axis and origin in the fixture's frame."""

    kind: Literal["prismatic", "revolute"]
    axis: str | tuple[Coordinate, Coordinate, Coordinate]
    origin_mm: tuple[Coordinate, Coordinate, Coordinate] = (0.0, 0.0, 0.0)
    lower_mm: Coordinate | None = None
    upper_mm: Coordinate | None = None
    start_mm: Coordinate | None = None
    lower_deg: Coordinate | None = None
    upper_deg: Coordinate | None = None
    start_deg: Coordinate | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> FixtureJointText:
        own, other = _UNITS[self.kind]
        for edge in ("lower", "upper", "start"):
            if getattr(self, f"{edge}_{other}") is not None:
                raise ValueError(f"a {self.kind} joint has {edge}_{own}, not {edge}_{other}")
        for edge in ("lower", "upper"):
            if getattr(self, f"{edge}_{own}") is None:
                raise ValueError(f"a {self.kind} joint needs {edge}_{own}")
        if isinstance(self.axis, str) and self.axis not in SIDES:
            raise ValueError(f"axis '{self.axis}' is none of {', '.join(SIDES)}")
        if not isinstance(self.axis, str) and math.hypot(*self.axis) < 1e-6:
            raise ValueError("axis: its length is near 0")
        low, high, start = self.values()
        beyond = [v for v in (low, high, start) if own == "deg" and abs(v) > _TURN]
        if beyond:
            raise ValueError(f"{beyond[0]:g} deg is not from -{_TURN:g} to {_TURN:g}")
        if not low < high:
            raise ValueError(f"lower_{own} is not below upper_{own}")
        if not low <= start <= high:
            raise ValueError(f"start_{own} {start:g} is outside {low:g} to {high:g}")
        return self

    def values(self) -> tuple[float, float, float]:
        """Return lower, upper and start [mm | deg]; it starts at 0 or at the limit next to it."""
        own, _ = _UNITS[self.kind]
        low, high = float(getattr(self, f"lower_{own}")), float(getattr(self, f"upper_{own}"))
        start = getattr(self, f"start_{own}")
        return low, high, min(max(0.0, low), high) if start is None else float(start)


class DeviceText(Strict):
    """Something that answers a signal with another after a time.

    to_mm, to_deg: where `effect: move` brings its target; back_mm, back_deg: where the target goes,
    untold, when the start signal falls; without it the target stays.
    """

    start: str
    done: str
    time_s: RangeText
    effect: Literal["", "unfasten", "clamp", "unclamp", "move"] = ""
    tool: str = ""
    reach_mm: Near = 5.0
    angle_deg: Tilt = 2.0
    target: str = ""
    to_mm: Coordinate | None = None
    to_deg: Turn | None = None
    back_mm: Coordinate | None = None
    back_deg: Turn | None = None

    @model_validator(mode="after")
    def _moves(self) -> DeviceText:
        given = [
            n for n in ("to_mm", "to_deg", "back_mm", "back_deg") if getattr(self, n) is not None
        ]
        if self.effect != "move":
            if given:
                raise ValueError(f"{given[0]} is for effect: move")
            return self
        goals = [name for name in given if name.startswith("to_")]
        if len(goals) != 1 or not self.target:
            raise ValueError("effect: move needs a target, and one of to_mm and to_deg")
        unit = goals[0].removeprefix("to")
        if any(not name.endswith(unit) for name in given):
            raise ValueError(f"back and to have the same unit: back{unit}")
        return self
