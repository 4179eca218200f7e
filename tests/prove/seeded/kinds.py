"""Kinds of defects: each changes one thing of a clean job and says which rule must tell it, where.

`proven` kinds follow from geometry or logic alone: they must be found without exception.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jobs import TOP, Case, at
from world import HOME_DEG

from cellsim.domain.cell import MotionGroup, Part, Tool
from cellsim.domain.robot import CombinedLimit, Robot
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.geometry import Pose

Rng = np.random.Generator
SOME_LINE = tuple(range(1, 60))  # the defect is not in the program; a line must be named


@dataclass(frozen=True)
class Expected:
    """What must be told.

    Attributes:
        rules: Any of these. lines: Any of these lines of the program, () = no line belongs to it.
        group: Whose program.
    """

    rules: tuple[str, ...]
    lines: tuple[int, ...] = ()
    group: str = "picker"


@dataclass(frozen=True)
class Kind:
    """A kind of defect.

    two: It needs two robots; None = either. rare: Two robots without a common clock are slow to
    check, so these jobs are made a third as often.
    """

    name: str
    make: Callable[[Case, Rng], Expected]
    proven: bool
    two: bool | None
    rare: bool


KINDS: dict[str, Kind] = {}


def kind(
    *, proven: bool = True, two: bool | None = None, rare: bool = False
) -> Callable[[Callable[[Case, Rng], Expected]], Callable[[Case, Rng], Expected]]:
    """Join a function to KINDS under its own name."""

    def join(make: Callable[[Case, Rng], Expected]) -> Callable[[Case, Rng], Expected]:
        name = make.__name__.replace("_", " ")
        KINDS[name] = Kind(name, make, proven, two, rare)
        return make

    return join


def told(c: Case, rules: str, *names: str, group: str = "picker") -> Expected:
    """Return what must be told at named lines."""
    return Expected(tuple(rules.split()), tuple(c.line(n, group) for n in names), group)


def carrying(c: Case, rules: str) -> Expected:
    """Return what must be told while the part is in the hand."""
    return told(c, rules, "grip", "pull", "over_place", "place", "vise", "release")


def changed(c: Case, **fields: Any) -> None:
    c.cell = replace(c.cell, **fields)


def with_part(c: Case, **fields: Any) -> None:
    box: Part = replace(c.cell.parts["box"], **fields)
    changed(c, parts={"box": box})


def with_robot(c: Case, change: Callable[[Robot], Robot], group: str = "picker") -> None:
    g: MotionGroup = c.cell.groups[group]
    changed(c, groups={**c.cell.groups, group: replace(g, robot=change(g.robot))})


def with_joint(c: Case, number: int, **fields: Any) -> None:
    def change(robot: Robot) -> Robot:
        joints = list(robot.joints)
        joints[number] = replace(joints[number], **fields)
        return replace(robot, joints=tuple(joints))

    with_robot(c, change)


def with_tool(c: Case, name: str, **fields: Any) -> None:
    tool: Tool = replace(c.cell.tools[name], **fields)
    changed(c, tools={**c.cell.tools, name: tool})


def with_device(c: Case, name: str, **fields: Any) -> None:
    changed(c, devices={**c.cell.devices, name: replace(c.cell.devices[name], **fields)})


def longer(c: Case, name: str, factor: float) -> None:
    time = c.cell.devices[name].time
    with_device(c, name, time=replace(time, min=time.min * factor, typical=time.typical * factor,
                                      max=time.max * factor))  # fmt: skip


def place_of(c: Case, dx: float = 0.0, dy: float = 0.0, dz: float = 0.0) -> str:
    """Return the target over the place, moved [m]."""
    (x, y), up = c.draw.place, TOP + c.draw.lift
    return at(x + dx, y + dy, up + dz, c.draw.yaw[1])


def move(verb: str, target: str, speed: str, zone: str = "fine", more: str = "") -> str:
    tail = f", tool: hand, frame: table{more}"
    return f"{verb}: {{to: {{{target}}}, speed: {speed}, zone: {zone}{tail}}}"


# ---- geometry ------------------------------------------------------------------------------


@kind()
def body_moved_into_the_way(c: Case, rng: Rng) -> Expected:
    """The wall has grown through the height at which the part is carried."""
    size = (0.6, 0.04, c.draw.lift + float(rng.uniform(0.02, 0.15)))
    _wall(c, size)
    return told(c, "collision", "over_place", "pull")


@kind()
def body_moved_too_near(c: Case, rng: Rng) -> Expected:
    """The wall ends a few millimetres under the part that is carried over it.

    The joint motion over it bulges up by a millimetre or two: the lowest place of the way counts.
    """
    low = _lowest_over_wall(c) - 0.7 - TOP
    _wall(c, (0.6, 0.04, low - 0.001 - float(rng.uniform(0.003, 0.0095))))
    return told(c, "clearance", "over_place")


def _lowest_over_wall(c: Case) -> float:
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


def _wall(c: Case, size: tuple[float, float, float]) -> None:
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
    quat = _quaternion(end.R)
    tail = ", zone: fine, tool: hand}"
    c.insert(
        "home",
        ("sing0", f"move_j: {{to: {{q_deg: [{q}]}}, speed: 30 %{tail}"),
        ("sing1", f"move_l: {{to: {{xyz_mm: [{xyz}], quat_wxyz: {quat}}}, speed: 900 mm/s{tail}"),
    )
    return told(c, "singularity-slowdown", "sing1")


def _quaternion(R: np.ndarray) -> list[float]:
    from scipy.spatial.transform import Rotation

    x, y, z, w = Rotation.from_matrix(R).as_quat()
    return [round(float(v), 9) for v in (w, x, y, z)]


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
    return told(c, "home-not-reached", "arc", *last)


# ---- corners and speeds ----------------------------------------------------------------------


@kind(proven=False)
def corner_grown(c: Case, rng: Rng) -> Expected:
    radius = f"radius {float(rng.uniform(600, 1500)):.0f} mm"
    c.swap(f"radius {c.draw.radius:.1f} mm", radius, "pull")
    return told(c, "corner-shrunk corner-overlap", "pull", "over_place")


@kind()
def corner_where_the_program_stops(c: Case, rng: Rng) -> Expected:
    c.swap("zone: fine", f"zone: radius {float(rng.uniform(5, 40)):.0f} mm", "arc")
    return told(c, "stop-inside-corner", "arc")


@kind(proven=False)
def speed_raised(c: Case, rng: Rng) -> Expected:
    c.swap(f"{c.draw.fast:.1f} mm/s", f"{float(rng.uniform(9000, 20000)):.0f} mm/s", "pull")
    return told(c, "tcp-speed-not-held singularity-slowdown", "pull")


@kind(proven=False)
def move_time_too_short(c: Case, rng: Rng) -> Expected:
    c.write("leave", move("move_l", place_of(c), f"{float(rng.uniform(0.02, 0.1)):.3f} s"))
    return told(c, "move-time-not-held", "leave")


@kind(proven=False)
def joint_speed_halved(c: Case, rng: Rng) -> Expected:
    """The takt leaves 3 % to the slow end of the clean band; then the axes are half as fast."""
    from cellsim.simulate.band import simulate_band

    del rng
    changed(c, takt_s=1.03 * simulate_band(c.job()).band.high)

    def half(robot: Robot) -> Robot:
        return replace(robot, joints=tuple(replace(j, speed=j.speed / 2) for j in robot.joints))

    with_robot(c, half)
    return Expected(("takt-exceeded",), SOME_LINE, "")


@kind()
def process_longer_than_the_takt(c: Case, rng: Rng) -> Expected:
    from cellsim.simulate.band import simulate_band

    changed(c, takt_s=1.03 * simulate_band(c.job()).band.high)
    longer(c, "look", 1.0)
    c.write("look", "process: {device: look, timeout_s: 90}")
    longer(c, "look", 40.0 + float(rng.uniform(0, 20)))
    return Expected(("takt-exceeded",), SOME_LINE, "")


# ---- loads -----------------------------------------------------------------------------------


@kind()
def heavier_part(c: Case, rng: Rng) -> Expected:
    """The part weighs more than flange and gripper allow."""
    with_part(c, mass=float(rng.uniform(22.5, 40)))
    return told(c, "payload-exceeded", "grip")


@kind()
def part_too_heavy_for_the_gripper(c: Case, rng: Rng) -> Expected:
    with_part(c, mass=float(rng.uniform(12.1, 20)))
    return told(c, "grip-overloaded", "grip")


@kind()
def centre_of_gravity_far_out(c: Case, rng: Rng) -> Expected:
    """12 kg, half a metre and more beside the grip: the last axes carry it."""
    with_part(c, mass=11.9, com=(float(rng.uniform(0.9, 1.2)), 0.0, 0.0))
    return carrying(c, "wrist-torque-exceeded")


@kind()
def inertia_grown(c: Case, rng: Rng) -> Expected:
    with_part(c, inertia=np.eye(3) * float(rng.uniform(3.1, 8)))
    return carrying(c, "wrist-inertia-exceeded")


@kind(two=True)
def process_torque_on_the_wrist(c: Case, rng: Rng) -> Expected:
    with_tool(c, "runner", process_torque=float(rng.uniform(95, 300)))
    return Expected(("wrist-torque-exceeded",), (c.line("bolt", "bolter"),), "bolter")


@kind(proven=False)
def weaker_motor(c: Case, rng: Rng) -> Expected:
    """A shoulder that does not hold up its own arm."""
    with_joint(c, 1, torque=float(rng.uniform(50, 300)))
    return Expected(("joint-torque-exceeded",), SOME_LINE)


@kind()
def mass_forgotten(c: Case, rng: Rng) -> Expected:
    del rng
    with_part(c, mass=0.0)
    return Expected(("mass-zero",))


# ---- figures taken away --------------------------------------------------------------------------


@kind()
def joint_speed_unknown(c: Case, rng: Rng) -> Expected:
    with_joint(c, int(rng.integers(6)), speed=None)
    return Expected(("joint-speed-exceeded", "joint-figure-missing"))


@kind()
def acceleration_unknown(c: Case, rng: Rng) -> Expected:
    with_joint(c, int(rng.integers(6)), acceleration=None)
    return Expected(("joint-acceleration-exceeded", "joint-figure-missing"))


@kind()
def jerk_unknown(c: Case, rng: Rng) -> Expected:
    with_joint(c, int(rng.integers(6)), jerk=None)
    return Expected(("joint-jerk-exceeded",))


@kind()
def payload_unknown(c: Case, rng: Rng) -> Expected:
    del rng
    with_robot(c, lambda robot: replace(robot, payload=None))
    return Expected(("payload-exceeded",))


@kind()
def link_masses_estimated(c: Case, rng: Rng) -> Expected:
    del rng
    with_robot(c, lambda robot: replace(robot, assumed=("links.mass",)))
    return Expected(("joint-torque-exceeded",))


@kind()
def link_without_a_shape(c: Case, rng: Rng) -> Expected:
    k = int(rng.integers(6))

    def bare(robot: Robot) -> Robot:
        links = list(robot.links)
        links[k] = replace(links[k], solid=None)
        return replace(robot, links=tuple(links))

    with_robot(c, bare)
    return Expected(("link-shape-missing",))


@kind()
def override_left_open(c: Case, rng: Rng) -> Expected:
    """Corners that overlap in time change with the override; on a parabola the range is proven."""
    from cellsim.domain.job import Job

    plain = c.job

    def overlapping() -> Job:
        job = plain()
        rules = {g: replace(r, corner_joint="overlap") for g, r in job.rules.items()}
        return replace(job, rules=rules)

    c.job = overlapping  # type: ignore[method-assign]
    g = c.cell.groups["picker"]
    low = float(rng.uniform(5, 90))
    opened = replace(g, controller=replace(g.controller, override=(low, 100.0)))
    changed(c, groups={**c.cell.groups, "picker": opened})
    return Expected(("override-not-proven",))


@kind()
def hose_too_short(c: Case, rng: Rng) -> Expected:
    """The dress pack lets axes 4 and 6 turn less together than the program asks."""
    limit = math.radians(float(rng.uniform(0.05, 0.5)))
    hose = CombinedLimit((("J4", 1.0), ("J6", 1.0)), -limit, limit, "hose")
    with_robot(c, lambda robot: replace(robot, combined_limits=(hose,)))
    return Expected(("combined-limit-exceeded",), SOME_LINE)


@kind(proven=False)
def jerk_above_its_figure(c: Case, rng: Rng) -> Expected:
    with_joint(c, 0, jerk=float(rng.uniform(5, 20)))
    return Expected(("joint-jerk-exceeded",), SOME_LINE)


# ---- grips ---------------------------------------------------------------------------------------


@kind()
def part_gripped_beside(c: Case, rng: Rng) -> Expected:
    """The pick lies 30 mm off the grip."""
    (x, y), angle = c.draw.pick, float(rng.uniform(0, 2 * math.pi))
    target = at(x + 0.03 * math.cos(angle), y + 0.03 * math.sin(angle), TOP, c.draw.yaw[0])
    c.write("pick", move("move_l", target, f"{c.draw.slow:.1f} mm/s"))
    return told(c, "grip-missed", "grip")


@kind()
def part_let_go_in_the_air(c: Case, rng: Rng) -> Expected:
    (x, y), high = c.draw.place, float(rng.uniform(0.02, 0.15))
    c.write("place", move("move_l", at(x, y, TOP + high, c.draw.yaw[1]), "100 mm/s"))
    return told(c, "part-dropped", "release")


@kind()
def part_put_beside_its_place(c: Case, rng: Rng) -> Expected:
    """30 mm and more to the side: into a jaw of the vise."""
    (x, y), yaw = c.draw.place, c.draw.yaw[1]
    off = float(rng.choice([-1, 1])) * float(rng.uniform(0.03, 0.05))
    dx, dy = -math.sin(yaw) * off, math.cos(yaw) * off
    for name, z, zone in (("over_place", TOP + c.draw.lift, "fine"), ("place", TOP, "fine")):
        verb, speed = ("move_j", "30 %") if name == "over_place" else ("move_l", "100 mm/s")
        c.write(name, move(verb, at(x + dx, y + dy, z, yaw), speed, zone))
    return told(c, "collision", "place")


@kind(proven=False)
def wrong_frame(c: Case, rng: Rng) -> Expected:
    """The pick is given in the world instead of on the table: under the floor of the table."""
    del rng
    c.swap("frame: table", "frame: world", "pick")
    return Expected(("collision", "line-unreachable", "grip-missed"),
                    (c.line("pick"), c.line("grip")))  # fmt: skip


@kind(two=True)
def wrong_tool(c: Case, rng: Rng) -> Expected:
    del rng
    c.swap("tool: hand", "tool: runner", "leave")
    return told(c, "tool-not-mounted", "leave")


@kind()
def grip_dropped(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("grip")
    return told(c, "part-not-held", "release")


@kind()
def release_dropped(c: Case, rng: Rng) -> Expected:
    """The part is still in the hand, and in the vise, when the arm leaves."""
    del rng
    c.drop("release")
    return told(c, "moved-while-clamped", "leave")


@kind()
def gripper_opened_in_motion(c: Case, rng: Rng) -> Expected:
    """An output among moves that pass their points: the part falls."""
    del rng
    from cellsim.domain.job import Job

    c.insert("over_place", ("open", "set: {signal: close, to: false}"))
    plain = c.job

    def without_stops() -> Job:
        job = plain()
        rules = {g: replace(r, stops=frozenset({"wait", "delay"})) for g, r in job.rules.items()}
        return replace(job, rules=rules)

    c.job = without_stops  # type: ignore[method-assign]
    return told(c, "gripper-acts-in-motion part-dropped", "open")


@kind()
def gripper_closed_before_the_arm_is_there(c: Case, rng: Rng) -> Expected:
    """Grip and pick are swapped: the hand closes above the part."""
    del rng
    a, b = c.at("pick"), c.at("grip")
    lines = c.lines["picker"]
    lines[a], lines[b] = lines[b], lines[a]
    return told(c, "grip-missed", "grip")


# ---- signals and flow ------------------------------------------------------------------------


@kind()
def timeout_shorter_than_the_process(c: Case, rng: Rng) -> Expected:
    name = ("vise", "look")[int(rng.integers(2))]
    c.swap("timeout_s: 3", f"timeout_s: {float(rng.uniform(0.05, 0.2)):.3f}", name)
    return told(c, "wait-timeout", name)


@kind()
def process_slower_than_its_timeout(c: Case, rng: Rng) -> Expected:
    """Only the slow end of the band meets the timeout."""
    time = c.cell.devices["look"].time
    with_device(c, "look", time=replace(time, max=3.1 + float(rng.uniform(0, 3))))
    return told(c, "wait-timeout", "look")


@kind()
def signal_that_never_comes(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("ready", "wait: {until: ready, timeout_s: 5}"))
    return told(c, "signal-never-set", "ready")


@kind()
def output_the_cell_does_not_have(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("home", ("lamp", "set: {signal: lamp, to: true}"))
    return told(c, "signal-unknown", "lamp")


@kind()
def output_of_another(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("home", ("foreign", "set: {signal: look_ok, to: true}"))
    return told(c, "signal-of-another", "foreign")


@kind()
def answer_ignored(c: Case, rng: Rng) -> Expected:
    """The camera is started, and nobody waits for it."""
    del rng
    c.write("look", "set: {signal: look_go, to: true}")
    return told(c, "answer-not-awaited", "look")


@kind()
def line_nobody_understands(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("over_place", ("raw", 'raw: {text: "$BASE = BASE_DATA[7]"}'))
    return told(c, "state-not-understood", "raw")


@kind()
def branch_on_an_unknown(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("if", _branch("weather == 1")))
    return told(c, "branch-on-unknown", "if")


@kind()
def branch_never_run(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("if", _branch("not part_here")))
    return told(c, "branch-not-run", "if")


def _branch(when: str) -> str:
    return f"{{if: {{when: {when}}}, then: [{{delay: {{time_s: 0.1}}}}]}}"


@kind()
def loop_without_an_end(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("label", "label: {name: again}"))
    c.insert("home", ("goto", "goto: {name: again}"))
    return told(c, "endless-loop", "goto", "label", "look")


@kind(two=True)
def program_left_empty(c: Case, rng: Rng) -> Expected:
    del rng
    c.lines["bolter"] = []
    return Expected(("program-empty",), (), "bolter")


# ---- two robots ------------------------------------------------------------------------------


@kind(two=True, rare=True)
def missing_interlock(c: Case, rng: Rng) -> Expected:
    """The bolter does not wait until the part is placed: both are over the vise."""
    del rng
    c.drop("await", "bolter")
    return Expected(("collision", "clearance"), SOME_LINE)


@kind(two=True)
def swapped_waits(c: Case, rng: Rng) -> Expected:
    del rng
    a, b = c.at("placed"), c.at("bolted")
    lines = c.lines["picker"]
    lines[a], lines[b] = lines[b], lines[a]
    c.write("bolted", "wait: {until: bolted}")
    c.write("await", "wait: {until: placed}", "bolter")
    return told(c, "deadlock", "bolted")


@kind(two=True)
def signal_not_set(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("placed")
    return Expected(("deadlock", "wait-timeout", "signal-never-set"),
                    (c.line("await", "bolter"), c.line("bolted")), "")  # fmt: skip


@kind(two=True)
def signal_taken_back_early(c: Case, rng: Rng) -> Expected:
    """The signal is a pulse: only a bolter that is already waiting sees it."""
    del rng
    taken = c.lines["picker"].pop(c.at("taken"))
    c.insert("bolted", taken)
    return Expected(("deadlock-possible", "deadlock", "wait-timeout"), SOME_LINE, "")


@kind(two=True, rare=True)
def region_entered_early(c: Case, rng: Rng) -> Expected:
    """The picker says that the part is placed before it has left."""
    del rng
    placed = c.lines["picker"].pop(c.at("placed"))
    c.insert("leave", placed)
    return Expected(("collision", "clearance"), SOME_LINE, "")


# ---- the trajectory itself, changed behind the planner's back --------------------------------


def _tampered(c: Case, change: Callable[[GroupTrack], GroupTrack]) -> None:
    def tamper(timeline: Timeline) -> Timeline:
        tracks = {**timeline.tracks, "picker": change(timeline.tracks["picker"])}
        return replace(timeline, tracks=tracks)

    c.tamper = tamper


def _faster(track: GroupTrack, factor: float) -> GroupTrack:
    """The same way in 1/factor of the time, speeds and accelerations as they then are."""
    return replace(
        track, t=track.t / factor, qd=track.qd * factor, qdd=track.qdd * factor**2
    )  # fmt: skip


@kind(proven=False)
def time_law_too_hard(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(1.1, 1.5))
    _tampered(c, lambda track: _faster(track, factor))
    return Expected(("joint-acceleration-exceeded",), SOME_LINE)


@kind(proven=False)
def time_law_too_fast(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(6.0, 9.0))
    _tampered(c, lambda track: _faster(track, factor))
    return Expected(("joint-speed-exceeded",), SOME_LINE)


@kind(proven=False)
def tcp_faster_than_written(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(1.1, 1.5))
    _tampered(c, lambda track: _faster(track, factor))
    return told(c, "tcp-speed-exceeded", "pick", "pull", "place", "leave", "arc")


@kind(proven=False)
def speeds_that_do_not_lead_along_the_way(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(1.2, 1.6))
    _tampered(c, lambda track: replace(track, qd=track.qd * factor))
    return Expected(("trajectory-disagrees",), SOME_LINE)


@kind(proven=False)
def line_that_is_not_straight(c: Case, rng: Rng) -> Expected:
    """A straight move with a bump of half a degree in the second axis."""
    line, size = c.line("pull"), math.radians(float(rng.uniform(0.3, 0.8)))

    def bump(track: GroupTrack) -> GroupTrack:
        q = np.array(track.q)
        for motion in track.motions:
            if motion.index.line == line and motion.kind == "linear":
                rows = np.arange(motion.first, motion.last + 1)
                u = (rows - motion.first) / max(len(rows) - 1, 1)
                q[rows, 1] += size * np.sin(np.pi * u) ** 2
        return replace(track, q=q)

    _tampered(c, bump)
    return Expected(("trajectory-disagrees",), (line,))
