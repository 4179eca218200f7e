"""Cell: one world of groups, tools, parts, fixtures, frames, signals, devices and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cellsim.domain.controller import Controller
from cellsim.domain.feature import Feature
from cellsim.domain.robot import Joint, Robot
from cellsim.geometry import Array, Pose, Solid


@dataclass(frozen=True)
class TimeRange:
    """A process time [s] as a range with its source."""

    min: float
    typical: float
    max: float
    source: str


@dataclass(frozen=True, eq=False)
class Frame:
    """A named place. parent: another frame, "world", "group:NAME.flange", "group:NAME.base",
    "part:NAME" or "fixture:NAME".

    Attributes:
        pose: `parent_T_frame`.
        tolerance_m, tolerance_rad: How far the real frame may lie from this one.
        measured: Measured at run time; then `tolerance_*` is what is left after measuring and
            `range_m`, `range_rad` is how far the frame itself may stand off.
        measured_by: Signal that says the measurement is there, "" = the cell names none.
    """

    name: str
    parent: str
    pose: Pose
    tolerance_m: float = 0.0
    tolerance_rad: float = 0.0
    measured: bool = False
    range_m: float = 0.0
    range_rad: float = 0.0
    measured_by: str = ""


@dataclass(frozen=True, eq=False)
class Gripper:
    """How a tool grips: signals, times, and what it can hold.

    Attributes:
        close, open: Output signals (open may be "" = close set False).
        closed, opened: Confirming input signals ("" = none).
        time: Closing and opening time.
        capacity_kg: Largest part mass it holds; None = not given.
        position_m, angle_rad: How exactly the TCP must stand on the grip feature to catch a part.
        state0: "open" or "closed" at the start.
    """

    close: str
    open: str
    closed: str
    opened: str
    time: TimeRange
    capacity_kg: float | None
    position_m: float = 0.003
    angle_rad: float = 0.02
    state0: Literal["open", "closed"] = "open"


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool on a flange.

    Attributes:
        name: Tool name.
        solid: In the flange frame.
        mass: [kg]; com: [m] in the flange frame; inertia: about com, shape (3, 3) [kg m2].
        tcps: TCP name to `flange_T_tcp`; the first is the default. z is the approach axis.
        gripper: None for a tool that grips nothing.
        process_torque: Torque the process puts on the wrist about the TCP z axis [N m].
        reaction_arm: The process torque is taken by the tool, not by the wrist.
    """

    name: str
    solid: Solid
    mass: float
    com: tuple[float, float, float]
    inertia: Array
    tcps: Mapping[str, Pose]
    gripper: Gripper | None = None
    process_torque: float = 0.0
    reaction_arm: bool = False


@dataclass(frozen=True, eq=False)
class Hinge:
    """How a part hangs on something until it is freed (read from its URDF).

    Attributes:
        parent: Frame it hangs on.
        origin: `parent_T_hinge`; the part's own frame coincides with the hinge frame at angle 0.
        axis: Unit axis in the hinge frame.
        lower, upper: [rad]; angle: where it stands in this cell [rad].
        fasteners: Feature name of the part whose members must all be removed to free it.
        urdf: File it came from.
    """

    parent: str
    origin: Pose
    axis: Array
    lower: float
    upper: float
    angle: float
    fasteners: str
    urdf: str = ""


@dataclass(frozen=True, eq=False)
class Part:
    """A workpiece: solid, mass, where it starts, and its computed features.

    Attributes:
        name: Full name as tasks use it ("door.front_left").
        solid: In the part frame.
        mass: [kg]; com [m] in the part frame; inertia about com [kg m2].
        frame: Name of the frame it starts in, with `frame_T_part` = pose (after hinge, if any).
        hinge: None for a loose part.
        features: Feature name to Feature, computed from its mesh.
        grip: Feature names a gripper may hold it by.
        seat: Feature it rests on when placed ("" = none). Mating: the seat and the place (hook,
            pocket, pallet face, chuck) coincide with z opposed and x the same, see `facing`.
    """

    name: str
    solid: Solid
    mass: float
    com: tuple[float, float, float]
    inertia: Array
    frame: str
    pose: Pose
    hinge: Hinge | None = None
    features: Mapping[str, Feature] = field(default_factory=dict)
    grip: tuple[str, ...] = ()
    seat: str = ""


@dataclass(frozen=True, eq=False)
class FixtureJoint:
    """What a fixture slides or turns on; devices move it, between places that they name.

    Attributes:
        origin: A point of the axis, in the fixture's frame [m], shape (3,).
        axis: Unit vector, in the fixture's frame.
        lower, upper: [rad | m]; start: where it stands before any device moves it. At 0 the
            fixture is where its frame and pose say.
    """

    kind: Literal["revolute", "prismatic"]
    origin: Array
    axis: Array
    lower: float
    upper: float
    start: float

    @property
    def unit(self) -> Literal["rad", "m"]:
        """Unit of its values."""
        return "rad" if self.kind == "revolute" else "m"


@dataclass(frozen=True, eq=False)
class Fixture:
    """Something that stands (body of the car, fence, pallet, machine) or that a device moves.

    Attributes:
        frame: Frame it stands in; pose: `frame_T_fixture`, of one that moves: at 0 of its joint.
        features: Computed features (hooks, pockets, chuck axis).
        joint: None for one that stands.
    """

    name: str
    solid: Solid
    frame: str
    pose: Pose
    features: Mapping[str, Feature] = field(default_factory=dict)
    joint: FixtureJoint | None = None


@dataclass(frozen=True, eq=False)
class Signal:
    """A wire, or several read as a number (initial is one then: `domain/ports.py: width_of`).

    source: "group:NAME", "device:NAME" or "cell"; readers likewise (group names).
    """

    name: str
    source: str
    readers: tuple[str, ...] = ()
    initial: bool | float = False


@dataclass(frozen=True, eq=False)
class Device:
    """Something that answers a signal with another after a time.

    Attributes:
        start: Signal that starts it; done: signal it sets when finished (reset when start falls).
        time: Process time.
        effect: "" or "unfasten" (removes the fastener under `tool`'s TCP), "clamp", "unclamp",
            "move" (moves a fixture on its joint).
        tool: Tool whose TCP the effect happens at, "" for none.
        reach_m: How near the TCP must be to a fastener for the effect [m].
        angle_rad: Largest angle between TCP axis and fastener axis [rad].
        target: Part or fixture that clamp, unclamp and move act on.
        goal: Where move brings its target [rad | m]. back: Where the target goes, untold, when the
            start signal falls; None: it stays. unit: Of both, "" for other effects.
    """

    name: str
    start: str
    done: str
    time: TimeRange
    effect: str = ""
    tool: str = ""
    reach_m: float = 0.005
    angle_rad: float = 0.035
    target: str = ""
    goal: float | None = None
    back: float | None = None
    unit: Literal["", "rad", "m"] = ""


@dataclass(frozen=True, eq=False)
class External:
    """A track or positioner axis of a group. carries: "arm" (track) or "part" (positioner)."""

    robot: Robot
    frame: str
    pose: Pose
    carries: Literal["arm", "part"]


@dataclass(frozen=True, eq=False)
class MotionGroup:
    """What one program moves; q = robot axes, then external axes.

    Attributes:
        robot: The arm; frame: where its base stands (its track's frame when it rides one).
        base: `frame_T_base` of the arm, or `carriage_T_base` on a track.
        externals: Tracks and positioners, in the order of q.
        controller: Its own controller.
        tool: Name of the mounted tool, "" for none.
        home: q at program start [rad | m].
    """

    name: str
    robot: Robot
    frame: str
    base: Pose
    externals: tuple[External, ...]
    controller: Controller
    tool: str
    home: tuple[float, ...]

    @property
    def dof(self) -> int:
        """Number of axes of q."""
        return self.robot.dof + sum(e.robot.dof for e in self.externals)

    @property
    def joints(self) -> tuple[Joint, ...]:
        """Joints in the order of q."""
        return self.robot.joints + tuple(j for e in self.externals for j in e.robot.joints)


@dataclass(frozen=True)
class SharedClock:
    """Groups that one controller moves on one interpolation clock; see ARCHITECTURE, *One clock*.

    Attributes:
        groups: Two or more group names.
        skew_s: How far one may be ahead of another beyond what the run itself leaves open [s].
        source: Who says so: manual, option of the controller, measurement.
    """

    groups: tuple[str, ...]
    skew_s: float
    source: str


@dataclass(frozen=True, eq=False)
class PairRule:
    """Required clearance or allowed contact for body-name patterns (fnmatch) a and b.

    Attributes:
        kind: "clearance" (require `value_m`), "contact" (allow depth `value_m`), "ignore".
        start, end: Event names that bound the window ("" = always): "grip:PART", "release:PART",
            "unhinged:PART", "process:DEVICE".
        ramp_from_m, ramp_over_m: With kind clearance: required grows linearly from ramp_from_m at
            `start` to value_m when the part has moved ramp_over_m from where it was at `start`.
        author, reason: Who says so and why; printed in every report.
    """

    kind: Literal["clearance", "contact", "ignore"]
    a: str
    b: str
    value_m: float
    reason: str
    author: str = ""
    start: str = ""
    end: str = ""
    ramp_from_m: float = 0.0
    ramp_over_m: float = 0.0


@dataclass(frozen=True)
class Waiver:
    """A finding that was looked at and accepted. rule and subject are fnmatch patterns.

    Without an author ("") it accepts nothing.

    Attributes:
        variant: Pattern of the variants it holds for, "" = all. file, line: Of the program, "" and
            0 = any. worst: Worst value it accepts, in the unit that is shown; None = any.
    """

    rule: str
    subject: str
    author: str
    reason: str
    variant: str = ""
    file: str = ""
    line: int = 0
    worst: float | None = None


@dataclass(frozen=True, eq=False)
class Cell:
    """One variant of a cell, complete.

    Attributes:
        name: Cell folder name; variant: variant name; path: folder it came from ("" = memory).
        groups, tools, parts, fixtures, frames, signals, devices: By name.
        clearance_m: Default required clearance between all bodies.
        self_clearance_m: Default required clearance within one arm.
        pair_rules: Later rules override earlier ones.
        near_miss_m: Pairs that are free but certified for less are told; 0 = none is.
        takt_s: Cycle time limit, None = none asked.
        waivers: Accepted findings.
        tasks: Task names this cell has files for.
        notes: Assumptions (design choices) that reports repeat.
        clocks: Groups that share a clock; no group is on two.
    """

    name: str
    variant: str
    groups: Mapping[str, MotionGroup]
    tools: Mapping[str, Tool]
    parts: Mapping[str, Part]
    fixtures: Mapping[str, Fixture]
    frames: Mapping[str, Frame]
    signals: Mapping[str, Signal]
    devices: Mapping[str, Device]
    clearance_m: float
    self_clearance_m: float
    pair_rules: tuple[PairRule, ...] = ()
    takt_s: float | None = None
    waivers: tuple[Waiver, ...] = ()
    near_miss_m: float = 0.0
    tasks: tuple[str, ...] = ()
    path: str = ""
    variants: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hash: str = ""
    clocks: tuple[SharedClock, ...] = ()

    def clock_of(self, a: str, b: str) -> int | None:
        """Return the number of the clock that two groups share, None where they share none."""
        both = (k for k, one in enumerate(self.clocks) if a in one.groups and b in one.groups)
        return next(both, None)
