"""Where things stand and which way the arm goes: kinds of defects."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from jobs import TOP, Case, quaternion
from kind import (
    Expected,
    Rng,
    changed,
    kind,
    move,
    place_of,
    told,
)
from world import HOME_DEG

from cellsim.geometry import Pose


@kind()
def body_moved_into_the_way(c: Case, rng: Rng) -> Expected:
    """The wall has grown through the height at which the part is carried."""
    size = (0.6, 0.04, c.draw.lift + float(rng.uniform(0.02, 0.15)))
    wall_of(c, size)
    return told(c, "collision", "over_place", "pull")


@kind()
def body_moved_too_near(c: Case, rng: Rng) -> Expected:
    """The wall ends a few millimetres under the part that is carried over it.

    The joint motion over it bulges up by a millimetre or two: the lowest place of the way counts.
    """
    low = lowest_over_wall(c) - 0.7 - TOP
    wall_of(c, (0.6, 0.04, low - 0.001 - float(rng.uniform(0.003, 0.0095))))
    return told(c, "clearance", "over_place")


def lowest_over_wall(c: Case) -> float:
    """Return the lowest height of the TCP [m] while the part on its way is over the wall."""
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of
    from cellsim.simulate.band import simulate_band

    track = simulate_band(c.job()).tracks["picker"]
    chain, tcp = chain_of(c.cell, "picker"), c.cell.tools["hand"].tcps["tip"]
    way = next(
        m for m in track.motions if m.kind == "joint" and m.index.line == c.line("over_place")
    )
    points = [tcp_pose(chain, q, tcp).p for q in track.q[way.first : way.last + 1]]
    return min(float(p[2]) for p in points if abs(p[1]) < 0.06)


def wall_of(c: Case, size: tuple[float, float, float]) -> None:
    from cellsim.geometry import Piece, Solid

    piece = Piece("box", size, Pose.translation(1.45, 0, size[2] / 2 + 0.001))
    wall = replace(c.cell.fixtures["wall"], solid=Solid("wall", (piece,)))
    changed(c, fixtures={**c.cell.fixtures, "wall": wall})


@kind()
def table_raised_into_the_part(c: Case, rng: Rng) -> Expected:
    """The vise stands a hand's breadth off: its jaw is where the part is put."""
    vise = c.cell.fixtures["vise"]
    off = Pose.translation(0.0, float(rng.choice([-1, 1])) * float(rng.uniform(0.03, 0.05)), 0.0)
    moved = replace(vise, pose=vise.pose @ off)
    changed(c, fixtures={**c.cell.fixtures, "vise": moved})
    return told(c, "collision", "place")


@kind()
def target_pushed_out_of_reach(c: Case, rng: Rng) -> Expected:
    target = place_of(c, dx=0.1 + float(rng.uniform(1.5, 2.5)))
    c.write("leave", move("move_l", target, "200 mm/s"))
    return told(c, "line-unreachable", "leave")


@kind()
def joint_target_out_of_reach(c: Case, rng: Rng) -> Expected:
    c.write("over_place", move("move_j", place_of(c, dx=float(rng.uniform(1.5, 2.5))), "30 %"))
    return told(c, "target-unreachable", "over_place")


@kind()
def joint_beyond_its_limit(c: Case, rng: Rng) -> Expected:
    q = list(HOME_DEG)
    joint, value = [(0, 185.0), (1, -120.0), (2, 130.0), (4, 125.0)][int(rng.integers(4))]
    q[joint] = value + float(rng.uniform(0, 5))
    text = f"move_j: {{to: {{q_deg: {q}}}, speed: 30 %, zone: fine, tool: hand}}"
    c.insert("home", ("far", text))
    return told(c, "joint-limit-exceeded", "far", "home")


@kind()
def branch_flipped(c: Case, rng: Rng) -> Expected:
    """A line ends with the wrist on its other side: J4 + 180, -J5, J6 + 180."""
    del rng
    near, other = _two_branches(c)
    c.insert("home", ("flip0", near), ("flip1", other))
    return told(c, "configuration-flip", "flip1")


def _two_branches(c: Case) -> tuple[str, str]:
    """Return a joint move to a branch over the place, and a line to the flipped one 50 mm on."""
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import solve_all
    from cellsim.kinematics.naming import branch_name

    chain, hand = chain_of(c.cell, "picker"), c.cell.tools["hand"].tcps["tip"]
    (x, y), z = c.draw.place, 0.7 + TOP + c.draw.lift
    qs = []
    for dx, name in ((0.0, "noflip"), (0.05, "/flip")):
        pose = Pose.from_xyz_rpy((x + dx, y, z), (math.pi, 0, c.draw.yaw[1])) @ hand.inverse()
        found = [q for q in solve_all(chain, pose) if branch_name(chain, q).startswith("front/up")]
        qs.append(min((q for q in found if name in branch_name(chain, q)),
                      key=lambda q: float(np.abs(q).max())))  # fmt: skip
    rows = [", ".join(f"{math.degrees(v):.6f}" for v in q) for q in qs]
    tail = ", zone: fine, tool: hand}"
    return (
        f"move_j: {{to: {{q_deg: [{rows[0]}]}}, speed: 30 %{tail}",
        f"move_l: {{to: {{q_deg: [{rows[1]}]}}, speed: 100 mm/s{tail}",
    )


@kind()
def configuration_written_wrongly(c: Case, rng: Rng) -> Expected:
    """The configuration beside the joint values of home is another one."""
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.naming import branch_name

    name = branch_name(chain_of(c.cell, "picker"), np.radians(HOME_DEG))
    parts = name.split("/")
    swap = {"front": "back", "back": "front", "up": "down", "down": "up", "flip": "noflip",
            "noflip": "flip"}  # fmt: skip
    k = int(rng.integers(3))
    parts[k] = swap[parts[k]]
    c.swap("]}, speed", f"], config: {'/'.join(parts)}}}, speed", "home")
    return told(c, "configuration-mismatch", "home")


@kind()
def pose_edited_and_joint_values_left(c: Case, rng: Rng) -> Expected:
    """Home with a pose beside its joint values, which is where it is but for some millimetres."""
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of

    hand = c.cell.tools["hand"].tcps["tip"]
    pose = tcp_pose(chain_of(c.cell, "picker"), np.radians(HOME_DEG), hand)
    off = float(rng.choice([-1, 1])) * float(rng.uniform(0.5, 50.0))
    xyz = ", ".join(f"{1e3 * v + off:.3f}" for v in pose.p)
    c.swap("]}, speed", f"], xyz_mm: [{xyz}], quat_wxyz: {quaternion(pose.R)}}}, speed", "home")
    return told(c, "target-ambiguous", "home")


@kind()
def configuration_that_does_not_exist(c: Case, rng: Rng) -> Expected:
    del rng
    target = f"{place_of(c)}, config: front/sideways/flip"
    c.write("over_place", move("move_j", target, "30 %"))
    return told(c, "configuration-unknown", "over_place")


@kind(proven=False)
def line_through_a_singularity(c: Case, rng: Rng) -> Expected:
    """A fast line that passes the stretched wrist by a hair: J5 near zero."""
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of

    chain, hand = chain_of(c.cell, "picker"), c.cell.tools["hand"].tcps["tip"]
    a = np.radians([20.0, -40.0, 20.0, 0.0, 3.0, 0.0])
    a[3] = math.radians(float(rng.uniform(15, 35)))
    start = tcp_pose(chain, a, hand)
    way = start.R[:, 1] * 0.25
    end = Pose(start.R, start.p + way)
    q = ", ".join(f"{math.degrees(v):.6f}" for v in a)
    xyz = ", ".join(f"{1e3 * v:.3f}" for v in end.p)
    quat = quaternion(end.R)
    tail = ", zone: fine, tool: hand}"
    c.insert(
        "home",
        ("sing0", f"move_j: {{to: {{q_deg: [{q}]}}, speed: 30 %{tail}"),
        ("sing1", f"move_l: {{to: {{xyz_mm: [{xyz}], quat_wxyz: {quat}}}, speed: 900 mm/s{tail}"),
    )
    return told(c, "singularity-slowdown", "sing1")


@kind()
def degenerate_arc(c: Case, rng: Rng) -> Expected:
    """The point on the way lies on the straight line."""
    share = float(rng.uniform(0.3, 0.7))
    via = f", via: {{{place_of(c, dx=0.1 * share)}}}"
    c.swap("zone: radius", "zone: fine # radius", "leave")
    c.write("leave", move("move_l", place_of(c), "200 mm/s"))
    c.write("arc", move("move_c", place_of(c, dx=0.1), "200 mm/s", "fine", via))
    return told(c, "circle-degenerate", "arc")


@kind(proven=False)
def axis_turned_the_long_way(c: Case, rng: Rng) -> Expected:
    """Home with the last axis a whole turn on."""
    q = list(HOME_DEG)
    q[5] = float(rng.choice([-1, 1])) * 340.0
    text = f"move_j: {{to: {{q_deg: {q}}}, speed: 30 %, zone: fine, tool: hand}}"
    c.insert("home", ("turn", text))
    return told(c, "wrist-turned", "turn", "home")


@kind()
def missing_home(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("home")
    last = ("bolted", "taken") if c.draw.two else ("look",)
    reset = ("let_go_of",) if c.draw.bolted else ()
    return told(c, "home-not-reached", "arc", *last, *reset)
