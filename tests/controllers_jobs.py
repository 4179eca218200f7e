"""Generated jobs of every brand that a roomy cell can run."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from brandkit import KITS
from controllers_support import cell_of, is_number

from cellsim.api import verify
from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.job import Job
from cellsim.domain.ports import is_output
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
from cellsim.domain.report import Report, Verdict
from cellsim.domain.wiring import Signal
from cellsim.geometry import Array, Piece, Pose, Solid, rotation_axis
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.ik import solve_all, solve_near

LAMP = signal_is("lamp", True)
# Pitch at and beside the angle where the outer two of three angles turn about one axis.
PITCHES = (90.0, -90.0, 89.99999, -89.99999, 90.0 - 1e-9)
# Rules that ask for figures which some maker's sheet does not give.
_NO_FIGURE = (
    "wrist-torque-exceeded",
    "wrist-inertia-exceeded",
    "joint-figure-missing",
    "joint-jerk-exceeded",
    "joint-torque-exceeded",
    "link-shape-missing",
    # figures that are recalled from no page are not checked either
    "joint-acceleration-exceeded",
    "payload-exceeded",
)
COMMENTS = ("", "over the rim", 'quote " ; # and (brackets)', "ümlaut 문", "  blanks  ")


@lru_cache(maxsize=16)
def roomy(brand: str, on_track: bool) -> Cell:
    """Return the test cell at home inside its limits, with slim tools; no sheet: waived."""
    cell = cell_of(brand, on_track)
    group = cell.groups["arm"]
    home = (*KITS[brand].home, *((2.0,) if on_track else ()))
    ports = group.controller.signals.items()
    body = Solid("tool", (Piece("capsule", (0.02, 0.1), Pose.translation(0, 0, 0.12)),))
    return replace(
        cell,
        groups={"arm": replace(group, home=home)},
        signals={n: Signal(n, "group:arm" if is_output(p) else "cell") for n, p in ports},
        tools={n: replace(t, solid=body, mass=2.0) for n, t in cell.tools.items()},
        waivers=tuple(
            Waiver(rule, "*", "the proof", "no figure, and the tool weighs 2 kg")
            for rule in _NO_FIGURE
        ),
    )


def rotation(rng: random.Random, home: Array) -> Array:
    """Return a rotation: near home's, at gimbal lock, or any, shape (3, 3)."""
    kind = rng.randrange(4)
    turn = rotation_axis([0, 0, 1], rng.uniform(-math.pi, math.pi))
    if kind == 0:
        return home @ rotation_axis(np.eye(3)[rng.randrange(3)], rng.uniform(-0.4, 0.4))
    if kind == 1:
        axis = np.array([rng.gauss(0, 1) for _ in range(3)])
        return rotation_axis(axis / np.linalg.norm(axis), rng.uniform(0, math.pi))
    pitch = rotation_axis([0, 1, 0], math.radians(rng.choice(PITCHES)))
    last = rotation_axis([1, 0, 0], rng.choice([0.0, math.pi, rng.uniform(-3, 3)]))
    return turn @ pitch @ last


def station(brand: str, cell: Cell, rng: random.Random) -> list[Statement]:
    """Return a motion to a branch of a pose near home, and lines and an arc from there."""
    chain, home = chain_of(cell, "arm"), np.array(cell.groups["arm"].home)
    kit, tool = KITS[brand], rng.choice(["gripper", "gripper.tip"])
    name, _, tcp = tool.partition(".")
    tcps = cell.tools[name].tcps
    flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()))
    frame = rng.choice(["body", "pallet"])
    near = tcp_pose(chain, home, flange_T_tcp)
    ext = home[chain.arm_dof :] + [rng.uniform(-0.3, 0.3) for _ in home[chain.arm_dof :]]
    offset = np.array([rng.uniform(-0.2, 0.2) for _ in range(3)])
    R_frame = world_T_frame(cell, frame).R
    goal = Pose(R_frame @ rotation(rng, R_frame.T @ near.R), near.p + offset)
    found = solve_all(chain, goal @ flange_T_tcp.inverse(), ext)
    if not found:
        return []
    q = rng.choice(found)
    common = {"tool": tool, "frame": frame}
    percent = Speed(float(rng.randrange(5, 101)), "%")
    corner = rng.choice([FINE, kit.zones["joint"][0]])
    out: list[Statement] = [
        Move(kind="joint", to=Target(q=tuple(q)), speed=percent, zone=corner, **common)  # type: ignore[arg-type]
    ]
    points = follow(cell, goal, flange_T_tcp, q, rng, 4)
    speed = Speed(round(rng.uniform(20.0, 400.0), 1), "mm/s")
    corner = rng.choice([FINE, kit.zones["linear"][0]])
    for point in points[:2]:
        out.append(
            Move(kind="linear", to=Target(q=point), speed=speed, zone=corner, **common)  # type: ignore[arg-type]
        )
    if len(points) == 4:
        via, to = Target(q=points[2]), Target(q=points[3])
        out.append(Move(kind="circular", to=to, via=via, speed=speed, **common))  # type: ignore[arg-type]
        out.append(replace(out[2], to=Target(q=points[1]), zone=FINE))  # type: ignore[type-var]
    return out


def follow(
    cell: Cell, goal: Pose, flange_T_tcp: Pose, q: Array, rng: random.Random, count: int
) -> list[tuple[float, ...]]:
    """Return joints of places 60 mm apart from a pose on, on the branch of q, where they are.

    The way there must not come near a singularity: no joint turns more than 0.1 rad in 7.5 mm.
    """
    chain, points = chain_of(cell, "arm"), []
    for number in range(count):
        step = np.zeros(3)
        step[(0, 1, 1, 0)[number]] = 0.0075 if number < 3 else -0.0075
        turn = rotation_axis([0, 0, 1], rng.uniform(-0.012, 0.012))
        for _ in range(8):
            goal = Pose(goal.R @ turn, goal.p + step)
            found = solve_near(chain, goal @ flange_T_tcp.inverse(), q, q[chain.arm_dof :])
            if found is None or float(np.abs(found - q).max()) > 0.1:
                return points
            q = np.asarray(found)
        points.append(tuple(float(v) for v in q))
    return points


def logic(brand: str, rng: random.Random, number: int) -> list[Statement]:
    """Return statements of every kind but motions; what they wait for comes."""
    count, one = Expr("var", name="count"), Expr("const", value=1.0)
    label = f"late_{number}"
    out: list[Statement] = [
        Comment(rng.choice(COMMENTS[1:])),
        SetSignal("lamp", True, comment=rng.choice(COMMENTS)),
        Wait(LAMP, rng.choice([None, 0.5, 2.0, 61.0])),
        Delay(rng.choice([0.1, 0.25, 2.0])),
        Assign("count", Expr("const", value=0.0)),
        Loop(
            (Assign("count", Expr("+", (count, one))), Delay(0.1)),
            condition=Expr("<", (count, Expr("const", value=2.0))),
        ),
        If(
            Expr("and", (LAMP, Expr(">=", (count, one)))),
            (SetSignal("grip_close", True),),
            (SetSignal("grip_close", False),),
        ),
        Loop((SetSignal("lamp", False), SetSignal("lamp", True)), count=rng.randrange(1, 3)),
        Call("second"),
    ]
    if KITS[brand].jumps:
        out += [
            Wait(LAMP, 3.0, label),
            Goto(f"on_{number}"),
            Label(label),
            SetSignal("grip_close", False),
            Label(f"on_{number}"),
        ]
    return rng.sample(out[:9], len(out[:9])) + out[9:] + numbers(brand, rng)


def numbers(brand: str, rng: random.Random) -> list[Statement]:
    """Return a group of outputs set, waited for and asked for; of inputs alone, as they begin."""
    code = float(rng.choice([1, 5, 128, 255]))
    set_it = "code" in KITS[brand].groups
    name, value = ("code", code) if set_it else ("kind", 0.0)
    asked = If(is_number(name, value), (SetSignal("lamp", True),), (SetSignal("lamp", False),))
    others = [Wait(is_number(name, value), 2.0), Wait(is_number(name, 7.0, "!=")), asked]
    return [*([SetSignal(name, value)] if set_it else []), *others]


def feasible(brand: str, seed: int) -> tuple[Cell, Program]:
    """Return a job a roomy cell can run, if no branch of it meets the robot itself."""
    rng = random.Random(f"feasible {seed}")
    cell = roomy(brand, bool(seed % 2) and KITS[brand].track)
    home = Move(
        kind="joint",
        to=Target(q=cell.groups["arm"].home),
        speed=Speed(50.0, "%"),
        tool="gripper",
    )
    body: list[Statement] = [home]
    for number in range(rng.randrange(1, 4)):
        body += driven(brand, cell, rng, home)
        body += [replace(home, speed=Speed(float(rng.randrange(1, 101)), "%"))]
        body += _usable(logic(brand, rng, number))
    second = (home, If(LAMP, (Return(),)), SetSignal("lamp", True))
    routines = (Routine("main", (*body, home)), Routine("second", second))
    return cell, Program(f"job_{seed}", "arm", routines, source="teach")


def driven(brand: str, cell: Cell, rng: random.Random, home: Move) -> list[Statement]:
    """Return a station that the robot can go to and come back from without meeting itself."""
    for _ in range(12):
        motions = station(brand, cell, rng)
        program = Program("try", "arm", (Routine("main", (home, *motions, home)),))
        quantised = BRANDS[brand].quantise(program, cell)
        report = verify(Job("try", cell, {"arm": quantised}, rules_of(cell)))
        if motions and isinstance(report, Report) and report.verdict is Verdict.GREEN:
            return motions
    return []


def _usable(body: Sequence[Statement]) -> list[Statement]:
    """Put the lamp on, and the count to zero, before anything that asks for them."""
    first = [SetSignal("lamp", True), Assign("count", Expr("const", value=0.0))]
    return [*first, *body]
