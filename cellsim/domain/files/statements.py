"""The keys of a program file: one model per statement, one statement a line."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from cellsim.domain.files.posetext import ROTATIONS, PoseText, Triple
from cellsim.domain.files.yamltext import FileModel, Strict
from cellsim.domain.program import Speed, Zone

SPEED_UNITS = ("%", "mm/s", "m/s", "deg/s", "rad/s", "s")
ZONES = ("fine", "accu", "distance", "cptp", "radius", "cnt", "pl")
_MEASURE = re.compile(r"([0-9.]+(?:[eE][-+]?[0-9]+)?) ?([a-z%/]*)")


class ToleranceText(Strict):
    """Freedom of a target."""

    free_axis: str | None = Field(default=None, pattern="^[xyz]$")
    cone_deg: float = Field(default=0.0, ge=0)
    position_mm: float = Field(default=0.0, ge=0)


class TargetText(PoseText):
    """Joints (arm axes in degrees, then external axes in order) and, or, a pose."""

    q_deg: tuple[float, ...] | None = None
    q_si: tuple[float, ...] | None = None
    e1_mm: float | None = None
    e2_mm: float | None = None
    e3_mm: float | None = None
    e1_deg: float | None = None
    e2_deg: float | None = None
    e3_deg: float | None = None
    config: str = ""
    feature: str = ""
    name: str = ""
    free: ToleranceText | None = None

    @model_validator(mode="after")
    def _joints_once(self) -> TargetText:
        if self.q_deg is not None and self.q_si is not None:
            raise ValueError("q_deg and q_si are both given")
        for i in (1, 2, 3):
            if getattr(self, f"e{i}_mm") is not None and getattr(self, f"e{i}_deg") is not None:
                raise ValueError(f"e{i}_mm and e{i}_deg are both given")
        units = ("mm", "deg")
        given = [any(getattr(self, f"e{i}_{u}") is not None for u in units) for i in (1, 2, 3)]
        if given != sorted(given, reverse=True):
            raise ValueError(f"e{given.index(False) + 1} is left out before one that is given")
        return self

    @property
    def has_pose(self) -> bool:
        """Whether a pose was written."""
        return bool(self.model_fields_set & {"xyz_mm", *ROTATIONS})


class DoubtText(Strict):
    """doubts: a state that is not known at a motion, and the line of the text that lost it."""

    state: str
    line: int = Field(ge=0)
    file: str = ""


class MoveText(Strict):
    """move_j, move_l, move_c."""

    to: TargetText | str
    speed: str
    zone: str = "fine"
    via: TargetText | str | None = None
    offset_mm: Triple | None = None
    tool: str = ""
    frame: str = "world"
    accel_percent: float | None = Field(default=None, gt=0, le=100)
    doubts: tuple[DoubtText, ...] = ()
    comment: str = ""

    @model_validator(mode="after")
    def _readable(self) -> MoveText:
        parse_speed(self.speed)
        parse_zone(self.zone)
        if self.offset_mm is not None and not isinstance(self.to, str):
            raise ValueError("offset_mm goes with a feature name in `to`")
        return self


class AlongText(Strict):
    """along: where an output is set that no motion stops for."""

    of: Literal["now", "start", "end"] = "now"
    path_mm: float = Field(default=0.0, ge=-10_000, le=10_000)
    delay_s: float = Field(default=0.0, ge=-60, le=60)
    after_s: float = Field(default=0.0, ge=0, le=3600)


class SetText(Strict):
    """set."""

    signal: str
    to: bool | float = True
    along: AlongText | None = None
    comment: str = ""


class WaitText(Strict):
    """wait."""

    until: str
    timeout_s: float | None = Field(default=None, gt=0)
    on_timeout: str = ""
    comment: str = ""


class DelayText(Strict):
    """delay."""

    time_s: float = Field(ge=0)
    comment: str = ""


class GripText(Strict):
    """grip."""

    part: str
    tool: str = ""
    timeout_s: float = Field(default=2.0, gt=0)
    comment: str = ""


class ReleaseText(Strict):
    """release."""

    part: str
    tool: str = ""
    at: str = ""
    timeout_s: float = Field(default=2.0, gt=0)
    comment: str = ""


class ProcessText(Strict):
    """process."""

    device: str
    timeout_s: float = Field(default=10.0, gt=0)
    comment: str = ""


class NameText(Strict):
    """call, label, goto, return."""

    name: str = ""
    comment: str = ""


class IfText(Strict):
    """if; `then` and `else` stand beside it, one statement a line."""

    when: str
    comment: str = ""


class LoopText(Strict):
    """loop; `body` stands beside it."""

    count: int | None = Field(default=None, ge=0)
    while_: str | None = Field(default=None, alias="while")
    comment: str = ""

    @model_validator(mode="after")
    def _one(self) -> LoopText:
        if (self.count is None) == (self.while_ is None):
            raise ValueError("a loop needs exactly one of count and while")
        return self


class AssignText(Strict):
    """assign; holds: least and most that the variable can hold."""

    name: str
    value: str
    holds: tuple[float, float] | None = None
    comment: str = ""

    @model_validator(mode="after")
    def _range(self) -> AssignText:
        if self.holds is not None and not self.holds[0] <= self.holds[1]:
            raise ValueError("holds needs the least value before the most")
        return self


class RawText(Strict):
    """raw: a line of controller text that was not understood, or comment text."""

    text: str
    harmless: bool = False
    doubts: tuple[DoubtText, ...] = ()
    moves: bool = False
    comment: str = ""


class StatementText(Strict):
    """One statement: exactly one verb."""

    move_j: MoveText | None = None
    move_l: MoveText | None = None
    move_c: MoveText | None = None
    set: SetText | None = None
    wait: WaitText | None = None
    delay: DelayText | None = None
    grip: GripText | None = None
    release: ReleaseText | None = None
    process: ProcessText | None = None
    call: NameText | None = None
    return_: NameText | None = Field(default=None, alias="return")
    if_: IfText | None = Field(default=None, alias="if")
    then: tuple[StatementText, ...] = ()
    else_: tuple[StatementText, ...] = Field(default=(), alias="else")
    loop: LoopText | None = None
    body: tuple[StatementText, ...] = ()
    label: NameText | None = None
    goto: NameText | None = None
    assign: AssignText | None = None
    comment: RawText | None = None
    raw: RawText | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> StatementText:
        verb = self.verb
        if (self.then or self.else_) and verb != "if_":
            raise ValueError("then and else go with if")
        if self.body and verb != "loop":
            raise ValueError("body goes with loop")
        return self

    @property
    def verb(self) -> str:
        """The field name of the one statement that is given."""
        given = [
            name
            for name in type(self).model_fields
            if name not in ("then", "else_", "body") and getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError(f"a statement has exactly one verb, this has {len(given)}")
        return given[0]


class ProgramText(FileModel):
    """A program file."""

    noun = "program"
    name: str = ""
    group: str
    source: str = "file"
    notes: tuple[str, ...] = ()
    routines: dict[str, tuple[StatementText, ...]] = Field(min_length=1)


def parse_speed(text: str) -> Speed:
    """Return the speed of `60 %`, `250 mm/s`, `1.5 s`."""
    match = _MEASURE.fullmatch(text)
    if match is None or match[2] not in SPEED_UNITS or not float(match[1]) > 0:
        raise ValueError(f"speed '{text}': expected a number and one of {', '.join(SPEED_UNITS)}")
    if match[2] == "%" and float(match[1]) > 100.0:
        raise ValueError(f"speed '{text}': expected more than 0 and at most 100 %")
    return Speed(float(match[1]), match[2])


def parse_zone(text: str) -> Zone:
    """Return the zone of `fine`, `accu 3`, `distance 10 mm`, `radius 5 mm`."""
    kind, _, measure = text.partition(" ")
    if kind not in ZONES:
        raise ValueError(
            f"zone '{text}': expected one of {', '.join(ZONES)}, as in 'radius 50 mm', 'accu 3'"
        )
    if kind == "fine" and not measure:
        return Zone("fine")
    match = _MEASURE.fullmatch(measure)
    if match is None:
        raise ValueError(
            f"zone '{text}': expected a number after '{kind}', as in 'radius 50 mm', 'accu 3'"
        )
    return Zone(kind, float(match[1]), match[2])
