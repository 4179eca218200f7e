"""Motion groups from their text: robot, track, controller, home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from cellsim.domain.cell import External, MotionGroup
from cellsim.domain.controller import AxisMap, Controller
from cellsim.domain.files import celltext as text
from cellsim.domain.files.confirmed import confirmed_of
from cellsim.domain.files.robot import load_robot
from cellsim.domain.files.yamltext import Lines
from cellsim.domain.ports import WIDEST, port_of_text
from cellsim.domain.robot import Joint, Robot
from cellsim.errors import UnknownName
from cellsim.units import deg, mm


def group_of(name: str, data: text.GroupText, folder: Path, lines: Lines) -> MotionGroup:
    """Return a group; its robots are found by name, or as folders inside the cell's folder."""
    at = ("groups", name)
    slow = data.derate_percent
    robot = _derated(_robot(data.robot, folder, lines, *at, "robot"), slow)
    externals = tuple(
        External(
            _derated(_robot(item.robot, folder, lines, *at, "externals", i, "robot"), slow),
            item.frame,
            item.pose(),
            item.carries,
        )
        for i, item in enumerate(data.externals)
    )
    robots = (robot, *(external.robot for external in externals))
    joints = tuple(joint for one in robots for joint in one.joints)
    known = [joint.name for joint in joints]
    for joint in slow:
        if joint not in known:
            place = lines.at(*at, "derate_percent", joint)
            raise UnknownName(
                "joint", joint, known, file=place.file, line=place.line, column=place.column
            )
    controller = _controller(data.controller, joints, robots, lines, name)
    known_by = confirmed_of(folder, name, controller.brand)
    controller = replace(controller, confirmed=known_by) if known_by else controller
    home = tuple(value for one in robots for value in one.home)
    if data.home is not None:
        home = _home(data.home, joints, robot.dof, lines, name)
    frame = data.frame
    carried = [external for external in externals if external.carries == "arm"]
    if carried:
        frame = carried[0].frame
    return MotionGroup(name, robot, frame, data.pose(), externals, controller, data.tool, home)


def _robot(name: str, folder: Path, lines: Lines, *key: str | int) -> Robot:
    own = folder / "robots" / name / "robot.yaml"
    try:
        if "/" not in name and own.is_file():
            return load_robot(own)
        return load_robot(name)
    except UnknownName as error:
        if error.kind != "robot":
            raise
        file, line, column = lines.at(*key)
        raise UnknownName(
            "robot", name, error.existing, file=file, line=line, column=column
        ) from None


def _derated(robot: Robot, percent: Mapping[str, float]) -> Robot:
    """Return the robot with some joint speeds cut down."""
    joints = tuple(
        replace(joint, speed=joint.speed * percent[joint.name] / 100.0)
        if joint.name in percent and joint.speed is not None
        else joint
        for joint in robot.joints
    )
    return replace(robot, joints=joints)


def _home(
    data: text.HomeText, joints: tuple[Joint, ...], arm: int, lines: Lines, name: str
) -> tuple[float, ...]:
    """Return q [rad | m] at the start; each value must lie within its limits."""
    at = ("groups", name, "home")
    values = [(value, "q_deg") for value in data.q_deg]
    for i in range(len(joints) - arm):
        key = f"e{i + 1}_{'mm' if joints[arm + i].kind == 'prismatic' else 'deg'}"
        value = getattr(data, key, None)
        if value is None:
            raise lines.error(f"home has no {key}", *at)
        values.append((value, key))
    if len(values) != len(joints) or len(data.q_deg) != arm:
        raise lines.error(f"q_deg has {len(data.q_deg)} values", *at, "q_deg", expected=f"{arm}")
    home = []
    for (value, key), joint in zip(values, joints, strict=True):
        unit, word = (deg, "deg") if joint.kind == "revolute" else (mm, "mm")
        q = value * unit
        if not joint.lower - 1e-9 <= q <= joint.upper + 1e-9:
            limits = f"{joint.lower / unit:g} to {joint.upper / unit:g} {word}"
            raise lines.error(f"{joint.name} at {value:g}", *at, key, expected=limits)
        home.append(q)
    return tuple(home)


def _controller(
    data: text.ControllerText,
    joints: tuple[Joint, ...],
    robots: tuple[Robot, ...],
    lines: Lines,
    group: str,
) -> Controller:
    signals = {}
    for name, written in data.signals.items():
        port = port_of_text(written)
        if port is None:
            place = ("groups", group, "controller", "signals", name)
            raise lines.error(f"'{written}'", *place, expected=f"1 to {WIDEST} bits, lowest first")
        signals[name] = port
    low, high = data.override_percent
    if not low <= high <= 100.0:
        at = ("groups", group, "controller", "override_percent")
        raise lines.error(f"override {low:g} to {high:g} %", *at, expected="low <= high <= 100")
    axes = _axes(data, joints, robots, lines, group)
    return Controller(
        data.brand,
        data.type,
        data.version,
        axes,
        dict(data.tools),
        dict(data.frames),
        signals,
        data.program_number,
        _accu(data, lines, group),
        (low, high),
        dict(data.sources),
        _levels(data, lines, group),
        _pulses(data, axes, lines, group),
    )


def _accu(data: text.ControllerText, lines: Lines, group: str) -> tuple[float, ...]:
    """Return the corners of accu 0..6 [mm]; a table needs its source."""
    table, at = tuple(data.accu_mm), ("groups", group, "controller", "accu_mm")
    if table and (len(table) != 7 or sorted(set(table)) != list(table)):
        raise lines.error("accu_mm is no table of accu 0..6", *at, expected="seven rising")
    if table and not data.sources.get("accu_mm"):
        raise lines.error("accu_mm without its source", *at, expected="sources: {accu_mm: ...}")
    return table


def _levels(data: text.ControllerText, lines: Lines, group: str) -> tuple[float, ...]:
    """Return the corners of PL=0..8 [mm]; a table needs its source."""
    table, at = tuple(data.pl_mm), ("groups", group, "controller", "pl_mm")
    if table and (len(table) != 9 or table[0] != 0.0 or sorted(set(table)) != list(table)):
        raise lines.error("pl_mm is no table of PL=0..8", *at, expected="nine rising, first is 0")
    if table and not data.sources.get("pl_mm"):
        raise lines.error("pl_mm without its source", *at, expected="sources: {pl_mm: ...}")
    return table


def _pulses(
    data: text.ControllerText, axes: tuple[AxisMap, ...], lines: Lines, group: str
) -> tuple[float, ...]:
    """Return pulses per printed unit in the order of the axes; a table needs its source."""
    if not data.pulses:
        return ()
    at = ("groups", group, "controller", "pulses")
    names = [axis.name for axis in axes]
    if sorted(data.pulses) != sorted(names) or not all(data.pulses.values()):
        raise lines.error("pulses are not those of the axes", *at, expected=", ".join(names))
    if not data.sources.get("pulses"):
        raise lines.error("pulses without their source", *at, expected="sources: {pulses: ...}")
    return tuple(data.pulses[name] for name in names)


def _axes(
    data: text.ControllerText,
    joints: tuple[Joint, ...],
    robots: tuple[Robot, ...],
    lines: Lines,
    group: str,
) -> tuple[AxisMap, ...]:
    """Return one map per axis of q: those of the file, else those of the robots."""
    if data.axes is None:
        return tuple(axis for robot in robots for axis in robot.axes)
    at = ("groups", group, "controller", "axes")
    if len(data.axes) != len(joints):
        raise lines.error(f"axes has {len(data.axes)} values", *at, expected=f"{len(joints)}")
    maps = []
    for axis, joint in zip(data.axes, joints, strict=True):
        unit: Literal["deg", "mm"] = "deg" if joint.kind == "revolute" else "mm"
        scale = deg if unit == "deg" else mm
        coupling = tuple(axis.coupling.items())
        maps.append(AxisMap(axis.name, unit, axis.factor * scale, axis.offset * scale, coupling))
    return tuple(maps)
