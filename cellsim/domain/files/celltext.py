"""cell.yaml as text: the whole cell in mm, deg, kg, s; a variant is the same keys, laid over."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from cellsim.domain.files.featuretext import FeatureText
from cellsim.domain.files.movertext import DeviceText, FixtureJointText, Near, RangeText, Tilt, Word
from cellsim.domain.files.pieces import Coordinate
from cellsim.domain.files.posetext import PoseText
from cellsim.domain.files.solid import MassText, NonNegative, Positive, SolidText
from cellsim.domain.files.yamltext import FileModel, Strict
from cellsim.domain.ports import PATTERN

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.\-]{0,59}$")]
Number = Annotated[int, Field(ge=0, le=99999)]
_DEEPEST_MM = 100.0  # a contact deeper than that forbids nothing
_FINEST_MM = 0.1  # a clearance below that is 0, or one in metres


def _in_mm(value: float) -> float:
    if 0.0 < value < _FINEST_MM:
        raise ValueError(f"a clearance of {value:g} mm: write it in mm, at least 0.1, or 0")
    return value


def _day(text: str) -> str:
    if text and (len(text) != len("2026-12-31") or not _is_day(text)):
        raise ValueError(f"no day: {text!r}; write it as 2026-12-31")
    return text


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class MeasuredText(Strict):
    """A frame that is measured at run time: what stays uncertain, and how far it may stand off."""

    residual_mm: NonNegative
    residual_deg: NonNegative
    range_mm: NonNegative
    range_deg: NonNegative
    done: str = ""


class FrameText(PoseText):
    """A named place in its parent."""

    parent: str = "world"
    tolerance_mm: NonNegative = 0.0
    tolerance_deg: NonNegative = 0.0
    measured: MeasuredText | None = None

    @model_validator(mode="after")
    def _once(self) -> FrameText:
        if self.measured is not None and (self.tolerance_mm or self.tolerance_deg):
            raise ValueError("a measured frame has its residual as tolerance; give one of the two")
        return self


class GripperText(Strict):
    """How a tool grips."""

    close: str
    open: str = ""
    closed: str = ""
    opened: str = ""
    time_s: RangeText
    capacity_kg: Positive | None
    position_mm: Near = 3.0
    angle_deg: Tilt = 1.0
    state0: Literal["open", "closed"] = "open"


class ToolText(MassText):
    """A tool on a flange; the first TCP is the default, z is the approach axis."""

    solid: SolidText
    tcps: dict[Name, PoseText] = Field(min_length=1)
    gripper: GripperText | None = None
    process_torque_nm: NonNegative = 0.0
    reaction_arm: bool = False


class HingeText(Strict):
    """How a part hangs; axis, origin and limits are read from its URDF."""

    urdf: str
    parent: str
    angle_deg: float
    fasteners: str


class PartText(PoseText, MassText):
    """A workpiece: hung on a hinge, in a frame, or with its seat `at` a fixture's feature."""

    solid: SolidText
    frame: str = "world"
    hinge: HingeText | None = None
    features: dict[Name, FeatureText] = Field(default_factory=dict)
    grip: tuple[str, ...] = ()
    seat: str = ""
    at: str | None = None

    @model_validator(mode="after")
    def _stands_once(self) -> PartText:
        if self.at is not None and (self.hinge is not None or not self.seat):
            raise ValueError("at: needs a seat, and no hinge")
        return self


class FixtureText(PoseText):
    """Something that stands, or that a device moves on its joint."""

    solid: SolidText
    frame: str = "world"
    features: dict[Name, FeatureText] = Field(default_factory=dict)
    joint: FixtureJointText | None = None


class ExternalText(PoseText):
    """A track or positioner of a group."""

    robot: str
    frame: str = "world"
    carries: Literal["arm", "part"] = "arm"


class HomeText(Strict):
    """Where a group starts."""

    q_deg: tuple[Coordinate, ...]
    e1_mm: float | None = None
    e2_mm: float | None = None
    e1_deg: float | None = None
    e2_deg: float | None = None


class AxisText(Strict):
    """One axis as the controller prints it: q = factor * (value + sum coupling) + offset."""

    name: str
    factor: float = 1.0
    offset: float = 0.0
    coupling: dict[str, float] = Field(default_factory=dict)


class ControllerText(Strict):
    """What the controller of a group calls things. signals: `door_held: do 5`; groups
    `part_code: do 9..12` by their bits, `go 1 do 9..12` by their number too, `go 1 of 4 bits`.

    pl_mm: corner of PL=0..8. pulses: axis name to pulses per degree or mm; both with a source.
    """

    brand: str
    type: Word
    version: str = ""
    axes: tuple[AxisText, ...] | None = None
    tools: dict[str, Number] = Field(default_factory=dict)
    frames: dict[str, Number] = Field(default_factory=dict)
    signals: dict[str, Annotated[str, Field(pattern=PATTERN)]] = Field(default_factory=dict)
    program_number: Number = 0
    accu_mm: tuple[NonNegative, ...] = ()
    pl_mm: tuple[NonNegative, ...] = ()
    pulses: dict[str, float] = Field(default_factory=dict)
    override_percent: tuple[Positive, Positive] = (100.0, 100.0)
    sources: dict[str, str] = Field(default_factory=dict)


class GroupText(PoseText):
    """A robot with its track or positioner.

    derate_percent: joint name to the share of the maker's speed that it may run at.
    """

    robot: str
    frame: str = "world"
    externals: tuple[ExternalText, ...] = ()
    tool: str = ""
    home: HomeText | None = None
    derate_percent: dict[str, Annotated[float, Field(gt=0, le=100)]] = Field(default_factory=dict)
    controller: ControllerText


class SignalText(Strict):
    """A wire: `from: group:holder`, `from: device:nutrunner` or `from: cell`.

    initial: on or off; the number of a group.
    """

    from_: str = Field(alias="from")
    to: tuple[str, ...] = ()
    initial: bool | Annotated[float, Field(ge=0)] = False


class PairRuleText(Strict):
    """Required clearance or allowed contact of two bodies, by patterns."""

    kind: Literal["clearance", "contact", "ignore"]
    a: str
    b: str
    value_mm: NonNegative = 0.0
    start: str = ""
    end: str = ""
    ramp_from_mm: NonNegative = 0.0
    ramp_over_mm: Annotated[float, Field(ge=0, le=2000)] = 0.0
    author: Word
    reason: Word

    @model_validator(mode="after")
    def _forbids_something(self) -> PairRuleText:
        if self.kind == "clearance" and "value_mm" not in self.model_fields_set:
            raise ValueError("a clearance without value_mm: 0 would let them touch")
        if self.kind == "clearance":
            _in_mm(self.value_mm)
        if self.kind == "contact" and self.value_mm > _DEEPEST_MM:
            raise ValueError(f"a contact of {self.value_mm:g} mm forbids nothing: at most 100 mm")
        return self


class ClockText(Strict):
    """Groups that one controller moves on one clock, and who says so."""

    groups: Annotated[tuple[Name, ...], Field(min_length=2)]
    skew_s: Annotated[float, Field(ge=0, le=10)]
    source: Word


class WaiverText(Strict):
    """A finding that was looked at and accepted; without an author it accepts nothing.

    variant, file, line: Only there. worst: Only while the value shown is no worse than this.
    severity: Only an error, only what is undecided, or only what is not checked: with `not_checked`
    a figure that comes to hand later, and is passed, is not accepted with it. Without it, all but
    errors. expires: The last day on which it accepts anything.
    """

    rule: Word
    subject: str
    author: Annotated[str, Field(max_length=200)]
    reason: Annotated[str, Field(min_length=10)]
    variant: str = ""
    file: str = ""
    line: int = Field(default=0, ge=0)
    worst: float | None = None
    severity: Literal["", "error", "undecided", "not_checked"] = ""
    expires: Annotated[str, AfterValidator(_day)] = ""


class WaiversText(FileModel):
    """waivers.yaml."""

    noun = "waivers"
    waivers: tuple[WaiverText, ...]


class CellText(FileModel):
    """cell.yaml."""

    noun = "cell"
    name: Name
    variants: tuple[Name, ...] = ()
    takt_s: Positive | None = None
    clearance_mm: Annotated[NonNegative, AfterValidator(_in_mm)]
    self_clearance_mm: Annotated[NonNegative, AfterValidator(_in_mm)]
    near_miss_mm: Annotated[float, Field(ge=0, le=100)] = 0.0
    notes: tuple[str, ...] = ()
    frames: dict[Name, FrameText] = Field(default_factory=dict)
    groups: dict[Name, GroupText] = Field(min_length=1)
    tools: dict[Name, ToolText] = Field(default_factory=dict)
    parts: dict[Name, PartText] = Field(default_factory=dict)
    fixtures: dict[Name, FixtureText] = Field(default_factory=dict)
    signals: dict[Name, SignalText] = Field(default_factory=dict)
    devices: dict[Name, DeviceText] = Field(default_factory=dict)
    clocks: tuple[ClockText, ...] = ()
    pair_rules: tuple[PairRuleText, ...] = ()
    waivers: tuple[WaiverText, ...] = ()
