"""The nouns of a cell from its checked text: units to SI, shapes loaded, features computed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from cellsim.domain.cell import Frame, PairRule, SharedClock, Waiver
from cellsim.domain.equipment import Fixture, FixtureJoint, Gripper, Part, Tool
from cellsim.domain.feature import facing
from cellsim.domain.files import celltext as text
from cellsim.domain.files import movertext
from cellsim.domain.files.featuretext import SIDES, features_of, known_feature
from cellsim.domain.files.hinge import hinge_of
from cellsim.domain.files.solid import Key, mass_of, solid_of
from cellsim.domain.files.yamltext import Lines
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.errors import UnknownName
from cellsim.geometry import Pose
from cellsim.units import deg, mm


def frame_of(name: str, data: text.FrameText) -> Frame:
    """Return a frame; the tolerance of a measured one is what measuring leaves."""
    seen = data.measured
    tolerance = (data.tolerance_mm, data.tolerance_deg)
    if seen is not None:
        tolerance = (seen.residual_mm, seen.residual_deg)
    return Frame(
        name,
        data.parent,
        data.pose(),
        tolerance[0] * mm,
        tolerance[1] * deg,
        measured=seen is not None,
        range_m=0.0 if seen is None else seen.range_mm * mm,
        range_rad=0.0 if seen is None else seen.range_deg * deg,
        measured_by="" if seen is None else seen.done,
    )


def time_of(data: movertext.RangeText) -> TimeRange:
    """Return a process time [s]."""
    return TimeRange(data.min, data.typical, data.max, data.source)


def tool_of(name: str, data: text.ToolText, folder: Path, lines: Lines) -> Tool:
    """Return a tool; its solid is in the flange frame."""
    key: Key = ("tools", name)
    solid = solid_of(data.solid, name, folder, lines, (*key, "solid"))
    mass, com, inertia = mass_of(data, solid)
    tcps = {tcp: place.pose() for tcp, place in data.tcps.items()}
    gripper = None if data.gripper is None else _gripper(data.gripper)
    return Tool(
        name, solid, mass, com, inertia, tcps, gripper, data.process_torque_nm, data.reaction_arm
    )


def _gripper(data: text.GripperText) -> Gripper:
    return Gripper(
        data.close,
        data.open,
        data.closed,
        data.opened,
        time_of(data.time_s),
        data.capacity_kg,
        data.position_mm * mm,
        data.angle_deg * deg,
        data.state0,
    )


def part_of(
    name: str, data: text.PartText, folder: Path, lines: Lines, fixtures: Mapping[str, Fixture]
) -> Part:
    """Return a part with its features; a hinged part stands at its hinge's angle."""
    key: Key = ("parts", name)
    solid = solid_of(data.solid, name, folder, lines, (*key, "solid"))
    mass, com, inertia = mass_of(data, solid)
    hinge = None
    if data.hinge is not None:
        hinge = hinge_of(data.hinge, folder, lines, (*key, "hinge"))
    source = data.solid.mesh or "its pieces"
    features = features_of(data.features, solid, hinge, source, lines, key)
    for i, grip in enumerate(data.grip):
        known_feature(features, grip, lines, *key, "grip", i)
    if data.seat:
        known_feature(features, data.seat, lines, *key, "seat")
    if data.hinge is not None:
        known_feature(features, data.hinge.fasteners, lines, *key, "hinge", "fasteners")
    frame, pose = data.frame if hinge is None else hinge.parent, data.pose()
    if data.at is not None:
        frame, place = _rest(data.at, fixtures, lines, (*key, "at"))
        pose = facing(place) @ features[data.seat].places[0].inverse()
    return Part(
        name,
        solid,
        mass,
        com,
        inertia,
        frame,
        pose,
        hinge,
        features,
        data.grip,
        data.seat,
    )


def _rest(at: str, fixtures: Mapping[str, Fixture], lines: Lines, key: Key) -> tuple[str, Pose]:
    """Return (frame name of the fixture, `fixture_T_place`) of "FIXTURE.FEATURE"."""
    known = {
        f"{name}.{feature}": (f"fixture:{name}", found.places[0])
        for name, fixture in fixtures.items()
        for feature, found in fixture.features.items()
        if len(found.places) == 1
    }
    if at not in known:
        place = lines.at(*key)
        raise UnknownName(
            "feature", at, known, file=place.file, line=place.line, column=place.column
        )
    return known[at]


def fixture_of(name: str, data: text.FixtureText, folder: Path, lines: Lines) -> Fixture:
    """Return a fixture with its features."""
    key: Key = ("fixtures", name)
    solid = solid_of(data.solid, name, folder, lines, (*key, "solid"))
    source = data.solid.mesh or "its pieces"
    features = features_of(data.features, solid, None, source, lines, key)
    joint = None if data.joint is None else _joint(data.joint)
    return Fixture(name, solid, data.frame, data.pose(), features, joint)


def signal_of(name: str, data: text.SignalText) -> Signal:
    """Return a signal."""
    readers = tuple(reader.removeprefix("group:") for reader in data.to)
    return Signal(name, data.from_, readers, data.initial)


def _joint(data: movertext.FixtureJointText) -> FixtureJoint:
    unit = mm if data.kind == "prismatic" else deg
    given = np.array(SIDES[data.axis] if isinstance(data.axis, str) else data.axis, dtype=float)
    origin = np.array([v * mm for v in data.origin_mm])
    lower, upper, start = (value * unit for value in data.values())
    return FixtureJoint(data.kind, origin, given / np.linalg.norm(given), lower, upper, start)


def device_of(name: str, data: movertext.DeviceText) -> Device:
    """Return a device."""
    goal, back, unit = _goals(data)
    return Device(
        name,
        data.start,
        data.done,
        time_of(data.time_s),
        data.effect,
        data.tool,
        data.reach_mm * mm,
        data.angle_deg * deg,
        data.target,
        goal,
        back,
        unit,
    )


def clock_of(data: text.ClockText) -> SharedClock:
    """Return groups on one clock."""
    return SharedClock(data.groups, data.skew_s, data.source)


def _goals(
    data: movertext.DeviceText,
) -> tuple[float | None, float | None, Literal["", "rad", "m"]]:
    """Return where a device brings its target, where that goes afterwards, and their unit."""
    if data.to_mm is not None:
        return data.to_mm * mm, None if data.back_mm is None else data.back_mm * mm, "m"
    if data.to_deg is not None:
        return data.to_deg * deg, None if data.back_deg is None else data.back_deg * deg, "rad"
    return None, None, ""


def rule_of(data: text.PairRuleText) -> PairRule:
    """Return a pair rule."""
    return PairRule(
        data.kind,
        data.a,
        data.b,
        data.value_mm * mm,
        data.reason,
        data.author,
        data.start,
        data.end,
        data.ramp_from_mm * mm,
        data.ramp_over_mm * mm,
    )


def waiver_of(data: text.WaiverText) -> Waiver:
    """Return a waiver."""
    return Waiver(**data.model_dump())
