"""Small cells with every figure given: a picker, a table, a vise, a wall, sometimes a bolter.

Everything a job needs is drawn from a seed; a defect changes one thing of it afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from cellsim.domain.cell import Cell, Frame, MotionGroup, PairRule
from cellsim.domain.controller import AxisMap, Controller, MotionRules
from cellsim.domain.equipment import Fixture, Gripper, Hinge, Part, Tool
from cellsim.domain.feature import Feature
from cellsim.domain.robot import Joint, Link, Robot, WristLimit
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.geometry import Piece, Pose, Solid

HALF = math.pi / 2
ROWS = (
    ((0, 0, 0.608), (0, 0, 0), -3.1, 3.1),
    ((0.312, 0, 0), (-HALF, 0, 0), -2.0, 1.6),
    ((0, -1.1, 0), (0, 0, 0), -2.6, 2.2),
    ((0.2, -0.23, 0), (0, HALF, 0), -6.2, 6.2),
    ((0, 0, 1.05), (0, -HALF, 0), -2.1, 2.1),
    ((0.1, 0, 0), (0, HALF, 0), -6.2, 6.2),
)
HOME_DEG = (0.0, -45.0, 40.0, 0.0, 60.0, 0.0)
TABLE_TOP = 0.7
BOX = (0.12, 0.12, 0.15)
# `box_T_bolt`: its head stands off the side towards the second robot, 45 degrees upwards.
BOLT = Pose.from_xyz_rpy((BOX[0] / 2 + 0.035, 0.0, 0.03), (0.0, math.radians(45.0), 0.0))
REACH_M, REACH_RAD = 0.005, math.radians(2.0)  # of a bolt
RANGE_M, RANGE_RAD = 0.001, math.radians(0.02)
MOTION = MotionRules(
    "seeded", "parabola", "parabola", zone_unit_m={"radius": 1e-3}, interpolation_s=0.012
)


@dataclass(frozen=True)
class Draw:
    """What a seed decides.

    Attributes:
        pick, place: (x, y) [m] on the table. yaw: Of the part at both [rad].
        lift: Height of the way over [m]. wall: Height of the wall between [m].
        fast, slow: TCP speeds [mm/s]. percent: Of joint moves. radius: Of corners [mm].
        two: Whether a second robot works after the first. mass: Of the part [kg].
        door: Whether the machine has a door that is opened first. seen: Whether the place
            of the box is measured at run time (one robot only). bolted: Whether the box is bolted
            where it stands, and a second robot takes the bolt out first.
    """

    pick: tuple[float, float]
    place: tuple[float, float]
    yaw: tuple[float, float]
    lift: float
    wall: float
    fast: float
    slow: float
    percent: float
    radius: float
    two: bool
    mass: float
    door: bool
    seen: bool
    bolted: bool


def draw(rng: np.random.Generator) -> Draw:
    """Return the numbers of one job."""
    lift = float(rng.uniform(0.2, 0.35))
    made = Draw(
        (float(rng.uniform(1.3, 1.55)), float(rng.uniform(-0.55, -0.3))),
        (float(rng.uniform(1.3, 1.55)), float(rng.uniform(0.3, 0.55))),
        (float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-0.5, 0.5))),
        lift,
        float(rng.uniform(0.03, lift - 0.1)),
        float(rng.uniform(200, 400)),
        float(rng.uniform(60, 150)),
        float(rng.uniform(20, 60)),
        float(rng.uniform(10, 40)),
        bool(rng.uniform() < 0.4),
        float(rng.uniform(2, 6)),
        False,
        False,
        False,
    )
    door, seen, bolted = rng.uniform(size=3) < (0.4, 0.3, 0.4)
    one, two = not made.two, made.two
    return replace(made, door=bool(door), seen=bool(seen) and one, bolted=bool(bolted) and two)


def solid(name: str, *pieces: Piece) -> Solid:
    return Solid(name, pieces)


def box(name: str, size: tuple[float, float, float], at: tuple[float, float, float]) -> Solid:
    return solid(name, Piece("box", size, Pose.translation(*at)))


def arm() -> Robot:
    """An arm of 2.5 m with a spherical wrist; every figure of it is given."""
    joints = tuple(
        Joint(f"J{k + 1}", "revolute", Pose.from_xyz_rpy(xyz, rpy), np.array([0.0, 0, 1]),
              low, high, 2.4, (4.0, 9.0), 0.08, 6000.0 if k < 3 else 900.0, 4000.0)
        for k, (xyz, rpy, low, high) in enumerate(ROWS)
    )  # fmt: skip
    flange = Pose.translation(0, 0, 0.12)
    ends = [np.array(j.origin.p) for j in joints] + [np.array(flange.p)]
    links = tuple(
        Link("base" if k == 0 else f"L{k}", _bone(end), 20.0, tuple(end / 2), 0.3 * np.eye(3))
        for k, end in enumerate(ends)
    )
    wrist = tuple(WristLimit(f"J{k}", 90.0, 3.0) for k in (4, 5, 6))
    home = tuple(math.radians(v) for v in HOME_DEG)
    return Robot(
        "seeded_arm", "seeded", "Arm", "arm", joints, links, flange, home, 25.0, wrist,
        touching=(("base", "L2", "share the shoulder"), ("L4", "L6", "share the wrist")),
    )  # fmt: skip


def _bone(end: np.ndarray) -> Solid:
    """A capsule from joint to joint; a ball where the next joint is near."""
    length = float(np.linalg.norm(end))
    if length < 0.15:
        return solid("knob", Piece("sphere", (0.05,), Pose.identity()))
    z = end / length
    x = np.cross([0.0, 1, 0] if abs(z[1]) < 0.9 else [1.0, 0, 0], z)
    x /= np.linalg.norm(x)
    R = np.stack([x, np.cross(z, x), z], axis=1)
    return solid("bone", Piece("capsule", (0.05, length), Pose(R, end / 2)))


def hand() -> Tool:
    """A suction gripper: a rod along z, its TCP at the end."""
    body = solid("hand", Piece("cylinder", (0.03, 0.16), Pose.translation(0, 0, 0.12)))
    time = TimeRange(0.2, 0.3, 0.4, "seeded")
    grip = Gripper("close", "", "closed", "opened", time, 12.0)
    tcp = {"tip": Pose.translation(0, 0, 0.2)}
    return Tool("hand", body, 3.0, (0, 0, 0.1), 0.02 * np.eye(3), tcp, grip)


def runner() -> Tool:
    """A nutrunner without a reaction arm."""
    body = solid("runner", Piece("cylinder", (0.03, 0.16), Pose.translation(0, 0, 0.12)))
    tcp = {"bit": Pose.translation(0, 0, 0.2)}
    return Tool("runner", body, 4.0, (0, 0, 0.1), 0.02 * np.eye(3), tcp, None, 30.0)


def seat_of(d: Draw) -> str:
    """Return the frame that the box is picked in."""
    return "seat" if d.seen else "table"


def part(d: Draw) -> Part:
    x, y, z = BOX
    top = Feature("top", "face", (Pose.translation(0, 0, z / 2),), (x, y), "box")
    bottom = Feature("bottom", "face", (Pose.from_xyz_rpy((0, 0, -z / 2), (math.pi, 0, 0)),))
    inertia = np.diag([y * y + z * z, x * x + z * z, x * x + y * y]) * d.mass / 12
    pose, hinge = Pose.from_xyz_rpy((*d.pick, z / 2), (0, 0, d.yaw[0])), None
    features = {"top": top, "bottom": bottom}
    if d.bolted:
        features["bolts"] = Feature("bolts", "holes", (BOLT,))
        up = np.array([0.0, 0.0, 1.0])
        hinge, pose = Hinge("table", pose, up, 0.0, 0.0, 0.0, "bolts"), Pose.identity()
    return Part(
        "box", box("box", BOX, (0, 0, 0)), d.mass, (0, 0, 0), inertia, seat_of(d), pose, hinge,
        features, ("top",), "bottom",
    )  # fmt: skip


def fixtures(d: Draw) -> dict[str, Fixture]:
    """Table, vise with two jaws around the place, and a low wall between pick and place."""
    gap = BOX[1] / 2 + 0.02
    jaws = [
        Piece("box", (0.1, 0.03, 0.06), Pose.translation(0, side * (gap + 0.015), 0.031))
        for side in (-1, 1)
    ]
    pocket = Feature("pocket", "pocket", (Pose.identity(),))
    at = Pose.from_xyz_rpy((*d.place, 0.0), (0, 0, d.yaw[1]))
    table = box("table", (0.9, 1.8, 0.1), (1.55, 0, -0.05))
    wall = box("wall", (0.6, 0.04, d.wall), (1.45, 0, d.wall / 2 + 0.001))
    return {
        "table": Fixture("table", table, "table", Pose.identity()),
        "vise": Fixture("vise", solid("vise", *jaws), "table", at, {"pocket": pocket}),
        "wall": Fixture("wall", wall, "table", Pose.identity()),
    }


def group(name: str, tool: str, base: Pose) -> MotionGroup:
    robot = arm()
    axes = tuple(AxisMap(j.name, "deg", math.pi / 180) for j in robot.joints)
    controller = Controller("seeded", "none", "", axes)
    return MotionGroup(name, robot, "world", base, (), controller, tool, robot.home)


def cell(d: Draw) -> Cell:
    """Return the cell of one job."""
    groups = {"picker": group("picker", "hand", Pose.identity())}
    tools = {"hand": hand()}
    devices = {
        "vise": Device("vise", "vise_go", "vise_shut", TimeRange(0.3, 0.5, 0.8, "seeded"),
                       "clamp", target="vise"),
        "look": Device("look", "look_go", "look_ok", TimeRange(0.2, 0.4, 0.7, "seeded")),
    }  # fmt: skip
    signals = [
        Signal("close", "group:picker"), Signal("closed", "device:hand", ("picker",)),
        Signal("opened", "device:hand", ("picker",)), Signal("vise_go", "group:picker"),
        Signal("vise_shut", "device:vise", ("picker",)), Signal("look_go", "group:picker"),
        Signal("look_ok", "device:look", ("picker",)), Signal("ready", "cell", ("picker",)),
        Signal("part_here", "cell", ("picker",), True),
    ]  # fmt: skip
    if d.door:
        devices["door"] = Device("door", "door_go", "door_open", TimeRange(0.5, 0.8, 1.5, "seeded"))
        signals += [
            Signal("door_go", "group:picker"), Signal("door_open", "device:door", ("picker",)),
        ]  # fmt: skip
    if d.seen:
        signals.append(Signal("seen", "cell", ("picker",), True))
    if d.two:
        groups["bolter"] = group(
            "bolter", "runner", Pose.from_xyz_rpy((2.9, 0, 0), (0, 0, math.pi))
        )
        tools["runner"] = runner()
        time = TimeRange(0.5, 0.8, 1.2, "seeded")
        devices["bolt"] = Device("bolt", "bolt_go", "bolt_ok", time, tool="runner")
        signals += [
            Signal("placed", "group:picker", ("bolter",)),
            Signal("bolted", "group:bolter", ("picker",)), Signal("bolt_go", "group:bolter"),
            Signal("bolt_ok", "device:bolt", ("bolter",)),
        ]  # fmt: skip
    if d.bolted:
        time = TimeRange(0.5, 0.8, 1.2, "seeded")
        devices["nutrunner"] = Device(
            "nutrunner", "nut_go", "nut_ok", time, "unfasten", "runner", REACH_M, REACH_RAD
        )
        signals += [
            Signal("held", "group:picker", ("bolter",)),
            Signal("freed", "group:bolter", ("picker",)),
            Signal("nut_go", "group:bolter"), Signal("nut_ok", "device:nutrunner", ("bolter",)),
        ]  # fmt: skip
    return Cell(
        name="seeded", variant="one", groups=groups, tools=tools, parts={"box": part(d)},
        fixtures=fixtures(d),
        frames=_frames(d),
        signals={s.name: s for s in signals}, devices=devices, clearance_m=0.01,
        self_clearance_m=0.0, pair_rules=_rules(),
    )  # fmt: skip


def _frames(d: Draw) -> dict[str, Frame]:
    """The table, and where its first place is measured at run time, a seat that the box stands in.

    Its range is less than the depth by which the box may touch the table.
    """
    table = Frame("table", "world", Pose.translation(0, 0, TABLE_TOP))
    seat = Frame("seat", "table", Pose.identity(), measured=True, range_m=RANGE_M,
                 range_rad=RANGE_RAD, measured_by="seen")  # fmt: skip
    return {"table": table} | ({"seat": seat} if d.seen else {})


def _rules() -> tuple[PairRule, ...]:
    return (
        PairRule("contact", "picker/tool:hand", "part:box", 0.001, "the hand lies on the box"),
        PairRule("contact", "part:box", "fixture:table", 0.002, "the box stands on the table"),
        PairRule("ignore", "fixture:*", "fixture:*", 0.0, "stand on the table"),
        *(
            PairRule("ignore", f"{group}/tool:*", f"{group}/{link}", 0.0, "at the flange")
            for group in ("picker", "bolter")
            for link in ("L6", "L5")
        ),
    )
