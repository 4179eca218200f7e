"""Cells and robots in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cellsim.cli.wires import ends_of
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.equipment import FixtureJoint
from cellsim.domain.files.data import data_names
from cellsim.domain.files.robot import load_robot
from cellsim.domain.ports import width_of
from cellsim.domain.wiring import Device


def describe_cell(cell: Cell) -> Iterator[str]:
    """Yield what stands in a cell, one line a fact."""
    variant = (
        f"variant {cell.variant} of {', '.join(cell.variants)}" if cell.variants else "no variants"
    )
    yield f"{cell.name}, {variant}"
    for group in cell.groups.values():
        yield from _group(group)
    for tool in cell.tools.values():
        yield f"tool {tool.name}: {tool.mass:g} kg, tcps {', '.join(tool.tcps)}"
    for part in cell.parts.values():
        yield f"part {part.name}: {part.mass:g} kg in {part.frame}"
        for feature in part.features.values():
            count = len(feature.places)
            places = f"{count} place{'s' if count != 1 else ''}"
            yield f"  feature {feature.name}: {feature.kind}, {places}"
    for fixture in cell.fixtures.values():
        names = ", ".join(fixture.features) or "no features"
        moves = "" if fixture.joint is None else f", {_travel(fixture.joint)}"
        yield f"fixture {fixture.name} in {fixture.frame}: {names}, {fixture.solid.grade}{moves}"
    for frame in cell.frames.values():
        xyz = ", ".join(f"{1e3 * v:.1f}" for v in frame.pose.p)
        measured = ", measured at run time" if frame.measured else ""
        yield f"frame {frame.name} in {frame.parent}: [{xyz}] mm{measured}"
    for signal in cell.signals.values():
        sender, readers = ends_of(signal, cell)
        width = width_of(cell, signal.name)
        bits = f", a number of {width} bit{'s' if width != 1 else ''}" if width else ""
        yield f"signal {signal.name}: {sender} -> {', '.join(readers) or '-'}{bits}"
    yield from (_device(device) for device in cell.devices.values())
    for clock in cell.clocks:
        skew = f"at most {1e3 * clock.skew_s:g} ms ahead beyond their times"
        yield f"clock {', '.join(clock.groups)}: {skew} ({clock.source})"
    takt = "none" if cell.takt_s is None else f"{cell.takt_s:g} s"
    yield f"clearance {1e3 * cell.clearance_m:g} mm, takt {takt}, tasks {', '.join(cell.tasks)}"


def _device(device: Device) -> str:
    """Return what starts a device, what it does, and how its end is told."""
    if device.goal is None:
        does = " ".join(w for w in (device.effect or "runs", device.target) if w)
        return f"device {device.name}: {device.start} starts {does}, {device.done} tells done"
    back = "" if device.back is None else f", back to {_value(device.back, device.unit)}"
    goal = _value(device.goal, device.unit)
    return f"device {device.name}: {device.start} moves {device.target} to {goal}{back}"


def _travel(joint: FixtureJoint) -> str:
    """Return what a fixture does on its joint: slides or turns, between what, from where."""
    verb = "slides" if joint.unit == "m" else "turns"
    low, high, start = (_value(v, joint.unit) for v in (joint.lower, joint.upper, joint.start))
    return f"{verb} from {low} to {high}, begins at {start}"


def _value(value: float, unit: str) -> str:
    return f"{math.degrees(value):g} deg" if unit == "rad" else f"{1e3 * value:g} mm"


def _group(group: MotionGroup) -> Iterator[str]:
    axes = ", ".join(axis.name for axis in group.controller.axes)
    yield f"group {group.name}: {group.robot.model}, {group.controller.type}, axes {axes}"


def describe_robots() -> Iterator[str]:
    """Yield one line a shipped robot."""
    known = {name: load_robot(name) for name in data_names("robots")}
    widest = max(len(robot.maker) for robot in known.values())
    for name, robot in known.items():
        reach = "-" if robot.reach is None else f"{1e3 * robot.reach:.0f} mm"
        payload = "-" if robot.payload is None else f"{robot.payload:g} kg"
        speeds = [j.speed for j in robot.joints if j.speed and j.kind == "revolute"]
        fastest = f"{math.degrees(max(speeds)):.0f} deg/s" if speeds else "-"
        yield (
            f"{name:<28} {robot.maker:<{widest}} {robot.kind:<10} {robot.dof} axes"
            f"  payload {payload:<8} reach {reach:<8} {fastest}"
        )
