"""The programs of a job as text, a statement a line; each line has a name that defects use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from scipy.spatial.transform import Rotation
from world import BOLT, BOX, HOME_DEG, MOTION, Draw, cell, seat_of

from cellsim.domain.cell import Cell
from cellsim.domain.feature import facing
from cellsim.domain.files.program import parse_program
from cellsim.domain.job import Job
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose

HEAD = 4  # lines before the first statement
TOP = BOX[2]
TASK = sha256(b"as it was taught").hexdigest()


@dataclass(eq=False)
class Case:
    """A job while it may still be changed.

    Attributes:
        lines: Group to (name, statement) in order; statement n stands on line HEAD + 1 + n.
        tamper: What happens to the timeline behind the planner's back.
        task: What the programs were taught from, and what the task is now.
    """

    draw: Draw
    cell: Cell
    lines: dict[str, list[tuple[str, str]]]
    tamper: Callable[[Timeline], Timeline] | None = None
    task: tuple[str, str] = ("", "")
    notes: dict[str, float] = field(default_factory=dict)

    def at(self, name: str, group: str = "picker") -> int:
        """Return the position of a named line."""
        return [key for key, _ in self.lines[group]].index(name)

    def line(self, name: str, group: str = "picker") -> int:
        """Return the line number in the file of a named line."""
        return HEAD + 1 + self.at(name, group)

    def write(self, name: str, text: str, group: str = "picker") -> None:
        """Write another statement on a named line."""
        self.lines[group][self.at(name, group)] = (name, text)

    def swap(self, old: str, new: str, name: str, group: str = "picker") -> None:
        """Change a piece of a named line."""
        text = self.lines[group][self.at(name, group)][1]
        assert old in text, (old, text)
        self.write(name, text.replace(old, new), group)

    def drop(self, name: str, group: str = "picker") -> None:
        """Take a named line out."""
        del self.lines[group][self.at(name, group)]

    def insert(self, before: str, *new: tuple[str, str], group: str = "picker") -> None:
        """Put lines in before a named one."""
        k = self.at(before, group)
        self.lines[group][k:k] = list(new)

    def job(self) -> Job:
        """Return the job of what is written now."""
        programs = {}
        for group, lines in self.lines.items():
            head = ["format: cellsim/program@1", f"name: {group}", f"group: {group}"]
            text = "\n".join([*head, f"routines: {{{group}: ["]) if not lines else "\n".join(
                ["format: cellsim/program@1", f"group: {group}", "routines:", f"  {group}:"]
                + [f"  - {statement}" for _, statement in lines]
            )  # fmt: skip
            if not lines:
                text += "]}"
            programs[group] = parse_program(text + "\n", f"{group}.program.yaml")
        rules = dict.fromkeys(self.cell.groups, MOTION)
        return Job("seeded", self.cell, programs, rules, taught_from=self.task[0],
                   task_now=self.task[1])  # fmt: skip


def case(d: Draw) -> Case:
    """Return the clean job of a draw."""
    lines = {"picker": _picker(d)}
    if d.two:
        lines["bolter"] = _bolter(d)
    return Case(d, cell(d), lines, task=(TASK, TASK) if d.door else ("", ""))


def at(x: float, y: float, z: float, yaw: float, turned: float = 0.0) -> str:
    """Return a pose target on the table with the TCP down [m, rad]."""
    rpy = f"[{180:.4f}, 0, {math.degrees(yaw) + turned:.4f}]"
    return f"xyz_mm: [{1e3 * x:.3f}, {1e3 * y:.3f}, {1e3 * z:.3f}], rpy_deg: {rpy}"


def _move(verb: str, target: str, speed: str, zone: str, more: str = "") -> str:
    return f"{verb}: {{to: {{{target}}}, speed: {speed}, zone: {zone}{more}}}"


def _picker(d: Draw) -> list[tuple[str, str]]:
    frame, lift = ", tool: hand, frame: table", d.lift
    seat = f", tool: hand, frame: {seat_of(d)}"
    corner, joint = f"radius {d.radius:.1f} mm", f"{d.percent:.1f} %"
    fast, slow = f"{d.fast:.1f} mm/s", f"{d.slow:.1f} mm/s"
    (px, py), (qx, qy) = d.pick, d.place
    up = TOP + lift
    home = f"q_deg: [{', '.join(f'{v:g}' for v in HOME_DEG)}]"
    via = f", via: {{{at(qx + 0.05, qy + 0.05, up, d.yaw[1])}}}"
    lines = [
        ("here", "wait: {until: part_here, timeout_s: 5}"),
        ("over_pick", _move("move_j", at(px, py, up, d.yaw[0]), joint, corner, seat)),
        ("pick", _move("move_l", at(px, py, TOP, d.yaw[0]), slow, "fine", seat)),
        ("grip", "grip: {part: box, tool: hand, timeout_s: 2}"),
        ("pull", _move("move_l", at(px, py, up, d.yaw[0]), fast, corner, seat)),
        ("over_place", _move("move_j", at(qx, qy, up, d.yaw[1]), joint, corner, frame)),
        ("place", _move("move_l", at(qx, qy, TOP, d.yaw[1]), slow, "fine", frame)),
        ("vise", "process: {device: vise, timeout_s: 3}"),
        ("release", "release: {part: box, tool: hand, at: vise.pocket, timeout_s: 2}"),
        ("leave", _move("move_l", at(qx, qy, up, d.yaw[1]), fast, corner, frame)),
        ("arc", _move("move_c", at(qx + 0.1, qy, up, d.yaw[1]), fast, "fine", frame + via)),
        ("look", "process: {device: look, timeout_s: 3}"),
        ("home", _move("move_j", home, joint, "fine", ", tool: hand")),
    ]
    first = []
    if d.door:
        first.append(("door", "process: {device: door, timeout_s: 3}"))
    if d.seen:
        first.append(("seen", "wait: {until: seen, timeout_s: 5}"))
    lines[1:1] = first
    if d.bolted:
        k = [name for name, _ in lines].index("pull")
        lines[k:k] = [
            ("held", "set: {signal: held, to: true}"),
            ("freed", "wait: {until: freed, timeout_s: 90}"),
        ]
    if d.two:
        lines += [
            ("placed", "set: {signal: placed, to: true}"),
            ("bolted", "wait: {until: bolted, timeout_s: 60}"),
            ("taken", "set: {signal: placed, to: false}"),
        ]
    if d.bolted:
        lines.append(("let_go_of", "set: {signal: held, to: false}"))
    return lines


def _bolter(d: Draw) -> list[tuple[str, str]]:
    frame = ", tool: runner, frame: table"
    (qx, qy), up = d.place, TOP + 0.3
    home = f"q_deg: [{', '.join(f'{v:g}' for v in HOME_DEG)}]"
    joint, slow = f"{d.percent:.1f} %", f"{d.slow:.1f} mm/s"
    first = _unbolter(d, _move("move_j", home, joint, "fine", ", tool: runner"))
    return [
        *(first if d.bolted else []),
        ("await", "wait: {until: placed, timeout_s: 90}"),
        ("over", _move("move_j", at(qx, qy, up, d.yaw[1], 180), joint, "fine", frame)),
        ("down", _move("move_l", at(qx, qy, TOP + 0.012, d.yaw[1], 180), slow, "fine", frame)),
        ("bolt", "process: {device: bolt, timeout_s: 3}"),
        (
            "up",
            _move(
                "move_l", at(qx, qy, up, d.yaw[1], 180), slow, f"radius {d.radius:.1f} mm", frame
            ),
        ),
        ("home", _move("move_j", home, joint, "fine", ", tool: runner")),
        ("done", "set: {signal: bolted, to: true}"),
        ("await_taken", "wait: {until: not placed, timeout_s: 60}"),
        ("reset", "set: {signal: bolted, to: false}"),
        *([("reset_out", "set: {signal: freed, to: false}")] if d.bolted else []),
    ]


def _unbolter(d: Draw, home: str) -> list[tuple[str, str]]:
    """Return how the second robot takes the bolt out of the box that the first one holds."""
    joint, slow = f"{d.percent:.1f} %", f"{d.slow:.1f} mm/s"
    frame = ", tool: runner, frame: table"
    return [
        ("await_held", "wait: {until: held, timeout_s: 90}"),
        ("near_bolt", _move("move_j", at_bolt(d, 0.3), joint, "fine", frame)),
        ("at_bolt", _move("move_l", at_bolt(d), slow, "fine", frame)),
        ("unbolt", "process: {device: nutrunner, timeout_s: 3}"),
        ("off_bolt", _move("move_l", at_bolt(d, 0.3), slow, "fine", frame)),
        ("away", home),
        ("out", "set: {signal: freed, to: true}"),
    ]


def at_bolt(d: Draw, off: float = 0.0, aside: float = 0.0, tilt: float = 0.0) -> str:
    """Return a pose target on the bolt, `off` along its axis, `aside` of it, tilted [m, rad]."""
    table_T_box = Pose.from_xyz_rpy((*d.pick, BOX[2] / 2), (0, 0, d.yaw[0]))
    moved = Pose.from_xyz_rpy((0.0, aside, off), (0.0, 0.0, 0.0))
    pose = facing(table_T_box @ BOLT @ moved @ Pose.from_xyz_rpy((0, 0, 0), (tilt, 0, 0)))
    xyz = ", ".join(f"{1e3 * v:.3f}" for v in pose.p)
    return f"xyz_mm: [{xyz}], quat_wxyz: {quaternion(pose.R)}"


def quaternion(R: np.ndarray) -> list[float]:
    """Return w, x, y, z of a rotation."""
    x, y, z, w = Rotation.from_matrix(R).as_quat()
    return [round(float(v), 9) for v in (w, x, y, z)]
