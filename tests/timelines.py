"""A small cell and timelines made by hand, for tests of what comes after simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from cellsim.domain.cell import Cell, Frame, MotionGroup
from cellsim.domain.controller import AxisMap, Controller, MotionRules
from cellsim.domain.equipment import Fixture, Gripper, Part, Tool
from cellsim.domain.job import Job
from cellsim.domain.program import (
    Index,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.domain.robot import Joint, Link, Robot, WristLimit
from cellsim.domain.timeline import Band, Event, GroupTrack, Hold, Motion, Timeline
from cellsim.domain.wiring import TimeRange
from cellsim.geometry import Piece, Pose, Solid

FILE = "arm.program.yaml"
TIME = TimeRange(0.2, 0.3, 0.5, "a test")
HOME = (0.0, 0.2, 0.4, 0.0, 0.8, 0.0)
_AXES = "zyyxyx"
_OFFSETS = (0.3, 0.1, 0.5, 0.15, 0.35, 0.1)


def solid(name: str, size: Sequence[float], at: Sequence[float] = (0, 0, 0), **more: Any) -> Solid:
    """A box."""
    return Solid(name, (Piece("box", tuple(size), Pose.translation(*at)),), **more)


def robot(**changes: Any) -> Robot:
    """Six axes, about 1.2 m of reach, every figure given."""
    joints, links = [], [Link("base", solid("base", (0.3, 0.3, 0.2), (0, 0, 0.1)))]
    for k, axis in enumerate(_AXES):
        unit = np.array([axis == c for c in "xyz"], dtype=float)
        up = k < 3
        origin = Pose.translation(0, 0, _OFFSETS[k]) if up else Pose.translation(_OFFSETS[k], 0, 0)
        joints.append(
            Joint(
                f"J{k + 1}",
                "revolute",
                origin,
                unit,
                -3.0,
                3.0,
                2.0,
                (4.0, 9.0),
                torque=900.0,
                jerk=400.0,
            )
        )
        body = solid(f"L{k + 1}", (0.12, 0.12, 0.12), grade="estimate", margin_m=0.005)
        links.append(Link(f"L{k + 1}", body, 5.0, (0, 0, 0), np.eye(3) * 0.02))
    forward = Pose.from_xyz_rpy((0.08, 0, 0), (0, math.pi / 2, 0))
    wrist = tuple(WristLimit(f"J{k}", 60.0, 5.0) for k in (4, 5, 6))
    made = Robot("test_arm", "Test", "Arm", "arm", tuple(joints), tuple(links), forward, HOME)
    return replace(made, payload=30.0, wrist_limits=wrist, **changes)


def gripper_tool(**changes: Any) -> Tool:
    """A gripper of 5 kg."""
    grip = Gripper("close", "", "closed", "", TIME, 25.0)
    body = solid("hand", (0.1, 0.1, 0.15), (0, 0, 0.075))
    tcps = {"tip": Pose.translation(0, 0, 0.2)}
    tool = Tool("hand", body, 5.0, (0, 0, 0.07), np.eye(3) * 0.02, tcps, grip)
    return replace(tool, **changes)


def box_part(**changes: Any) -> Part:
    """A box of 10 kg that stands in the world."""
    inertia = np.eye(3) * 0.1
    body = solid("box", (0.2, 0.2, 0.2))
    part = Part("box", body, 10.0, (0, 0, 0), inertia, "table", Pose.identity())
    return replace(part, **changes)


def cell(
    arm: Robot | None = None, tool: Tool | None = None, part: Part | None = None, **changes: Any
) -> Cell:
    """One arm with a gripper, one part, one table."""
    arm = arm or robot()
    tool = tool or gripper_tool()
    part = part or box_part()
    axes = tuple(AxisMap(j.name, "deg", math.pi / 180) for j in arm.joints)
    group = MotionGroup(
        "arm", arm, "world", Pose.identity(), (), Controller("ur", "e", "", axes), tool.name, HOME
    )
    table = Fixture(
        "table", solid("table", (0.6, 0.6, 0.4), (0, 0, -0.3)), "table", Pose.identity()
    )
    made = Cell(
        name="test_cell",
        variant="one",
        groups={"arm": group},
        tools={tool.name: tool},
        parts={part.name: part},
        fixtures={"table": table},
        frames={"table": Frame("table", "world", Pose.translation(0.9, 0, -0.2))},
        signals={},
        devices={},
        clearance_m=0.01,
        self_clearance_m=0.0,
    )
    return replace(made, **changes)


def move(line: int, zone: Zone | None = None, speed: str = "%") -> Move:
    """A move statement on a line."""
    return Move(
        kind="joint",
        to=Target(q=HOME),
        speed=Speed(50, speed),
        zone=zone or Zone("fine"),
        line=line,
    )


def program(*statements: Statement, group: str = "arm", file: str = FILE) -> Program:
    """A program of one routine; by default two moves, and the gripper closed between them."""
    shut = (SetSignal("close", True, line=4), Wait(signal_is("closed", True), 2.0, line=4))
    body = statements or (move(3), *shut, move(5))
    return Program("arm", group, (Routine("main", tuple(body)),), file, "file")


def track(
    *points: Sequence[float],
    seconds: float = 2.0,
    knots: int = 41,
    kind: str = "joint",
    group: str = "arm",
    file: str = FILE,
    **motion: Any,
) -> GroupTrack:
    """Rest-to-rest quintic between joint points, one motion each, lines 3, 5, 7, ..."""
    u = np.linspace(0.0, 1.0, knots)
    law = (
        10 * u**3 - 15 * u**4 + 6 * u**5,
        30 * u**2 * (1 - u) ** 2,
        60 * u * (1 - 3 * u + 2 * u**2),
    )
    parts: list[list[np.ndarray]] = [[], [], [], []]
    motions = []
    for k, (a, b) in enumerate(pairwise(points)):
        step = np.array(b, dtype=float) - np.array(a, dtype=float)
        rows = slice(None) if k == 0 else slice(1, None)
        parts[0].append((k + u[rows]) * seconds)
        parts[1].append(np.array(a) + law[0][rows, None] * step)
        parts[2].append(law[1][rows, None] * step / seconds)
        parts[3].append(law[2][rows, None] * step / seconds**2)
        first = k * (knots - 1)
        index = Index(file, 3 + 2 * k)
        motions.append(Motion(kind, index, first, first + knots - 1, tool="hand", **motion))
    t, q, qd, qdd = (np.concatenate(p) for p in parts)
    gaps = len(t) - 1
    dev = np.zeros((gaps, q.shape[1]))
    owner = np.repeat(np.arange(len(motions)), knots - 1)
    return GroupTrack(
        group, t, q, qd, qdd, dev, dev, owner, tuple(motions), np.zeros(gaps, dtype=np.int64)
    )


def timeline(
    made: GroupTrack | None = None,
    where: Cell | None = None,
    what: Program | None = None,
    **changes: Any,
) -> Timeline:
    """A timeline of one group; the part stands on its table all the time unless told otherwise."""
    where = where or cell()
    made = made or track(HOME, (0.5, 0.4, 0.2, 0.0, 1.0, 0.3), HOME)
    what = what or program()
    rules = {what.group: MotionRules("ur", "parabola", "parabola")}
    job = Job("work", where, {what.group: what}, rules)
    end = float(made.t[-1])
    holds = tuple(Hold(p, "frame:table", Pose.identity(), 0.0, end) for p in where.parts)
    band = Band(end, 0.9 * end, 1.2 * end, "jerk-limited, not calibrated")
    breakdown = {"arm": {"move": end - 0.5, "wait": 0.3, "grip": 0.2}}
    base = Timeline(job, {made.group: made}, holds, (), (), band, breakdown)
    return replace(base, **changes)


def held(
    t0: float, t1: float, flange_T_part: Pose | None = None, end: float = 4.0
) -> dict[str, Any]:
    """Holds and events of the box in the gripper during [t0, t1]."""
    pose = flange_T_part or Pose.translation(0, 0, 0.3)
    there = Pose.identity()
    holds = (
        Hold("box", "frame:table", there, 0.0, t0),
        Hold("box", "group:arm.flange", pose, t0, t1, "grip:box"),
        Hold("box", "frame:table", there, t1, end, "release:box"),
    )
    events = (
        Event(t0, "grip", "box", 1.0, "arm", Index(FILE, 4)),
        Event(t1, "release", "box", 0.0, "arm", Index(FILE, 4)),
    )
    return {"holds": holds, "events": events}
