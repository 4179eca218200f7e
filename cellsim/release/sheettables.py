"""The tables of a load sheet: files, controllers, tools, loads, frames, start poses, signals."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence

from cellsim.controllers.writing.axes import printed_values
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.equipment import Part, Tool
from cellsim.domain.job import Job
from cellsim.domain.ports import is_group, port_text, width_of
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.release.textjob import GroupText

Rows = Sequence[tuple[str, ...]]
Table = tuple[str, tuple[str, ...], Rows]
_LOAD = ("mass kg", "centre mm", "inertia xx yy zz kg m2 about it")


def tables(job: Job, texts: tuple[GroupText, ...]) -> Iterator[Table]:
    """Yield (title, heads, rows) of every table, in English."""
    rows = [
        (str(order), t.group, t.brand, name, f"{len(data)} bytes", hashlib.sha256(data).hexdigest())
        for order, (t, name, data) in enumerate(
            ((t, name, t.files[name]) for t in texts for name in sorted(t.files)), start=1
        )
    ]
    yield "Files, in this order", ("order", "group", "controller", "file", "size", "SHA-256"), rows
    for group in sorted(job.programs):
        yield from _group_tables(job.cell, job.cell.groups[group])
    yield "Signals", ("signal", "before start", "from", "to", "ports"), _signals(job.cell)


def _group_tables(cell: Cell, group: MotionGroup) -> Iterator[Table]:
    c = group.controller
    override = f"{c.override[0]:g} to {c.override[1]:g} %"
    axes = " ".join(axis.name for axis in c.axes)
    rows = [
        (
            group.robot.model,
            c.type,
            c.version or "any",
            str(c.program_number or "-"),
            override,
            axes,
        )
    ]
    head: tuple[str, ...] = ("robot", "controller", "version", "program number", "override", "axes")
    yield f"{group.name}: controller", head, rows
    tools = [
        (str(c.tools.get(name, "-")), name, *_values(pose, c.brand), *_load(tool))
        for tool in ([cell.tools[group.tool]] if group.tool else [])
        for name, pose in _tcps(tool)
    ]
    columns: tuple[str, ...] = ("number", "tool.tcp", "xyz mm", "orientation", *_LOAD)
    yield f"{group.name}: tools and loads", columns, tools
    parts = [("-", part.name, "-", "-", *_load(part)) for part in cell.parts.values() if part.grip]
    if cell.tools.get(group.tool) and cell.tools[group.tool].gripper:
        yield f"{group.name}: parts it may carry, in the part's own frame", columns, parts
    yield f"{group.name}: start pose (the program begins here)", ("axis", "value"), _start(group)
    base_T_world = _base(cell, group).inverse()
    frames = [
        (str(number), name, *_values(base_T_world @ world_T_frame(cell, name), c.brand))
        for name, number in sorted(c.frames.items(), key=lambda item: item[1])
        if name in cell.frames
    ]
    if frames:
        head = ("number", "frame", "xyz mm in the controller's base, tracks at 0", "orientation")
        yield f"{group.name}: frames", head, frames
    if c.accu_mm:
        levels = [(str(level), f"{value:g}") for level, value in enumerate(c.accu_mm)]
        yield f"{group.name}: accu levels", ("accu", "corner mm"), levels
    if c.pl_mm:
        levels = [(str(level), f"{value:g}") for level, value in enumerate(c.pl_mm)]
        yield f"{group.name}: position levels, S1CxG33..40", ("PL", "corner mm"), levels
    if c.pulses:
        ratios = [(a.name, f"{p:g}", a.unit) for a, p in zip(c.axes, c.pulses, strict=True)]
        yield f"{group.name}: pulses, as in ALL.PRM", ("axis", "pulses per", "unit"), ratios


def _start(group: MotionGroup) -> Rows:
    """Return the start pose as the pendant shows it."""
    axes = group.controller.axes
    shown = zip(axes, printed_values(axes, group.home), strict=True)
    return [(axis.name, f"{value + 0.0:.3f} {axis.unit}") for axis, value in shown]


def _base(cell: Cell, group: MotionGroup) -> Pose:
    """Return `world_T_base` of what the controller calls its base."""
    world_T_base = world_T_frame(cell, f"group:{group.name}.base")
    return world_T_base @ group.robot.controller_base


def _tcps(tool: Tool) -> Iterator[tuple[str, Pose]]:
    for number, (name, pose) in enumerate(tool.tcps.items()):
        yield (tool.name if number == 0 else f"{tool.name}.{name}"), pose


def _values(pose: Pose, brand: str) -> tuple[str, str]:
    xyz = " ".join(f"{1e3 * v + 0.0:.3f}" for v in pose.p)
    return xyz, _orientation(pose, brand)


def _orientation(pose: Pose, brand: str) -> str:
    """Return an orientation as it is typed in."""
    roll, pitch, yaw = (f"{math.degrees(v) + 0.0:.4f}" for v in pose.rpy())
    if brand == "kuka":
        return f"A {yaw} B {pitch} C {roll}"
    if brand == "fanuc":
        return f"W {roll} P {pitch} R {yaw}"
    if brand == "abb":
        return "q1 q2 q3 q4 " + " ".join(f"{v + 0.0:.8f}" for v in pose.quat_wxyz())
    if brand in ("hyundai", "yaskawa"):
        return f"Rx {roll} Ry {pitch} Rz {yaw}"
    return "rotation vector rad " + " ".join(f"{v + 0.0:.6f}" for v in pose.rotvec())


def _load(body: Tool | Part) -> tuple[str, str, str]:
    principal = " ".join(f"{body.inertia[i, i]:.3f}" for i in range(3))
    return f"{body.mass:.1f}", " ".join(f"{1e3 * v:.0f}" for v in body.com), principal


def _place(port: Port) -> str:
    """Return where a signal is on a controller; of a group its number and its bits."""
    if not is_group(port):
        return f"{port.kind}{port.number}"
    return port_text(port) + ("" if port.first is None else ", lowest first")


def _signals(cell: Cell) -> Rows:
    rows = []
    for name, signal in sorted(cell.signals.items()):
        ports = ", ".join(
            f"{group.name} {_place(port)}"
            for group in cell.groups.values()
            for port in [group.controller.signals.get(name)]
            if port is not None
        )
        begins = "on" if signal.initial else "off"
        begins = f"{float(signal.initial):g}" if width_of(cell, name) else begins
        rows.append((name, begins, signal.source, ", ".join(signal.readers) or "-", ports or "-"))
    return rows
