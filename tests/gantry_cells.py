"""In-memory cells of gantries for the tests of simulate: q is where the TCP is, in metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.controller import Controller, MotionRules
from cellsim.domain.equipment import Fixture, Gripper, Hinge, Part, Tool
from cellsim.domain.feature import Feature
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Grip,
    Move,
    Process,
    Program,
    Release,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.domain.timeline import Timeline
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.geometry import Piece, Pose, Solid
from cellsim.simulate.run import simulate

DOWN = Pose.from_xyz_rpy((0, 0, 0), (np.pi, 0, 0))
RULES = MotionRules(
    "test", "parabola", "parabola", zone_unit_m={"radius": 1e-3}, interpolation_s=0.01
)


def box(name: str, x: float, y: float, z: float) -> Solid:
    return Solid(name, (Piece("box", (x, y, z)),))


def gantry() -> Robot:
    """Three sliding axes x y z; the flange looks down (its z is -z of the world)."""
    joints = tuple(
        Joint(n, "prismatic", Pose.identity(), np.eye(3)[k], -5, 5, 1.0, (2.0, 8.0), 0.05)
        for k, n in enumerate("xyz")
    )
    links = tuple(Link(n, None) for n in ("base", "lx", "ly", "lz"))
    return Robot("gantry", "t", "g", "arm", joints, links, DOWN, (0, 0, 0))


def hand(name: str, gripper: Gripper | None = None) -> Tool:
    return Tool(
        name, box(name, 0.02, 0.02, 0.02), 1.0, (0, 0, 0), np.eye(3) * 1e-3,
        {"tip": Pose.identity()}, gripper,
    )  # fmt: skip


def group(name: str, tool: str = "") -> MotionGroup:
    return MotionGroup(
        name,
        gantry(),
        "world",
        Pose.identity(),
        (),
        Controller("test", "", "", ()),
        tool,
        (0, 0, 0),
    )


def seconds(typical: float) -> TimeRange:
    return TimeRange(0.5 * typical, typical, 2 * typical, "test")


GRIPPER = Gripper("close", "", "closed", "opened", seconds(0.4), 50.0)


def panel(at: tuple[float, float, float] = (1, 0, 0), bolts: int = 2, hinge: bool = True) -> Part:
    """A panel with a grip on top, bolts beside it and, if asked, a hinge that the bolts hold."""
    places = tuple(Pose.translation(0.1 * (k + 1), 0, 0) for k in range(bolts))
    features = {
        "grip": Feature("grip", "grip", (Pose.identity(),)),
        "bolts": Feature("bolts", "holes", places),
    }
    axis = np.array([0.0, 0.0, 1.0])
    hung = Hinge("world", Pose.translation(*at), axis, -1, 1, 0.0, "bolts") if hinge else None
    pose = Pose.identity() if hinge else Pose.translation(*at)
    return Part(
        "panel", box("panel", 0.05, 0.05, 0.02), 5.0, (0, 0, 0), np.eye(3) * 0.01, "world", pose,
        hung, features, ("grip",),
    )  # fmt: skip


def rack() -> Fixture:
    """A thing with a hook at (3, 0, 0)."""
    feature = Feature("hook", "hook", (Pose.identity(),))
    return Fixture(
        "rack", box("rack", 0.01, 0.01, 0.01), "world", Pose.translation(3, 0, 0), {"hook": feature}
    )


def wire(name: str, source: str, initial: bool = False) -> tuple[str, Signal]:
    return name, Signal(name, source, initial=initial)


def cell_of(parts: tuple[Part, ...] = (), **signals: str) -> Cell:
    """Two gantries: `hand` with a gripper, `driver` with a nutrunner that takes 1 s a bolt."""
    wires = dict([
        wire("close", "group:hand"), wire("closed", "device:hand"), wire("opened", "device:hand"),
        wire("run", "group:driver"), wire("done", "device:nutrunner"),
        *(wire(name, source) for name, source in signals.items()),
    ])  # fmt: skip
    return Cell(
        name="gantries", variant="v", path="",
        groups={"hand": group("hand", "jaw"), "driver": group("driver", "socket")},
        tools={"jaw": hand("jaw", GRIPPER), "socket": hand("socket")},
        parts={p.name: p for p in parts}, fixtures={"rack": rack()}, frames={}, signals=wires,
        devices={
            "nutrunner": Device("nutrunner", "run", "done", seconds(1.0), "unfasten", "socket")
        },
        clearance_m=0.0, self_clearance_m=0.0,
    )  # fmt: skip


def to(x: float, y: float = 0.0, z: float = 0.0, zone: Zone = FINE) -> Move:
    return Move("joint", Target(q=(x, y, z)), Speed(100, "%"), zone)


def put(name: str, value: bool | float = True) -> SetSignal:
    return SetSignal(name, value)


def wait(name: str, value: bool = True, timeout_s: float | None = None) -> Wait:
    return Wait(signal_is(name, value), timeout_s)


def numbered(body: tuple[Statement, ...], line: int = 1) -> tuple[Statement, ...]:
    """Return statements with lines 1, 2, 3 ... in the order they are read, branches included."""
    from dataclasses import fields, replace

    def walk(statement: Statement) -> Statement:
        nonlocal line
        changes: dict[str, object] = {"line": line}
        line += 1
        for item in fields(statement):
            value = getattr(statement, item.name)
            if isinstance(value, tuple) and value and isinstance(value[0], Statement):
                changes[item.name] = tuple(walk(s) for s in value)
        return replace(statement, **changes)  # type: ignore[arg-type]

    return tuple(walk(s) for s in body)


def program(group_name: str, *body: Statement, **routines: tuple[Statement, ...]) -> Program:
    main = numbered(body)
    others = tuple(
        Routine(name, numbered(b, 101 + 100 * k)) for k, (name, b) in enumerate(routines.items())
    )
    return Program(group_name, group_name, (Routine("main", main), *others), f"{group_name}.prg")


def job_of(cell: Cell, *programs: Program, inputs: Mapping[str, bool] | None = None) -> Job:
    return Job(
        "job", cell, {p.group: p for p in programs}, dict.fromkeys(cell.groups, RULES), inputs or {}
    )


def door_job(
    cell: Cell,
    *,
    hand_body: tuple[Statement, ...] | None = None,
    driver_body: tuple[Statement, ...] | None = None,
) -> Job:
    """The hand holds the panel while the driver takes its bolts out, and hangs it on the hook."""
    hand_body = hand_body or (
        to(1), Grip("panel"), put("held"), wait("free"), to(1, 0, 0.5), to(3, 0, 0.5), to(3),
        Release("panel"), to(3, 0, 1),
    )  # fmt: skip
    driver_body = driver_body or (
        wait("held"), to(1.1), Process("nutrunner"), to(1.2), Process("nutrunner"),
        to(0, 1, 1), put("free"),
    )  # fmt: skip
    return job_of(cell, program("hand", *hand_body), program("driver", *driver_body))


def door_cell() -> Cell:
    """A panel on two bolts."""
    return cell_of((panel(),), held="group:hand", free="group:driver")


def plain_device(**more: str) -> Cell:
    """The driver starts a device of 1 s that acts on no part."""
    device = Device("nutrunner", "run", "done", seconds(1.0))
    return replace(cell_of(**more), devices={"nutrunner": device})


def driven(*body: Statement) -> Timeline:
    """Run the driver alone beside that device."""
    return simulate(job_of(plain_device(), program("driver", *body)))
