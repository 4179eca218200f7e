"""Cell: one world of groups, equipment, frames, wires, clocks, required clearances and waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cellsim.domain.controller import Controller
from cellsim.domain.equipment import Fixture, Part, Tool
from cellsim.domain.robot import Joint, Robot
from cellsim.domain.wiring import Device, Signal
from cellsim.geometry import Pose


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

    @cached_property
    def joints(self) -> tuple[Joint, ...]:
        """Joints in the order of q."""
        return self.robot.joints + tuple(j for e in self.externals for j in e.robot.joints)


@dataclass(frozen=True)
class SharedClock:
    """Groups that one controller moves on one interpolation clock; see ARCHITECTURE, *One clock*.

    Attributes:
        groups: Two or more group names.
        skew_s: How far one may be ahead of another beyond what the run itself leaves open [s], but
            never of a signal that it waits for.
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

    Without an author ("") it accepts nothing. What the certified test found it accepts only where
    it names that very rule, and of the bodies more than `*`; an error only where it says so.

    Attributes:
        variant: Pattern of the variants it holds for, "" = all. file, line: Of the program, "" and
            0 = any. worst: Worst value it accepts, in the unit that is shown; None = any.
        severity: Accepts only what is an "error", "undecided" or "not_checked"; "" = any but
            errors. expires: Last day on which it accepts anything, as 2026-12-31; "" = no last day.
    """

    rule: str
    subject: str
    author: str
    reason: str
    variant: str = ""
    file: str = ""
    line: int = 0
    worst: float | None = None
    severity: Literal["", "error", "undecided", "not_checked"] = ""
    expires: str = ""


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
