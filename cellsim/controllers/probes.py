"""A cell for each brand with a shipped robot, and one statement of every kind to try there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.standin import controller_of
from cellsim.domain.along import Along
from cellsim.domain.cell import Cell, External, Frame, MotionGroup
from cellsim.domain.controller import AxisMap, Port
from cellsim.domain.equipment import Tool
from cellsim.domain.files.robot import load_robot
from cellsim.domain.ports import is_output
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Return,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.domain.wiring import Signal
from cellsim.geometry import Pose, Solid
from cellsim.units import deg, mm

GROUP = "arm"
# A robot of each maker that this project ships, and a place where it reaches out, pendant degrees.
ROBOTS: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "abb": ("abb_irb6700_200_260", (0.0, 0.0, 0.0, 0.0, 30.0, 0.0)),
    "fanuc": ("fanuc_r2000ic_210f", (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)),
    "hyundai": ("hyundai_hs220", (0.0, 90.0, 0.0, 0.0, -30.0, 0.0)),
    "kuka": ("kuka_kr210_r2700_2", (0.0, -90.0, 90.0, 0.0, 30.0, 0.0)),
    "ur": ("ur10e", (0.0, -90.0, 90.0, -90.0, -90.0, 0.0)),
    "yaskawa": ("yaskawa_gp180", (0.0, 0.0, 0.0, 0.0, -60.0, 0.0)),
}
PORTS: Mapping[str, Port] = {"do1": Port("do", 1), "do2": Port("do", 2), "di1": Port("di", 1)}
# Groups of eight from a place on where each language can have one; UR has its configurable ports.
_FIRST: Mapping[str, int] = {"hyundai": 8, "ur": 8}
_ZONES = (
    Zone("distance", 10.0, "mm"),
    Zone("radius", 10.0, "mm"),
    Zone("cptp", 50.0, "%"),
    Zone("accu", 2.0, "level"),
    Zone("cnt", 50.0),
    Zone("pl", 2.0, "level"),
)


@dataclass(frozen=True)
class Probe:
    """A row of the table: what is tried, the statements, and whether the arm stands on a track."""

    title: str
    body: tuple[Statement, ...]
    on_track: bool = False


@lru_cache(maxsize=16)
def probe_cell(brand: str, on_track: bool) -> Cell:
    """Return a cell with one arm of a brand, a tool, two frames (one measured) and signals."""
    folder, _ = ROBOTS[brand]
    robot = load_robot(folder)
    track = (AxisMap("E1", "mm", mm),) if on_track else ()
    axes = robot.axes + track
    controller = replace(
        controller_of(brand, axes),
        tools={"gripper": 1},
        frames={"fixture": 1, "seen": 2},
        program_number=101,
    )
    ports = ports_of(brand)
    controller = replace(controller, signals=ports)
    rail = Joint("E1", "prismatic", Pose.identity(), np.array([1.0, 0, 0]), 0.0, 4.0, 1.0, None)
    links = (Link("rail", None), Link("carriage", None))
    linear = Robot("track", "", "", "track", (rail,), links, Pose.identity(), (0.0,))
    externals = (External(linear, "world", Pose.identity(), "arm"),) if on_track else ()
    group = MotionGroup(
        GROUP,
        robot,
        "world",
        Pose.identity(),
        externals,
        controller,
        "gripper",
        home_of(brand, on_track),
    )
    tool = Tool(
        "gripper",
        Solid("gripper", ()),
        5.0,
        (0, 0, 0.1),
        np.eye(3) * 0.01,
        {"tcp": Pose.translation(0, 0, 0.2)},
    )
    frames = {
        "fixture": Frame("fixture", "world", Pose.translation(1.0, 0.5, 0.2)),
        "seen": Frame("seen", "world", Pose.translation(1.0, 0.0, 0.2), measured=True),
    }
    signals = {n: Signal(n, "group:arm" if is_output(p) else "cell") for n, p in ports.items()}
    return Cell(
        "probe", "", {GROUP: group}, {"gripper": tool}, {}, {}, frames, signals, {}, 0.0, 0.0
    )


def ports_of(brand: str) -> Mapping[str, Port]:
    """Return the signals of the probed cell: single ones, and a group of outputs and of inputs."""
    first = _FIRST.get(brand, 9)
    return {**PORTS, "code": Port("go", 2, first, 8), "kind": Port("gi", 2, first, 8)}


@lru_cache(maxsize=16)
def home_of(brand: str, on_track: bool) -> tuple[float, ...]:
    """Return a place where the arm reaches out [rad | m]."""
    folder, degrees = ROBOTS[brand]
    maps = load_robot(folder).axes
    shown = {a.name: v for a, v in zip(maps, degrees, strict=True)}
    q = []
    for a in maps:
        angle = shown[a.name] + sum(k * shown[other] for other, k in a.coupling)
        q.append(a.factor * angle + a.offset)
    return (*q, *((1.0,) if on_track else ()))


def motion(brand: str, on_track: bool = False, **changes: Any) -> Move:
    """Return a joint motion beside home, with changes."""
    home = home_of(brand, on_track)
    to = Target(q=(home[0] + 5 * deg, *home[1:]))
    made = Move(kind="joint", to=to, speed=Speed(50.0, "%"), tool="gripper", frame="fixture")
    return replace(made, **changes)


def probes(brand: str) -> tuple[Probe, ...]:
    """Return one probe of every statement kind."""
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of, world_T_frame

    cell = probe_cell(brand, False)
    near = motion(brand)
    tcp = cell.tools["gripper"].tcps["tcp"]
    pose = world_T_frame(cell, "fixture").inverse() @ tcp_pose(
        chain_of(cell, GROUP), np.array(near.to.q), tcp
    )
    slow = Speed(100.0, "mm/s")
    line = motion(brand, kind="linear", speed=slow)
    arc = replace(line, kind="circular", via=near.to, to=Target(q=home_of(brand, False)))
    on = signal_is("di1", True)
    one = Expr("const", value=1.0)
    kind, three = Expr("signal", name="kind"), Expr("const", value=3.0)
    yes, no = SetSignal("do1", True), SetSignal("do1", False)

    def along(of: Literal["start", "end"], path: float = 0.0) -> SetSignal:
        return SetSignal("do1", True, Along(of, path))

    return (
        Probe("joint motion to joints", (near,)),
        Probe("joint motion to a pose", (replace(near, to=Target(pose=pose)),)),
        Probe("joint motion with a track", (motion(brand, True),), True),
        Probe("line to joints", (line,)),
        Probe("line to a pose", (replace(line, to=Target(pose=pose)),)),
        Probe("line with a track", (motion(brand, True, kind="linear", speed=slow),), True),
        Probe("line in a measured frame", (replace(line, frame="seen"),)),
        Probe("circle", (near, arc)),
        Probe("joint speed in mm/s", (replace(near, speed=slow),)),
        Probe("joint speed in rad/s", (replace(near, speed=Speed(0.5, "rad/s")),)),
        Probe("time of a motion", (replace(line, speed=Speed(2.0, "s")),)),
        Probe("turning speed of a line", (replace(line, speed=Speed(20.0, "deg/s")),)),
        Probe("acceleration of a joint motion", (replace(near, accel=50.0),)),
        Probe("acceleration of a line", (replace(line, accel=50.0),)),
        *(
            Probe(f"corner {z.kind} of {what}", (replace(m, zone=z), m))
            for z in _ZONES
            for what, m in (("a joint motion", near), ("a line", line))
        ),
        Probe("flange without a tool", (replace(near, tool=""),)),
        Probe("set an output", (yes,)),
        Probe("set an output at a motion's start", (along("start"),)),
        Probe("set an output before a line's end", (along("end", -0.02), line)),
        Probe("set an output for a time", (yes, replace(no, at=Along(after=0.5)))),
        Probe("set a group of outputs", (SetSignal("code", 3.0),)),
        Probe("wait", (Wait(on),)),
        Probe("wait with a timeout that stops", (Wait(on, 2.0),)),
        Probe("wait with a timeout that jumps", (Wait(on, 2.0, "late"), yes, Label("late"))),
        Probe("wait for an expression", (Wait(Expr("and", (on, signal_is("do1", False)))),)),
        Probe("wait for a group of inputs", (Wait(Expr("==", (kind, three)), 2.0),)),
        Probe("delay", (Delay(0.5),)),
        Probe("if with else", (If(on, (yes,), (Delay(0.5),)),)),
        Probe("loop by count", (Loop((yes,), count=3),)),
        Probe("loop while", (Loop((Delay(0.5),), condition=on),)),
        Probe("label and goto", (Label("again"), If(on, (Goto("again"),)))),
        Probe("call and return", (Call("other"), If(on, (Return(),)))),
        Probe("number variable", (Assign("count", Expr("+", (one, Expr("const", value=2.0)))),)),
        Probe("boolean variable", (Assign("flag", Expr("const", value=True)),)),
        Probe("comment", (Comment("above the rim"),)),
    )


def brands_probed() -> tuple[str, ...]:
    """Return the brands that have a robot to be tried with."""
    return tuple(sorted(set(BRANDS) & set(ROBOTS)))
