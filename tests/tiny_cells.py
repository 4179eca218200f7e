"""Small robots and cells in memory, shared by the tests of kinematics, plan and teach."""

from __future__ import annotations

import math

import numpy as np

from cellsim.domain.cell import Cell, External, Frame, MotionGroup, PairRule
from cellsim.domain.controller import AxisMap, Controller, Port
from cellsim.domain.equipment import Fixture, Gripper, Part, Tool
from cellsim.domain.feature import Feature
from cellsim.domain.robot import Joint, Link, Robot, WristLimit
from cellsim.domain.wiring import Signal, TimeRange
from cellsim.geometry import Piece, Pose, Solid

HALF = math.pi / 2
# xyz [m], rpy [rad], lower, upper [rad]; every axis is z of its joint frame.
UR10E = (
    ((0, 0, 0.1807), (0, 0, 0), -2 * math.pi, 2 * math.pi),
    ((0, 0, 0), (HALF, 0, 0), -2 * math.pi, 2 * math.pi),
    ((-0.6127, 0, 0), (0, 0, 0), -math.pi, math.pi),
    ((-0.57155, 0, 0.17415), (0, 0, 0), -2 * math.pi, 2 * math.pi),
    ((0, -0.11985, 0), (HALF, 0, 0), -2 * math.pi, 2 * math.pi),
    ((0, 0.11655, 0), (-HALF, 0, 0), -2 * math.pi, 2 * math.pi),
)
BIG_ARM = (
    ((0, 0, 0.608), (0, 0, 0), -3.1, 3.1),
    ((0.312, 0, 0), (-HALF, 0, 0), -2.0, 1.6),
    ((0, -1.1, 0), (0, 0, 0), -2.6, 2.2),
    ((0.2, -0.23, 0), (0, HALF, 0), -6.2, 6.2),
    ((0, 0, 1.05), (0, -HALF, 0), -2.1, 2.1),
    ((0.1, 0, 0), (0, HALF, 0), -6.2, 6.2),
)
SEVEN = (
    ((0, 0, 0.36), (0, 0, 0), -2.9, 2.9),
    ((0, 0, 0), (-HALF, 0, 0), -2.0, 2.0),
    ((0, -0.42, 0), (HALF, 0, 0), -2.9, 2.9),
    ((0, 0, 0), (HALF, 0, 0), -2.0, 2.0),
    ((0, 0.4, 0), (-HALF, 0, 0), -2.9, 2.9),
    ((0, 0, 0), (-HALF, 0, 0), -2.0, 2.0),
    ((0, -0.126, 0), (HALF, 0, 0), -3.0, 3.0),
)
# No two neighbouring axes meet and the wrist axes are skew: no closed form.
SKEW = (
    ((0, 0, 0.3), (0, 0, 0), -3.0, 3.0),
    ((0.1, 0.05, 0), (-HALF, 0, 0.3), -2.5, 2.5),
    ((0.05, -0.5, 0.02), (0.2, 0, 0), -2.5, 2.5),
    ((0.03, 0.04, 0.4), (0, HALF, 0.4), -3.0, 3.0),
    ((0.06, 0, 0.3), (0.5, -HALF, 0), -2.8, 2.8),
    ((0.08, 0.05, 0.02), (0, HALF, 0.7), -3.0, 3.0),
)
LINK_RADIUS = 0.04


def arm(
    name: str,
    rows: tuple,
    home: tuple[float, ...],
    flange: Pose | None = None,
    touching: tuple[tuple[str, str, str], ...] = (),
) -> Robot:
    """Return an arm whose links are capsules from joint to joint, 10 kg each."""
    joints = tuple(
        Joint(f"J{i + 1}", "revolute", Pose.from_xyz_rpy(xyz, rpy), np.array([0.0, 0, 1]),
              lower, upper, 2.0, (4.0, 8.0))
        for i, (xyz, rpy, lower, upper) in enumerate(rows)
    )  # fmt: skip
    flange = flange or Pose.identity()
    ends = [np.array(joint.origin.p) for joint in joints] + [np.array(flange.p)]
    links = tuple(
        Link("base" if i == 0 else f"L{i}", _bone(f"L{i}", end), 10.0, tuple(end / 2),
             0.2 * np.eye(3))
        for i, end in enumerate(ends)
    )  # fmt: skip
    wrist = tuple(WristLimit(joint.name, 50.0, 5.0) for joint in joints[3:])
    return Robot(
        name,
        "tiny",
        name,
        "arm",
        joints,
        links,
        flange,
        home,
        payload=10.0,
        wrist_limits=wrist,
        touching=touching,
    )


def _bone(name: str, end: np.ndarray) -> Solid | None:
    """Return a capsule from the link's joint to the next, shortened so that neighbours touch."""
    length = float(np.linalg.norm(end))
    if length < 0.03:
        return None
    z = end / length
    x = np.cross([0.0, 1, 0] if abs(z[1]) < 0.9 else [1.0, 0, 0], z)
    x /= np.linalg.norm(x)
    pose = Pose(np.stack([x, np.cross(z, x), z], axis=1), end / 2)
    return Solid(name, (Piece("capsule", (LINK_RADIUS, length), pose),))


def ur10e() -> Robot:
    """Return a UR10e of capsules; its flange is its last joint frame."""
    home = (0.0, -HALF, HALF, -HALF, -HALF, 0.0)
    return arm("tiny_ur", UR10E, home, touching=(("base", "L2", "the shoulder has no body"),))


def big_arm() -> Robot:
    """Return a 2.7 m arm with a spherical wrist."""
    flange = Pose.translation(0.0, 0.0, 0.12)
    return arm("tiny_big", BIG_ARM, (0.0, -0.3, 0.3, 0.0, 0.8, 0.0), flange)


def seven_axes() -> Robot:
    """Return a seven-axis arm."""
    return arm("tiny_seven", SEVEN, (0.0, 0.5, 0.0, -1.2, 0.0, 0.6, 0.0))


def skew_arm() -> Robot:
    """Return a six-axis arm without closed form."""
    return arm("tiny_skew", SKEW, (0.1,) * 6)


def track(stroke: float = 3.0) -> Robot:
    """Return a linear track along x; the carriage's flange is 0.2 m above its joint."""
    joint = Joint("E1", "prismatic", Pose.identity(), np.array([1.0, 0, 0]), 0.0, stroke, 1.0,
                  (1.0, 2.0))  # fmt: skip
    links = (Link("rail", None), Link("carriage", None))
    return Robot("tiny_track", "tiny", "track", "track", (joint,), links,
                 Pose.translation(0, 0, 0.2), (0.5,))  # fmt: skip


def controller(dof: int, brand: str = "universal_robots") -> Controller:
    """Return a controller with plain degrees."""
    axes = tuple(AxisMap(f"J{i + 1}", "deg", math.pi / 180) for i in range(dof))
    signals = {"grip_close": Port("do", 1), "grip_closed": Port("di", 1)}
    return Controller(
        brand, "e-Series", "", axes, tools={"gripper": 1}, frames={"table": 1}, signals=signals
    )


def group_cell(
    robot: Robot, externals: tuple[External, ...] = (), base: Pose | None = None
) -> Cell:
    """Return a cell with one group "r" and nothing else."""
    home = robot.home + tuple(value for e in externals for value in e.robot.home)
    base = base or Pose.identity()
    group = MotionGroup("r", robot, "world", base, externals, controller(len(home)), "", home)
    return Cell("tiny", "a", {"r": group}, {}, {}, {}, {}, {}, {}, 0.01, 0.005)


def box(name: str, x: float, y: float, z: float) -> Solid:
    """Return a box, full edges [m], centred on its frame."""
    return Solid(name, (Piece("box", (x, y, z)),))


def _gripper() -> Tool:
    """Return a slim gripper along z with its TCP 0.2 m in front of the flange."""
    solid = Solid("gripper", (Piece("cylinder", (0.03, 0.14), Pose.translation(0, 0, 0.1)),))
    gripper = Gripper("grip_close", "", "grip_closed", "", TimeRange(0.2, 0.3, 0.4, "test"), 5.0)
    tcp = Pose.translation(0, 0, 0.2)
    return Tool("gripper", solid, 1.0, (0, 0, 0.1), 0.01 * np.eye(3), {"tip": tcp}, gripper)


def pick_cell(*, wall: bool = False, box_at: tuple[float, float] = (0.55, -0.35)) -> Cell:
    """Return a UR with a gripper, a box on a table, a pocket on it, and maybe a wall between."""
    group = group_cell(ur10e()).groups["r"]
    group = MotionGroup(
        "r", group.robot, "world", Pose.translation(0, 0, 0.3), (), controller(6, "ur"),
        "gripper", group.home,
    )  # fmt: skip
    top = Feature("top", "face", (Pose.translation(0, 0, 0.05),), (0.06, 0.06), "box")
    bottom = Feature("bottom", "face", (Pose.from_xyz_rpy((0, 0, -0.05), (math.pi, 0, 0)),))
    part = Part(
        "box", box("box", 0.06, 0.06, 0.1), 0.5, (0, 0, 0), 0.001 * np.eye(3), "table",
        Pose.translation(*box_at, 0.051), None, {"top": top, "bottom": bottom}, ("top",), "bottom",
    )  # fmt: skip
    pocket = Feature("pocket", "pocket", (Pose.translation(0.55, 0.35, 0.051 - 0.05),))
    table = Solid("table", (Piece("box", (1.0, 1.6, 0.1), Pose.translation(0.75, 0, -0.05)),))
    fixtures = {"table": Fixture("table", table, "table", Pose.identity(), {"pocket": pocket})}
    if wall:
        shape = Solid("wall", (Piece("box", (0.5, 0.04, 0.5), Pose.translation(0.65, 0, 0.25)),))
        fixtures["wall"] = Fixture("wall", shape, "table", Pose.identity())
    rules = (
        PairRule("contact", "r/tool:gripper", "part:box", 0.001, "fingers hold the box"),
        PairRule("ignore", "r/tool:gripper", "r/L*", 0.0, "bolted to the flange"),
        PairRule("contact", "part:box", "fixture:table", 0.002, "stands on the table"),
    )
    return Cell(
        "tiny", "a", {"r": group}, {"gripper": _gripper()}, {"box": part}, fixtures,
        {"table": Frame("table", "world", Pose.translation(0, 0, 0.1))},
        {
            "grip_close": Signal("grip_close", "group:r", ("gripper",)),
            "grip_closed": Signal("grip_closed", "device:gripper", ("group:r",)),
        },
        {}, 0.01, 0.0, rules,
    )  # fmt: skip
