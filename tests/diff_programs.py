"""The program that the tests of differences change, and how two texts of it are compared."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from brandkit import KITS
from controllers_support import bytes_of

from cellsim.controllers.brands import quantise, read_result, rules_of, write
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Call,
    Delay,
    If,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    signal_is,
)
from cellsim.geometry import Pose
from cellsim.release.meaning.difference import Difference
from cellsim.release.textjob import compare_jobs
from cellsim.units import deg

BRAND_NAMES = ("abb", "fanuc", "hyundai", "kuka", "ur", "yaskawa")
Body = tuple[Statement, ...]


def joint(cell: Cell, rng: random.Random, **changes: object) -> Move:
    """A joint move on a coarse grid that every language can print."""
    low, high = (-40, 40)
    q = [rng.randint(low, high) * deg for _ in cell.groups["arm"].joints]
    q[4] = rng.randint(30, 60) * deg
    to = Target(q=tuple(q))
    made = Move(kind="joint", to=to, speed=speed(cell, "joint"), zone=FINE, tool="gripper")
    return replace(made, **changes)  # type: ignore[arg-type]


def speed(cell: Cell, kind: str) -> Speed:
    """A speed the brand prints as it is."""
    brand = cell.groups["arm"].controller.brand
    if kind == "joint" and brand != "abb":
        return Speed(0.5, "rad/s") if brand == "ur" else Speed(50.0, "%")
    return Speed(250.0, "mm/s") if brand in ("abb", "hyundai") else Speed(0.25, "m/s")


def linear(cell: Cell, rng: random.Random, **changes: object) -> Move:
    """A linear move to joints; the brands turn them into the target they can say."""
    frame = "pallet" if cell.groups["arm"].controller.brand == "kuka" else "world"
    made = joint(cell, rng, kind="linear", speed=speed(cell, "linear"), frame=frame)
    return replace(made, **changes)  # type: ignore[arg-type]


def base_program(cell: Cell, seed: int) -> Program:
    """A program with motions, signals, waits, a branch, a loop and a routine."""
    rng = random.Random(seed)
    ready, closed = signal_is("ready", True), signal_is("grip_closed", True)
    brand = cell.groups["arm"].controller.brand
    corner = KITS[brand].zones["linear"][0]
    body: Body = (
        joint(cell, rng),
        joint(cell, rng, zone=KITS[brand].zones["joint"][0]),
        joint(cell, rng),
        linear(cell, rng, zone=corner),
        linear(cell, rng),
        SetSignal("grip_close", True),
        Wait(closed, 2.0),
        linear(cell, rng),
        Delay(0.5),
        If(ready, (SetSignal("lamp", True), joint(cell, rng)), (SetSignal("lamp", False),)),
        Loop((linear(cell, rng), Call("stack"), Delay(0.25)), count=3),
        joint(cell, rng),
        Wait(ready),
        joint(cell, rng),
    )
    stack: Body = (linear(cell, rng), SetSignal("grip_close", False), linear(cell, rng))
    return Program("main", "arm", (Routine("main", body), Routine("stack", stack)))


def text_of(program: Program, cell: Cell) -> dict[str, bytes]:
    """Return a program as its controller's files."""
    return bytes_of(write(quantise(program, cell), cell))


def read_job(files: dict[str, bytes], cell: Cell) -> Job:
    """Return the job that controller files mean."""
    program = read_result(files, cell, "arm").program
    return Job("main", cell, {"arm": program}, rules_of(cell))


def differing(a: dict[str, bytes], b: dict[str, bytes], cell: Cell) -> tuple[Difference, ...]:
    """Return what two texts of one cell mean differently."""
    return tuple(d for _, d in compare_jobs(read_job(a, cell), read_job(b, cell)))


@dataclass(frozen=True)
class Edit:
    """A change to a program and the words of the one difference that it must give."""

    name: str
    change: Callable[[Program, Cell, random.Random], tuple[Program, str]]


def at(program: Program, test: Callable[[Statement], bool], rng: random.Random) -> int:
    """Return the place of a random statement of the entry that fits."""
    found = [i for i, s in enumerate(program.routines[0].body) if test(s)]
    return rng.choice(found)


def put(program: Program, place: int, *new: Statement, drop: int = 1) -> Program:
    """Return the program with statements in place of `drop` old ones of the entry."""
    entry, *rest = program.routines
    body = (*entry.body[:place], *new, *entry.body[place + drop :])
    return replace(program, routines=(replace(entry, body=body), *rest))


def is_move(kind: str) -> Callable[[Statement], bool]:
    return lambda s: isinstance(s, Move) and s.kind == kind


def moved(move: Move, axis: int, amount: float) -> Move:
    assert move.to.q is not None
    q = list(move.to.q)
    q[axis] += amount
    return replace(move, to=replace(move.to, q=tuple(q)))


def tcp(cell: Cell, q: tuple[float, ...]) -> Pose:
    """Return where the TCP stands, by plain FK."""
    from cellsim.kinematics.fk import link_poses_reference
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, "arm")
    world_T_flange = link_poses_reference(chain, np.array(q))[chain.flange]
    return Pose.from_matrix(world_T_flange) @ cell.tools["gripper"].tcps["tcp"]
