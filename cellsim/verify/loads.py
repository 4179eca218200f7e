"""What hangs on a flange over time: tool, held parts, and the torque of a running process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Part, Tool
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose
from cellsim.kinematics.mass import GRAVITY

if TYPE_CHECKING:
    from cellsim.kinematics.mass import Mass


@dataclass(frozen=True, eq=False)
class Load:
    """The load of one flange during [t0, t1] [s].

    Attributes:
        tool: Tool on the flange, None for a bare flange.
        parts: Held parts with `flange_T_part`.
        torque: Torque of a running process about the TCP z axis [N m].
    """

    t0: float
    t1: float
    tool: Tool | None
    parts: tuple[tuple[Part, Pose], ...]
    torque: float

    @property
    def mass(self) -> float:
        """Sum of tool and parts [kg]."""
        tool = self.tool.mass if self.tool else 0.0
        return tool + sum(part.mass for part, _ in self.parts)

    @property
    def name(self) -> str:
        """The names of tool and parts, for findings."""
        names = [self.tool.name] if self.tool else []
        return " + ".join(names + [part.name for part, _ in self.parts]) or "bare flange"

    def masses(self) -> list[Mass]:
        """Return tool and parts as rigid bodies in the flange frame."""
        from cellsim.kinematics.mass import Mass

        found = []
        if self.tool:
            com = np.array(self.tool.com, dtype=np.float64)
            found.append(Mass(self.tool.mass, com, self.tool.inertia))
        for part, flange_T_part in self.parts:
            com = np.array(part.com, dtype=np.float64)
            found.append(Mass(part.mass, com, part.inertia).seen_from(flange_T_part))
        return found


def most_carried(loads: Sequence[Load], figure: str) -> tuple[float, str]:
    """Return the most that hangs on a flange over time, and its unit.

    Args:
        figure: "mass" [kg]; "torque" [N m]: weight times its distance from the middle of the
            flange, with that of a process; "inertia" [kg m2]: largest about the middle of the
            flange.
    """
    if figure == "mass":
        return max((load.mass for load in loads), default=0.0), "kg"
    most = 0.0
    for load in loads:
        bodies = load.masses()
        if figure == "torque":
            moment = sum((b.mass * np.asarray(b.com) for b in bodies), np.zeros(3))
            most = max(most, GRAVITY * float(np.linalg.norm(moment)) + abs(load.torque))
            continue
        about = np.zeros((3, 3))
        for b in bodies:
            c = np.asarray(b.com)
            about += np.asarray(b.inertia) + b.mass * (c @ c * np.eye(3) - np.outer(c, c))
        most = max(most, float(np.linalg.eigvalsh(about)[-1]))
    return most, "N m" if figure == "torque" else "kg m2"


def loads_of(timeline: Timeline, group: str) -> tuple[Load, ...]:
    """Return the loads of a group's flange, cut wherever a hold or a process begins or ends."""
    cell = timeline.job.cell
    tool = cell.tools.get(cell.groups[group].tool)
    hung = [(h, flange_T(cell, group, h.parent)) for h in timeline.holds if h.part in cell.parts]
    holds = [(h, T @ h.pose) for h, T in hung if T is not None]
    runs = process_runs(timeline, tool.name) if tool else []
    cuts = {0.0, timeline.duration}
    cuts |= {t for h, _ in holds for t in (h.t0, min(h.t1, timeline.duration))}
    cuts |= {t for run in runs for t in run}
    times = sorted(cuts)
    found = []
    for t0, t1 in zip(times, times[1:] or times, strict=False):
        middle = 0.5 * (t0 + t1)
        parts = tuple((cell.parts[h.part], T) for h, T in holds if h.t0 <= middle < h.t1)
        running = any(a <= middle < b for a, b in runs)
        torque = tool.process_torque if tool and running and not tool.reaction_arm else 0.0
        found.append(Load(t0, t1, tool, parts, torque))
    return tuple(found)


def flange_T(cell: Cell, group: str, parent: str) -> Pose | None:
    """Return `flange_T_parent` of what a hold or a fixture hangs on, None where that is elsewhere.

    Args:
        parent: "group:NAME.flange", or a frame, "frame:" before it or not.
    """
    from cellsim.kinematics.anchors import anchor_of

    robot = cell.groups[group].robot
    anchor, anchor_T_parent = anchor_of(cell, parent.removeprefix("frame:"))
    if anchor == f"{group}/flange":
        return anchor_T_parent
    on_last = anchor == f"{group}/{robot.links[-1].name}"
    return robot.flange.inverse() @ anchor_T_parent if on_last else None


def process_runs(timeline: Timeline, tool: str = "") -> list[tuple[float, float]]:
    """Return the intervals [s] in which a device of a tool runs."""
    devices = timeline.job.cell.devices.values()
    runs = device_runs(timeline)
    return [run for d in devices if d.tool == tool for run in runs.get(d.name, ())]


def device_runs(timeline: Timeline) -> dict[str, list[tuple[float, float]]]:
    """Return device name to its intervals [s]: from its start signal to the end of its process."""
    devices = timeline.job.cell.devices
    found: dict[str, list[tuple[float, float]]] = {}
    started: dict[str, float] = {}
    for event in timeline.events:
        for device in devices.values():
            ends = event.kind == "process" and event.name == device.name
            starts = event.kind == "signal" and event.name == device.start
            if starts and event.value:
                started[device.name] = event.t
            elif (ends or starts) and device.name in started:
                found.setdefault(device.name, []).append((started.pop(device.name), event.t))
    for name, t in started.items():
        found.setdefault(name, []).append((t, timeline.duration))
    return found
