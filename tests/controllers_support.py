"""A small cell for each brand, and programs and comparisons for the controller tests."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache

import numpy as np
from brandkit import KITS

from cellsim.domain.along import Along
from cellsim.domain.cell import Cell, External, Frame, MotionGroup
from cellsim.domain.controller import AxisMap, Controller, Port
from cellsim.domain.equipment import Tool
from cellsim.domain.files.robot import load_robot
from cellsim.domain.program import (
    FINE,
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
    Program,
    Return,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    signal_is,
)
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.domain.wiring import Signal
from cellsim.geometry import Pose, Solid
from cellsim.units import mm

NUT = Pose.from_xyz_rpy((0.05, 0, 0.2), (0.0, 0.3, 0.0))
TRACK_AXIS = AxisMap("E1", "mm", mm)
TRACK_PULSES = 80.5


def track() -> Robot:
    """A 4 m linear track along x."""
    joint = Joint(
        "E1", "prismatic", Pose.identity(), np.array([1.0, 0, 0]), 0.0, 4.0, 2.0, (1.0, 2.0)
    )
    links = (Link("rail", None), Link("carriage", None))
    return Robot("track", "own", "T4", "track", (joint,), links, Pose.identity(), (0.0,))


@lru_cache(maxsize=16)
def cell_of(brand: str, on_track: bool = False) -> Cell:
    """Return a cell with one group `arm` of a brand, two tools, two frames, four signals."""
    robot = load_robot(KITS[brand].robot)
    axes = robot.axes + ((TRACK_AXIS,) if on_track else ())
    controller = Controller(
        brand=brand,
        type="test",
        version="",
        axes=axes,
        tools={"gripper": 1, "gripper.tip": 4, "nutrunner": 2},
        frames={"body": 3, "pallet": 5},
        signals={
            "grip_close": Port("do", 1),
            "lamp": Port("do", 2),
            "grip_closed": Port("di", 1),
            "ready": Port("di", 3),
            **KITS[brand].groups,
        },
        program_number=102,
    )
    controller = replace(controller, **KITS[brand].controller)  # type: ignore[arg-type]
    if on_track and controller.pulses:
        controller = replace(controller, pulses=(*controller.pulses, TRACK_PULSES))
    externals = (External(track(), "world", Pose.identity(), "arm"),) if on_track else ()
    base = Pose.from_xyz_rpy((0.2, -0.3, 0.4), (0.0, 0.0, 0.5))
    group = MotionGroup(
        "arm", robot, "world", base, externals, controller, "gripper", (0.0,) * len(axes)
    )
    tcps = {
        "tcp": Pose.translation(0, 0, 0.25),
        "tip": Pose.from_xyz_rpy((0, 0.1, 0.3), (0.4, 0, 0)),
    }
    return Cell(
        name=f"test_{brand}",
        variant="a",
        groups={"arm": group},
        tools={
            "gripper": tool("gripper", tcps),
            "nutrunner": tool("nutrunner", {"tcp": NUT}),
        },
        parts={},
        fixtures={},
        frames={
            "body": Frame("body", "world", Pose.from_xyz_rpy((1.5, 0.2, 0.1), (0.0, 0.1, 1.0))),
            "pallet": Frame("pallet", "world", Pose.translation(1.0, -1.0, 0.0)),
            "agv": Frame("agv", "world", Pose.translation(2.0, 0.0, 0.0), measured=True),
        },
        signals={n: Signal(n, "cell") for n in controller.signals},
        devices={},
        clearance_m=0.01,
        self_clearance_m=0.0,
    )


def tool(name: str, tcps: dict[str, Pose]) -> Tool:
    """A 12 kg tool without a body."""
    return Tool(name, Solid(name, ()), 12.0, (0.0, 0.01, 0.1), np.eye(3) * 0.1, tcps)


def with_controller(cell: Cell, **changes: object) -> Cell:
    """Return the cell with changes to its group's controller."""
    group = cell.groups["arm"]
    controller = replace(group.controller, **changes)  # type: ignore[arg-type]
    return replace(cell, groups={"arm": replace(group, controller=controller)})


def random_q(cell: Cell, rng: random.Random) -> tuple[float, ...]:
    """Return joint values inside the limits, some of them exactly at zero."""
    q = []
    for joint in cell.groups["arm"].joints:
        value = rng.uniform(0.95 * joint.lower, 0.95 * joint.upper)
        value = min(max(value, joint.lower), joint.upper)
        inside = joint.lower <= 0.0 <= joint.upper
        q.append(0.0 if inside and rng.random() < 0.1 else value)
    return tuple(q)


def move(
    cell: Cell, rng: random.Random, brand: str, kind: str = "joint", **changes: object
) -> Move:
    """Return a random motion that the brand can say."""
    linear = kind != "joint"
    fixed = bool(cell.groups["arm"].externals) and linear and not KITS[brand].world_lines
    unit = rng.choice(["mm/s", "m/s"]) if linear else "%"
    speed = Speed({"mm/s": 250.0, "m/s": 0.3, "%": 60.0}[unit] * rng.uniform(0.1, 1.0), unit)
    zone = rng.choice([FINE, KITS[brand].zones["linear" if linear else "joint"][0]])
    made = Move(
        kind=kind,  # type: ignore[arg-type]
        to=Target(q=random_q(cell, rng)),
        speed=speed,
        zone=zone,
        tool=rng.choice(["", "gripper", "gripper.tip", "nutrunner"]),
        frame=rng.choice(["body", "pallet"] if fixed else ["world", "body", "pallet"]),
        via=Target(q=random_q(cell, rng)) if kind == "circular" else None,
        comment=rng.choice(["", "approach", "a (b) c"]),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def plain_program(cell: Cell, brand: str, seed: int) -> Program:
    """Return a program with every statement kind the brand has words for."""
    rng = random.Random(seed)
    ready, closed = signal_is("ready", True), signal_is("grip_closed", False)
    count = Expr("var", name="count")
    one = Expr("const", value=1.0)
    sub = (
        move(cell, rng, brand),
        SetSignal("lamp", False),
        If(ready, (Return(),)),
        move(cell, rng, brand, "linear"),
    )
    body: tuple[Statement, ...] = (
        Comment("pick a part"),
        move(cell, rng, brand),
        move(cell, rng, brand, "linear"),
        move(cell, rng, brand, "circular"),
        move(cell, rng, brand, "linear"),
        SetSignal("grip_close", True, comment="close"),
        Wait(signal_is("grip_closed", True), 2.0),
        Wait(Expr("and", (ready, closed))),
        Delay(0.5),
        Assign("count", Expr("const", value=0.0)),
        If(
            Expr("or", (ready, Expr("<", (count, Expr("const", value=3.5))))),
            (move(cell, rng, brand), Assign("count", Expr("+", (count, one)))),
            (If(closed, (Delay(0.25),)), SetSignal("lamp", True)),
        ),
        Loop((move(cell, rng, brand), Call("second")), count=3),
        Loop((Delay(0.1), SetSignal("lamp", rng.random() < 0.5)), condition=ready),
        Call("second"),
        move(cell, rng, brand),
    )
    body += codes(brand)
    if KITS[brand].jumps:
        body += (
            Wait(ready, 5.0, "missing"),
            Goto("done"),
            Label("missing"),
            SetSignal("lamp", True),
            Label("done"),
            move(cell, rng, brand, zone=FINE),
        )
    if KITS[brand].events:
        body += _events(cell, brand, rng)
    elif KITS[brand].rises:
        body += _along(cell, rng, brand)
    routines = (Routine("main", body), Routine("second", sub))
    return Program("olp_test", "arm", routines, source="teach")


def is_number(name: str, value: float, op: str = "==") -> Expr:
    """Return the condition that a group of signals has a number."""
    return Expr(op, (Expr("signal", name=name), Expr("const", value=value)))


def codes(brand: str, code: float = 5.0, kind: float = 3.0) -> tuple[Statement, ...]:
    """Return what a brand can say of groups of signals: numbers set, waited for, asked for."""
    out: list[Statement] = []
    if "code" in KITS[brand].groups:
        out += [SetSignal("code", code), SetSignal("code", 0.0)]
    if "kind" in KITS[brand].groups:
        out += [Wait(is_number("kind", kind), 2.0), Wait(is_number("kind", 0.0, "!="))]
        out += [If(is_number("kind", 1.0), (SetSignal("lamp", True),))]
    return tuple(out)


def _events(cell: Cell, brand: str, rng: random.Random) -> tuple[Statement, ...]:
    """Return outputs on the way of lines, two of them, one for a time; a pulse, a delayed one."""
    kit = KITS[brand]
    start, end = kit.along[0], next(at for at in kit.along if at.path < 0.0)
    out: list[Statement] = [
        move(cell, rng, brand, zone=FINE),
        SetSignal("lamp", True, start),
        SetSignal("grip_close", False, end),
        move(cell, rng, brand, "linear", zone=FINE),
        SetSignal("lamp", True, end),
        SetSignal("lamp", False, replace(end, after=0.5)),
        move(cell, rng, brand, "linear", zone=FINE),
        SetSignal("lamp", True),
        SetSignal("lamp", False, Along(after=1.5)),
        move(cell, rng, brand, "linear", zone=FINE),
    ]
    for at in (*kit.along_once, *kit.delayed):
        out += [SetSignal("grip_close", True, at), move(cell, rng, brand, "linear", zone=FINE)]
    return tuple(out)


def _along(cell: Cell, rng: random.Random, brand: str) -> tuple[Statement, ...]:
    """Return a pulse where the robot stands, and one on the way of a line."""
    at, on, off = KITS[brand].along[0], SetSignal("lamp", True), SetSignal("lamp", False)
    here = (on, replace(off, at=Along(after=0.5)))
    there = (replace(on, at=at), replace(off, at=replace(at, after=at.after + 0.5)))
    return (*here, *there, move(cell, rng, brand, "linear", zone=FINE))


def bytes_of(files: object) -> dict[str, bytes]:
    """Return a TextProgram's files as the readers take them."""
    return {f.name: f.data for f in files.files}  # type: ignore[attr-defined]
